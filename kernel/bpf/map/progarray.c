// SPDX-License-Identifier: GPL-2.0-only
/*
 * Array of programs, for tail calls: user space puts programs in by descriptor and gets
 * their numbers back; programs name the array in a call and nothing else.
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
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <asm/unaligned.h>
#include "fdarray.h"

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

#define HEAD_BYTES	offsetof(struct prog_array, array)

static struct prog_array *to_progs(const struct bpf_map *map)
{
	return container_of(map, struct prog_array, array.map);
}

static struct bpf_map *progs_alloc(const struct bpf_map_spec *spec)
{
	struct bpf_array *array = fdarray_alloc(&bpf_prog_array_ops, spec, HEAD_BYTES);

	if (!array)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&to_progs(&array->map)->lock);
	return &array->map;
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

static void put_prog(void *prog)
{
	bpf_prog_put(prog);
}

/* the value is a descriptor of the calling process */
static long progs_update(struct bpf_map *map, const void *key, const void *value,
			 u64 flags)
{
	void **slot = fdarray_find(map, key);
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
		fdarray_exchange(slot, prog, put_prog);
	return err;
}

static long progs_remove(struct bpf_map *map, const void *key)
{
	return fdarray_remove(map, key, put_prog);
}

/* under RCU: the program stays memory; its number goes with its last reference */
static int progs_copy_id(struct bpf_map *map, const void *key, void *value)
{
	void **slot = fdarray_find(map, key);
	const struct bpf_prog *prog = slot ? READ_ONCE(*slot) : NULL;
	u32 id = prog ? READ_ONCE(prog->aux->id) : 0;

	if (!id)
		return -ENOENT;
	put_unaligned(id, (u32 *)value);
	return 0;
}

static void progs_clear(struct bpf_map *map)
{
	fdarray_clear(map, put_prog);
}

static void progs_free(struct bpf_map *map)
{
	progs_clear(map);
	fdarray_free(&to_progs(map)->array, HEAD_BYTES);
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
	.check		= fdarray_check,
	.alloc		= progs_alloc,
	.free		= progs_free,
	.update		= progs_update,
	.remove		= progs_remove,
	.next_key	= fdarray_next_key,
	.copy_value	= progs_copy_id,
	.admit		= progs_admit,
	.no_user	= progs_clear,
	.show		= progs_show,
	.opaque		= true,
};
