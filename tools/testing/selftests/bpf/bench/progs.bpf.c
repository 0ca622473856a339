// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of the benchmark that a compiler writes: what it makes of arithmetic, of
 * many values, of packets. One section each; bench/run takes the instructions out.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>

__u64 load_byte(void *skb, __u64 off) asm("llvm.bpf.load.byte");
__u64 load_half(void *skb, __u64 off) asm("llvm.bpf.load.half");
__u64 load_word(void *skb, __u64 off) asm("llvm.bpf.load.word");

static __always_inline __u32 turn(__u32 v, int bits)
{
	return v << bits | v >> (32 - bits);
}

/* mixes numbers of the context: moves, masks, shifts, constants */
SEC("socket/alu")
int alu(struct __sk_buff *skb)
{
	__u32 a = skb->len, b = skb->mark, c = skb->protocol;
	__u64 wide = skb->priority;
	int i;

#pragma unroll
	for (i = 0; i < 12; i++) {
		__u32 low = a & 0xffff, high = b >> 16;

		c = (turn(a, 5) ^ b) + 0x9e3779b9 + i;
		a = low * 31 + (high | 0x10) - turn(c, 13);
		b = (c ^ (a & 0xff00ff)) + (low << 3);
		wide = (wide << 7) + ((__u64)c << 32 | a) + (wide >> 9 & 0x7f7f7f7f);
	}
	return a ^ b ^ c ^ (__u32)wide ^ (__u32)(wide >> 32);
}

/* what kind of packet, looked at layer by layer */
SEC("socket/parser")
int parser(struct __sk_buff *skb)
{
	__u64 protocol = load_half(skb, 12), off = ETH_HLEN, next, flags;

	if (protocol == ETH_P_8021Q) {
		protocol = load_half(skb, off + 2);
		off += 4;
	}
	if (protocol != ETH_P_IP)
		return 1;
	if (load_byte(skb, off) >> 4 != 4)
		return 2;
	next = load_byte(skb, off + 9);
	if (load_half(skb, off + 6) & 0x1fff)
		return 3;
	if (load_byte(skb, off + 8) <= 1)
		return 4;
	off += (load_byte(skb, off) & 15) << 2;
	if (next == IPPROTO_UDP)
		return load_half(skb, off + 2);
	if (next != IPPROTO_TCP)
		return 5;
	flags = load_byte(skb, off + 13);
	if ((flags & 0x12) == 0x02)
		return 6;
	if (flags & 0x04)
		return 7;
	off += load_byte(skb, off + 12) >> 4 << 2;
	if (off >= skb->len)
		return 8;
	return load_word(skb, off) & 0xffffff;
}

/* more values than registers */
SEC("socket/spill")
int spill(struct __sk_buff *skb)
{
	__u32 v[14], sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < 14; i++)
		v[i] = load_word(skb, 4 * i);
#pragma unroll
	for (i = 0; i < 14; i++)
		sum = sum * 31 + (v[i] ^ v[(i * 5 + 3) % 14]) + (v[13 - i] >> 3);
	return sum;
}

/* fields of the context */
SEC("socket/context")
int context(struct __sk_buff *skb)
{
	if (skb->protocol != __builtin_bswap16(ETH_P_IP) || skb->pkt_type)
		return 0;
	return skb->len + skb->mark * 3 + skb->priority + skb->queue_mapping + skb->hash;
}

/* the processor's number */
SEC("socket/cpu")
int cpu(struct __sk_buff *skb)
{
	return bpf_get_smp_processor_id() + 1;
}

/* a thousand times round */
SEC("socket/loop")
int loop(struct __sk_buff *skb)
{
	__u32 mark = skb->mark, sum = skb->len;
	int i;

#pragma clang loop unroll(disable)
	for (i = 0; i < 1000; i++) {
		sum = sum * 33 ^ (mark + i);
		asm volatile("" : "+r"(sum));
	}
	return sum;
}
