/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs of events here share: counters, histograms by powers of two, contexts of
 * tracepoints.
 */
#ifndef REAL_TRACE_H
#define REAL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/ptrace.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define NAME_BYTES	16
#define SLOTS		32

#define HASH_MAP(name, key_type, value_type, entries)	\
struct {						\
	__uint(type, BPF_MAP_TYPE_HASH);		\
	__uint(max_entries, entries);			\
	__type(key, key_type);				\
	__type(value, value_type);			\
} name SEC(".maps")

#define RING(name, bytes)				\
struct {						\
	__uint(type, BPF_MAP_TYPE_RINGBUF);		\
	__uint(max_entries, bytes);			\
} name SEC(".maps")

#define STACKS(name, entries)				\
struct {						\
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);		\
	__uint(key_size, sizeof(__u32));		\
	__uint(value_size, 127 * sizeof(__u64));	\
	__uint(max_entries, entries);			\
} name SEC(".maps")

/* common part of a tracepoint's record */
struct common {
	__u16	type;
	__u8	flags;
	__u8	preempt_count;
	__s32	pid;
};

/* of syscalls:sys_enter_* and sys_exit_* */
struct enter {
	struct common	common;
	__s32		nr;
	__u32		pad;
	__u64		args[6];
};

struct leave {
	struct common	common;
	__s32		nr;
	__u32		pad;
	__s64		ret;
};

/* one more under a key */
static __always_inline void count_in(void *map, const void *key, __u64 by)
{
	__u64 *count = bpf_map_lookup_elem(map, key);

	if (count)
		__sync_fetch_and_add(count, by);
	else
		bpf_map_update_elem(map, key, &by, BPF_NOEXIST);
}

/* greatest power of two that is not above @v */
static __always_inline __u32 log2_of(__u64 v)
{
	__u32 r = 0, i;

	for (i = 32; i; i >>= 1) {
		if (v >> i) {
			v >>= i;
			r += i;
		}
	}
	return r;
}

static __always_inline __u32 slot_of(__u64 v)
{
	__u32 slot = log2_of(v);

	return slot < SLOTS ? slot : SLOTS - 1;
}

static __always_inline __u32 this_pid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

static __always_inline __u32 this_thread(void)
{
	return bpf_get_current_pid_tgid();
}

char _license[] SEC("license") = "GPL";

#endif /* REAL_TRACE_H */
