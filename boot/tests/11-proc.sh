# SPDX-License-Identifier: GPL-2.0
# Every string form that people write to /proc/scsi/scsi.
# Time: 1800
# shellcheck shell=bash disable=SC2154
for d in mptsas virtio_scsi scsi_debug ahci; do
	h=$(host "$d")
	x=$(devices "$h" | head -n 1)
	read -r c i l <<<"${x//:/ }"
	strings=("$h $c $i $l" " $h $c $i $l" "$h  $c $i $l" "$h:$c:$i:$l" "$h,$c,$i,$l" "0$h $c $i $l" "$h $c $i 0$l" "$h 0 08 0" "$h 0 010 0"
		"$h $c $i $l 0" "$h $c $i $l;" "$h\t$c\t$i\t$l" "$h $c $i" "$h $c" "$h" '' 'a b c d' '- - - -' "$h $c $i -" "$h $c $i 4294967295"
		"$h $c $i 4294967296" "$h $c $i 18446744073709551615" "$h $c 4294967296 0" "$h 9 0 0" "9999 0 0 0" "-1 0 0 0")
	for s in "${strings[@]}"; do
		for op in add remove; do
			# The host's number is the machine's.
			value "$d $op '${s/$h/H}'" "$(try "$proc" "scsi $op-single-device $s\n")"
		done
	done
done
for s in 'scsi' 'scsi dump' 'scsi add-single-device' 'SCSI add-single-device 0 0 0 0' 'add-single-device 0 0 0 0' ' scsi add-single-device 0 0 0 0' 'scsi  add-single-device 0 0 0 0' 'scsi log all'; do
	value "'$s'" "$(write_raw "$proc" "$s\n")"
done
