#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Build the tests of tools/testing/selftests/bpf and run each in a guest of its own.
#
#	selftests.sh KERNEL [NAME...]
#
# What a test prints is TAP and passed on; a test that ends badly, or whose guest
# complains, is one `not ok` more.
set -u
cd "$(dirname "$0")/.."

kernel=$1
shift
make -s -C tools/testing/selftests/bpf || exit 1
make -s -C tools/bpf/tracefilter || exit 1
make -s -C samples/bpf || exit 1
make -s -C tools/bpf/check guest || exit 1

# what tests use, where they look for it
give='--file tools/testing/selftests/bpf/cases:/cases'
for f in /usr/bin/tcpdump /usr/sbin/tcpdump /sbin/tc /usr/sbin/bpftool; do
	[ ! -x $f ] || give="$give --file $f"
done
# built with the kernel
for f in samples/trace_events/trace-events-sample.ko kernel/trace/bpf/pred_events.ko; do
	[ ! -r "${kernel%/arch/*}/$f" ] || give="$give --file ${kernel%/arch/*}/$f:/${f##*/}"
done

bad=0
for t in ${*:-$(cd out/selftests && ls)}; do
	f=out/selftests/$t
	[ -f "$f" ] && [ -x "$f" ] || continue
	echo "# $t"
	more=
	[ "$t" != tracefilter_test ] || more="--file out/samples:/samples \
		--file out/tracefilter/tracefilter:/tracefilter \
		--file out/tracefilter/tests:/filters"
	[ "$t" != bpfcheck_test ] || more="--file out/check/guest:/bpfcheck"
	# shellcheck disable=SC2086
	series/vm --kernel "$kernel" --time 900 $give $more --file "$f:/$t" -- "/$t"
	status=$?
	case $status in
	0|4) ;;
	*)	echo "not ok - $t ended with status $status"
		bad=1 ;;
	esac
done
exit $bad
