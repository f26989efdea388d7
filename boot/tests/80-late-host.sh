# SPDX-License-Identifier: GPL-2.0
# A host that is added after its driver was loaded has all that the first host has; the devices of
# older hosts stay the same; a host in use can be removed (RHEL 3, bug 112426).
# Time: 600
# shellcheck shell=bash disable=SC2154
bus=/sys/bus/pseudo/drivers/scsi_debug
before=$(identity)
first=$(hosts scsi_debug)
echo 1 >$bus/add_host
h=$(hosts scsi_debug | grep -vx "$first")
ok 'the host is there' test -n "$h"
ok 'its devices appear' until_ 240 sh -c "[ \$(find $sys/ -maxdepth 1 -name '$h:*:*:*' | wc -l) = 4 ]"
ok 'it has a thread for errors' pgrep -x "scsi_eh_$h"
ok 'it has an entry in /proc/scsi' test -e "/proc/scsi/scsi_debug/$h"
is 'older devices have not changed' "$(identity | grep -v "^$h:")" "$before"
delete "$h:0:1:0"
is 'add-single-device' "$(write "$proc" "scsi add-single-device $h 0 1 0")" 0
is 'add-single-device finds it' "$(count "$h")" 4
delete "$h:0:1:1"
is 'a wildcard' "$(scan "$h" '- - -')" 0
is 'the wildcard finds it' "$(count "$h")" 4
is 'older devices have not changed by scans' "$(identity | grep -v "^$h:")" "$before"
dev=$(disk "$h:0:0:0")
exec 5<"/dev/$dev"
dd if="/dev/$dev" of=/dev/null bs=4k iflag=direct status=none 2>/dev/null 5<&- &
ok 'the host in use is removed' sh -c "echo -1 >$bus/add_host"
is 'no device of it is left' "$(count "$h")" 0
exec 5<&-
wait
ok 'no thread of it is left' until_ 240 sh -c "! pgrep -x scsi_eh_$h"
is 'older devices have not changed by the removal' "$(identity)" "$before"
