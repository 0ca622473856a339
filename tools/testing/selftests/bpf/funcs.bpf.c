// SPDX-License-Identifier: GPL-2.0-only
/* Global and static functions, and functions that are called back, for funcs_test.c. */
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

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, __u64);
} sparse SEC(".maps");

struct walk {
	__u64	seen;
	__u64	sum;
	__u64	stop;
};

static long add_up(void *map, __u32 *key, __u64 *value, struct walk *w)
{
	w->sum += *key * *value;
	return ++w->seen == w->stop;
}

static long take_out(void *map, __u32 *key, __u64 *value, struct walk *w)
{
	w->sum += *value;
	return bpf_map_delete_elem(map, key) ? 1 : 0;
}

static long put_in(void *map, __u32 *key, __u64 *value, struct walk *w)
{
	__u32 other = *key + 64;

	bpf_map_update_elem(map, &other, &w->sum, BPF_ANY);
	return 0;
}

/* its place in the table is free for one with another key */
static long exchange(void *map, __u32 *key, __u64 *value, struct walk *w)
{
	__u32 other = *key + 64;

	if (bpf_map_delete_elem(map, key) || bpf_map_update_elem(map, &other, &w->sum, BPF_ANY))
		return 1;
	return 0;
}

#define WALK(name, map, turn, ending, flags, result)			\
SEC("socket")								\
int name(struct __sk_buff *skb)					\
{									\
	struct walk w = { .stop = ending };				\
	long n = bpf_for_each_map_elem(&map, turn, &w, flags);		\
									\
	return result;							\
}

#define WALKS(map)							\
	WALK(each_count_##map, map, add_up, 0, 0, n)				\
	WALK(each_sum_##map, map, add_up, 0, 0, n ? w.sum : 0)		\
	WALK(each_stop_##map, map, add_up, 10, 0, n)				\
	WALK(each_flags_##map, map, add_up, 0, 1, n)				\
	WALK(each_take_##map, map, take_out, 0, 0, n * 10000 + w.sum)	\
	WALK(each_put_##map, map, put_in, 0, 0, n)				\
	WALK(each_exchange_##map, map, exchange, 0, 0, n)

WALKS(table)
WALKS(sparse)

/* the key is not the program's */
static long overwrite(void *map, __u32 *key, __u64 *value, struct walk *w)
{
	*key = 0;
	return 0;
}

WALK(overwrites, table, overwrite, 0, 0, n)

char _license[] SEC("license") = "GPL";
