// SPDX-License-Identifier: GPL-2.0-only
/*
 * The argument of bpf(2): copying it in and holding callers to what they may say.
 *
 * The union grows with the kernel. An old caller passes a shorter one: the rest reads
 * as zero. A new caller passes a longer one: what this kernel does not know must be
 * zero. Within what it knows, bytes that a command does not use must be zero
 * (REQUIREMENTS S4.man), so that they can be given a meaning later.
 *
 * Decides nothing about the values themselves. Tests: selftests/bpf/sys_test.c.
 */
#include <linux/bpf.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "sys.h"

/**
 * bpf_attr_copy() - copy the argument of bpf(2) from user space
 * @attr:	where to; bytes behind @size become zero
 * @uattr:	the caller's union
 * @size:	its bytes as the caller sees it
 *
 * Return: 0, -E2BIG (more than a page, or bytes unknown here are not zero), -EFAULT.
 */
int bpf_attr_copy(union bpf_attr *attr, const void __user *uattr, u32 size)
{
	if (size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(attr, sizeof(*attr), uattr, size);
}

/**
 * bpf_attr_unused_zero() - are all bytes outside some spans zero?
 * @attr:	the argument
 * @size:	bytes to look at; those behind are known to be zero
 * @spans:	bytes in use, in order, not overlapping
 * @count:	number of spans
 *
 * Return: true where they are.
 */
bool bpf_attr_unused_zero(const union bpf_attr *attr, u32 size,
			  const struct bpf_attr_span *spans, u32 count)
{
	const char *bytes = (const char *)attr;
	u32 pos = 0, i;

	size = min_t(u32, size, sizeof(*attr));
	for (i = 0; i < count && pos < size; i++) {
		u32 gap_end = min_t(u32, spans[i].from, size);

		if (pos < gap_end && memchr_inv(bytes + pos, 0, gap_end - pos))
			return false;
		pos = spans[i].to;
	}
	return pos >= size || !memchr_inv(bytes + pos, 0, size - pos);
}

/* a log of fewer bytes cannot hold one message */
#define LOG_MIN_BYTES		128
#define LOG_MAX_BYTES		(U32_MAX >> 2)
#define LOG_LEVELS		0x7

/**
 * bpf_attr_log_ok() - may a log be asked for so?
 * @level:	bits as in union bpf_attr
 * @buf:	the caller's buffer
 * @size:	its bytes
 *
 * Return: true where the three come together and make sense, or none is given.
 */
bool bpf_attr_log_ok(u32 level, u64 buf, u32 size)
{
	if (!level && !buf && !size)
		return true;
	return level && !(level & ~LOG_LEVELS) && buf &&
	       size >= LOG_MIN_BYTES && size <= LOG_MAX_BYTES;
}

/**
 * bpf_attr_name() - take the name of a map or program
 * @dst:	BPF_OBJ_NAME_LEN bytes
 * @src:	the caller's, as many
 *
 * A name is letters, digits, '_' and '.', and has a terminating zero; what follows
 * that is not looked at.
 *
 * Return: 0 or -EINVAL.
 */
int bpf_attr_name(char *dst, const char *src)
{
	u32 i;

	memset(dst, 0, BPF_OBJ_NAME_LEN);
	for (i = 0; i < BPF_OBJ_NAME_LEN; i++) {
		if (!src[i])
			return 0;
		if (!isalnum(src[i]) && src[i] != '_' && src[i] != '.')
			return -EINVAL;
		dst[i] = src[i];
	}
	return -EINVAL;
}
