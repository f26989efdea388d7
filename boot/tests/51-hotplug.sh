# SPDX-License-Identifier: GPL-2.0
# Disks that QEMU unplugs and plugs, against writers to every host. Where the controller reports it,
# a disk goes and comes by itself; elsewhere a user's scan finds the disk, and removes nothing.
# Time: 600
# shellcheck shell=bash disable=SC2154
touch /tmp/run
writer() { while [ -e /tmp/run ]; do for f in /sys/class/scsi_host/host*/scan; do echo "$1" >"$f"; done 2>/dev/null; done; }
writer '0 0 0' &
writer '0 1 0' &
back() { [ "$(devices "$(host "$d")")" = "$list" ]; }
gone() { ! back; }
# reads C:I:L: the disk can be read
reads() { dd if="/dev/$(disk "$(host "$d"):$1")" of=/dev/null bs=4k count=1 iflag=direct status=none; }
plug_uas() {
	monitor 'device_add usb-uas,id=uas,bus=xhci.0'
	monitor 'device_add scsi-hd,drive=uas0,id=uas0,bus=uas.0,lun=0,serial=uas0'
	monitor 'qom-set uas attached on'
}
# plug DRIVER UNPLUGGED PLUG
plug() {
	local n d=$1 list
	list=$(devices "$(host "$d")")
	for n in 1 2 3; do
		monitor "device_del $2"
		ok "$d: an unplugged disk goes $n" until_ 240 gone
		$3
		ok "$d: the disk is back $n" until_ 240 back
	done
}
virtio() { monitor 'device_add scsi-hd,drive=vio2,id=vio2,bus=vio.0,scsi-id=7,serial=vio2'; }
pvscsi() { monitor 'device_add scsi-hd,drive=pv1,id=pv1,bus=pv.0,scsi-id=3,serial=pv1'; }
stick() { monitor 'device_add usb-storage,drive=stor0,id=stor0,bus=xhci.0'; }
plug virtio_scsi vio2 virtio
plug vmw_pvscsi pv1 pvscsi
plug usb-storage stor0 stick
plug uas uas plug_uas
# There is no event: the device stays, and answers again when the disk is back.
d=mptsas
list=$(devices "$(host $d)")
x=$(tail -n 1 <<<"$list")
monitor 'device_del sas1'
is "$d: a wildcard without the disk" "$(scan "$(host $d)" '- - -')" 0
ok "$d: a wildcard takes nothing away" back
monitor 'device_add scsi-hd,drive=sas1,id=sas1,bus=sas.0,scsi-id=1,wwn=0x5000c50000000011,serial=sas1'
is "$d: a wildcard with the disk" "$(scan "$(host $d)" '- - -')" 0
ok "$d: the disk can be read again" until_ 240 reads "$x"
rm /tmp/run
ok 'the writers end' until_ 240 idle
wait
