/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that the verifier may ask of the world around it. Two implementations:
 * host_kernel.c, and tools/bpf/verify/host_user.c for the user-space build
 * (REQUIREMENTS S1.check). No other file of the verifier touches the kernel.
 */
#ifndef _BPF_VERIFIER_HOST_H
#define _BPF_VERIFIER_HOST_H

#include <linux/errno.h>
#include <linux/bpf_func.h>
#include <linux/types.h>

struct bpf_types;

/**
 * struct bv_values - where a map keeps its values, if its key is just their index
 * @off:	from the map's address to value 0
 * @stride:	bytes from one value to the next; 0: programs cannot look them up
 * @count:	values; a key that is not below has none
 * @mask:	and-ed to a key against speculation; all ones: not needed
 *
 * An array of programs has @count and @mask only.
 */
struct bv_values {
	u32	off;
	u32	stride;
	u32	count;
	u32	mask;
};

/**
 * struct bv_map - what the verifier knows of a map
 * @map:	the map: the address that goes into the program
 * @type:	enum bpf_map_type
 * @key_size:	bytes
 * @value_size:	bytes
 * @max_entries:	elements
 * @flags:	BPF_F_* of map creation
 * @opaque:	only helpers that name its type take it
 * @id:		number for messages
 * @lookup:	the map's own functions, to be called with no dispatch
 * @update:	likewise
 * @remove:	likewise
 * @next:	likewise; the element behind a key, NULL: programs cannot go through them
 * @key_before:	bytes from an element's key to its value, where there is @next
 * @values:	where a program finds values without a call
 * @constant:	the only value that it has, if nobody will ever change that, or NULL
 * @types:	types of what is in it, or NULL; for messages
 * @value_type:	of these, what a value is
 */
struct bv_map {
	void		*map;
	u32		type;
	u32		key_size;
	u32		value_size;
	u32		max_entries;
	u32		flags;
	bool		opaque;
	u32		id;
	bpf_func_t	lookup;
	bpf_func_t	update;
	bpf_func_t	remove;
	bpf_func_t	next;
	u32		key_before;
	struct bv_values values;
	const void	*constant;
	const struct bpf_types *types;
	u32		value_type;
};

/* memory: zeroed, may sleep, charged to the loader; NULL when there is none */
void *bv_alloc(size_t bytes);
void *bv_alloc_unset(size_t bytes);
void *bv_resize(void *old, size_t old_bytes, size_t new_bytes);

/* room for twice as many items in @array, at first for @first: 0 or -ENOMEM */
static inline int bv_grow_array(void **array, u32 *cap, u32 first, size_t item_bytes)
{
	u32 more = *cap ? *cap * 2 : first;
	void *bigger = bv_resize(*array, *cap * item_bytes, more * item_bytes);

	if (!bigger)
		return -ENOMEM;
	*array = bigger;
	*cap = more;
	return 0;
}

void bv_free(const void *p);

/* likewise, in no more pages than it takes; given back with the same size */
void *bv_alloc_exact(size_t bytes);
void bv_free_exact(void *p, size_t bytes);

/* the descriptor at @fds[@idx] of the loader's memory; 0 or -EFAULT */
int bv_host_fd(const s32 __user *fds, s32 idx, u32 *fd);

/* a reference to the map behind @fd in @out; 0, -EBADF, -EINVAL (not a map) */
int bv_host_map_get(u32 fd, struct bv_map *out);
void bv_host_map_put(void *map);

/* distance of a helper from __bpf_call_base, the immediate of a verified call */
s32 bv_host_call_imm(bpf_func_t func);

/* appends @len bytes at @pos of the user's log buffer; 0 or -EFAULT */
int bv_host_log_write(char __user *buf, u32 pos, const char *text, u32 len);

/* lets others run; -EAGAIN where a signal waits for the loader, otherwise 0 */
int bv_host_breathe(void);

/* a line about a claim that did not hold; from any context a program runs in */
void bv_host_violation(const char *line);

/* nanoseconds, for statistics only */
u64 bv_host_now(void);

/* may the machine load and store at any address? */
bool bv_host_unaligned_ok(void);

#endif /* _BPF_VERIFIER_HOST_H */
