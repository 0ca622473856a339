// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's answers to the verifier's questions (host.h). The only file of the
 * verifier that knows maps, memory management and the scheduler.
 */
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/filter.h>
#include <linux/gfp.h>
#include <linux/kmemleak.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "host.h"
#include "host_map.h"

/* pages beyond those asked for that are as dear to clear as others are to map */
#define PAGES_TO_SPARE	2

/* kmalloc() rounds up to a power of two */
static bool wastes_pages(size_t bytes)
{
	return bytes > PAGE_SIZE && roundup_pow_of_two(bytes) - bytes > PAGES_TO_SPARE * PAGE_SIZE;
}

/* too many even for the moment that it takes to give those left over back */
static bool wastes_half(size_t bytes)
{
	return roundup_pow_of_two(bytes) - bytes > bytes / 2;
}

static void *alloc(size_t bytes, gfp_t extra)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN | extra;

	return wastes_pages(bytes) ? __vmalloc(bytes, gfp) : kvmalloc(bytes, gfp);
}

/**
 * bv_alloc() - zeroed memory, charged to the loader
 * @bytes:	how much
 *
 * Context: may sleep.
 * Return: the memory, or NULL.
 */
void *bv_alloc(size_t bytes)
{
	return alloc(bytes, __GFP_ZERO);
}

/**
 * bv_alloc_unset() - memory that the caller writes before reading it
 * @bytes:	how much
 *
 * Context: may sleep.
 * Return: the memory, or NULL.
 */
void *bv_alloc_unset(size_t bytes)
{
	return alloc(bytes, 0);
}

/**
 * bv_resize() - more memory with the same beginning
 * @old:	what there is, or NULL
 * @old_bytes:	its bytes
 * @new_bytes:	bytes wanted, not fewer; the caller writes those added before reading them
 *
 * Context: may sleep.
 * Return: the memory, @old being gone, or NULL, @old being as it was.
 */
void *bv_resize(void *old, size_t old_bytes, size_t new_bytes)
{
	void *p = bv_alloc_unset(new_bytes);

	if (!p)
		return NULL;
	if (old)
		memcpy(p, old, old_bytes);
	kvfree(old);
	return p;
}

/**
 * bv_free() - give memory back
 * @p:		from bv_alloc(), bv_alloc_unset() or bv_resize(), or NULL
 */
void bv_free(const void *p)
{
	/* most tables of a short program are never made */
	if (p)
		kvfree(p);
}

/**
 * bv_alloc_exact() - memory of no more pages than it takes
 * @bytes:	how much; the caller writes it before reading it
 *
 * Pages that lie one behind the other, as long as there are such, and those left over of a
 * power of two are given back at once: to map pages takes longer than to verify a short
 * program.
 *
 * Context: may sleep.
 * Return: the memory, for bv_free_exact(), or NULL.
 */
void *bv_alloc_exact(size_t bytes)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	void *p = NULL;

	if (wastes_pages(bytes) && !wastes_half(bytes))
		p = alloc_pages_exact(bytes, gfp | __GFP_NORETRY);
	if (!p)
		return alloc(bytes, 0);
	/* there are pointers in it */
	kmemleak_alloc(p, bytes, 1, gfp);
	return p;
}

/**
 * bv_free_exact() - give memory back
 * @p:		from bv_alloc_exact(), or NULL
 * @bytes:	as many as were asked for
 */
void bv_free_exact(void *p, size_t bytes)
{
	if (!p || !wastes_pages(bytes) || is_vmalloc_addr(p)) {
		kvfree(p);
		return;
	}
	kmemleak_free(p);
	free_pages_exact(p, bytes);
}

/*
 * A program calls the map's own functions directly where pointers travel in the same
 * registers as u64 and no control-flow integrity scheme compares prototypes.
 */
static bool direct_calls_ok(void)
{
	return BITS_PER_LONG == 64 && !IS_ENABLED(CONFIG_CFI_CLANG);
}

static void set_functions(struct bv_map *out, const struct bpf_map *map)
{
	if (map->ops->next_elem)
		out->next = direct_calls_ok() ?
			    (bpf_func_t)(unsigned long)map->ops->next_elem : bpf_map_next_elem;
	if (direct_calls_ok()) {
		out->lookup = (bpf_func_t)(unsigned long)map->ops->lookup;
		out->update = (bpf_func_t)(unsigned long)map->ops->update;
		out->remove = (bpf_func_t)(unsigned long)map->ops->remove;
	} else {
		out->lookup = bpf_base_proto(BPF_FUNC_map_lookup_elem)->func;
		out->update = bpf_base_proto(BPF_FUNC_map_update_elem)->func;
		out->remove = bpf_base_proto(BPF_FUNC_map_delete_elem)->func;
	}
}

/**
 * bv_host_fd() - a descriptor that an instruction names by its index
 * @fds:	where the loader keeps them
 * @idx:	index
 * @fd:		takes the descriptor
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int bv_host_fd(const s32 __user *fds, s32 idx, u32 *fd)
{
	return copy_from_user(fd, fds + idx, sizeof(*fd)) ? -EFAULT : 0;
}

/**
 * bv_host_map_get() - hold the map behind a descriptor
 * @fd:		the descriptor
 * @out:	what the verifier needs to know of the map
 *
 * Context: may sleep.
 * Return: 0; -EBADF (nothing open), -EINVAL (not a map).
 */
int bv_host_map_get(u32 fd, struct bv_map *out)
{
	struct bpf_map *map = bpf_map_get(fd);

	if (IS_ERR(map))
		return PTR_ERR(map);
	*out = bv_describe_map(map);
	set_functions(out, map);
	out->constant = bpf_map_constant(map);
	return 0;
}

/**
 * bv_host_map_put() - let go of a map
 * @map:	bv_map.map
 */
void bv_host_map_put(void *map)
{
	bpf_map_put(map);
}

/**
 * bv_host_call_imm() - how a verified call names a function
 * @func:	in the kernel's text or a module's
 *
 * Return: distance from __bpf_call_base.
 */
s32 bv_host_call_imm(bpf_func_t func)
{
	return (long)func - (long)__bpf_call_base;
}

/**
 * bv_host_log_write() - append to the loader's log buffer
 * @buf:	start of the buffer
 * @pos:	where
 * @text:	what
 * @len:	its bytes
 *
 * Context: may sleep.
 * Return: 0 or -EFAULT.
 */
int bv_host_log_write(char __user *buf, u32 pos, const char *text, u32 len)
{
	return copy_to_user(buf + pos, text, len) ? -EFAULT : 0;
}

/**
 * bv_host_breathe() - let others run
 *
 * Context: may sleep.
 * Return: 0, or -EAGAIN where a signal waits: libraries then load again.
 */
int bv_host_breathe(void)
{
	cond_resched();
	return signal_pending(current) ? -EAGAIN : 0;
}

#ifdef CONFIG_BPF_ORACLE
/* lines that are printed until the next boot: an error may come with every packet */
static atomic_t lines_left = ATOMIC_INIT(2000);

/**
 * bv_host_violation() - a line about a claim that did not hold
 * @line:	the line
 *
 * Context: any that programs run in.
 */
void bv_host_violation(const char *line)
{
	if (atomic_dec_if_positive(&lines_left) >= 0)
		pr_err("%s\n", line);
}
#endif

/**
 * bv_host_now() - clock for statistics
 *
 * Return: nanoseconds.
 */
u64 bv_host_now(void)
{
	return ktime_get_ns();
}

/**
 * bv_host_unaligned_ok() - may the machine load and store at any address?
 *
 * Return: true where it may.
 */
bool bv_host_unaligned_ok(void)
{
	return IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS);
}
