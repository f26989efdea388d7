# SPDX-License-Identifier: GPL-2.0
# A target in the same machine by tcm_loop, whose host says max_lun 0 and has LUNs above: they appear
# when they are linked, a user's scan brings one back as far as the base does, and nothing is left
# after links, scans and the removal of the target at the same time.
# Time: 600
# shellcheck shell=bash disable=SC2154
# shellcheck source=boot/target.sh
. ./target.sh
modprobe tcm_loop
backing 3
t="$target/loopback/naa.6001405000000001/tpgt_1"
mkdir -p "$t"
echo naa.6001405000000002 >"$t/nexus"
h=$(hosts tcm_loopback)
ok 'the host is there' test -n "$h"
before=$(identity)
for n in 0 1 2; do link "$t" $n; done
is 'each LUN appears' "$(devices "$h" | tr '\n' ' ')" '0:1:0 0:1:1 0:1:2 '
for s in '- - -' '0 1 0' '0 1 1' '0 1 -' '- 1 -' '0 - -' '0 0 0' '0 2 0'; do
	for x in 0:1:0 0:1:1 0:1:2; do [ ! -e "$sys/$h:$x" ] || delete "$h:$x"; done
	value "'$s'" "$(scan "$h" "$s"): $(devices "$h" | tr '\n' ' ')"
done
# Brought back by new links, which is what a user of targetcli can do.
for n in 0 1 2; do unlink_ "$t" $n; done
for n in 0 1 2; do link "$t" $n; done
is 'each LUN appears again' "$(devices "$h" | tr '\n' ' ')" '0:1:0 0:1:1 0:1:2 '
touch /tmp/run
writer() { while [ -e /tmp/run ]; do echo "$1" >"/sys/class/scsi_host/host$h/scan"; done 2>/dev/null; }
writer '- - -' &
writer '0 1 0' &
for n in $(seq 20); do
	unlink_ "$t" 1
	link "$t" 1
done
for n in 0 1 2; do unlink_ "$t" $n; done
rm /tmp/run
ok 'the writers end' until_ 240 idle
wait
# Not during a scan, see docs/reports/target.txt.
rmdir "$t"
touch /tmp/run
writer '- - -' &
writer '0 1 0' &
rmdir "$target/loopback/naa.6001405000000001"
is 'no host is left' "$(hosts tcm_loopback)" ''
rm /tmp/run
ok 'the writers of a host that is gone end' until_ 240 idle
wait
rmdir "$target/loopback"
no_backing 3
ok 'tcm_loop goes' modprobe -r tcm_loop
is 'no other device has changed' "$(identity)" "$before"
