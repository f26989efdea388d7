# SPDX-License-Identifier: GPL-2.0
# Scans by sysfs and by /proc/scsi/scsi, deletes, and hosts of scsi_debug that come and go, all at once
# for a minute; then each device that was deleted can be scanned back.
# Time: 600
# shellcheck shell=bash disable=SC2154
bus=/sys/bus/pseudo/drivers/scsi_debug
touch /tmp/run
during() { while [ -e /tmp/run ]; do "$@"; done >/dev/null 2>&1; }
pick() { printf '%s\n' "$@" | shuf -n 1; }
by_sysfs() { pick '- - -' '0 0 0' '0 1 0' '0 - -' '- 0 0' '0 7 -' >"$(pick /sys/class/scsi_host/host*/scan)"; }
# shellcheck disable=SC2046
by_proc() { echo "scsi $(pick add remove)-single-device $(pick $(hosts scsi_debug) $(hosts virtio_scsi)) 0 $(pick 0 1) $(pick 0 1)" >/proc/scsi/scsi; }
by_delete() { echo 1 >"$(pick "$sys"/*:*:*:*/delete)"; }
come_and_go() {
	echo 2 >$bus/add_host
	sleep 0.$RANDOM
	echo -2 >$bus/add_host
}
# A wildcard takes twenty seconds there.
for h in $(hosts megaraid_sas) $(hosts vmw_pvscsi); do mount --bind /dev/null "/sys/class/scsi_host/host$h/scan"; done
for f in by_sysfs by_sysfs by_proc by_delete come_and_go; do during $f & done
sleep 60
rm /tmp/run
ok 'everybody ends' until_ 240 idle
wait
umount /sys/class/scsi_host/host*/scan
while read -r x; do
	[ -e "$sys/$x" ] || scan "${x%%:*}" "$(cut -d: -f2- <<<"$x" | tr : ' ')"
done </tmp/found | sort -u >/tmp/errors
is 'each is scanned without an error' "$(grep -vx 0 /tmp/errors)" ''
is 'every device is back' "$(identity | cut -d' ' -f1)" "$(cat /tmp/found)"
