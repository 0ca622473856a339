/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the interpreter asks of the world it runs in: atomic operations on program
 * memory, packets, tail calls, helpers. The kernel's answers, and for tests those
 * of a user-space process.
 *
 * Must never hold an instruction's meaning; interp.c does.
 *
 * Layer K4. Included by interp.c only.
 */
#ifndef _BPF_INTERP_HOST_H
#define _BPF_INTERP_HOST_H

#ifndef __BPF_USER_BUILD__

#include <asm/unaligned.h>
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/math64.h>
#include <linux/nospec.h>
#include <linux/skbuff.h>
#include <linux/swab.h>
#include <linux/uaccess.h>

/*
 * Linear data is read here; the rest, and the headers below the data, in
 * net/core. A negative offset is a huge one here.
 */
static __always_inline bool load_packet(u64 ctx, u32 off, u32 size, u64 *value)
{
	const struct sk_buff *skb = (const struct sk_buff *)(unsigned long)ctx;
	const void *data = skb->data + off;
	u32 word;

	if (unlikely((u64)off + size > skb_headlen(skb))) {
		if (bpf_skb_load_packet(skb, off, size, &word))
			return false;
		*value = word;
		return true;
	}
	switch (size) {
	case 1:
		*value = *(const u8 *)data;
		return true;
	case 2:
		*value = get_unaligned_be16(data);
		return true;
	default:
		*value = get_unaligned_be32(data);
		return true;
	}
}

/* program at @idx of the array @map, or NULL where there is none */
static __always_inline const struct bpf_xinsn *tail_call_target(u64 map, u32 idx)
{
	const struct bpf_array *array = (struct bpf_array *)(unsigned long)map;
	const struct bpf_prog *prog;

	if (unlikely(idx >= array->map.max_entries))
		return NULL;
	prog = READ_ONCE(array->ptrs[idx]);
	return prog ? prog->xcode : NULL;
}

/*
 * @size bytes at an address that may fault; 0 if it does. Not inlined: the interpreter
 * would save a register more for every program.
 */
static noinline u64 load_nofault(u64 from, u32 size)
{
	const void *at = (const void *)(unsigned long)from;
	union {
		u8 b;
		u16 h;
		u32 w;
		u64 dw;
	} value;

	if (copy_from_kernel_nofault(&value, at, size))
		return 0;
	switch (size) {
	case 1:
		return value.b;
	case 2:
		return value.h;
	case 4:
		return value.w;
	default:
		return value.dw;
	}
}

static __always_inline void hold_speculation(void)
{
	barrier_nospec();
}

#else /* __BPF_USER_BUILD__ */

#include <linux/bpf_func.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/swab.h>
#include <linux/types.h>

/* by the program that includes the interpreter: as in the kernel */
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
bool bpf_user_load_packet(u64 ctx, u32 off, u32 size, u64 *value);
u64 user_load_nofault(u64 from, u32 size);

static inline bool load_packet(u64 ctx, u32 off, u32 size, u64 *value)
{
	return bpf_user_load_packet(ctx, off, size, value);
}

static inline u64 load_nofault(u64 from, u32 size)
{
	return user_load_nofault(from, size);
}

static inline void hold_speculation(void)
{
}

const struct bpf_xinsn *user_tail_target(u64 map, u32 idx);

static inline const struct bpf_xinsn *tail_call_target(u64 map, u32 idx)
{
	return user_tail_target(map, idx);
}

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;

#define USER_ATOMIC(t, name, op)					\
static inline void name##_##op(__typeof__(((t *)0)->counter) v, t *a)	\
{									\
	__atomic_fetch_##op(&a->counter, v, __ATOMIC_SEQ_CST);		\
}									\
static inline __typeof__(((t *)0)->counter)				\
name##_fetch_##op(__typeof__(((t *)0)->counter) v, t *a)		\
{									\
	return __atomic_fetch_##op(&a->counter, v, __ATOMIC_SEQ_CST);	\
}

#define USER_ATOMICS(t, name)						\
USER_ATOMIC(t, name, add)						\
USER_ATOMIC(t, name, or)						\
USER_ATOMIC(t, name, and)						\
USER_ATOMIC(t, name, xor)						\
static inline __typeof__(((t *)0)->counter)				\
name##_xchg(t *a, __typeof__(((t *)0)->counter) v)			\
{									\
	return __atomic_exchange_n(&a->counter, v, __ATOMIC_SEQ_CST);	\
}									\
static inline __typeof__(((t *)0)->counter)				\
name##_cmpxchg(t *a, __typeof__(((t *)0)->counter) old,			\
	       __typeof__(((t *)0)->counter) v)				\
{									\
	__atomic_compare_exchange_n(&a->counter, &old, v, false,	\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	return old;							\
}

USER_ATOMICS(atomic_t, atomic)
USER_ATOMICS(atomic64_t, atomic64)

#endif /* __BPF_USER_BUILD__ */

#endif /* _BPF_INTERP_HOST_H */
