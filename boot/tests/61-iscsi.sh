# SPDX-License-Identifier: GPL-2.0
# An iSCSI session to a target in the same machine: its disks are deleted and scanned back, a new LUN is
# found by a rescan of the session, and sessions end while users scan.
# Time: 600
# shellcheck shell=bash disable=SC2154
# shellcheck source=boot/target.sh
. ./target.sh
modprobe iscsi_target_mod
modprobe iscsi_tcp
backing 3
iqn=iqn.2026-11.lab:disk
t="$target/iscsi/$iqn/tpgt_1"
mkdir -p "$t/np/127.0.0.1:3260"
for x in authentication:0 generate_node_acls:1 demo_mode_write_protect:0 cache_dynamic_acls:1; do echo ${x#*:} >$t/attrib/${x%:*}; done
link "$t" 0
link "$t" 1
echo 1 >"$t/enable"
before=$(identity)
mkdir -p /etc/iscsi /run/lock/iscsi
echo "InitiatorName=iqn.2026-11.lab:host" >/etc/iscsi/initiatorname.iscsi
# In a session of its own, because iscsid kills its process group when it ends.
setsid iscsid -f >/tmp/iscsid 2>&1 &
daemon=$!
sleep 1
ok 'discovery' iscsiadm -m discovery -t sendtargets -p 127.0.0.1
login() { iscsiadm -m node -T $iqn -p 127.0.0.1 --login; }
logout() { iscsiadm -m node -T $iqn -p 127.0.0.1 --logout; }
ok 'login' login
h=$(hosts iscsi_tcp)
both() { [ "$(devices "$(hosts iscsi_tcp)" | tr '\n' ' ')" = '0:0:0 0:0:1 ' ]; }
ok 'both disks are there' until_ 240 both
for s in '- - -' '0 0 -' '0 - -' '- 0 -' 'session'; do
	delete "$h:0:0:0"
	delete "$h:0:0:1"
	if [ "$s" = session ]; then iscsiadm -m session --rescan >/dev/null; else is "'$s'" "$(scan "$h" "$s")" 0; fi
	ok "'$s': both are back" until_ 240 both
done
link "$t" 2
ok 'rescan of the session' iscsiadm -m session --rescan
ok 'it finds a new LUN' until_ 240 test -e "$sys/$h:0:0:2"
unlink_ "$t" 2
delete "$h:0:0:2"
touch /tmp/run
hosts iscsi_tcp >/tmp/host
writer() {
	local h
	while [ -e /tmp/run ]; do
		read -r h </tmp/host
		echo "$1" >"/sys/class/scsi_host/host$h/scan"
	done 2>/dev/null
}
writer '- - -' &
writer '0 0 0' &
for n in 1 2 3 4 5; do
	ok "logout $n" logout
	is "no host is left $n" "$(hosts iscsi_tcp)" ''
	ok "login $n" login
	hosts iscsi_tcp >/tmp/host
	ok "both disks are there $n" until_ 240 both
done
rm /tmp/run
ok 'the last logout' logout
kill $daemon
ok 'the writers end' until_ 240 idle
wait
echo 0 >"$t/enable"
unlink_ "$t" 0
unlink_ "$t" 1
rmdir "$t/np/127.0.0.1:3260" "$t" "$target/iscsi/$iqn" "$target/iscsi"
no_backing 3
is 'no other device has changed' "$(identity)" "$before"
