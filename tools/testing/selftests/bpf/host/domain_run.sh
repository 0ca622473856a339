#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the commands given, one per argument, as one TAP stream. A command that
# begins with "! " is a test that must fail, and is one line of the stream.
# Exit status: 0 when everything passed.

for cmd; do
	case $cmd in
	"! "*)
		name=${cmd#! }
		name=${name%% *}
		name=${name##*/}
		if eval "${cmd#! }" 2>&1 | grep -q '^not ok'; then
			echo "ok 0 - wrong operator is found: $name"
		else
			echo "not ok 0 - wrong operator is not found: $name"
		fi
		;;
	*)
		eval "$cmd" 2>&1 || echo "status $? of ${cmd##*/}"
		;;
	esac
done | awk '
	/^1\.\.[0-9]+$/ || /^[0-9]+ passed, / { ended = 1; next }
	/^status / {
		if (!ended || !bad) {
			print "not ok", ++n, "-", $0
			failed++
		}
		ended = bad = 0
		next
	}
	/^ok / { $2 = ++n; passed++; ended = 0; print; next }
	/^not ok / { $3 = ++n; failed++; bad++; ended = 0; print; next }
	{ print }
	END {
		print "1.." n
		print passed + 0 " passed, " failed + 0 " failed, 0 skipped"
		exit failed + 0 > 0 || !n
	}'
