// SPDX-License-Identifier: GPL-2.0-only
/*
 * What machine code calls where it does not write the work out: bytes of packets that
 * are not linear, loads from addresses that may be none.
 *
 * Layer K4. Tests: lib/test_bpf.c, the fuzzers of tools/bpf/verify.
 */
#include <linux/bpf_jit.h>
#include <linux/filter.h>
#include <linux/uaccess.h>

/**
 * bpf_jit_load_packet() - bytes of a packet, wherever they are
 * @ctx:	the packet
 * @off:	where; may be one of the SKF_*_OFF
 * @bytes:	1, 2 or 4
 *
 * Called by: machine code, for LD_ABS and LD_IND. Context: as programs run.
 * Return: the value in host order; -1 where the packet has no such bytes.
 */
s64 bpf_jit_load_packet(const void *ctx, u32 off, u32 bytes)
{
	u32 value;

	if (bpf_skb_load_packet(ctx, off, bytes, &value))
		return -1;
	return value;
}

/**
 * bpf_jit_load_nofault() - memory that may not be there
 * @from:	any address
 * @bytes:	1, 2, 4 or 8
 *
 * Called by: machine code where faults have no table. Context: as programs run.
 * Return: the value, zero-extended; 0 where nothing can be read.
 */
u64 bpf_jit_load_nofault(const void *from, u32 bytes)
{
	u64 value = 0;

	/* the least significant bytes, as BPF_JIT has little-endian machines only */
	if (copy_from_kernel_nofault(&value, from, bytes))
		return 0;
	return value;
}
