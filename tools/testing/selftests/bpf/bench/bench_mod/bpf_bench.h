/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmark asks of its module, bpf_bench.ko, through /dev/bpf_bench.
 */
#ifndef BPF_BENCH_H
#define BPF_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* what is run */
enum bench_kind {
	BENCH_EMPTY,		/* a function of one machine instruction */
	BENCH_EXTENDED,		/* the program @fd */
	BENCH_CLASSIC,		/* a classic socket filter, at @code */
	BENCH_SECCOMP,		/* a classic seccomp filter, at @code */
	BENCH_DISSECT,		/* the kernel's own flow dissector */
	BENCH_DROP,		/* a packet's memory is taken and given back */
};

/**
 * struct bench_run - one measurement
 * @kind:	enum bench_kind
 * @fd:		of an extended program
 * @code:	struct sock_filter of a classic one
 * @code_len:	how many
 * @data_len:	bytes of @data
 * @data:	packet, from its Ethernet header on, or a struct seccomp_data
 * @repeat:	runs in a row, with interrupts off
 * @rounds:	how often that is done; the least is taken
 * @result:	answer: what the last run returned
 * @image:	answer: bytes of machine code, 0 where it was interpreted
 * @cost:	answer: cycles of the time stamp counter for all runs, loop included
 * @time_ns:	answer: the same in time
 * @setup:	answer: cycles it took to make a classic program
 */
struct bench_run {
	__u32	kind;
	__s32	fd;
	__u64	code;
	__u32	code_len;
	__u32	data_len;
	__u64	data;
	__u32	repeat;
	__u32	rounds;
	__u32	result;
	__u32	image;
	__u64	cost;
	__u64	time_ns;
	__u64	setup;
};

#define BENCH_RUN	_IOWR('B', 0x42, struct bench_run)

#endif /* BPF_BENCH_H */
