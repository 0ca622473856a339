// SPDX-License-Identifier: GPL-2.0-only
/*
 * What programs on events are written against in user space. Their types and helpers are
 * the kernel's own (kernel/trace/bpf), over one task, an address space in which reads may
 * fail, and maps of events in which there is nothing.
 *
 * Contexts are numbers that cases know: word n of whatever memory is seen is n + 1.
 */
#define _GNU_SOURCE
#include <linux/bpf_func.h>
#include <linux/bpf_perfarray.h>
#include <linux/bpf_stackmap.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/trace_events.h>
#include <linux/uaccess.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "host_user.h"

#define WORDS(bytes)	((bytes) / sizeof(u64))

struct task_struct user_task = {
	.pid = 101, .tgid = 100, .comm = "task", .cred = { .uid = 1000, .gid = 1001 },
};

/* ---- memory ------------------------------------------------------------------- */

long copy_from_kernel_nofault(void *to, const void *from, size_t size)
{
	struct iovec own = { to, size }, other = { (void *)from, size };

	if (!size)
		return 0;
	return process_vm_readv(getpid(), &own, 1, &other, 1, 0) == size ? 0 : -EFAULT;
}

long strncpy_from_kernel_nofault(char *to, const void *from, long size)
{
	long i;

	for (i = 0; i < size; i++) {
		if (copy_from_kernel_nofault(to + i, (const char *)from + i, 1))
			return -EFAULT;
		if (!to[i])
			return i + 1;
	}
	if (size > 0)
		to[size - 1] = '\0';
	return size;
}

/* ---- maps of events ------------------------------------------------------------- */

long bpf_stack_id(struct pt_regs *regs, struct bpf_map *map, u64 flags)
{
	return -EFAULT;
}

long bpf_stack_copy(struct pt_regs *regs, void *to, u32 size, u64 flags)
{
	memset(to, 0, size);
	return -EFAULT;
}

long bpf_perf_output(struct pt_regs *regs, struct bpf_map *map, u64 flags,
		     const void *data, u64 size)
{
	return -ENOENT;
}

long bpf_perf_read(struct bpf_map *map, u64 flags, struct bpf_perf_event_value *value)
{
	return -ENOENT;
}

void trace_dump_stack(int skip)
{
}

/* ---- contexts ------------------------------------------------------------------- */

/**
 * struct sample - a context that points elsewhere
 * @kern:	what the program gets
 * @regs:	registers there
 * @data:	the sample
 */
struct sample {
	struct bpf_perf_event_data_kern	kern;
	struct pt_regs			regs;
	struct perf_sample_data		data;
};

static void count_words(void *at, u32 words)
{
	u64 *word = at;
	u32 i;

	for (i = 0; i < words; i++)
		word[i] = i + 1;
}

static void *make_sample(void)
{
	struct sample *sample = calloc(1, sizeof(*sample));

	sample->kern.regs = &sample->regs;
	sample->kern.data = &sample->data;
	count_words(&sample->regs, WORDS(sizeof(sample->regs)));
	sample->data.period = 0x1122334455667788ULL;
	sample->data.addr = 0x99aabbccddeeff00ULL;
	return sample;
}

/* one more word than the view has: a program of type tracing has registers there, or none */
static void *make_words(u32 bytes)
{
	u64 *words = calloc(1, bytes + sizeof(u64));

	count_words(words, WORDS(bytes));
	return words;
}

/**
 * user_trace_context() - context of a program on an event
 * @type:	its type, one of user_trace_type()
 *
 * Return: memory for free().
 */
void *user_trace_context(const struct bpf_type_ops *type)
{
	u64 *words;

	if (type->type == BPF_PROG_TYPE_PERF_EVENT)
		return make_sample();
	words = make_words(type->ctx->size);
	/* where the record's registers are, which are not there */
	if (type->type == BPF_PROG_TYPE_TRACEPOINT)
		words[0] = 0;
	return words;
}

/* ---- types ------------------------------------------------------------------------ */

extern const struct bpf_type_ops bpf_kprobe_type, bpf_tracepoint_type,
	bpf_raw_tracepoint_type, bpf_tracing_type, bpf_perf_event_type;

/**
 * user_trace_type() - program types of events
 * @n:	which, from 0
 *
 * Return: the type, or NULL behind the last one.
 */
const struct bpf_type_ops *user_trace_type(u32 n)
{
	static const struct bpf_type_ops *const types[] = {
		&bpf_kprobe_type, &bpf_tracepoint_type, &bpf_raw_tracepoint_type,
		&bpf_tracing_type, &bpf_perf_event_type,
	};

	return n < ARRAY_SIZE(types) ? types[n] : NULL;
}
