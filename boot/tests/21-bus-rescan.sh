# SPDX-License-Identifier: GPL-2.0
# rescan-scsi-bus.sh of sg3-utils: which deleted device its options bring back, on every host (those
# that change how it scans on two of them); lsscsi and sg_scan show each device that there is.
# Time: 3000
# shellcheck shell=bash disable=SC2154
put_back() { for x in $list; do [ -e "$sys/$h:$x" ] || scan "$h" "${x//:/ }" >/dev/null; done; }
for d in $drivers; do
	h=$(host "$d")
	list=$(devices "$h")
	x=$(tail -n 1 <<<"$list")
	options=(plain -a)
	case $d in mptsas | scsi_debug) options+=('-a -c' '-a -w' -r) ;; esac
	for o in "${options[@]}"; do
		others=$(identity | grep -v "^$h:$x ")
		delete "$h:$x"
		# shellcheck disable=SC2086
		rescan-scsi-bus.sh ${o#plain} --hosts="$h" >/tmp/bus 2>&1
		value "$d $o: the last of $(wc -l <<<"$list") is back" "$([ -e "$sys/$h:$x" ] && echo yes || echo no)"
		is "$d $o: no other device has changed" "$(identity | grep -v "^$h:$x ")" "$others"
		put_back
	done
done
# The options that look at existing devices, on all hosts at once.
before=$(identity)
for o in -f -s -m; do
	ok "$o" rescan-scsi-bus.sh $o
	is "$o: no device has changed" "$(identity)" "$before"
done
is 'lsscsi shows each device' "$(lsscsi | wc -l)" "$(count)"
is 'sg_scan shows each device' "$(sg_scan | grep -c ^/dev/sg)" "$(count)"
