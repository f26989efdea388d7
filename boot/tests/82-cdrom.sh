# A CD-ROM is held open while its host goes, and closed during the removal: neither waits for the other.
# Time: 200
# shellcheck shell=bash disable=SC2154
for d in ahci virtio_scsi; do
	for h in $(hosts $d); do
		for x in $(devices "$h"); do [[ $(disk "$h:$x") != sr* ]] || { at=$h:$x; cd=/dev/$(disk "$h:$x"); }; done
	done
	h=${at%%:*}
	if [ $d = ahci ]; then
		function=$(pci "$h")
		dir=/sys/bus/pci/drivers/ahci
	else
		function=$(basename "$(readlink -f "/sys/class/scsi_host/host$h/device/..")")
		dir=/sys/bus/virtio/drivers/virtio_scsi
	fi
	all=$(count)
	# Open and closed a hundred times while it goes, and held open all the time.
	exec 5<"$cd"
	(for _ in $(seq 100); do : <"$cd"; done 2>/dev/null) 5<&- &
	closer=$!
	ok "$d: the host goes while its CD-ROM is open" timeout 60 sh -c "echo $function >$dir/unbind"
	is "$d: it is gone" "$(devices "$h")" ''
	exec 5<&-
	ok "$d: who opened and closed it ends" until_ 60 sh -c "! kill -0 $closer"
	wait
	ok "$d: bind again" sh -c "echo $function >$dir/bind"
	ok "$d: the devices are back" until_ 60 bash -c ". ./lib.sh; [ \"\$(count)\" = $all ]"
done
