#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run the selftests and the samples in one boot of a kernel that watches itself, then
# ask what memory nobody holds any more; and lib/test_bpf.c in another.
#
#	debug.sh KERNEL-OUT [NAME...]
#
# What KASAN, lockdep and the others have to say makes series/vm fail. With names, only
# those tests run, and kmemleak.
set -u
cd "$(dirname "$0")/.."

out=$1
shift
make -s -C tools/testing/selftests/bpf || exit 1
make -s -C samples/bpf OUT="$PWD/out/samples" || exit 1
make -s -C tools/bpf/tracefilter || exit 1
make -s -C tools/bpf/check guest || exit 1

give="--file out/samples:/samples --file tools/testing/selftests/bpf/cases:/cases
	--file out/tracefilter/tracefilter:/tracefilter --file out/tracefilter/tests:/filters
	--file out/check/guest:/bpfcheck"
for f in /usr/bin/tcpdump /usr/sbin/tcpdump /usr/sbin/bpftool; do
	[ ! -x $f ] || give="$give --file $f"
done
for f in samples/trace_events/trace-events-sample.ko kernel/trace/bpf/pred_events.ko; do
	[ ! -r "$out/$f" ] || give="$give --file $out/$f:/${f##*/}"
done
tests=
for t in ${*:-$(cd out/selftests && ls)}; do
	f=out/selftests/$t
	[ -f "$f" ] && [ -x "$f" ] || continue
	give="$give --file $f:/$t"
	tests="$tests $t"
done
[ $# -gt 0 ] || tests="$tests samples/demo"

# an object younger than five seconds is never reported, and memory that RCU and
# workers free late must be gone; a second look does not take a stale copy of an
# address for a reference
cat > "$out/.debug-guest" <<'E2'
bad=0
for t; do
	echo "# $t"
	/$t
	status=$?
	case $status in
	0|4)	echo "ok - $t ran to its end" ;;
	*)	echo "not ok - $t ended with status $status"
		bad=1 ;;
	esac
done
leaks=/sys/kernel/debug/kmemleak
if [ ! -e $leaks ]; then
	echo 'ok # SKIP the kernel lacks CONFIG_DEBUG_KMEMLEAK'
	exit $bad
fi
for look in 1 2; do
	sleep 6
	echo scan > $leaks
done
if [ -z "$(cat $leaks)" ]; then
	echo 'ok - no memory is lost'
else
	sed 's/^/# /' < $leaks
	echo 'not ok - no memory is lost'
	bad=1
fi
exit $bad
E2
# shellcheck disable=SC2086
series/vm --kernel "$out/arch/x86/boot/bzImage" --mem 2G --time 5400 $give \
	--file "$out/.debug-guest:/guest" -- sh /guest $tests
status=$?
[ $status = 0 ] || echo "not ok - the debug kernel has nothing to say (status $status)"
[ $# -gt 0 ] || series/peer.sh "$out" || status=1
exit $status
