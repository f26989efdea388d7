# Unbind and bind each driver, against writers to every host and readers of each device.
# Time: 900
# shellcheck shell=bash disable=SC2154
touch /tmp/run
writer() {
	while [ -e /tmp/run ]; do
		for f in /sys/class/scsi_host/host*/scan; do echo "$1" >"$f"; done 2>/dev/null
		echo "scsi add-single-device $RANDOM 0 0 0" >"$proc" 2>/dev/null
	done
}
writer '0 0 0' &
writer '0 1 0' &
for d in mptsas megaraid_sas vmw_pvscsi sym53c8xx esp virtio_scsi ahci; do
	h=$(host "$d")
	list=$(devices "$h")
	function=$(pci "$h")
	driver=$(basename "$(readlink "/sys/bus/pci/devices/$function/driver")")
	unbind() { echo "$1" >"/sys/bus/pci/drivers/$driver/$2"; }
	# A device of the PCI bus may be one of another bus.
	case $d in virtio_scsi)
		driver=virtio_scsi
		function=$(basename "$(readlink -f "/sys/class/scsi_host/host$h/device/..")")
		unbind() { echo "$1" >"/sys/bus/virtio/drivers/$driver/$2"; }
		;;
	esac
	for n in 1 2 3; do
		ok "$d: unbind $n" unbind "$function" unbind
		is "$d: no host is left $n" "$(hosts "$d")" ''
		ok "$d: bind $n" unbind "$function" bind
		ok "$d: the devices are back $n" until_ 60 bash -c ". ./lib.sh; [ \"\$(devices \$(host $d))\" = '$list' ]"
	done
done
rm /tmp/run
wait
is 'every device is back' "$(count)" "$(wc -l </tmp/found)"
