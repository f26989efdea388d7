# SPDX-License-Identifier: GPL-2.0
# Suspend, as far as the freezer and as far as the devices, against writers: a scan neither makes a
# suspend fail nor fails because of it.
# Time: 600
# shellcheck shell=bash disable=SC2154
touch /tmp/run
before=$(identity)
writer() {
	local d
	while [ -e /tmp/run ]; do
		for d in mptsas virtio_scsi scsi_debug ahci; do scan "$(host $d)" "$1"; done
	done
}
writer '- - -' >/tmp/w1 &
writer '0 0 0' >/tmp/w2 &
for level in freezer devices; do
	echo $level >/sys/power/pm_test
	for n in 1 2 3; do ok "$level $n" sh -c 'echo mem >/sys/power/state'; done
done
echo none >/sys/power/pm_test
rm /tmp/run
ok 'the writers end' until_ 240 idle
wait
is 'no scan fails' "$(sort -u /tmp/w1 /tmp/w2)" 0
settle
is 'every device is there' "$(identity | cut -d' ' -f1)" "$(cut -d' ' -f1 <<<"$before")"
