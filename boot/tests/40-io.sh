# SPDX-License-Identifier: GPL-2.0
# Verified I/O on one disk of each driver during hundreds of scans.
# Time: 900
# shellcheck shell=bash disable=SC2154
for d in $drivers; do
	for x in $(devices "$(host "$d")"); do
		dev=$(disk "$(host "$d"):$x")
		[[ $dev != sd* ]] || { printf '[%s]\nfilename=/dev/%s\n' "$d" "$dev"; break; }
	done
done >/tmp/jobs
before=$(identity)
cat - /tmp/jobs >/tmp/fio <<'F'
[global]
rw=randwrite
bs=4k
size=4m
direct=1
ioengine=sync
verify=crc32c
verify_backlog=64
time_based
runtime=120
F
fio --output=/tmp/fio.log /tmp/fio &
pid=$!
writer() {
	while kill -0 $pid; do
		scan "$1" '- - -'
		scan "$1" '0 0 0'
	done 2>/dev/null
}
for d in mptsas virtio_scsi ahci uas usb-storage scsi_debug sym53c8xx; do writer "$(host $d)" >"/tmp/scans.$d" & done
wait $pid
is 'fio verifies what it has written' $? 0
ok 'the writers end' until_ 240 idle
wait
cat /tmp/scans.* | sort | uniq -c >/tmp/scans
cat /tmp/scans
is 'no scan fails' "$(awk '{ print $2 }' /tmp/scans)" 0
ok 'more than a hundred scans' test "$(awk '{ print $1 }' /tmp/scans)" -gt 100
is 'no device has changed' "$(identity)" "$before"
