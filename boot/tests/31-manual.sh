# SPDX-License-Identifier: GPL-2.0
# scsi_mod.scan=manual: a host shows nothing until somebody asks, and the first wildcard finds all,
# whether the parameter still says "manual" or says "sync" (as scsi-enable-target-scan.sh makes it).
# Time: 600
# shellcheck shell=bash disable=SC2154
parameter=/sys/module/scsi_mod/parameters/scan
was=$(cat $parameter)
there() { [ -n "$(hosts "$d")" ]; }
for d in mptsas virtio_scsi sym53c8xx; do
	list=$(devices "$(host $d)")
	function=$(pci "$(host $d)")
	driver=$(driver "$function")
	for then in manual sync; do
		printf manual >$parameter
		echo "$function" >"$driver/unbind"
		echo "$function" >"$driver/bind"
		ok "$d, $then: the host is there" until_ 240 there
		settle
		h=$(hosts $d | tail -n 1)
		value "$d, $then: devices before anybody asks" "$(devices "$h" | wc -l)"
		printf %s $then >$parameter
		is "$d, $then: a wildcard" "$(scan "$h" '- - -')" 0
		is "$d, $then: the wildcard finds all" "$(devices "$h")" "$list"
		printf %s "$was" >$parameter
	done
done
