/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test writes to /dev/pred_events: the fields of one event, which fires at once, or
 * which synthetic event is to fire.
 *
 * Layer K0: user space includes it too.
 */
#ifndef _TRACE_BPF_PRED_VALUES_H
#define _TRACE_BPF_PRED_VALUES_H

#include <linux/types.h>

#define PRED_VALUES_STR	64	/* bytes of the longest string */

/*
 * enum pred_values_ptr - what a pointer to a string in the kernel points to
 */
enum pred_values_ptr {
	PRED_VALUES_NULL,
	PRED_VALUES_BAD,	/* no memory */
	PRED_VALUES_GOOD,	/* &pred_values.ptr */
};

/* of pred_values.context: how the event fires; in a task otherwise */
#define PRED_VALUES_BH_OFF	1
#define PRED_VALUES_IRQS_OFF	2

/**
 * struct pred_values - the fields of an event
 * @u64:	number
 * @s64:	number
 * @user:	pointer to a string of user space
 * @mask:	bits
 * @u32:	number
 * @s32:	number
 * @id:		for finding the event again
 * @ptr_is:	enum pred_values_ptr
 * @u16:	number
 * @s16:	number
 * @dyn_len:	bytes of @dyn that are recorded, up to PRED_VALUES_STR
 * @rel_len:	of @rel
 * @u8:		number
 * @s8:		number
 * @flag:	bool
 * @context:	PRED_VALUES_BH_OFF, PRED_VALUES_IRQS_OFF, both or none
 * @three:	array of numbers
 * @one:	string that need not end with NUL, as those that follow
 * @odd:	likewise
 * @fixed:	likewise
 * @dyn:	string of dynamic length
 * @rel:	likewise, found from where its place stands
 * @ptr:	ends with NUL
 * @big:	longer than filters look
 */
struct pred_values {
	__u64	u64;
	__s64	s64;
	__u64	user;
	__u64	mask;
	__u32	u32;
	__s32	s32;
	__u32	id;
	__u32	ptr_is;
	__u16	u16;
	__s16	s16;
	__u16	dyn_len;
	__u16	rel_len;
	__u8	u8;
	__s8	s8;
	__u8	flag;
	__u8	context;
	__u8	three[3];
	char	one[1];
	char	odd[7];
	char	fixed[16];
	char	dyn[PRED_VALUES_STR];
	char	rel[PRED_VALUES_STR];
	char	ptr[PRED_VALUES_STR];
	char	big[2 * PRED_VALUES_STR];
};

/**
 * struct pred_synth - a synthetic event with one number, fired as modules do it
 * @value:	the number
 * @by_array:	synth_event_trace_array(), not synth_event_trace()
 * @instance:	of tracing; ends with NUL, as does @event
 * @event:	name of the event
 */
struct pred_synth {
	__u64	value;
	__u64	by_array;
	char	instance[PRED_VALUES_STR];
	char	event[PRED_VALUES_STR];
};

#endif /* _TRACE_BPF_PRED_VALUES_H */
