// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that read memory which may not be there: of the kernel, and of the user space
 * of the task in which the event fired.
 *
 * Nothing here faults or sleeps: a page that is not present is an error. What could not
 * be read is zero, so that a program never sees what was in its memory by chance. Behind
 * a string, zeros up to the end of a word at most; the rest stays as it was.
 *
 * Must never touch an address of a program's but through copy_*_nofault(). Layer K5.
 * Tests: selftests/bpf/trace_helpers_test.c.
 */
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "helpers.h"

/* ---- bytes ------------------------------------------------------------------ */

static __always_inline long read_kernel(void *to, u32 size, const void *from)
{
	long err = copy_from_kernel_nofault(to, from, size);

	if (unlikely(err))
		memset(to, 0, size);
	return err;
}

static __always_inline long read_user(void *to, u32 size, const void __user *from)
{
	long err = copy_from_user_nofault(to, from, size);

	if (unlikely(err))
		memset(to, 0, size);
	return err;
}

BPF_CALL_3(bpf_probe_read_kernel, void *, to, u32, size, const void *, from)
{
	return read_kernel(to, size, from);
}

BPF_CALL_3(bpf_probe_read_user, void *, to, u32, size, const void __user *, from)
{
	return read_user(to, size, from);
}

/* ---- strings ---------------------------------------------------------------- */

static __always_inline long read_kernel_str(void *to, u32 size, const void *from)
{
	long len = strncpy_from_kernel_nofault(to, from, size);

	if (unlikely(len < 0))
		memset(to, 0, size);
	return len;
}

static __always_inline long read_user_str(void *to, u32 size, const void __user *from)
{
	long len = strncpy_from_user_nofault(to, from, size);

	if (unlikely(len < 0))
		memset(to, 0, size);
	return len;
}

BPF_CALL_3(bpf_probe_read_kernel_str, void *, to, u32, size, const void *, from)
{
	return read_kernel_str(to, size, from);
}

BPF_CALL_3(bpf_probe_read_user_str, void *, to, u32, size, const void __user *, from)
{
	return read_user_str(to, size, from);
}

/* ---- whichever the address is ------------------------------------------------ */

#ifdef CONFIG_ARCH_HAS_NON_OVERLAPPING_ADDRESS_SPACE

static bool is_user_address(unsigned long address)
{
	return address < TASK_SIZE;
}

BPF_CALL_3(bpf_probe_read, void *, to, u32, size, unsigned long, from)
{
	if (is_user_address(from))
		return read_user(to, size, (const void __user *)from);
	return read_kernel(to, size, (const void *)from);
}

BPF_CALL_3(bpf_probe_read_str, void *, to, u32, size, unsigned long, from)
{
	if (is_user_address(from))
		return read_user_str(to, size, (const void __user *)from);
	return read_kernel_str(to, size, (const void *)from);
}

#endif

/* ---- numbers ---------------------------------------------------------------- */

/* zero where there is nothing, as for a load that may fault */
#define FETCH(name, type)						\
BPF_CALL_1(bpf_fetch_##name, const type *, from)			\
{									\
	type value;							\
									\
	if (copy_from_kernel_nofault(&value, from, sizeof(value)))	\
		return 0;						\
	return value;							\
}

FETCH(u8, u8)
FETCH(u16, u16)
FETCH(u32, u32)
FETCH(u64, u64)
FETCH(ptr, unsigned long)

/* ---- comparing -------------------------------------------------------------- */

/* bytes that are read at once */
#define CHUNK	64

/* the sign of the first difference; no errno that is returned is one of them */
static long compare(const u8 *kernel, const u8 *own, u32 size)
{
	int order = memcmp(kernel, own, size);

	return order > 0 ? 1 : order < 0 ? -1 : 0;
}

BPF_CALL_3(bpf_memcmp, const u8 *, kernel, const u8 *, own, u32, size)
{
	u8 bytes[CHUNK];
	u32 done, now;
	long order = 0;

	for (done = 0; !order && done < size; done += now) {
		now = min_t(u32, size - done, CHUNK);
		if (copy_from_kernel_nofault(bytes, kernel + done, now))
			return -EFAULT;
		order = compare(bytes, own + done, now);
	}
	return order;
}

/* ---- which there are -------------------------------------------------------- */

#define READS(words)						\
	{							\
		.name		= #words,			\
		.func		= bpf_##words,			\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_MEM_FILL, BPF_ARG_SIZE_OR_ZERO, BPF_ARG_ANY }, \
		.gpl_only	= true,				\
		.narrow		= bpf_##words##_narrow,		\
	}

#define FETCHES(words)						\
	{							\
		.name		= #words,			\
		.func		= bpf_##words,			\
		.ret		= BPF_RET_SCALAR,		\
		.arg		= { BPF_ARG_ANY },		\
		.gpl_only	= true,				\
	}

static const struct trace_helper rows[] = {
	{ BPF_FUNC_probe_read_kernel, TRACE_ALL, true, READS(probe_read_kernel) },
	{ BPF_FUNC_probe_read_kernel_str, TRACE_ALL, true, READS(probe_read_kernel_str) },
	{ BPF_FUNC_probe_read_user, TRACE_ALL, false, READS(probe_read_user) },
	{ BPF_FUNC_probe_read_user_str, TRACE_ALL, false, READS(probe_read_user_str) },
#ifdef CONFIG_ARCH_HAS_NON_OVERLAPPING_ADDRESS_SPACE
	{ BPF_FUNC_probe_read, TRACE_ALL, true, READS(probe_read) },
	{ BPF_FUNC_probe_read_str, TRACE_ALL, true, READS(probe_read_str) },
#endif
	{ BPF_FUNC_fetch_u8, TRACE_ALL, true, FETCHES(fetch_u8) },
	{ BPF_FUNC_fetch_u16, TRACE_ALL, true, FETCHES(fetch_u16) },
	{ BPF_FUNC_fetch_u32, TRACE_ALL, true, FETCHES(fetch_u32) },
	{ BPF_FUNC_fetch_u64, TRACE_ALL, true, FETCHES(fetch_u64) },
	{ BPF_FUNC_fetch_ptr, TRACE_ALL, true, FETCHES(fetch_ptr) },
	{
		BPF_FUNC_memcmp, TRACE_ALL, true, {
			.name		= "memcmp",
			.func		= bpf_memcmp,
			.ret		= BPF_RET_SCALAR,
			.arg		= { BPF_ARG_ANY, BPF_ARG_MEM_READ, BPF_ARG_SIZE },
			.gpl_only	= true,
			.narrow		= bpf_memcmp_narrow,
		}
	},
};

const struct trace_helpers trace_read_helpers = { rows, ARRAY_SIZE(rows) };
