// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events with whatever contents a test wants, for testing filters: each struct
 * pred_values written to /dev/pred_events is an event pred:pred_values, each struct
 * pred_synth one of those that it names.
 *
 * Not for use outside tests. Layer K5. Used by: selftests/bpf/predicate_test.c,
 * filter_test.c.
 */
#include <linux/bottom_half.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#define CREATE_TRACE_POINTS
#include "pred_events.h"

/* no pointer that a filter follows by itself: it asks first whether there is memory */
static const char *choose_ptr(const struct pred_values *v)
{
	switch (v->ptr_is) {
	case PRED_VALUES_BAD:
		return (const char *)1;
	case PRED_VALUES_GOOD:
		return v->ptr;
	default:
		return NULL;
	}
}

static void fire_values(const struct pred_values *v)
{
	if (v->context & PRED_VALUES_BH_OFF)
		local_bh_disable();
	if (v->context & PRED_VALUES_IRQS_OFF)
		local_irq_disable();
	trace_pred_values(v, choose_ptr(v));
	if (v->context & PRED_VALUES_IRQS_OFF)
		local_irq_enable();
	if (v->context & PRED_VALUES_BH_OFF)
		local_bh_enable();
}

static int fire_synth(const char __user *from)
{
	struct trace_event_file *file;
	struct pred_synth s;
	int err;

	if (copy_from_user(&s, from, sizeof(s)))
		return -EFAULT;
	s.instance[PRED_VALUES_STR - 1] = '\0';
	s.event[PRED_VALUES_STR - 1] = '\0';
	file = trace_get_event_file(s.instance, "synthetic", s.event);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = s.by_array ? synth_event_trace_array(file, &s.value, 1) :
			   synth_event_trace(file, 1, s.value);
	trace_put_event_file(file);
	return err;
}

static ssize_t pred_events_write(struct file *file, const char __user *from, size_t len,
				 loff_t *pos)
{
	struct pred_values *v;

	if (len == sizeof(struct pred_synth))
		return fire_synth(from) ?: len;
	if (len != sizeof(*v))
		return -EINVAL;
	v = memdup_user(from, sizeof(*v));
	if (IS_ERR(v))
		return PTR_ERR(v);
	v->ptr[PRED_VALUES_STR - 1] = '\0';
	if (v->dyn_len > PRED_VALUES_STR || v->rel_len > PRED_VALUES_STR)
		len = -EINVAL;
	else
		fire_values(v);
	kfree(v);
	return len;
}

static const struct file_operations pred_events_fops = {
	.owner	= THIS_MODULE,
	.write	= pred_events_write,
};

static struct miscdevice pred_events_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "pred_events",
	.mode	= 0600,
	.fops	= &pred_events_fops,
};

module_misc_device(pred_events_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("events for testing filters");
