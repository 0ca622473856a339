#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The same frames and the same tcpdump expressions on two kernels, each in every mode
# it has: both must select the same packets.
#
#	peer_capture.sh KERNEL PEER-KERNEL
set -u
cd "$(dirname "$0")/.."

make -s -C tools/testing/selftests/bpf "$PWD/out/selftests/capture_test" || exit 1
ours=$(mktemp) peer=$(mktemp)
trap 'rm -f "$ours" "$peer"' EXIT

# one line an expression, whatever the number of modes, unless two modes differ
selected() { # kernel, file
	series/vm --kernel "$1" --time 600 --file /usr/bin/tcpdump \
		--file out/selftests/capture_test:/t -- /t selected |
		grep '^# selected' | sort -u > "$2"
}
selected "$1" "$ours"
selected "$2" "$peer"

n=$(wc -l < "$peer")
if [ "$n" -ge 50 ] && ! grep -q 'selected -1' "$peer" && cmp -s "$ours" "$peer"; then
	echo "ok - $n expressions select the same packets on both kernels"
	exit 0
fi
diff "$peer" "$ours" | sed 's/^/# /'
echo "not ok - $n expressions select the same packets on both kernels"
exit 1
