#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Boot User-Mode Linux, whose KUnit tests run at boot, and pass on their TAP.
set -u
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# no root file system: the kernel runs its tests and panics for the want of one
timeout 300 out/um/linux mem=512M con=null con0=fd:0,fd:1 panic=-1 \
	kunit_shutdown=halt </dev/null >"$log" 2>&1
status=$?

# a case is a point; suites above and parameters below it are comments
if ! grep -q '^K*TAP version' "$log"; then
	tail -30 "$log" | sed 's/^/# /'
	echo "not ok - no KUnit results (status $status)"
	exit 1
fi
tr -d '\r' < "$log" | sed -n '/^K*TAP version/,$p' |
	sed -E 's/^    (ok|not ok) /\1 /; t; s/^/# /'
if grep -E 'WARNING:|BUG:|Kernel panic|KASAN' "$log" | sed 's/^/# /' | grep .; then
	echo 'not ok - the kernel complained'
	exit 1
fi
! grep -q '^ *not ok' "$log"
