# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2034
# A target in the same machine: files as disks, and LUNs that point to them.
target=/sys/kernel/config/target
modprobe configfs 2>/dev/null
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
modprobe target_core_file
# backing N: make the disks 0 to N-1
backing() {
	local n b
	for ((n = 0; n < $1; n++)); do
		b=$target/core/fileio_$n/disk$n
		mkdir -p "$b"
		echo "fd_dev_name=/tmp/backing$n,fd_dev_size=$(((16 + n) << 20))" >"$b/control"
		echo 1 >"$b/enable"
	done
}
no_backing() {
	local n
	for ((n = 0; n < $1; n++)); do
		rmdir "$target/core/fileio_$n/disk$n" "$target/core/fileio_$n"
		rm "/tmp/backing$n"
	done
}
# link TPG N: disk N as LUN N
link() {
	mkdir "$1/lun/lun_$2"
	ln -s "$target/core/fileio_$2/disk$2" "$1/lun/lun_$2/disk"
}
unlink_() {
	rm "$1/lun/lun_$2/disk"
	rmdir "$1/lun/lun_$2"
}
