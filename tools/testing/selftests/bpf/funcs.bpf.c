// SPDX-License-Identifier: GPL-2.0-only
/* Global and static functions, for funcs_test.c. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sums {
	__u64	bytes;
	__u64	packets;
};

struct sums total;

__attribute__((noinline)) int add(struct sums *to, int bytes)
{
	if (!to || bytes < 0)
		return 1000;
	to->bytes += bytes;
	__sync_fetch_and_add(&to->packets, 1);
	return to->packets;
}

__attribute__((noinline)) int length(struct __sk_buff *skb)
{
	return skb->len;
}

/* the stack, a map's value and NULL are given */
SEC("socket")
int counts(struct __sk_buff *skb)
{
	struct sums own = { .packets = 10 };
	int sum = 0;

	sum += add(&own, length(skb));
	sum += add(&total, length(skb));
	sum += add(0, 1);
	return own.bytes == length(skb) ? sum : -1;
}

__attribute__((noinline)) int careless(struct sums *from)
{
	return from->packets;
}

SEC("socket")
int untested(struct __sk_buff *skb)
{
	return careless(&total);
}

/* the linker's visibility makes it static: what it is given is known */
__attribute__((noinline, visibility("hidden"))) int hidden(struct sums *from)
{
	return from->packets;
}

SEC("socket")
int walked(struct __sk_buff *skb)
{
	return hidden(&total);
}

__attribute__((noinline)) int opaque(void *any)
{
	return any ? 1 : 2;
}

SEC("socket")
int sizeless(struct __sk_buff *skb)
{
	return opaque(&total);
}

struct {
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(max_entries, 1);
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
} programs SEC(".maps");

/* the result is not for the compiler to know: it may be that of the program called */
static __attribute__((noinline)) int go_on(struct __sk_buff *skb, __u64 *kept)
{
	volatile int missed = 1000;

	*kept += 1;
	bpf_tail_call(skb, &programs, 0);
	return missed;
}

__u64 runs;
__u64 lost;

/* the array's only program: all tail calls of one run count together */
SEC("socket")
int tails(struct __sk_buff *skb)
{
	__u64 kept = runs++, before = kept;
	int sum;

	sum = go_on(skb, &kept);
	sum += go_on(skb, &kept);
	if (kept != before + 2)
		lost++;
	return sum;
}

char _license[] SEC("license") = "GPL";
