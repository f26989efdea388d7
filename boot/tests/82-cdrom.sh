# SPDX-License-Identifier: GPL-2.0
# A CD-ROM is held open while its host goes, and closed during the removal: neither waits for the other.
# Time: 600
# shellcheck shell=bash disable=SC2154
back() { [ "$(count)" = "$all" ]; }
for d in ahci virtio_scsi; do
	for h in $(hosts $d); do
		for x in $(devices "$h"); do [[ $(disk "$h:$x") != sr* ]] || { at=$h:$x; cd=/dev/$(disk "$h:$x"); }; done
	done
	h=${at%%:*}
	function=$(pci "$h")
	driver=$(driver "$function")
	all=$(count)
	# Open and closed a hundred times while it goes, and held open all the time.
	exec 5<"$cd"
	(for _ in $(seq 100); do : <"$cd"; done 2>/dev/null) 5<&- &
	ok "$d: the host goes while its CD-ROM is open" timeout 60 sh -c "echo $function >$driver/unbind"
	is "$d: it is gone" "$(devices "$h")" ''
	exec 5<&-
	ok "$d: who opened and closed it ends" until_ 240 idle
	wait
	ok "$d: bind again" sh -c "echo $function >$driver/bind"
	ok "$d: the devices are back" until_ 240 back
done
