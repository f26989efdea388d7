# SPDX-License-Identifier: GPL-2.0
# blktests: block/001, the scsi group, and the case of boot/blktests, in the folder that BLKTESTS names.
# Time: 1200
# shellcheck shell=bash disable=SC2154
cd /run/lab/blktests || exit
echo "TEST_DEVS=(/dev/$(disk "$(host virtio_scsi):0:0:0"))" >config
# Cases that use scsi_debug load it themselves.
modprobe -r scsi_debug
TIMEOUT=30 ./check block/001 scsi
for f in results/*/*/[0-9][0-9][0-9]; do
	value "$(basename "$(dirname "$f")")/$(basename "$f")" "$(sed -n 's/^status\t//p' "$f")"
done
cd /
modprobe -qr scsi_debug
load scsi_debug dev_size_mb=16 num_tgts=2 max_luns=2 delay=0
