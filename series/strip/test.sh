#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the strip stop, naming the file, when a rule does not hold? Each case spoils
# a copy of the few files of the stock source that the rules touch.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..

tarball=${TARBALL:-/usr/src/linux-source-6.1.tar.xz}
if [ ! -r "$tarball" ]; then
	echo 'ok 1 - strip rules # SKIP no tarball'
	exit 4
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# what the rules name, and nothing else, from the tarball
mkdir "$work/good"
{
	sed -n 's/^?//; s,/$,,; /^[^#]/p' "$here/delete"
	sed -n 's/^= //p' "$here/edits"
	grep -v '^#' "$here/resolve-off"
	# of tools/ one file will do
	sed 's/^?//; s,^tools/\*$,tools/bpf/Makefile,; /^[^#]/!d' \
		"$here/gates-live" "$here/known-includers" "$here/known-names"
} | sort -u > "$work/names"
first=$(tar -t -f "$tarball" 2>/dev/null | head -1)
sed "s,^,${first%%/*}/," "$work/names" > "$work/members"
tar -x -f "$tarball" -C "$work/good" --strip-components=1 --wildcards \
	-T "$work/members" 2>/dev/null # not every 6.1.y has those marked '?'

n=0 bad=0
try() { # what, expected in the message ("" for success); spoil is on stdin
	n=$((n + 1))
	rm -rf "$work/tree"
	cp -a "$work/good" "$work/tree"
	(cd "$work/tree" && sh -e) || {
		echo "not ok $n - $1: cannot spoil"
		bad=1
		return
	}
	said=$("$here/strip.py" "$work/tree" 2>&1)
	status=$?
	if [ -z "$2" ]; then
		[ $status = 0 ]
	else
		[ $status != 0 ] && echo "$said" | grep -q -F "$2"
	fi
	if [ $? = 0 ]; then
		echo "ok $n - $1"
	else
		echo "# status $status: $said"
		echo "not ok $n - $1"
		bad=1
	fi
}

try 'the source as it is' '' <<'E2'
E2
try 'a file to delete is gone' 'net/core/filter.c' <<'E2'
rm net/core/filter.c
E2
try 'a folder to delete is gone' 'net/xdp/' <<'E2'
rm -r net/xdp
E2
try 'a line to edit is gone' 'net/Makefile' <<'E2'
sed -i '/XDP_SOCKETS/d' net/Makefile
E2
try 'a line to edit is there twice' 'net/unix/Makefile' <<'E2'
echo 'unix-$(CONFIG_BPF_SYSCALL) += unix_bpf.o' >> net/unix/Makefile
E2
# the choices of arch/arm/Kconfig, whichever of them this 6.1.y has
one='	select HAVE_EBPF_JIT if !CPU_ENDIAN_BE32'
two="$one \&\& !CPU_32v3"
try 'the first choice of a rule matches' '' <<E2
sed -i 's/^$one.*/$one/' arch/arm/Kconfig
grep -q -x '$one' arch/arm/Kconfig
E2
try 'the second choice of a rule matches' '' <<E2
sed -i 's/^$one.*/$two/' arch/arm/Kconfig
grep -q 'CPU_32v3' arch/arm/Kconfig
E2
try 'no choice of a rule matches' 'arch/arm/Kconfig: line' <<E2
sed -i 's/^$one.*/& \&\& OTHER/' arch/arm/Kconfig
E2
try 'two choices of a rule match' 'found 2 times, not once' <<E2
sed -i 's/^$one.*/$one\n$two/' arch/arm/Kconfig
E2
try 'a gate that was classified is gone' 'include/net/udp.h: in series/strip/gates-live' <<'E2'
sed -i '/^#.*CONFIG_BPF/s/CONFIG_BPF/CONFIG_NET/' include/net/udp.h
E2
try 'a gate that only some 6.1.y have is gone' '' <<'E2'
sed -i 's/CONFIG_BPF_SYSCALL/CONFIG_NET/' include/linux/sched/user.h
E2
try 'an includer that was classified is gone' 'net/socket.c: in series/strip/known' <<'E2'
rm net/socket.c
E2
try 'a Kconfig entry is gone' 'init/Kconfig: 0 entries "config CGROUP_BPF"' <<'E2'
sed -i 's/^config CGROUP_BPF/config CGROUP_BPF2/' init/Kconfig
E2
try 'a file is no longer gated' 'kernel/kallsyms.c' <<'E2'
sed -i '/CONFIG_BPF_SYSCALL/s/CONFIG_BPF_SYSCALL/CONFIG_NET/' kernel/kallsyms.c
E2
try 'a new file named for BPF' 'kernel/new_bpf.c' <<'E2'
echo > kernel/new_bpf.c
E2
try 'a new gate in an unknown file' 'kernel/new.c: an #ifdef' <<'E2'
echo '#ifdef CONFIG_BPF_SYSCALL
#endif' > kernel/new.c
E2
try 'a new includer of a deleted header' 'kernel/new.c: an #include' <<'E2'
echo '#include <linux/filter.h>' > kernel/new.c
E2
try 'conditions on IS_ENABLED() are resolved' '' <<'E2'
printf '#if IS_ENABLED(CONFIG_BPF_STREAM_PARSER)\nint gone;\n#endif\n' >> net/core/skmsg.c
E2
grep -q 'int gone' "$work/tree/net/core/skmsg.c" && {
	echo "not ok $((n += 1)) - resolved text is gone"
	bad=1
}
echo "1..$n"
exit $bad
