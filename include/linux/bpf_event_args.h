/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arguments of a tracepoint as a program sees them: numbers of 64 bits.
 *
 * BPF_EVENT_ARGS(a, b, c) is the list of initialisers of an array of u64, one for each
 * argument whatever its type. At most twelve, as many as COUNT_ARGS() counts.
 *
 * Layer K1.
 */
#ifndef _LINUX_BPF_EVENT_ARGS_H
#define _LINUX_BPF_EVENT_ARGS_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

/* bytes of an argument, in a number's low end; of a structure, the first eight */
static __always_inline u64 bpf_event_arg(const void *arg, size_t size)
{
	u64 number = 0;

	if (size > sizeof(number))
		size = sizeof(number);
	__builtin_memcpy(&number, arg, size);
	if (IS_ENABLED(CONFIG_CPU_BIG_ENDIAN))
		number >>= 8 * (sizeof(number) - size);
	return number;
}

#define BPF_EVENT_ARG(x) ({						\
	typeof(x) __event_arg = (x);					\
									\
	bpf_event_arg(&__event_arg, sizeof(__event_arg));		\
})

#define BPF_EVENT_ARGS_1(x)		BPF_EVENT_ARG(x)
#define BPF_EVENT_ARGS_2(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_1(__VA_ARGS__)
#define BPF_EVENT_ARGS_3(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_2(__VA_ARGS__)
#define BPF_EVENT_ARGS_4(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_3(__VA_ARGS__)
#define BPF_EVENT_ARGS_5(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_4(__VA_ARGS__)
#define BPF_EVENT_ARGS_6(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_5(__VA_ARGS__)
#define BPF_EVENT_ARGS_7(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_6(__VA_ARGS__)
#define BPF_EVENT_ARGS_8(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_7(__VA_ARGS__)
#define BPF_EVENT_ARGS_9(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_8(__VA_ARGS__)
#define BPF_EVENT_ARGS_10(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_9(__VA_ARGS__)
#define BPF_EVENT_ARGS_11(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_10(__VA_ARGS__)
#define BPF_EVENT_ARGS_12(x, ...)	BPF_EVENT_ARG(x), BPF_EVENT_ARGS_11(__VA_ARGS__)

#define BPF_EVENT_ARGS(...)						\
	CONCATENATE(BPF_EVENT_ARGS_, COUNT_ARGS(__VA_ARGS__))(__VA_ARGS__)

#endif /* _LINUX_BPF_EVENT_ARGS_H */
