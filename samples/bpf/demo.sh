#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `make demo` runs in the booted kernel: programs loaded through bpf(2) and attached
# to raw sockets with SO_ATTACH_BPF count packets on lo; the counts must be those sent.
cd "$(dirname "$0")" || exit 1
echo "== $(uname -sr): the manual page's example, instructions by hand"
./sock_example --check || exit 1
echo "== the same in restricted C, loaded by the stock libbpf"
./sock_example_libbpf sock_example.bpf.o || exit 1
echo "demo: all counts equal"
