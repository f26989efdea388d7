# SPDX-License-Identifier: GPL-2.0
# Each driver is unloaded and loaded again, against writers to every host.
# Time: 900
# shellcheck shell=bash disable=SC2154
touch /tmp/run
scan_all '0 0 0' &
scan_all '0 1 0' &
all() { for h in $(hosts "$d"); do devices "$h"; done; }
back() { [ "$(all)" = "$list" ]; }
# A scan holds a reference to its host's driver while it looks at a device: the module is
# "in use" until then.
# uas uses usb_storage.
# shellcheck disable=SC2086
out() { modprobe -r ${m/usb_storage/uas usb_storage}; }
for m in mptsas megaraid_sas vmw_pvscsi sym53c8xx am53c974 virtio_scsi ahci uas usb_storage scsi_debug; do
	d=${m/usb_storage/usb-storage}
	list=$(all)
	ok "$m: out of the kernel" until_ 240 out
	is "$m: no host is left" "$(hosts "$d")" ''
	case $m in
	scsi_debug) modprobe scsi_debug dev_size_mb=16 num_tgts=2 max_luns=2 delay=0 ;;
	*) modprobe $m ;;
	esac
	ok "$m: the devices are back" until_ 240 back
	[ $m != usb_storage ] || modprobe uas
done
rm /tmp/run
ok 'the writers end' until_ 240 idle
wait
