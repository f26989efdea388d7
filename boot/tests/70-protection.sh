# SPDX-License-Identifier: GPL-2.0
# DIF and DIX on scsi_debug: verified I/O with each I/O scheduler, with more requests, after a
# delete and a scan, and a corrupted tag.
# Time: 600
# shellcheck shell=bash disable=SC2154
bus=/sys/bus/pseudo/drivers/scsi_debug
before=$(identity)
rmmod scsi_debug
for type in 1 3; do
	modprobe scsi_debug dev_size_mb=16 delay=0 dif=$type dix=1
	settle
	h=$(hosts scsi_debug | tail -n 1)
	dev=$(disk "$h:0:0:0")
	is "type $type: the disk has protection" "$(cat "$sys/$h:0:0:0/scsi_disk/$h:0:0:0/protection_mode")" "dix$type"
	for how in none mq-deadline kyber bfq requests rescan; do
		case $how in
		requests) echo 256 >"/sys/block/$dev/queue/nr_requests" ;;
		rescan)
			delete "$h:0:0:0"
			scan "$h" '- - -' >/dev/null
			settle
			dev=$(disk "$h:0:0:0")
			;;
		*) echo $how >"/sys/block/$dev/queue/scheduler" ;;
		esac
		ok "type $type, $how: I/O" fio --name=x --filename="/dev/$dev" --rw=randwrite --bs=4k --size=4m --direct=1 --verify=crc32c --output=/tmp/fio.log
	done
	# The first read after this finds a tag that does not fit its data.
	echo 32 >$bus/opts
	echo -1 >$bus/every_nth
	ok "type $type: a corrupted tag fails the read" sh -c "! dd if=/dev/$dev of=/dev/null bs=4k count=1 iflag=direct status=none"
	echo 0 >$bus/every_nth
	echo 0 >$bus/opts
	ok "type $type: the next read is right" dd if="/dev/$dev" of=/dev/null bs=4k count=1 iflag=direct status=none
	rmmod scsi_debug
done
load scsi_debug dev_size_mb=16 num_tgts=2 max_luns=2 delay=0
is 'the others have not changed' "$(identity | grep -v "^$(hosts scsi_debug | tail -n 1):")" "$(grep -v "^$(cut -d: -f1 </tmp/found | sort -n | tail -n 1):" <<<"$before")"
