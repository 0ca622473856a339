#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unpack a Linux 6.1.y tarball to OUT/base, without upstream's BPF.
#
#	base.sh OUT [TARBALL]
#
# OUT/base/.bpf-base says what it was made from; the work is done again only when
# the tarball or the strip rules change. With STOCK=1: unpack only, to OUT/stock.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=$1
tarball=${2:-}

for t in "$tarball" /usr/src/linux-source-6.1.tar.xz; do
	[ -n "$t" ] && [ -r "$t" ] && break
	[ -n "$t" ] && [ "$t" = "$tarball" ] && {
		echo "base: $t: cannot read it" >&2
		exit 1
	}
	t=
done
if [ -z "$t" ]; then
	echo "base: no /usr/src/linux-source-6.1.tar.xz: apt-get install linux-source-6.1, or TARBALL=" >&2
	exit 1
fi

# bytes of a processor's registers
UM_REGISTERS=16384

size="$(stat -L -c '%s %Y' "$t") um $UM_REGISTERS"
if [ "${STOCK:-0}" = 1 ]; then
	dir=$out/stock
	id="$t $size"
else
	dir=$out/base
	sum=$(cat "$here"/strip/* 2>/dev/null | sha256sum | cut -c1-16)
	id="$t $size strip $sum"
fi
mkdir -p "$out"
exec 9>"$out/.lock-${dir##*/}"
flock 9
[ "$(sed -n 1p "$dir/.bpf-base" 2>/dev/null || :)" = "$id" ] && exit 0

rm -rf "$dir.new"
mkdir -p "$dir.new"
tar -x -f "$t" -C "$dir.new" --strip-components=1
version=$(sed -n 's/^VERSION = //p; s/^PATCHLEVEL = /./p; s/^SUBLEVEL = /./p' \
	"$dir.new/Makefile" | tr -d '\n')
case $version in
6.1.*) ;;
*)	echo "base: $t: is Linux $version, not 6.1.y" >&2
	exit 1 ;;
esac
[ "${STOCK:-0}" = 1 ] || "$here/strip/strip.py" "$dir.new"
# User-Mode Linux has room for registers up to those of AVX-512; where a processor has more,
# as with AMX, it cannot start a process. Tests want it there, too, ours and the peer
um=$dir.new/arch/x86/um/user-offsets.c
sed -i "s/DEFINE_LONGS(HOST_FP_SIZE, 2696)/DEFINE_LONGS(HOST_FP_SIZE, $UM_REGISTERS)/" "$um"
grep -q "HOST_FP_SIZE, $UM_REGISTERS" "$um" || {
	echo "base: $um: no size of registers that could be changed" >&2
	exit 1
}
printf '%s\n%s\n' "$id" "$version" > "$dir.new/.bpf-base"
rm -rf "$dir"
mv "$dir.new" "$dir"
echo "base: Linux $version in $dir" >&2
