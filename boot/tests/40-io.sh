# Verified I/O on one disk of each driver during hundreds of scans.
# Time: 400
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
runtime=60
F
fio --output=/tmp/fio.log /tmp/fio &
pid=$!
n=0
while kill -0 $pid 2>/dev/null; do
	for d in mptsas virtio_scsi ahci uas usb-storage scsi_debug sym53c8xx; do
		h=$(host "$d")
		scan "$h" '- - -'
		scan "$h" '0 0 0'
		n=$((n + 2))
	done
done | sort | uniq -c >/tmp/scans
wait $pid
is 'fio verifies what it has written' $? 0
cat /tmp/scans
is 'no scan fails' "$(awk '{ print $2 }' /tmp/scans)" 0
ok 'more than a hundred scans' test "$(awk '{ print $1 }' /tmp/scans)" -gt 100
is 'no device has changed' "$(identity)" "$before"
