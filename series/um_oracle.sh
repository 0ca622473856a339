#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Run the corpus under the verifier's oracle in User-Mode Linux, and ask the oracle what
# it saw in that boot.
#
#	um_oracle.sh UM-OUT
#
# A claim that does not hold is a warning of the kernel, which series/vm fails on.
set -u
cd "$(dirname "$0")/.."

make -s -C tools/testing/selftests/bpf || exit 1
series/vm --kernel "$1/linux" --time 900 --file tools/testing/selftests/bpf/cases:/cases \
	--file out/selftests/case_test:/case_test \
	--file out/selftests/oracle_test:/oracle_test -- sh -c '
	bad=0
	for t in case_test oracle_test; do
		echo "# $t"
		/$t || bad=1
	done
	cd /sys/module/bpf_oracle/parameters || exit 1
	echo "# $(cat runs) runs, $(cat steps) instructions, $(cat violations) violations"
	if [ "$(cat runs)" -gt 100 ] && [ "$(cat violations)" = 0 ]; then
		echo "ok - the corpus ran under the oracle, and it is silent"
	else
		echo "not ok - the corpus ran under the oracle, and it is silent"
		bad=1
	fi
	exit $bad'
