// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that any program type may offer: maps, clocks, numbers of this machine.
 *
 * A helper runs wherever a program runs, NMI included: it takes no lock that
 * something it may have interrupted could hold, and never sleeps. Must never
 * belong to one subsystem; such helpers live there.
 *
 * Layer K4. Tests: tools/testing/selftests/bpf, kernel/bpf/prog/interp_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_ringbuf.h>
#include <linux/capability.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>
#include "prog.h"

/**
 * __bpf_call_base() - where helpers' distances are counted from
 * @r1:	not used
 * @r2:	not used
 * @r3:	not used
 * @r4:	not used
 * @r5:	not used
 *
 * Return: 0; nothing calls it.
 */
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}
EXPORT_SYMBOL_GPL(__bpf_call_base);

/* ---- maps (RFC 9669 names none; REQUIREMENTS S4.man) --------------------- */

BPF_CALL_2(bpf_map_lookup_elem, struct bpf_map *, map, const void *, key)
{
	return (unsigned long)map->ops->lookup(map, key);
}

static const struct bpf_func_proto map_lookup_elem_proto = {
	.name	= "map_lookup_elem",
	.func	= bpf_map_lookup_elem,
	.ret	= BPF_RET_MAP_VALUE_OR_NULL,
	.arg	= { BPF_ARG_MAP, BPF_ARG_MAP_KEY },
	.reads_packet = true,
};

BPF_CALL_4(bpf_map_update_elem, struct bpf_map *, map, const void *, key,
	   const void *, value, u64, flags)
{
	return map->ops->update(map, key, value, flags);
}

static const struct bpf_func_proto map_update_elem_proto = {
	.name	= "map_update_elem",
	.func	= bpf_map_update_elem,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_MAP, BPF_ARG_MAP_KEY, BPF_ARG_MAP_VALUE, BPF_ARG_ANY },
	.reads_packet = true,
};

BPF_CALL_2(bpf_map_delete_elem, struct bpf_map *, map, const void *, key)
{
	return map->ops->remove(map, key);
}

static const struct bpf_func_proto map_delete_elem_proto = {
	.name	= "map_delete_elem",
	.func	= bpf_map_delete_elem,
	.ret	= BPF_RET_SCALAR,
	.arg	= { BPF_ARG_MAP, BPF_ARG_MAP_KEY },
	.reads_packet = true,
};

/*
 * bpf_map_next_elem() - the element behind a key, whatever the map
 * @map:	the map; it has next_elem
 * @key:	as in bpf_map_ops.next_elem
 * @turn:	likewise
 *
 * Called by: programs, where they cannot call the map's own function; the verifier writes
 * that call (kernel/bpf/verifier/callback.c), programs cannot. Context: as programs.
 *
 * Return: address of the value, or 0.
 */
BPF_CALL_3(bpf_map_next_elem, struct bpf_map *, map, void *, key, u64, turn)
{
	return (unsigned long)map->ops->next_elem(map, key, turn);
}

/* no function: the verifier makes it an instruction of its own */
static const struct bpf_func_proto tail_call_proto = {
	.name		= "tail_call",
	.ret		= BPF_RET_VOID,
	.arg		= { BPF_ARG_CTX, BPF_ARG_MAP, BPF_ARG_ANY },
	.map_type	= BPF_MAP_TYPE_PROG_ARRAY,
};

/* ---- clocks -------------------------------------------------------------- */

/* the fast clock: an NMI may come while the other one is being set */
BPF_CALL_0(bpf_ktime_get_ns)
{
	return ktime_get_mono_fast_ns();
}

static const struct bpf_func_proto ktime_get_ns_proto = {
	.name	= "ktime_get_ns",
	.func	= bpf_ktime_get_ns,
	.ret	= BPF_RET_SCALAR,
};

BPF_CALL_0(bpf_ktime_get_boot_ns)
{
	return ktime_get_boot_fast_ns();
}

static const struct bpf_func_proto ktime_get_boot_ns_proto = {
	.name	= "ktime_get_boot_ns",
	.func	= bpf_ktime_get_boot_ns,
	.ret	= BPF_RET_SCALAR,
};

BPF_CALL_0(bpf_ktime_get_coarse_ns)
{
	return ktime_get_coarse_ns();
}

static const struct bpf_func_proto ktime_get_coarse_ns_proto = {
	.name	= "ktime_get_coarse_ns",
	.func	= bpf_ktime_get_coarse_ns,
	.ret	= BPF_RET_SCALAR,
};

BPF_CALL_0(bpf_jiffies64)
{
	return get_jiffies_64();
}

static const struct bpf_func_proto jiffies64_proto = {
	.name	= "jiffies64",
	.func	= bpf_jiffies64,
	.ret	= BPF_RET_SCALAR,
};

/* ---- this machine -------------------------------------------------------- */

BPF_CALL_0(bpf_get_smp_processor_id)
{
	return smp_processor_id();
}

static const struct bpf_func_proto get_smp_processor_id_proto = {
	.name	= "get_smp_processor_id",
	.func	= bpf_get_smp_processor_id,
	.ret	= BPF_RET_SCALAR,
};

BPF_CALL_0(bpf_get_numa_node_id)
{
	return numa_node_id();
}

static const struct bpf_func_proto get_numa_node_id_proto = {
	.name	= "get_numa_node_id",
	.func	= bpf_get_numa_node_id,
	.ret	= BPF_RET_SCALAR,
};

/*
 * Programs have a generator of their own: what they are given must tell them
 * nothing about the kernel's random numbers.
 */
static DEFINE_PER_CPU(struct rnd_state, program_random);

BPF_CALL_0(bpf_get_prandom_u32)
{
	struct rnd_state *state = &get_cpu_var(program_random);
	u32 number = prandom_u32_state(state);

	put_cpu_var(program_random);
	return number;
}

static const struct bpf_func_proto get_prandom_u32_proto = {
	.name	= "get_prandom_u32",
	.func	= bpf_get_prandom_u32,
	.ret	= BPF_RET_SCALAR,
};

/* ---- which there are ----------------------------------------------------- */

static const struct bpf_func_proto *find_random(void)
{
	prandom_init_once(&program_random);
	return &get_prandom_u32_proto;
}

/* for those who may see what the kernel's own addresses hold */
static const struct bpf_func_proto *find_trace_printk(void)
{
	return perfmon_capable() ? bpf_trace_printk_proto() : NULL;
}

static const struct bpf_func_proto *find_trace_vprintk(void)
{
	return perfmon_capable() ? bpf_trace_vprintk_proto() : NULL;
}

/**
 * bpf_base_proto() - helper that any program type may offer
 * @id:		its number
 *
 * Called by: the types' proto functions while a program is loaded; some helpers
 * ask the calling process for privilege. Context: process.
 *
 * Return: its description; NULL where there is none, or not for this process.
 */
const struct bpf_func_proto *bpf_base_proto(enum bpf_func_id id)
{
	switch (id) {
	case BPF_FUNC_map_lookup_elem:
		return &map_lookup_elem_proto;
	case BPF_FUNC_map_update_elem:
		return &map_update_elem_proto;
	case BPF_FUNC_map_delete_elem:
		return &map_delete_elem_proto;
	case BPF_FUNC_tail_call:
		return &tail_call_proto;
	case BPF_FUNC_ktime_get_ns:
		return &ktime_get_ns_proto;
	case BPF_FUNC_ktime_get_boot_ns:
		return &ktime_get_boot_ns_proto;
	case BPF_FUNC_ktime_get_coarse_ns:
		return &ktime_get_coarse_ns_proto;
	case BPF_FUNC_get_prandom_u32:
		return find_random();
	case BPF_FUNC_get_smp_processor_id:
		return &get_smp_processor_id_proto;
	case BPF_FUNC_get_numa_node_id:
		return &get_numa_node_id_proto;
	case BPF_FUNC_jiffies64:
		return bpf_capable() ? &jiffies64_proto : NULL;
	case BPF_FUNC_trace_printk:
		return find_trace_printk();
	case BPF_FUNC_trace_vprintk:
		return find_trace_vprintk();
	case BPF_FUNC_ringbuf_output ... BPF_FUNC_ringbuf_query:
		return bpf_capable() ? bpf_ringbuf_proto(id) : NULL;
	default:
		return NULL;
	}
}
