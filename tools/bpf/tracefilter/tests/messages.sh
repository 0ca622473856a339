#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What tracefilter says and how it ends where no program gets as far as the kernel: a
# folder stands in for tracefs.
set -u
cd "$(dirname "$0")" || exit 1
tool=${TRACEFILTER:-../../../../out/tracefilter/tracefilter}
clang=${CLANG:-clang}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

n=0 bad=0
point() { # status, claim
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' "$work/said"
		echo "not ok $n - $2"
		bad=1
	fi
}

ends() { # claim, status, words on either stream, command...
	claim=$1 status=$2 words=$3
	shift 3
	"$tool" "$@" > "$work/said" 2>&1
	got=$?
	[ $got = "$status" ] || echo "status $got" >> "$work/said"
	[ $got = "$status" ] && grep -q -e "$words" "$work/said"
	point $? "$claim"
}

compile() { # name; the source is stdin
	$clang -target bpf -O2 -g -Wall -I"$work" -c -o "$work/$1.o" -xc -
}

event() { # SYSTEM:NAME, filter, enable, format
	d=$work/t/events/$(echo "$1" | tr : /)
	mkdir -p "$d"
	printf '%b\n' "$2" > "$d/filter"
	echo "$3" > "$d/enable"
	[ -z "${4:-}" ] || cp "$4" "$d/format"
	echo X > "$work/t/events/${1%%:*}/enable"
	echo none > "$work/t/events/${1%%:*}/filter"
}

formats=formats
event skb:kfree_skb 'reason > 3' 1 $formats/skb.kfree_skb.txt
event skb:consume_skb 'bpf 0123456789abcdef id 7 name count\n0: r0 = 0\n1: exit' '0*'
event net:netif_receive_skb none 0 $formats/net.netif_receive_skb.txt
t="-T $work/t"

# ---- usage
ends 'nothing to do' 2 'usage: tracefilter load'
ends 'help' 0 'usage: tracefilter load' --help
ends 'an unknown command' 2 'no command "frob"' frob
ends 'load without an event' 2 'usage: tracefilter load OBJECT EVENT' load x.o
ends 'an option of another command' 2 'list has no such option' list --live
ends 'an option nobody has' 2 'usage: tracefilter list' list --frob
ends 'a time that is none' 2 'not a time: x' load a.o skb:kfree_skb --seconds x
ends 'run without a command' 2 'usage: tracefilter run' run -p a.o -e skb:kfree_skb
ends 'run without an event' 2 'usage: tracefilter run' run -p a.o -- true

# ---- objects
# shellcheck disable=SC2086
{
ends 'no object' 1 'none.o: No such file' check $t none.o skb:kfree_skb
echo text > "$work/text.o"
ends 'a text as object' 1 'text.o: no BPF object' check $t "$work/text.o" skb:kfree_skb
echo 'int x;' | compile data
ends 'an object without a program' 1 'no program in it' check $t "$work/data.o" skb:kfree_skb
compile kprobe << 'EOF'
__attribute__((section("kprobe/x"), used)) int first(void *c) { return 0; }
EOF
ends 'a program of another kind' 1 'program first is in section "kprobe/x"' \
	check $t "$work/kprobe.o" skb:kfree_skb
ends 'no program of that name' 1 'no program "second" in it' \
	check $t "$work/kprobe.o" skb:kfree_skb --program second
ends 'which programs there are' 1 'first, section "kprobe/x"' \
	check $t "$work/kprobe.o" skb:kfree_skb --program second
ends 'run: failed before the command' 125 'none.o' run $t -p none.o -e skb:kfree_skb -- true

# ---- events
compile ok << 'EOF'
__attribute__((section("filter"), used)) int first(void *c) { return 0; }
EOF
ends 'no such event' 1 'no such event: skb:none' check $t "$work/ok.o" skb:none
ends 'no such system' 1 'nor a system abc' check $t "$work/ok.o" abc:none
ends 'an event named without its system' 1 'did you mean skb:kfree_skb' \
	check $t "$work/ok.o" kfree_skb
ends 'an event in the wrong system' 1 'did you mean net:netif_receive_skb' \
	check $t "$work/ok.o" skb:netif_receive_skb
ends 'too many parts' 1 'an event is SYSTEM:NAME' check $t "$work/ok.o" skb:kfree:skb
ends 'an empty name' 1 'an event is SYSTEM:NAME' check $t "$work/ok.o" ''

# ---- fields
fields() { # name, sed of the saved format, which the program is compiled for
	mkdir -p "$work/f"
	sed "$2" $formats/net.netif_receive_skb.txt > "$work/f/format"
	../event_header -f "$work/f/format" -o "$work/event.h" net
	compile "$1" << 'EOF'
#include "event.h"
__attribute__((section("tp/net/netif_receive_skb"), used))
int first(struct event_net_netif_receive_skb *e) { return e->skbaddr != 0; }
EOF
}
fields moved 's/len;\toffset:16/len;\toffset:24/; s/name;\toffset:20/name;\toffset:28/'
ends 'a field that is elsewhere' 1 "field len at 24 with 4 bytes, unsigned; it is at 16" \
	check $t "$work/moved.o" net:netif_receive_skb
ends 'what to do then' 1 "make its header again" \
	check $t "$work/moved.o" net:netif_receive_skb
fields sign '/len;/s/signed:0/signed:1/'
ends 'a field of another sign' 1 "signed; it is at 16 with 4 bytes, unsigned" \
	check $t "$work/sign.o" net:netif_receive_skb
fields gone 's/ len;/ length;/'
ends 'a field that is gone' 1 'for a field length that net:netif_receive_skb has not' \
	check $t "$work/gone.o" net:netif_receive_skb

# ---- show
ends 'show: a predicate' 0 'skb:kfree_skb: enabled, filter reason > 3' show $t skb:kfree_skb
ends 'show: a program' 0 'skb:consume_skb: disabled, program 0123456789abcdef id 7 name count' show $t skb
ends 'show: its instructions' 0 '  1: exit' show $t 'skb:*'
ends 'show: no filter' 0 'net:netif_receive_skb: disabled, no filter' show $t net/netif_receive_skb
ends 'show: no such event' 1 'no such event: skb:none' show $t skb:none
ends 'show: one of two' 1 'skb:kfree_skb: enabled' show $t skb:none skb:kfree_skb
ends 'no tracefs' 1 'no such event' show -T "$work/nowhere" skb
}

if command -v groff > /dev/null; then
	groff -man -Tutf8 -ww -z ../tracefilter.8 > "$work/said" 2>&1
	[ ! -s "$work/said" ]
	point $? 'the manual page is well formed'
else
	echo "ok $((n += 1)) - # SKIP manual page: no groff"
fi

echo "1..$n"
exit $bad
