#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `make demo` runs in the booted kernel: programs loaded through bpf(2) and attached
# to raw sockets with SO_ATTACH_BPF count packets on lo; the counts must be those sent.
# Then a program in the place of an event's filter finds out where packets are dropped.
cd "$(dirname "$0")" || exit 1
echo "== $(uname -sr): the manual page's example, instructions by hand"
./sock_example --check || exit 1
echo "== the same in restricted C, loaded by the stock libbpf"
./sock_example_libbpf sock_example.bpf.o || exit 1

closed=300 filtered=200
echo "== a drop monitor, in the place of the filter of skb:kfree_skb"
./dropmon > /tmp/drops 2> /tmp/said &
while ! grep -q watching /tmp/said; do
	kill -0 $! 2> /dev/null || { cat /tmp/said; exit 1; }
	sleep 0.1
done
head -n 4 /sys/kernel/tracing/events/skb/kfree_skb/filter
./drops $closed $filtered || exit 1
kill -TERM $!
wait $! || { cat /tmp/said; exit 1; }
# the last of its tables
awk '/PACKETS/ { table = "" } { table = table $0 "\n" } END { printf "%s", table }' \
	/tmp/drops | tee /tmp/last
awk -v closed=$closed -v filtered=$filtered '
	/udp/ && $1 >= closed && !port { port = $2; next }
	/udp/ && $1 >= filtered && !socket { socket = $2 }
	END {
		if (!port || !socket) {
			print "demo: dropmon has not found the drops"
			exit 1
		}
		printf "dropmon: %d datagrams to a closed port found at %s,\n", closed, port
		printf "         %d that a socket filtered at %s\n", filtered, socket
	}' /tmp/last || exit 1
if ! grep -qx none /sys/kernel/tracing/events/skb/kfree_skb/filter; then
	echo "demo: dropmon has ended, the program is still attached"
	exit 1
fi
echo "demo: all counts equal"
