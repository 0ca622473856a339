#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: domain_cost.sh PROGRAM
# Prints how many instructions one operation of the value domain takes, by the
# shape of its left operand; the right one is a constant. Needs valgrind. A jump
# is a decision and, where that leaves it open, the refinement of one arm.

command -v valgrind >/dev/null || { echo "needs valgrind"; exit 4; }

count()
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		sed -n 's/.*Collected : //p'
}

shapes="const byte word signed any"
printf '%-8s' operation
printf '%8s' $shapes
echo
for op in none add sub mul div sdiv mod or and xor lsh rsh arsh neg \
	  jeq jne jset jgt jsgt jle jsle; do
	[ $op = none ] || printf '%-8s' $op
	for shape in $shapes; do
		few=$(count "$1" $op $shape 100)
		many=$(count "$1" $op $shape 1100)
		each=$(((many - few) / 1000))
		if [ $op = none ]; then
			base=$each
		else
			printf '%8d' $((each - base))
		fi
	done
	[ $op = none ] || echo
done
