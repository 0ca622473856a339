#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Configure and build one kernel.
#
#	kernel.sh SOURCE OUT ARCH CONFIG...	build, incrementally
#
# The configuration is made anew when a fragment, or a Kconfig file of ours, is
# newer than it. Every line of a fragment that the kernel did not take over is an
# error: a symbol that silently vanished is how a test stops testing.
set -eu

source=$1 out=$2 arch=$3
shift 3
jobs=${J:-$(nproc)}
cc=gcc
[ -z "$(command -v ccache)" ] || cc='ccache gcc'

# the same build twice gives the same bytes
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970'
export KBUILD_BUILD_USER=bpf KBUILD_BUILD_HOST=bpf KBUILD_BUILD_VERSION=1

k() {
	make -s -C "$source" O="$out" ARCH="$arch" CC="$cc" -j"$jobs" "$@"
}

mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

stamp=$out/.bpf-config
want=$(cat "$@" "$source/kernel/bpf/Kconfig" | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null || :)" != "$want" ]; then
	cat "$@" > "$out/.bpf-fragments"
	if [ "$arch" = um ]; then
		k defconfig
		sed -n 's/^\(# \)\{0,1\}\(CONFIG_[A-Z0-9_]*\)[= ].*/^\\(# \\)\\{0,1\\}\2[= ]/p' \
			"$out/.bpf-fragments" > "$out/.bpf-names"
		grep -v -f "$out/.bpf-names" "$out/.config" > "$out/.bpf-rest"
		cat "$out/.bpf-rest" "$out/.bpf-fragments" > "$out/.config"
		k olddefconfig
	else
		k KCONFIG_ALLCONFIG="$out/.bpf-fragments" allnoconfig
	fi
	sed -n 's/^# \(CONFIG_[A-Z0-9_]*\) is not set$/\1=n/p; /^CONFIG_/p' \
		"$out/.bpf-fragments" | sort -u |
	while IFS== read -r name value; do
		if [ "$value" = n ]; then
			grep -q "^$name=" "$out/.config" || continue
		elif grep -q -x "$name=$value" "$out/.config"; then
			continue
		fi
		echo "kernel: $name=$value was asked for, but $out/.config says:" \
			"$(grep "$name[= ]" "$out/.config" || echo nothing)" >&2
		touch "$out/.bpf-unmet"
	done
	if [ -e "$out/.bpf-unmet" ]; then
		rm -f "$out/.bpf-unmet"
		exit 1
	fi
	echo "$want" > "$stamp"
fi

# shellcheck disable=SC2086
k ${TARGETS:-}
