#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What bpfcheck says and how it ends: objects that can and cannot be read, each way of
# showing, each option, as an ordinary user.
#
# Functions are called by name: shellcheck disable=SC2317
set -u
cd "$(dirname "$0")" || exit 1
tool=${BPFCHECK:-../../../../out/check/bpfcheck_san}
clang=${CLANG:-clang}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

n=0 passed=0 failed=0
point() { # status, claim
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		sed 's/^/# /' "$work/said"
		echo "not ok $n - $2"
	fi
}

# does it end with this status, and are the words on either stream?
ends() { # claim, status, words, argument...
	claim=$1 status=$2 words=$3
	shift 3
	(cd "$work" && "$tool" "$@") > "$work/said" 2>&1
	got=$?
	[ $got = "$status" ] || echo "status $got" >> "$work/said"
	[ $got = "$status" ] && grep -q -e "$words" "$work/said"
	point $? "$claim"
}

says() { # claim, words in what was said last
	grep -q -e "$2" "$work/said"
	point $? "$1"
}

says_not() {
	! grep -q -e "$2" "$work/said"
	point $? "$1"
}

json() { # claim, expression of what was said last
	python3 -c "import json, sys
said = json.load(open('$work/said'))
by = {p['name']: p for p in said}
sys.exit(not ($2))" 2>> "$work/said.err"
	point $? "$1"
}

multiarch=$(gcc -print-multiarch)
for f in programs/*.bpf.c; do
	o=$work/$(basename "$f" .c).o
	$clang -target bpf -mcpu=v3 -O2 -g -I"/usr/include/$multiarch" -c -o "$o" "$f" ||
		exit 1
done

# ---- usage
ends 'nothing to check' 2 'no object given'
ends 'help' 0 'usage: bpfcheck' --help
ends 'version' 0 '^bpfcheck [0-9]' --version
ends 'an option that nobody has' 2 'usage: bpfcheck' --frob mixed.bpf.o
ends 'two ways of showing' 2 'only one of' --json --dot mixed.bpf.o
ends 'a type that there is not' 2 'no program type "frob"; there are: socket_filter' \
	--type frob mixed.bpf.o

# ---- verdicts
ends 'a refusal is status 1' 1 '^mixed.bpf.o: bad (section "socket", type socket_filter): refused$' \
	mixed.bpf.o
says 'the programs before it are checked' 'mixed.bpf.o: good .*: accepted$'
says 'and those behind it' 'mixed.bpf.o: probe .*type kprobe): accepted$'
says 'a program in the place of a filter' 'event .*type tracing): accepted$'
says 'the rule and its class' 'refused: .* \[null-access, unsafe\]$'
says 'the instruction' '^    at [0-9]*: r[0-9] = \*(u64 \*)(r0 +0)$'
says 'the line of the source' '^      bad() at mixed.bpf.c:[0-9]*: \*count += 1;$'
says 'the map by its name' 'pointer to a value of map counts, __u64, or NULL'
says 'what would make it pass' '^    help: compare it with 0 first'
says_not 'no colours in a file' "$(printf '\033')"
ends 'all accepted is status 0' 0 'good .*accepted' --prog good mixed.bpf.o
says_not 'one program and no other' bad
ends 'several objects: the worst counts' 1 'map.bpf.o: prog' map.bpf.o mixed.bpf.o
ends 'a program that is not there' 2 'no program "worse" in it' --prog worse mixed.bpf.o
ends 'another type' 1 'event .*type socket_filter): refused' --type socket_filter \
	--prog event mixed.bpf.o
says 'whose context is another' 'access of __sk_buff.len'
ends 'another type, which will do' 0 'event .*type raw_tracepoint): accepted' \
	--type raw_tracepoint --prog event mixed.bpf.o
ends 'without privilege' 1 'kprobe needs privilege' --unprivileged --prog probe mixed.bpf.o
ends 'without privilege, a type for all' 0 'good .*accepted' --unprivileged --prog good \
	mixed.bpf.o
ends 'what verification took' 0 'stats: [0-9]* instructions, [0-9]* visited on [0-9]* paths' \
	--stats --prog good mixed.bpf.o

# ---- functions
ends 'functions and callbacks of an object' 0 'count .*: accepted$' functions.bpf.o
ends 'without privilege there are none' 1 'local-call-unprivileged\|constant-kind' \
	--unprivileged functions.bpf.o

# ---- variables and constants
ends 'global variables' 0 'counts .*accepted' --prog counts data.bpf.o
ends 'a constant as an index' 0 'by_constant .*accepted' --prog by_constant data.bpf.o
ends 'an arm that a constant rules out' 0 'dead_arm .*accepted' --prog dead_arm data.bpf.o
ends 'a format among the constants' 0 'prints .*accepted' --prog prints data.bpf.o
ends 'a global array has an end' 1 'as high as 248, of a map value of 128' --prog beyond \
	data.bpf.o
says 'it is in a map with a name' 'pointer into a value of map data.bss (.bss, 128 bytes)'
ends 'constants are constant' 1 'map data.rodata .*cannot write it \[map-not-writable' \
	--prog writes_constant data.bpf.o

# ---- what the kernel refuses without a rule
ends 'a map that cannot be made' 1 'a map of the object is refused: Invalid argument' map.bpf.o
ends 'programs of two types in one array' 1 'second .*: refused$' tail.bpf.o
says 'and why' 'an array of programs that it uses has programs of another type'
ends 'one of them alone' 0 'second .*: accepted$' --prog second tail.bpf.o
ends 'a type that this kernel has not' 1 'program type sched_cls is not supported here' \
	--prog drop others.bpf.o
ends 'a section that says no type' 2 'say which with --type' --prog whatever others.bpf.o
ends 'said with --type' 0 'whatever .*accepted' --prog whatever --type kprobe others.bpf.o

# ---- objects that cannot be read
ends 'no object' 2 'none.o: No such file' none.o
echo text > "$work/text.o"
ends 'a text' 2 'text.o: no BPF object' text.o
head -c 700 "$work/mixed.bpf.o" > "$work/half.o"
ends 'half an object' 2 'half.o: no BPF object' half.o
ends 'an object without programs' 2 'no program in it' types.bpf.o
ends 'an object that cannot be read beside one that can' 2 'good .*accepted' none.o mixed.bpf.o
ends 'a folder' 2 'no BPF object\|Is a directory' .

# ---- CO-RE
ends 'relocated against given types' 0 'moved .*accepted' --btf types.bpf.o --prog moved \
	core.bpf.o
ends 'to where the field is there' 0 'r[0-9] = 1004$' --explain --btf types.bpf.o --prog moved \
	core.bpf.o
ends 'a field that is not there' 1 'CO-RE relocation found no such' --btf types.bpf.o \
	--prog missing core.bpf.o
cat > "$work/running.c" << 'END'
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

SEC("kprobe/do_exit")
int offset(void *ctx)
{
	return bpf_core_field_offset(struct task_struct, pid);
}
END
$clang -target bpf -mcpu=v3 -O2 -g -I"/usr/include/$multiarch" -c -o "$work/running.o" \
	"$work/running.c" || exit 1
# at the struct's very start, where the program has it, no kernel has it
if [ -r /sys/kernel/btf/vmlinux ]; then
	ends "relocated against the running kernel's types" 0 'r0 = [1-9][0-9]*$' --explain \
		running.o
fi
ends 'which has not what others have' 1 'CO-RE relocation found no such' --btf types.bpf.o \
	running.o
ends 'no such file of types' 2 'none: No such file' --btf none core.bpf.o
ends 'types that are none' 2 'cannot be checked' --btf text.o core.bpf.o

# ---- ways of showing
ends 'JSON: status' 1 '^\[' --json mixed.bpf.o tail.bpf.o
json 'JSON: a program each, in order' \
	"[p['name'] for p in said] == ['good', 'bad', 'probe', 'event', 'first', 'second']"
json 'JSON: accepted' "by['good']['verdict'] == 'accepted' and by['good']['reason'] is None"
json 'JSON: the reason' "by['bad']['reason'] == 'null-access' and \
by['bad']['class'] == 'unsafe' and by['bad']['errno'] == 'EACCES'"
json 'JSON: where' "isinstance(by['bad']['insn'], int) and by['bad']['type'] == \
'socket_filter' and by['bad']['section'] == 'socket'"
json 'JSON: the line of the source' "by['bad']['source']['file'] == 'mixed.bpf.c' and \
by['bad']['source']['text'] == '*count += 1;' and by['good']['source'] is None"
json 'JSON: the text' "by['bad']['message'].startswith('r0 is a map value or NULL') and \
by['bad']['lines'][-1].startswith('  help: ')"
json 'JSON: figures' "by['good']['stats']['visited_insns'] >= \
by['good']['stats']['program_insns'] > 0"
json 'JSON: refused without a rule' "by['second']['verdict'] == 'refused' and \
by['second']['reason'] is None and by['second']['errno'] == 'EINVAL'"
(cd "$work" && "$tool" --json none.o) > "$work/said" 2> "$work/said.err"
json 'JSON: an object that cannot be read' "said[0]['verdict'] == 'unreadable' and \
said[0]['name'] is None and 'No such file' in said[0]['message']"

ends 'explained: the beginning' 1 '^        | r1=ctx$' --explain --prog bad mixed.bpf.o
says 'explained: behind a call' '| r0=value|null(map counts)'
says_not 'explained: arguments are gone behind a call' '| r0=value|null.* r1='
says 'explained: lines of the source' '^; __u64 \*count = .* @ mixed.bpf.c:[0-9]*$'
says 'explained: instructions' '^ *[0-9]*: call bpf_map_lookup_elem#1$'
says 'explained: what no path came to' '| no path was walked to here'
ends 'explained: both arms' 0 '| r0=0' --explain --prog good mixed.bpf.o

ends 'a graph' 1 '^digraph "mixed.bpf.o" {$' --dot mixed.bpf.o
says 'a graph: branches' ' -> p0_[0-9]* \[label="true"\]'
says 'a graph: the instruction that was refused' '\\l> [0-9]*: r[0-9] = .*color=red'
[ "$(grep -c '{$' "$work/said")" = "$(grep -c '}$' "$work/said")" ]
point $? 'a graph: what is opened is closed'

# ---- colours, on a terminal only
on_terminal() { # environment...
	(cd "$work" && env "$@" script -qec "$tool --prog bad mixed.bpf.o" /dev/null) \
		> "$work/said" 2>&1 < /dev/null
}
on_terminal TERM=xterm
says 'colours on a terminal' "$(printf '\033\\[1;31m')refused"
on_terminal NO_COLOR=1
says_not 'none if they are not wanted' "$(printf '\033')"

# ---- an ordinary user
chmod 755 "$work"
cp "$tool" "$work/bpfcheck"
as_nobody='' said=0
[ "$(id -u)" != 0 ] || as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
(cd "$work" && $as_nobody ./bpfcheck mixed.bpf.o) > "$work/said" 2>&1 || said=$?
[ $said = 1 ] && grep -q 'probe .*accepted' "$work/said"
point $? 'an ordinary user is told the same'

# a filter of seccomp kills who calls bpf(2), number 321 of x86-64
cat > "$work/watched" << 'E2'
import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
code = b''.join(struct.pack('HBBI', *i) for i in (
    (0x20, 0, 0, 0), (0x15, 0, 1, 321), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7fff0000)))
text = ctypes.create_string_buffer(code)
program = struct.pack('HxxxxxxQ', 4, ctypes.addressof(text))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.create_string_buffer(program)):
    sys.exit(99)
os.execv(sys.argv[1], sys.argv[1:])
E2
if [ "$(uname -m)" = x86_64 ]; then
	(cd "$work" && python3 watched "$tool" mixed.bpf.o map.bpf.o) > "$work/said" 2>&1
	[ $? = 1 ] && grep -q 'probe .*accepted' "$work/said"
	point $? 'bpf(2) of this machine is never called'
fi

(cd "$work" && "$tool" mixed.bpf.o > /dev/full) 2> "$work/said"
[ $? = 2 ]
point $? 'output that cannot be written is told'

echo "1..$n"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
