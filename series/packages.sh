#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Debian packages that building and testing need: install the missing ones when
# root, else say the one line that does.
set -eu

need='build-essential bc bison flex libelf-dev libssl-dev rsync unifdef patch
	xz-utils kmod cpio python3 git perl ccache linux-source-6.1 qemu-system-x86
	busybox-static clang libclang-rt-dev llvm libbpf-dev sparse gcc-multilib tcpdump iproute2
	libc6-dev libseccomp-dev zlib1g-dev bpftool python3-z3'
# a tarball given by hand makes the packaged source unnecessary
[ -z "${TARBALL:-}" ] || need=$(echo "$need" | sed 's/linux-source-6\.1//')

missing=
for p in $need; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || :) in
	*' installed') ;;
	*)	missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "missing packages; as root: apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends \
		$missing >&2
