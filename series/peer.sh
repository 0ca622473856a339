#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run the base's own lib/test_bpf.c, unmodified: its summary lines become TAP points.
#
#	peer.sh KERNEL-OUT MODE...
#
# A mode is how programs run: interpreter, jit or hardened. With the last two every
# program must have become machine code.
set -u
cd "$(dirname "$0")/.."

out=$1
shift
image=$out/arch/x86/boot/bzImage
[ -x "$out/linux" ] && image=$out/linux
bad=0

run() { # value of bpf_jit_enable, of bpf_jit_harden
	series/vm --time 900 --append log_buf_len=8M --file "$out/lib/test_bpf.ko:/t.ko" \
		--kernel "$image" -- sh -c "
		if ! { echo $1 > /proc/sys/net/core/bpf_jit_enable &&
		       echo $2 > /proc/sys/net/core/bpf_jit_harden; }; then
			echo no sysctls
			exit 1
		fi
		for suite in test_bpf test_tail_calls test_skb_segment; do
			insmod /t.ko test_suite=\$suite
			rmmod test_bpf
		done 2>/dev/null
		# a module that refuses to load is tried twice
		dmesg | sed 's/.*test_bpf:/test_bpf:/' | sort -u |
			grep 'test_bpf: .*\(FAIL\|UNEXPECTED\|Summary\)'"
}

point() { # ok or not ok, text
	[ "$1" = ok ] || bad=1
	echo "$1 - test_bpf.ko, $mode: $2"
}

for mode; do
	case $mode in
	interpreter) said=$(run 0 0) ;;
	jit) said=$(run 1 0) ;;
	hardened) said=$(run 1 2) ;;
	*) echo "peer.sh: no mode $mode" >&2; exit 255 ;;
	esac
	status=$?
	echo "$said" | sed 's/^/# /'
	if [ $status != 0 ] || [ "$(echo "$said" | grep -c 'Summary: [1-9]')" != 3 ]; then
		point 'not ok' "three suites reported (status $status)"
		continue
	fi
	echo "$said" | sed -n 's/.*test_bpf: \(.*Summary: .*\)/\1/p' | while read -r line; do
		case $line in
		*' 0 FAILED'*) echo "ok - test_bpf.ko, $mode: $line" ;;
		*) echo "not ok - test_bpf.ko, $mode: $line" ;;
		esac
	done
	echo "$said" | grep -q 'Summary:.* [1-9][0-9]* FAILED' && bad=1
	[ "$mode" = interpreter ] && continue
	if echo "$said" | sed -n "s:.*\[\([0-9]*/[0-9]*\) JIT'ed.*:\1:p" |
	   awk -F/ '!$1 || $1 != $2 { bad = 1 } END { exit bad || !NR }'; then
		point ok 'every program is machine code'
	else
		point 'not ok' 'every program is machine code'
	fi
done
exit $bad
