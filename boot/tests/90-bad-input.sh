# SPDX-License-Identifier: GPL-2.0
# Thousands of generated lines to both files: no crash, no device that should not be there, none lost,
# and an error that a user can look up.
# Time: 1800
# shellcheck shell=bash disable=SC2154
before=$(identity)
# shellcheck disable=SC2054
words=(0 1 7 - -- + -1 +1 00 08 0x 0x1 0xffffffff 4294967295 4294967296 18446744073709551615 18446744073709551616 a '' ' ' '\t' '\r' '\0' '\001' '\377' '%%s' '*' : , ';' '0 0' 9 99)
seps=(' ' ' ' ' ' '  ' '\t' '\n' ':' ',' '')
# line: the next one, in $s; no process for it, because they are slow here
line() {
	local n=$((RANDOM % 6))
	s=
	while [ $n -gt 0 ]; do
		s+=${words[RANDOM % ${#words[@]}]}${seps[RANDOM % ${#seps[@]}]}
		n=$((n - 1))
	done
}
h=$(host scsi_debug)
m=$(host mptsas)
v=$(host virtio_scsi)
{
	# The same lines on each kernel.
	RANDOM=4711
	for n in $(seq 600); do
		line
		for f in $h $m; do write_raw "/sys/class/scsi_host/host$f/scan" "$s\n"; done
		line
		write_raw /proc/scsi/scsi "scsi add-single-device $v $s\n"
		line
		write_raw /proc/scsi/scsi "$s\n"
		line
		# With a 7 in front, the number is that of no existing host: nothing may be removed.
		write_raw /proc/scsi/scsi "scsi remove-single-device 7$h $s\n"
	done
} | sort | uniq -c >/tmp/errors
cat /tmp/errors
is 'errors are those of the manual' "$(awk '{ print $2 }' /tmp/errors | grep -vx -e 0 -e EINVAL -e ENXIO -e ENODEV)" ''
is 'no device is new, gone or another' "$(identity)" "$before"
long=$(head -c 5000 /dev/zero | tr '\0' ' ')
is 'a page of blanks' "$(write_raw "/sys/class/scsi_host/host$h/scan" "$long")" EINVAL
is 'a page of blanks for the other file' "$(write_raw /proc/scsi/scsi "$long")" EINVAL
