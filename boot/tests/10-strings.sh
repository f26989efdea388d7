# SPDX-License-Identifier: GPL-2.0
# Every string form that people write to the scan attribute, on one host of each driver.
# Time: 1800
# shellcheck shell=bash disable=SC2154
strings=(
	'0 0 0' ' 0 0 0 ' '0  0 0' '0\t0\t0' '0 0 0\n' '0 0 0\r'
	'0 0 -' '0 0 1' '0 0 7' '0 0 255' '0 0 256' '0 0 16383' '0 0 16384' '0 0 16640' '0 0 49409' '0 0 4294967295' '0 0 4294967296'
	'0 0 18446744073709551615' '0 0 18446744073709551616' '0 0 0x4010400000000000'
	'0 7 0' '0 255 0' '0 4294967295 0' '0 4294967296 0' '1 0 0' '2 0 0' '9 0 0' '4294967295 0 0'
	'+0 0 0' '-1 0 0' '0 08 0' '0 010 0' '0x0 0x0 0x0' '0:0:0' '0,0,0'
	'---' '1' '0 0' '5 0 0 8' '- - - -' '0 0 0 0' 'c t l' '“- - -”' '' ' ' '-' '0 0 0x' '0 0 1-' '- 0 0'
)
# These walk ids; where absent ids take a second each they are written once, in 20-delete.
wild=('- - -' ' - - - ' '- - - ' '-\t-\t-' '0 - -' '0 - 0' '- - 0' '- 0 -' '1 - -' '9 - -')
for d in $drivers; do
	h=$(host "$d")
	all=("${strings[@]}")
	case $d in megaraid_sas | vmw_pvscsi | am53c974 | sym53c8xx) ;; *) all+=("${wild[@]}") ;; esac
	for s in "${all[@]}"; do
		value "$d '$s'" "$(try "/sys/class/scsi_host/host$h/scan" "$s\n")"
	done
	# By printf '- - -' and tee -a, without a newline; and with what sizeof() of a string counts.
	for s in '0 0 0' '0 0 0\0' '0 0 0\0\n'; do
		value "$d '$s' without a newline" "$(write_raw "/sys/class/scsi_host/host$h/scan" "$s")"
	done
done
