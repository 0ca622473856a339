// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program many times on one prepared packet and tells what that cost: the same
 * source on our kernel and on the peer, with interfaces that both export. Under QEMU's
 * instruction counting the time stamp counter advances by one an instruction.
 *
 * Not for use outside bench/run: whoever opens its device keeps the processor.
 */
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seccomp.h>
#include <linux/skbuff.h>
#include <linux/uaccess.h>
#include <net/flow_dissector.h>
#include "bpf_bench.h"

#define MOST_DATA	2048
#define HEADROOM	64

/* as any of the functions that are run; the second argument is each one's own */
typedef u64 (*bench_func_t)(const void *ctx, const void *self);

/* ---- functions that are measured ---------------------------------------------- */

/* one instruction: what remains of a measurement is the loop and the call */
u64 bench_nothing(const void *ctx, const void *self);
asm(".pushsection .text\n"
    ".globl bench_nothing\n"
    ".type bench_nothing, @function\n"
    "bench_nothing:\n"
    "	ret\n"
    ".size bench_nothing, . - bench_nothing\n"
    ".popsection\n");

static u64 dissect(const void *ctx, const void *self)
{
	struct flow_keys keys;

	if (!skb_flow_dissect_flow_keys(ctx, &keys, 0))
		return 0;
	return keys.basic.ip_proto << 16 | keys.control.thoff;
}

/* what flow.bpf.c returns, from the kernel's keys; is not measured */
static u64 sum_keys(const void *ctx, const void *self)
{
	struct flow_keys keys;
	u32 all, i;

	if (!skb_flow_dissect_flow_keys(ctx, &keys, 0))
		return 0;
	all = (keys.basic.ip_proto << 16 | keys.control.thoff) + ntohl(keys.ports.ports) +
	      keys.tags.flow_label + ntohl(keys.keyid.keyid);
	if (keys.control.addr_type == FLOW_DISSECTOR_KEY_IPV4_ADDRS)
		return all + ntohl(keys.addrs.v4addrs.src) + ntohl(keys.addrs.v4addrs.dst);
	for (i = 0; i < 4; i++)
		all += ntohl(keys.addrs.v6addrs.src.s6_addr32[i]) +
		       ntohl(keys.addrs.v6addrs.dst.s6_addr32[i]);
	return all;
}

/* the event of 2013's measurement fires, or does not */
static u64 drop_packet(const void *ctx, const void *self)
{
	kfree_skb(alloc_skb(HEADROOM, GFP_ATOMIC));
	return 0;
}

/* released Linux hands a program its instructions, ours hands it itself */
static const void *self_of(const struct bpf_prog *prog)
{
	if (__builtin_types_compatible_p(typeof(prog->bpf_func),
					 u64 (*)(const void *, const struct bpf_prog *)))
		return prog;
	return prog->insnsi;
}

/* ---- measuring ------------------------------------------------------------------ */

static u64 cycles(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

static void measure_once(struct bench_run *run, bench_func_t func, const void *ctx,
			 const void *self)
{
	unsigned long flags;
	u64 start, end, clock, result = 0;
	u32 i;

	local_bh_disable();
	migrate_disable();
	local_irq_save(flags);
	clock = ktime_get_ns();
	start = cycles();
	for (i = 0; i < run->repeat; i++)
		result = func(ctx, self);
	end = cycles();
	clock = ktime_get_ns() - clock;
	local_irq_restore(flags);
	migrate_enable();
	local_bh_enable();

	run->result = result;
	run->cost = min(run->cost, end - start);
	run->time_ns = min(run->time_ns, clock);
}

static void measure(struct bench_run *run, bench_func_t func, const void *ctx,
		    const void *self)
{
	u32 round;

	run->cost = U64_MAX;
	run->time_ns = U64_MAX;
	for (round = 0; round < run->rounds; round++)
		measure_once(run, func, ctx, self);
}

/* ---- contexts --------------------------------------------------------------------- */

/* data starts at the Ethernet header, as packet sockets have it */
static struct sk_buff *make_packet(const struct bench_run *run)
{
	struct sk_buff *skb = alloc_skb(HEADROOM + run->data_len, GFP_KERNEL);
	const struct ethhdr *eth;

	if (!skb)
		return ERR_PTR(-ENOMEM);
	skb_reserve(skb, HEADROOM);
	if (copy_from_user(skb_put(skb, run->data_len), u64_to_user_ptr(run->data),
			   run->data_len)) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	eth = (const struct ethhdr *)skb->data;
	skb->protocol = eth->h_proto;
	return skb;
}

static int run_on_packet(struct bench_run *run, bench_func_t func, const void *self)
{
	struct sk_buff *skb = make_packet(run);

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	measure(run, func, skb, self);
	kfree_skb(skb);
	return 0;
}

static int run_on_syscall(struct bench_run *run, bench_func_t func, const void *self)
{
	struct seccomp_data data;

	if (run->data_len != sizeof(data))
		return -EINVAL;
	if (copy_from_user(&data, u64_to_user_ptr(run->data), sizeof(data)))
		return -EFAULT;
	measure(run, func, &data, self);
	return 0;
}

/* ---- programs ----------------------------------------------------------------------- */

static int run_extended(struct bench_run *run)
{
	struct bpf_prog *prog;
	int err;

	prog = bpf_prog_get_type_dev(run->fd, BPF_PROG_TYPE_SOCKET_FILTER, false);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	run->image = prog->jited ? prog->jited_len : 0;
	err = run_on_packet(run, (void *)prog->bpf_func, self_of(prog));
	bpf_prog_put(prog);
	return err;
}

/*
 * What seccomp does to its filters before they are translated: an absolute load is one
 * of struct seccomp_data, which the translation knows by another code.
 */
static int rewrite_seccomp(struct sock_filter *code, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		if (code[i].code == (BPF_LD | BPF_W | BPF_ABS))
			code[i].code = BPF_LDX | BPF_W | BPF_ABS;
	}
	return 0;
}

static int run_classic(struct bench_run *run)
{
	bool is_seccomp = run->kind == BENCH_SECCOMP;
	struct sock_fprog fprog = {
		.len = run->code_len,
		.filter = u64_to_user_ptr(run->code),
	};
	struct bpf_prog *prog;
	u64 start = cycles();
	int err;

	err = bpf_prog_create_from_user(&prog, &fprog,
					is_seccomp ? rewrite_seccomp : NULL, false);
	if (err)
		return err;
	run->setup = cycles() - start;
	run->image = prog->jited ? prog->jited_len : 0;
	if (is_seccomp)
		err = run_on_syscall(run, (void *)prog->bpf_func, self_of(prog));
	else
		err = run_on_packet(run, (void *)prog->bpf_func, self_of(prog));
	bpf_prog_destroy(prog);
	return err;
}

static int run_dissector(struct bench_run *run)
{
	struct bench_run check = *run;
	int err;

	check.repeat = 1;
	check.rounds = 1;
	err = run_on_packet(run, dissect, NULL);
	if (!err)
		err = run_on_packet(&check, sum_keys, NULL);
	run->result = check.result;
	return err;
}

static int run_one(struct bench_run *run)
{
	if (run->data_len < ETH_HLEN || run->data_len > MOST_DATA || !run->rounds)
		return -EINVAL;
	switch (run->kind) {
	case BENCH_EMPTY:
		return run_on_packet(run, bench_nothing, NULL);
	case BENCH_EXTENDED:
		return run_extended(run);
	case BENCH_CLASSIC:
	case BENCH_SECCOMP:
		return run_classic(run);
	case BENCH_DISSECT:
		return run_dissector(run);
	case BENCH_DROP:
		return run_on_packet(run, drop_packet, NULL);
	default:
		return -EINVAL;
	}
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct bench_run run;
	int err;

	if (cmd != BENCH_RUN)
		return -ENOTTY;
	if (copy_from_user(&run, (void __user *)arg, sizeof(run)))
		return -EFAULT;
	err = run_one(&run);
	if (err)
		return err;
	return copy_to_user((void __user *)arg, &run, sizeof(run)) ? -EFAULT : 0;
}

static const struct file_operations bench_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= bench_ioctl,
};

static struct miscdevice bench_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "bpf_bench",
	.mode	= 0600,
	.fops	= &bench_fops,
};

module_misc_device(bench_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("cost of BPF programs");
