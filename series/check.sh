#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fast checks of the source itself, as TAP: licences, style, kernel-doc, layers, sizes, manifest.
#
#	check.sh [FILE...]	style of these files only
set -u
cd "$(dirname "$0")/.."

n=0 bad=0
point() { # name, file with complaints, status
	n=$((n + 1))
	if [ "$3" = 0 ]; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' "$2"
		echo "not ok $n - $1"
		bad=1
	fi
}

out=$(mktemp)
trap 'rm -f "$out"' EXIT

files=${*:-$(series/tree.py -l)}
# user space may use its own C library's words; checkpatch.pl speaks for the kernel
c=$(for f in $files; do
	case $f in
	tools/*|samples/*) ;;
	*.c|*.h|*.S) echo "$f" ;;
	esac
done)

# the tag is on the first line, the second after a #! line
for f in $files; do
	case $f in
	*.bpft|*.data|*.txt|LICENSES/*|*/config|*/settings|*/LAYERS) continue ;;
	esac
	sed -n '1,2p' "$f" | grep -q 'SPDX-License-Identifier: ' || echo "$f"
done > "$out"
[ ! -s "$out" ]
point 'licence tag in every file' "$out" $?

checkpatch=out/base/scripts/checkpatch.pl
if [ -r $checkpatch ]; then
	# shellcheck disable=SC2086
	perl $checkpatch --no-tree --strict --terse --show-types --no-summary \
		--max-line-length=100 -f $c > "$out.all" 2>&1
	# exceptions are a type, everywhere or in the files of a pattern
	sed -n 's/^\([A-Z_]*\) \([^ ]*\) .*/\2:[0-9]*: [A-Z]*:\1:/p' \
		series/checkpatch-ignore | sed 's/\./\\./g; s/\*/.*/g; s/^\(.*\)$/^\1/; s/0-9\]\.\*/0-9]*/; s/A-Z\]\.\*/A-Z]*/' > "$out.except"
	grep -v -f "$out.except" "$out.all" > "$out"
	rm -f "$out.all" "$out.except"
	[ ! -s "$out" ]
	point 'checkpatch.pl --strict' "$out" $?
else
	echo "ok $((n += 1)) - checkpatch.pl # SKIP no base unpacked yet"
fi

doc=out/base/scripts/kernel-doc
if [ -r $doc ]; then
	sources=$(for f in $files; do
		case $f in *.c|*.h) echo "$f" ;; esac
	done)
	# shellcheck disable=SC2086
	perl $doc -none $sources > "$out" 2>&1
	[ ! -s "$out" ]
	point 'kernel-doc says all that it begins to' "$out" $?
else
	echo "ok $((n += 1)) - kernel-doc # SKIP no base unpacked yet"
fi
[ $# = 0 ] || exit $bad

tools/bpf/layers.py > "$out" 2>&1
point 'includes point downwards' "$out" $?

series/sizes.py > "$out" 2>&1
point 'files and functions within their limits' "$out" $?

series/series.py --list > "$out" 2>&1
point 'every file belongs to one patch of the series' "$out" $?

echo "1..$n"
exit $bad
