# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of the boot lab share. A test reports by ok, is and value; a line names the test and
# says what was found, and means the same on every kernel and in every run.
sys=/sys/bus/scsi/devices
proc=/proc/scsi/scsi

say() { printf '%s\n' "$*" >/dev/ttyS1; }
# ok WHAT COMMAND...: the command must succeed
ok() {
	local what=$1
	shift
	if "$@" >/tmp/out 2>&1; then
		say "ok $test: $what"
	else
		say "not ok $test: $what"
		echo "not ok $test: $what: $*: $(tail -n 3 /tmp/out)"
	fi
}
# is WHAT FOUND WANTED
is() {
	if [ "$2" = "$3" ]; then
		say "ok $test: $1"
	else
		say "not ok $test: $1"
		echo "not ok $test: $1: '$2', not '$3'"
	fi
}
# value WHAT VALUE: what one kernel does; the other may do something else
value() { say "value $test: $1: $2"; }

drivers='mptsas megaraid_sas vmw_pvscsi sym53c8xx am53c974 virtio_scsi ahci uas usb-storage scsi_debug'
# The hosts of a driver, as numbers in the order in which they appeared.
hosts() {
	local h name
	for h in $(printf '%s\n' /sys/class/scsi_host/host* | sed 's/.*host//' | sort -n); do
		read -r name <"/sys/class/scsi_host/host$h/proc_name"
		[ "$name" != '(null)' ] || name=$(basename "$(readlink -f "/sys/class/scsi_host/host$h/device/../driver")")
		[ "$name" != "$1" ] || echo "$h"
	done 2>/dev/null
}
# The first host of a driver that has devices, or its first.
host() {
	local h first=
	for h in $(hosts "$1"); do
		first=${first:-$h}
		[ -z "$(devices "$h")" ] || { echo "$h"; return; }
	done
	echo "$first"
}
# The devices of a host as C:I:L.
devices() { find $sys -maxdepth 1 -name "$1:*" -printf '%f\n' | cut -d: -f2- | sort -V; }
# What identifies each device: one that was deleted and came back has another inode.
identity() { (cd $sys && stat -L -c '%n %i' -- *:*:*:* 2>/dev/null); }
count() { find $sys -maxdepth 1 -name "${1-*}:*:*:*" | wc -l; }
disk() { basename "$(echo $sys/"$1"/block/*)"; }
delete() { echo 1 >"$sys/$1/delete"; }

# write FILE STRING: the string with a newline; prints 0 or the error's name
write() { write_raw "$1" "$2\n"; }
# write_raw FILE FORMAT: as printf makes it, in one write
write_raw() {
	local e
	# The shell's own printf needs one write() for each line.
	# shellcheck disable=SC2059 # the format is what is asked for
	e=$({ /usr/bin/printf -- "$2" >"$1"; } 2>&1) || :
	case $e in
	'') echo 0 ;;
	*'Invalid argument'*) echo EINVAL ;;
	*'No such device or address'*) echo ENXIO ;;
	*'No such device'*) echo ENODEV ;;
	*'Operation not supported'*) echo EOPNOTSUPP ;;
	*'Interrupted system call'*) echo EINTR ;;
	*'Device or resource busy'*) echo EBUSY ;;
	*'Cannot allocate memory'*) echo ENOMEM ;;
	*) echo "$e" ;;
	esac
}
# try FILE FORMAT: write it and print the error, and how many devices are new and gone; undo that
try() {
	local before after e new gone x
	before=$(identity)
	e=$(write_raw "$1" "$2")
	after=$(identity)
	[ "$before" != "$after" ] || { echo "$e"; return; }
	new=$(grep -vxFc "$before" <<<"$after")
	gone=$(grep -vxFc "$after" <<<"$before")
	echo "$e, $new new, $gone gone"
	# shellcheck disable=SC2013
	for x in $(grep -vxF "$after" <<<"$before" | cut -d' ' -f1); do scan "${x%%:*}" "$(cut -d: -f2- <<<"$x" | tr : ' ')" >/dev/null; done
	for x in $(identity | cut -d' ' -f1 | grep -vxF "$(cut -d' ' -f1 <<<"$before")"); do delete "$x"; done
}
scan() { write "/sys/class/scsi_host/host$1/scan" "$2"; }

# scan_all STRING: write it to every host, and ask for a host that is not there, until /tmp/run is gone
scan_all() {
	while [ -e /tmp/run ]; do
		for f in /sys/class/scsi_host/host*/scan; do echo "$1" >"$f"; done 2>/dev/null
		echo "scsi add-single-device $RANDOM 0 0 0" >"$proc" 2>/dev/null
	done
}

# until_ SECONDS COMMAND...: wait for it
until_() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}
# settle: wait until the devices have been the same for a second. It starts no process, because
# there are many waits.
settle() {
	local now last='' same=0
	[ -p /tmp/nothing ] || mkfifo /tmp/nothing
	until [ $same -ge 5 ]; do
		now=("$sys"/*)
		if [ "${now[*]}" = "$last" ]; then same=$((same + 1)); else same=0; fi
		last=${now[*]}
		read -rt 0.2 _ <>/tmp/nothing
	done
}
# pci HOST: the PCI function of a host
pci() { readlink -f "/sys/class/scsi_host/host$1/device" | grep -oE '[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9]' | tail -n 1; }
# The folder of the driver of a PCI function, with its files bind and unbind.
driver() { readlink -f "/sys/bus/pci/devices/$1/driver"; }
# monitor COMMAND: for QEMU's monitor; an empty line before it takes what else came on the line
monitor() { printf '\r%s\r' "$1" >/dev/ttyS2; }
# True if no process that the test has started is running.
idle() { [ -z "$(jobs -r)" ]; }
