# SPDX-License-Identifier: GPL-2.0
# Unbind and bind each driver, against writers to every host.
# Time: 900
# shellcheck shell=bash disable=SC2154
touch /tmp/run
scan_all '0 0 0' &
scan_all '0 1 0' &
put() { echo "$function" >"$driver/$1"; }
back() { [ "$(devices "$(host "$d")")" = "$list" ]; }
for d in mptsas megaraid_sas vmw_pvscsi sym53c8xx am53c974 virtio_scsi ahci; do
	h=$(host "$d")
	list=$(devices "$h")
	function=$(pci "$h")
	driver=$(driver "$function")
	for n in 1 2 3; do
		ok "$d: unbind $n" put unbind
		is "$d: no host is left $n" "$(hosts "$d")" ''
		ok "$d: bind $n" put bind
		ok "$d: the devices are back $n" until_ 240 back
	done
done
rm /tmp/run
wait
is 'every device is back' "$(count)" "$(wc -l </tmp/found)"
