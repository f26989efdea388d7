# SPDX-License-Identifier: GPL-2.0
# Delete every device of every host and bring all back by each form of a scan.
# Time: 900
# shellcheck shell=bash disable=SC2154
slow() { case $1 in megaraid_sas | vmw_pvscsi) ;; *) return 1 ;; esac; }
for d in $drivers; do
	h=$(host "$d")
	list=$(devices "$h")
	for form in '- - -' 'C I L' 'C - -' 'C I -' '- I -' '- - L'; do
		# Each absent id takes a second there: only the wildcard and forms that name one id.
		case $form in '- - -' | 'C I L' | 'C I -') ;; *) ! slow "$d" || continue ;; esac
		others=$(identity | grep -v "^$h:")
		for x in $list; do delete "$h:$x"; done
		is "$d: deleted before '$form'" "$(devices "$h")" ''
		for x in $list; do
			read -r c i l <<<"${x//:/ }"
			s=${form//C/$c}
			s=${s//I/$i}
			echo "${s//L/$l}"
		done | sort -u | while read -r s; do scan "$h" "$s"; done | sort -u >/tmp/errors
		is "$d '$form': no error" "$(cat /tmp/errors)" 0
		is "$d '$form': all are back" "$(devices "$h")" "$list"
		is "$d '$form': no other device has changed" "$(identity | grep -v "^$h:")" "$others"
		# For the next form.
		for x in $list; do [ -e "$sys/$h:$x" ] || scan "$h" "${x//:/ }" >/dev/null; done
		for x in $(devices "$h" | grep -vxF "$list"); do delete "$h:$x"; done
		[ "$(devices "$h")" = "$list" ] || return
	done
	# One device alone: its siblings must stay the same devices.
	slow "$d" && continue
	x=$(head -n 1 <<<"$list")
	others=$(identity | grep -v "^$h:$x ")
	delete "$h:$x"
	scan "$h" '- - -' >/dev/null
	is "$d: one is back" "$(devices "$h")" "$list"
	is "$d: its siblings have not changed" "$(identity | grep -v "^$h:$x ")" "$others"
done
