#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run the base's own lib/test_bpf.c, unmodified, against our interpreter: its
# summary lines become TAP points.
#
#	peer.sh KERNEL-OUT
set -u
cd "$(dirname "$0")/.."

said=$(series/vm --time 900 --append log_buf_len=8M --file "$1/lib/test_bpf.ko:/t.ko" \
	--kernel "$1/arch/x86/boot/bzImage" -- sh -c '
	for suite in test_bpf test_tail_calls test_skb_segment; do
		insmod /t.ko test_suite=$suite
		rmmod test_bpf
	done 2>/dev/null
	# a module that refuses to load is tried twice
	dmesg | sed "s/.*test_bpf:/test_bpf:/" | sort -u | grep "test_bpf: .*\(FAIL\|UNEXPECTED\|Summary\)"')
status=$?
echo "$said" | sed 's/^/# /'
if [ $status != 0 ] || [ "$(echo "$said" | grep -c 'Summary: [1-9]')" != 3 ]; then
	echo "not ok - test_bpf.ko: three suites reported (status $status)"
	exit 1
fi
echo "$said" | sed -n 's/.*test_bpf: \(.*Summary: [0-9]* PASSED, 0 FAILED.*\)/ok - \1/p'
if echo "$said" | grep -q 'Summary:.* [1-9][0-9]* FAILED'; then
	echo 'not ok - test_bpf.ko: a case failed'
	exit 1
fi
