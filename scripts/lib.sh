# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# Shared by every script here: where things are, one-line errors, the lock.
set -eu -o pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${SERIES_BUILD:-$top/build}
linux=$build/linux
patches=$top/patches
logs=$build/logs
self=$(basename "$0")
# ccache, where it is installed, finds the compiler itself, by the rest of PATH.
for d in /usr/lib64/ccache /usr/lib/ccache; do
	case :$PATH: in *":$d:"*) ;; *) [ ! -d "$d" ] || PATH=$d:$PATH ;; esac
done
# An ordinary user's PATH lacks these.
case $PATH in *:/usr/sbin:/sbin) ;; *) PATH=$PATH:/usr/sbin:/sbin ;; esac
export LC_ALL=C PATH CCACHE_DIR=${CCACHE_DIR:-$build/ccache}
# What a kernel developer exports for trees of his own.
unset CROSS_COMPILE CC LD AR NM HOSTCC CFLAGS LDFLAGS KBUILD_OUTPUT KCONFIG_CONFIG KCONFIG_ALLCONFIG KBUILD_CFLAGS INSTALL_MOD_PATH O V C W
# A user's git configuration, hooks and environment must not leak into what we make.
# Nor must the make that called us be the parent of those that we call.
unset MAKEFLAGS MFLAGS MAKELEVEL
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
die() {
	printf '%s: %s\n' "$self" "$*" >&2
	exit 1
}

mkdir -p "$logs" 2>/dev/null && [ -w "$logs" ] || die "cannot write to $build: make it a link to a folder that can be written"

# Print a script's own head comment as its help.
usage() {
	case ${1-} in
	-h | --help)
		sed -n '3,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$0"
		exit 0
		;;
	esac
}

# One run at a time: whoever starts first holds the lock; the variable tells its children.
lock() {
	[ -z "${SERIES_LOCKED-}" ] || return 0
	exec 9>"$build/.lock"
	flock -n 9 || die "another run is at work in $build: wait for it or stop it (fuser $build/.lock)"
	export SERIES_LOCKED=1
}

# Fail with a log's last lines and its path.
die_log() {
	local log=$1
	shift
	tail -n 20 "$log" >&2 || :
	die "$* (log: $log)"
}

# GiB free below a folder.
need_disk() {
	local free
	free=$(df -Pk "$build" | awk 'NR==2 { print int($4 / 1048576) }')
	[ "$free" -ge "$1" ] || die "$free GiB free under $build, $1 needed: free some space or link build/ to a larger disk"
}

# The variant of KUnit that UP=, MODULES=, LISTS=, HBA= or ARCH= asks for.
kunit_variant() {
	if [ -n "${ARCH-}" ]; then
		echo "$ARCH"
	elif [ -n "${MODULES-}" ]; then
		echo modules
	elif [ -n "${LISTS-}" ]; then
		echo uml-lists
	elif [ -n "${HBA-}" ]; then
		echo uml-hba${UP:+-up}
	elif [ -n "${UP-}" ]; then
		echo uml-up
	else
		echo uml-smp
	fi
}

# Nobody has committed to build/linux since its commits were made from patches/, or exported to it.
as_applied() { [ "$(git -C "$linux" rev-parse -q --verify refs/applied || :)" = "$(git -C "$linux" rev-parse HEAD)" ]; }

need() { "$top/scripts/need" "$@"; }

# lost CONFIGURATION FILE: the first option of the file that the configuration lacks, if there is one.
lost() { grep -v -e '^#' -e '^$' -e '=n$' "$2" | grep -vxFf "$1" | head -n 1 || :; }

# The commit of the pinned base. Nothing if build/base.git has none, or has a newer package that stands
# in for it, on which blob hashes and line numbers of patches differ.
pinned_base() {
	local package version
	read -r package version < <(awk '!/^#/ { print $3, $4; exit }' "$top/kernel-config/bases")
	[ "$(git -C "$build/base.git" log -1 --format=%s base-7.3 2>/dev/null)" != "Linux ${package}_${version}_all" ] ||
		git -C "$build/base.git" rev-parse base-7.3
}

# The commit that the topic "tests" ends with: the fake HBA, and what 7.3 does.
tests_commit() {
	local last
	last=$(awk '/^# topic: / { on = $3 == "tests" } on && /\.patch$/ { n = $0 } END { print n }' "$top/series")
	git -C "$linux" log --format='%h %f' base..HEAD | grep -F " ${last:5:40}" | cut -d' ' -f1
}

# add_tests FILE...: put them into the tests of build/test; sources are built.
add_tests() {
	local f tests=$build/test/drivers/scsi/tests
	cp "$@" "$tests/"
	for f; do
		# shellcheck disable=SC2016 # make expands it
		[[ $f != *.c ]] || echo 'obj-$(CONFIG_SCSI_KUNIT_TEST) += '"$(basename "$f" .c).o"
	done >>"$tests/Makefile"
}
