#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tracefilter(8) and the samples with programs on trace events, as root, in the guest:
# /tracefilter, /filters (its tests/programs) and /samples.
#
# Drops are made by samples/drops and counted by what is recorded of them; nothing else
# in the guest sends UDP.
#
# Paths have no spaces; functions are called by name:
# shellcheck disable=SC2086,SC2317
set -u
T=/sys/kernel/tracing
skb=$T/events/skb/kfree_skb
said=/tmp/said
n=0 passed=0 failed=0

point() { # status, claim
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		sed 's/^/# /' $said
		echo "not ok $n - $2"
	fi
}

finish() {
	echo "1..$n"
	echo "$passed passed, $failed failed, 0 skipped"
	[ $failed = 0 ] && exit 0
	exit 1
}

tf() {
	/tracefilter "$@"
}

# does the command end with this status, and are the words in what it says?
ends() { # claim, status, words, command...
	claim=$1 status=$2 words=$3
	shift 3
	"$@" > $said 2>&1
	got=$?
	[ $got = "$status" ] || echo "status $got" >> $said
	[ $got = "$status" ] && { [ -z "$words" ] || grep -q -e "$words" $said; }
	point $? "$claim"
}

says() { # claim, words expected in what was said last
	grep -q -e "$2" $said
	point $? "$1"
}

says_not() {
	! grep -q -e "$2" $said
	point $? "$1"
}

holds() { # claim, command that must succeed
	claim=$1
	shift
	"$@"
	point $? "$claim"
}

# in the background, until it says a word
begin() { # word, command...
	word=$1
	shift
	: > $said
	"$@" > $said 2>&1 &
	child=$!
	while kill -0 $child 2> /dev/null && ! grep -q "$word" $said; do
		sleep 0.1
	done
}

# nothing attached, nothing enabled, no instance; programs go a little later
quiet() {
	[ "$(cat $skb/filter)" = none ] && [ "$(cat $skb/enable)" = 0 ] &&
		[ "$(cat $T/events/net/netif_receive_skb/enable)" = 0 ] &&
		[ -z "$(ls $T/instances)" ] || return 1
	for _ in $(seq 25); do
		tf list > $said 2>&1 || return 1
		grep -q '^[0-9]' $said || return 0
		sleep 0.2
	done
	return 1
}

records() { # of this event in the buffer
	grep -c " $1: " $T/trace
}

if [ ! -x /tracefilter ] || [ ! -d /filters ] || [ ! -d /samples ]; then
	echo 'ok 1 # SKIP no /tracefilter, /filters and /samples: series/selftests.sh brings them'
	exit 4
fi
echo > $T/trace
holds 'nothing is attached to begin with' quiet

# ---- check
ends 'check: by arguments' 0 'skb:kfree_skb takes program nobody' \
	tf check /filters/args.bpf.o skb:kfree_skb
ends 'check: by fields' 0 'takes program nobody' tf check /filters/fields.bpf.o skb:kfree_skb
ends 'check: more arguments than there are' 1 'not all the arguments' \
	tf check /filters/args.bpf.o skb:kfree_skb --program sixth
ends 'check: the result of what returns nothing' 1 'not all the arguments' \
	tf check /filters/args.bpf.o skb:kfree_skb --program failed
ends 'check: the result of a system call' 0 'takes program failed' \
	tf check /filters/args.bpf.o syscalls:sys_exit_close --program failed
ends 'check: a program by its section' 1 'not all the arguments' \
	tf check /filters/args.bpf.o skb:kfree_skb --program filter/sixth
ends 'check: behind the fields' 1 'records less than the program reads' \
	tf check /filters/fields.bpf.o skb:kfree_skb --program far
ends 'check: fields of another kernel' 1 'field reason at 32 .* it is at 28' \
	tf check /filters/moved.bpf.o skb:kfree_skb
ends 'check: refused by the verifier' 1 'refused: ' tf check /filters/refused.bpf.o skb:kfree_skb
says 'check: the log has the instruction' 'at 1: '
echo 'reason == 9' > $skb/filter
ends 'check: where there is a filter' 0 'takes program' \
	tf check /filters/args.bpf.o skb:kfree_skb
holds 'check: the filter is untouched' grep -q 'reason == 9' $skb/filter
echo 0 > $skb/filter
holds 'check: nothing is left' quiet

# ---- check: other kinds of events
ends 'check: an event of ftrace itself' 1 'ftrace:function has no filter' \
	tf check /filters/args.bpf.o ftrace:function
ends 'check: no such event of ftrace itself' 1 'no such event: ftrace:none$' \
	tf check /filters/args.bpf.o ftrace:none
echo 'p:entered do_sys_openat2' > $T/kprobe_events
echo 'r:returned do_sys_openat2' >> $T/kprobe_events
ends 'check: a kprobe has arguments' 0 'takes program sixth' \
	tf check /filters/args.bpf.o kprobes:entered --program sixth
ends 'check: and no result' 1 'not all the arguments' \
	tf check /filters/args.bpf.o kprobes:entered --program failed
ends 'check: a kretprobe has a result' 0 'takes program failed' \
	tf check /filters/args.bpf.o kprobes:returned --program failed
ends 'check: and no arguments' 1 'not all the arguments' \
	tf check /filters/args.bpf.o kprobes:returned --program sixth
ends 'run: a kretprobe by its result' 0 'returned: ' \
	tf run -p /filters/args.bpf.o -e kprobes:returned --program failed --live -- \
	sh -c 'cat /etc/passwd > /dev/null; cat /none 2> /dev/null; true'
echo > $T/kprobe_events

# ---- load
begin attached /tracefilter load /filters/args.bpf.o skb:kfree_skb
ends 'load: the filter file shows the program' 0 '^bpf [0-9a-f]\{16\}' cat $skb/filter
holds 'load: the event is enabled' grep -q 1 $skb/enable
ends 'list: the program' 0 'tracing .* nobody' tf list
says 'list: the event' '^skb:kfree_skb  *enabled .*name nobody'
ends 'show: the program' 0 'skb:kfree_skb: enabled, program .* name nobody' tf show skb:kfree_skb
says 'show: its last instruction' '^  [0-9]*: exit'
says 'show: its first instruction' '^  0: '
ends 'show: a system, other events too' 0 'skb:consume_skb: disabled, no filter' tf show skb
/samples/drops 7 4 > /dev/null
holds 'load: what the program wants is recorded' [ "$(records kfree_skb)" = 7 ]
kill -INT $child
wait $child
holds 'load: an interrupt is no failure' [ $? = 0 ]
holds 'load: nothing is left' quiet
echo > $T/trace

ends 'load: for a time' 0 'program none attached' \
	tf load /filters/args.bpf.o skb:kfree_skb --program none --seconds 0.5
holds 'load: nothing is left then' quiet

begin attached /tracefilter load /filters/args.bpf.o skb:kfree_skb
kill -KILL $child
wait $child 2> /dev/null
echo 0 > $skb/enable
holds 'load: nothing of it outlives a kill' quiet

echo 'reason == 9' > $skb/filter
echo 1 > $skb/enable
ends 'load: in place of a filter' 0 attached \
	tf load /filters/args.bpf.o skb:kfree_skb --seconds 0.2
holds 'load: the filter is there again' grep -qx 'reason == 9' $skb/filter
holds 'load: an event that was enabled still is' grep -q 1 $skb/enable
echo 0 > $skb/filter

begin attached /tracefilter load /filters/args.bpf.o skb:kfree_skb --program none
echo 'reason == 8' > $skb/filter
kill -TERM $child
wait $child
holds "load: somebody else's filter stays" grep -qx 'reason == 8' $skb/filter
echo 0 > $skb/filter
echo 0 > $skb/enable

begin attached /tracefilter load /filters/several.bpf.o skb:kfree_skb skb:consume_skb
says 'load: each event gets its program' 'skb:kfree_skb: program keep'
says 'load: and the other one' 'skb:consume_skb: program drop'
/samples/drops 3 2 > /dev/null
holds 'load: one keeps' [ "$(records kfree_skb)" = 5 ]
holds 'load: one drops' [ "$(records consume_skb)" = 0 ]
kill -TERM $child
wait $child
holds 'load: nothing is left of both' quiet
echo > $T/trace

# ---- systems and instances
begin attached /tracefilter load /filters/args.bpf.o skb --program none
ends 'a system: events have the program' 0 'skb:consume_skb: enabled, program' tf show skb
says 'a system: all of them' 'skb:kfree_skb: enabled, program'
ends 'a system: listed by event' 0 '^skb:consume_skb ' tf list
kill -TERM $child
wait $child
holds 'a system: nothing is left' quiet
ends 'a system: one event is enough' 0 'skb:\* takes program' \
	tf check /filters/args.bpf.o 'skb:*' --program nobody
begin attached /tracefilter load /filters/args.bpf.o 'skb:*' --program nobody
says 'a system: how many events take it' 'program nobody attached to 1 event$'
ends 'a system: an event without the argument is left alone' 0 \
	'skb:consume_skb: disabled, no filter' tf show skb:consume_skb
kill -TERM $child
wait $child

begin attached /tracefilter load /filters/args.bpf.o skb:kfree_skb --instance mine
ends 'an instance: it is made' 0 mine ls $T/instances
ends 'an instance: listed' 0 'skb:kfree_skb .*instance mine' tf list
ends 'an instance: shown' 0 'program .* nobody' tf show skb:kfree_skb --instance mine
/samples/drops 6 1 > /dev/null
holds 'an instance: it records' [ "$(grep -c ' kfree_skb: ' $T/instances/mine/trace)" = 6 ]
holds 'an instance: the others do not' [ "$(records kfree_skb)" = 0 ]
kill -TERM $child
wait $child
holds 'an instance: it is removed' quiet
mkdir $T/instances/theirs
tf load /filters/args.bpf.o skb:kfree_skb --instance theirs --seconds 0.2 2> /dev/null
holds 'an instance: not ours to remove' rmdir $T/instances/theirs

# ---- run
run() {
	tf run -p /filters/args.bpf.o -e skb:kfree_skb "$@"
}
ends 'run: ends as the command' 7 '' run -- sh -c 'exit 7'
ends 'run: success' 0 '^bpf ' run -- cat $skb/filter
ends 'run: killed by a signal' 137 '' run -- sh -c 'kill -KILL $$'
ends 'run: no such command' 127 'none: No such file' run -- /none
ends 'run: a command that is none' 126 'Permission denied' run -- /etc/passwd
ends 'run: not attached' 125 'no such event' \
	tf run -p /filters/args.bpf.o -e skb:none -- touch /tmp/ran
holds 'run: then the command does not run' [ ! -e /tmp/ran ]
ends 'run: live' 0 'kfree_skb: .*NO_SOCKET' run --live -- /samples/drops 3 5
holds 'run: live shows all and no more' [ "$(grep -c kfree_skb: $said)" = 3 ]
ends 'run: live in an instance' 0 'kfree_skb: ' run --live -i mine -- /samples/drops 1 0
ends 'run: options of the command are its own' 0 'x --live' run -- echo x --live
begin started /tracefilter run -p /filters/args.bpf.o -e skb:kfree_skb -- \
	sh -c 'trap "echo asked; exit 3" TERM; echo started; while :; do sleep 0.1; done'
kill -TERM $child
wait $child
holds 'run: a signal reaches the command' [ $? = 3 ]
holds 'run: nothing is left' quiet
ends 'run: nobody reads what is shown' 0 '' \
	sh -c '/tracefilter run -p /filters/args.bpf.o -e skb:kfree_skb --program all --live \
		-- /samples/drops 3 3 | head -c 1 > /dev/null'
holds 'run: nothing is left then' quiet

# each line that is shown is a system call, which is one more line
begin sys_enter /tracefilter run -p /filters/args.bpf.o -e raw_syscalls:sys_enter --program all \
	--live -- sh -c 'while :; do /bin/true; done'
kill -TERM $child
wait $child
holds 'run: live output has an end, however much there is' [ $? = 143 ]
holds 'run: nothing is left of that' quiet
: > $said
echo > $T/trace

# ---- samples
# shellcheck disable=SC2016
ends 'dropmon: once' 0 '300  [a-z_0-9]*udp' \
	sh -c '(until grep -q 1 $0/enable; do sleep 0.1; done; /samples/drops 300 200) &
	       /samples/dropmon -1 6; status=$?; wait; exit $status' $skb
says 'dropmon: the other place' '200  [a-z_0-9]*udp'
begin watching /samples/dropmon
/samples/drops 20 10 > /dev/null
sleep 1.5
kill -INT $child
wait $child
holds 'dropmon: an interrupt is no failure' [ $? = 0 ]
holds 'dropmon: anew each second' [ "$(grep -c PACKETS $said)" -ge 2 ]
says 'dropmon: counts' ' 20  [a-z_0-9]*udp'
holds 'dropmon: nothing is left' quiet

ip link add dummy0 type dummy 2> /dev/null
ip addr add 10.9.9.1/24 dev dummy0
ip link set dummy0 up
begin watching /samples/loopback_only
ping -c 2 -W 1 127.0.0.1 > /dev/null
ping -c 2 -W 1 10.9.9.2 > /dev/null
kill -INT $child
wait $child
holds 'loopback_only: ends well' [ $? = 0 ]
says 'loopback_only: what is sent' 'net_dev_queue: dev=lo '
says 'loopback_only: what is received' 'netif_receive_skb: dev=lo '
says_not 'loopback_only: nothing of others' 'dev=dummy0'
holds 'loopback_only: nothing is left' quiet

begin watching /samples/count_per_device
/samples/drops 15 12 > /dev/null
kill -INT $child
wait $child
holds 'count_per_device: ends well' [ $? = 0 ]
# 15 are answered by ICMP, as far as its rate goes
count=$(sed -n 's/^lo: \([0-9]*\) packets$/\1/p' $said)
holds 'count_per_device: counts' [ "${count:-0}" -ge 27 ]
holds 'count_per_device: every tenth is recorded' \
	[ "$(grep -c 'netif_receive_skb: dev=lo' $said)" = $((${count:-0} / 10)) ]
holds 'count_per_device: nothing is left' quiet

# ---- who may, and where
ends 'not root: load' 1 'are you root' \
	su nobody -s /bin/sh -c '/tracefilter load /filters/args.bpf.o skb:kfree_skb'
ends 'not root: list' 1 'are you root' su nobody -s /bin/sh -c '/tracefilter list'
ends 'not root: dropmon' 1 'are you root' su nobody -s /bin/sh -c '/samples/dropmon -1 1'
# in a mount namespace, so that others keep theirs
cat > /tmp/unmounted << 'E2'
umount /sys/kernel/tracing
umount /sys/kernel/debug
/tracefilter show skb:kfree_skb && [ -e /sys/kernel/tracing/events/skb/kfree_skb/filter ]
E2
ends 'tracefs is mounted where it is not' 0 'skb:kfree_skb: disabled' \
	unshare -m sh -e /tmp/unmounted
finish
