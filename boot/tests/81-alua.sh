# SPDX-License-Identifier: GPL-2.0
# A device handler is attached before anybody is told of its device, at the first scan and when a
# device that was deleted is scanned again.
# Time: 600
# shellcheck shell=bash disable=SC2154,SC2016
bus=/sys/bus/pseudo/drivers/scsi_debug
before=$(count)
cat >/tmp/helper <<'H'
#!/bin/sh
# Called for each event of the kernel, at once.
[ "$ACTION" = add ] || exit 0
case $SUBSYSTEM in
scsi) [ "$DEVTYPE" = scsi_device ] && d=/sys$DEVPATH ;;
block) d=/sys$DEVPATH/device ;;
esac
[ -z "$d" ] || echo "$SUBSYSTEM $(cat "$d/dh_state")" >>/tmp/events
H
chmod 755 /tmp/helper
echo 0 >$bus/vpd_use_hostno
echo /tmp/helper >/sys/kernel/uevent_helper
: >/tmp/events
echo 1 >$bus/add_host
h=$(hosts scsi_debug | tail -n 1)
ok 'its devices appear' until_ 240 sh -c "[ \$(find $sys/ -maxdepth 1 -name '$h:*:*:*' | wc -l) = 4 ]"
ok 'events of the first scan' until_ 240 sh -c '[ $(wc -l </tmp/events) = 8 ]'
is 'the handler is on each device at its first event' "$(sort /tmp/events | uniq -c | tr -s ' \n' ' ')" ' 4 block alua 4 scsi alua '
: >/tmp/events
delete "$h:0:1:0"
scan "$h" '- - -' >/dev/null
ok 'events of a rescan' until_ 240 sh -c '[ $(wc -l </tmp/events) = 2 ]'
is 'the handler is on the device that is back' "$(sort /tmp/events | uniq -c | tr -s ' \n' ' ')" ' 1 block alua 1 scsi alua '
echo >/sys/kernel/uevent_helper
echo -1 >$bus/add_host
echo 1 >$bus/vpd_use_hostno
is 'the host is gone' "$(count)" "$before"
