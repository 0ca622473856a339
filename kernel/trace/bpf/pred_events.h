/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An event with a field of every kind that filters know, see pred_events.c.
 *
 * Layer K5.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pred

#if !defined(_TRACE_BPF_PRED_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_BPF_PRED_EVENTS_H

#include <linux/tracepoint.h>
#include "pred_values.h"

TRACE_EVENT(pred_values,
	TP_PROTO(const struct pred_values *v, const char *ptr),
	TP_ARGS(v, ptr),
	TP_STRUCT__entry(
		__field(u8, u8)
		__field(u64, u64)
		__field(s8, s8)
		__field(bool, flag)
		__field(s64, s64)
		__field(u32, u32)
		__field(u16, u16)
		__field(s16, s16)
		__field(s32, s32)
		__field(u32, id)
		__field(const void *, func)
		__field(const char *, ptr)
		__field(char *, user)
		__array(u8, three, 3)
		__array(char, one, 1)
		__array(char, odd, 7)
		__array(char, fixed, 16)
		__array(char, big, 2 * PRED_VALUES_STR)
		__dynamic_array(char, dyn, v->dyn_len)
		__rel_dynamic_array(char, rel, v->rel_len)
		__bitmask(bits, 64)
		__cpumask(cpus)
		__dynamic_array(char, end, 8)
	),
	TP_fast_assign(
		__entry->u8 = v->u8;
		__entry->u64 = v->u64;
		__entry->s8 = v->s8;
		__entry->flag = v->flag;
		__entry->s64 = v->s64;
		__entry->u32 = v->u32;
		__entry->u16 = v->u16;
		__entry->s16 = v->s16;
		__entry->s32 = v->s32;
		__entry->id = v->id;
		__entry->func = (const void *)(unsigned long)v->u64;
		__entry->ptr = ptr;
		__entry->user = (char *)(unsigned long)v->user;
		memcpy(__entry->three, v->three, sizeof(v->three));
		memcpy(__entry->one, v->one, sizeof(v->one));
		memcpy(__entry->odd, v->odd, sizeof(v->odd));
		memcpy(__entry->fixed, v->fixed, sizeof(v->fixed));
		memcpy(__entry->big, v->big, sizeof(v->big));
		memcpy(__get_dynamic_array(dyn), v->dyn, v->dyn_len);
		memcpy(__get_rel_dynamic_array(rel), v->rel, v->rel_len);
		__assign_bitmask(bits, (const unsigned long *)&v->mask, 64);
		__assign_cpumask(cpus, cpumask_bits(cpu_online_mask));
		memset(__get_dynamic_array(end), 0, 8);
	),
	TP_printk("id=%u", __entry->id)
);

#endif /* _TRACE_BPF_PRED_EVENTS_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE pred_events
#include <trace/define_trace.h>
