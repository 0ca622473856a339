// SPDX-License-Identifier: GPL-2.0-only
/*
 * Array of programs, for tail calls: user space puts programs in by descriptor and gets
 * their numbers back; programs name the array in a call and nothing else.
 *
 *	user space				program
 *	slot = program (exchanged)		READ_ONCE(slot), jump there
 *	put what was there ... grace period ... freed
 *
 * All programs of an array, and all that call into it, are of one kind: the first one
 * that enters or uses it says which type, and whether machine code. A jump from one to
 * another therefore changes neither context nor runtime.
 *
 * A slot holds a reference to its program, which may hold the array: when the last
 * descriptor of the array goes nobody could undo that, so the slots are emptied then.
 *
 * Must never run a program. Layer K2. Tests: selftests/bpf/tail_test.c.
 */
#include <linux/bitops.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <asm/unaligned.h>
#include "types.h"

#define PROG_ARRAY_FLAGS	(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY)

/**
 * struct prog_array - an array of programs
 * @lock:	of @type and @jited
 * @type:	of all programs that have to do with the array; 0 before the first
 * @jited:	they are machine code
 * @array:	the common part and the slots
 */
struct prog_array {
	spinlock_t		lock;	/* taken in process context only */
	enum bpf_prog_type	type;
	bool			jited;
	struct bpf_array	array;
};

static struct prog_array *to_progs(const struct bpf_map *map)
{
	return container_of(map, struct prog_array, array.map);
}

/* the slot of a key in any memory, or NULL */
static struct bpf_prog **find_slot(struct bpf_map *map, const void *key)
{
	struct prog_array *progs = to_progs(map);
	u32 idx = get_unaligned((const u32 *)key);

	if (idx >= map->max_entries)
		return NULL;
	return (struct bpf_prog **)&progs->array.ptrs[idx & progs->array.index_mask];
}

static int progs_check(const struct bpf_map_spec *spec)
{
	if (spec->key_size != sizeof(u32) || spec->value_size != sizeof(u32) ||
	    spec->flags & ~PROG_ARRAY_FLAGS)
		return -EINVAL;
	return 0;
}

static struct bpf_map *progs_alloc(const struct bpf_map_spec *spec)
{
	/* a power of two; 2^32 does not fit u32 */
	u64 slots = 1ULL << fls(spec->max_entries - 1);
	u64 count = spec->max_entries;
	bool trusted = perfmon_capable();
	struct prog_array *progs;

	if (!trusted)
		count = slots;
	progs = bpf_map_area_alloc(sizeof(*progs) + count * sizeof(*progs->array.ptrs),
				   spec->numa_node);
	if (!progs)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&progs->lock);
	bpf_map_init(&progs->array.map, &bpf_prog_array_ops, spec);
	progs->array.elem_size = sizeof(*progs->array.ptrs);
	progs->array.index_mask = trusted ? U32_MAX : slots - 1;
	return &progs->array.map;
}

/*
 * Is the program of the array's kind? The first one decides what that is. One that
 * overrides a function's return is attached only where that is allowed, and nobody would
 * ask when another one jumps to it.
 */
static int progs_admit(struct bpf_map *map, const struct bpf_prog *prog)
{
	struct prog_array *progs = to_progs(map);
	bool fits;

	if (prog->kprobe_override)
		return -EINVAL;
	spin_lock(&progs->lock);
	if (!progs->type) {
		progs->type = prog->type;
		progs->jited = prog->jited;
	}
	fits = progs->type == prog->type && progs->jited == prog->jited;
	spin_unlock(&progs->lock);
	return fits ? 0 : -EINVAL;
}

/* puts @prog, whose reference passes to the slot, or NULL; was there one before? */
static bool exchange(struct bpf_prog **slot, struct bpf_prog *prog)
{
	struct bpf_prog *old = xchg(slot, prog);

	if (old)
		bpf_prog_put(old);
	return old;
}

/* the value is a descriptor of the calling process */
static long progs_update(struct bpf_map *map, const void *key, const void *value,
			 u64 flags)
{
	struct bpf_prog **slot = find_slot(map, key);
	struct bpf_prog *prog;
	int err;

	if (flags != BPF_ANY)
		return -EINVAL;
	if (!slot)
		return -E2BIG;
	prog = bpf_prog_get(get_unaligned((const u32 *)value));
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	err = progs_admit(map, prog);
	if (err)
		bpf_prog_put(prog);
	else
		exchange(slot, prog);
	return err;
}

static long progs_remove(struct bpf_map *map, const void *key)
{
	struct bpf_prog **slot = find_slot(map, key);

	if (!slot)
		return -E2BIG;
	return exchange(slot, NULL) ? 0 : -ENOENT;
}

/* under RCU: the program stays memory; its number goes with its last reference */
static int progs_copy_id(struct bpf_map *map, const void *key, void *value)
{
	struct bpf_prog **slot = find_slot(map, key);
	const struct bpf_prog *prog = slot ? READ_ONCE(*slot) : NULL;
	u32 id = prog ? READ_ONCE(prog->aux->id) : 0;

	if (!id)
		return -ENOENT;
	put_unaligned(id, (u32 *)value);
	return 0;
}

static int progs_next_key(struct bpf_map *map, const void *key, void *next)
{
	return bpf_array_ops.next_key(map, key, next);
}

static void progs_clear(struct bpf_map *map)
{
	struct prog_array *progs = to_progs(map);
	u32 i;

	for (i = 0; i < map->max_entries; i++) {
		exchange((struct bpf_prog **)&progs->array.ptrs[i], NULL);
		cond_resched();
	}
}

static void progs_free(struct bpf_map *map)
{
	progs_clear(map);
	bpf_map_exit(map);
	bpf_map_area_free(to_progs(map));
}

/* names and order are what bpftool reads */
static void progs_show(const struct bpf_map *map, struct seq_file *m)
{
	struct prog_array *progs = to_progs(map);
	enum bpf_prog_type type;
	bool jited;

	spin_lock(&progs->lock);
	type = progs->type;
	jited = progs->jited;
	spin_unlock(&progs->lock);
	if (!type)
		return;
	seq_printf(m, "owner_prog_type:\t%u\n", type);
	seq_printf(m, "owner_jited:\t%u\n", jited);
}

const struct bpf_map_ops bpf_prog_array_ops = {
	.name		= "prog_array",
	.check		= progs_check,
	.alloc		= progs_alloc,
	.free		= progs_free,
	.update		= progs_update,
	.remove		= progs_remove,
	.next_key	= progs_next_key,
	.copy_value	= progs_copy_id,
	.admit		= progs_admit,
	.no_user	= progs_clear,
	.show		= progs_show,
	.opaque		= true,
};
