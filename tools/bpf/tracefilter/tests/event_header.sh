#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# event_header against saved `format` files: the header is the expected one, clang takes
# it (its assertions hold the offsets), and what is no format file is refused.
#
#	event_header.sh			compare, as TAP
#	event_header.sh --write		expect what it makes now
set -u
cd "$(dirname "$0")" || exit 1
tool=../event_header
clang=${CLANG:-clang}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

n=0 bad=0
point() { # status, claim
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		[ ! -s "$work/said" ] || sed 's/^/# /' "$work/said"
		echo "not ok $n - $2"
		bad=1
	fi
}

for f in formats/*.txt; do
	name=$(basename "$f" .txt)
	$tool -f "$f" -o "$work/made" "${name%%.*}" > "$work/said" 2>&1
	point $? "$name: a header is made"
	if [ "${1:-}" = --write ]; then
		cp "$work/made" "headers/$name.txt"
	fi
	diff -u "headers/$name.txt" "$work/made" > "$work/said" 2>&1
	point $? "$name: it is the expected one"
	# twice, as two headers with a common event are
	printf '#include "made"\n#include "made"\n' > "$work/use.c"
	$clang -target bpf -O2 -Wall -Wextra -Werror -nostdinc -I"$work" \
		-c -o "$work/use.o" "$work/use.c" > "$work/said" 2>&1
	point $? "$name: clang compiles it without any header"
done

refused() { # claim, words expected, arguments
	claim=$1 words=$2
	shift 2
	! "$tool" "$@" > "$work/said" 2>&1 && grep -q -e "$words" "$work/said"
	point $? "$claim"
}

mkdir -p "$work/t/events/skb/kfree_skb"
cp formats/skb.kfree_skb.txt "$work/t/events/skb/kfree_skb/format"
$tool -t "$work/t" skb:kfree_skb | diff headers/skb.kfree_skb.txt - > "$work/said"
point $? 'an event of a tracefs'
$tool -f - skb < formats/skb.kfree_skb.txt | diff headers/skb.kfree_skb.txt - > "$work/said"
point $? 'a format file on stdin'
refused 'an unknown event' 'no such event' -t "$work/t" skb:none
refused 'a system alone' 'SYSTEM:NAME' -t "$work/t" skb
refused 'no file' 'No such file' -f "$work/none"
refused 'no event' 'which event' -t "$work/t"
echo 'hello' > "$work/text"
refused 'a text that is no format' 'no "name:" line' -f "$work/text"
printf 'name: x\n\tfield:int a;\toffset:8;\n' > "$work/text"
refused 'a field that is cut off' 'not a field' -f "$work/text"
printf 'name: x\n\tfield:int (*a)(int);\toffset:8;\tsize:8;\tsigned:0;\n' > "$work/text"
refused 'a field without a name' 'not a type and a name' -f "$work/text"
{
	printf 'name: x\n\tfield:int a;\toffset:8;\tsize:4;\tsigned:0;\n'
	printf '\tfield:int b;\toffset:10;\tsize:4;\tsigned:0;\n'
} > "$work/text"
refused 'fields over one another' 'lies over another' -f "$work/text"

echo "1..$n"
exit $bad
