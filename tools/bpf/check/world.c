// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's bpf(2) stands on here: descriptors, programs as objects, and the
 * verifier's questions (host.h) about maps. A descriptor is an empty file in memory and
 * known by its inode, so that libraries duplicate and close it as they like.
 *
 * Programs are verified and never run.
 */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/bpf_stackmap.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/filter.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "host.h"
#include "host_map.h"
#include "maps.h"
#include "sys/sys.h"
#include "types.h"
#include "world.h"

bool world_privileged = true;

/**
 * struct file - what a descriptor stands for
 * @next:	the one made before it
 * @inode:	of the descriptor
 * @device:	of that
 * @map:	a map, or NULL
 * @prog:	a program, or NULL
 * @btf:	types, or NULL
 * @access:	BPF_F_RDONLY, BPF_F_WRONLY: what the descriptor is not for
 */
struct file {
	struct file	*next;
	u64		inode;
	u64		device;
	struct bpf_map	*map;
	struct bpf_prog	*prog;
	struct bpf_btf	*btf;
	u32		access;
};

static struct file *files;

/**
 * world_new_fd() - a descriptor that stands for nothing
 * @name:	shown in /proc
 *
 * Return: the descriptor, or -errno.
 */
int world_new_fd(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	return fd < 0 ? -EMFILE : fd;
}

/**
 * world_file() - what a descriptor stands for
 * @fd:	any number
 *
 * Return: the file, NULL where nothing is open. A file that is none of ours has neither
 * map nor program nor types.
 */
struct file *world_file(u32 fd)
{
	static struct file other;
	struct stat st;
	struct file *f;

	if (fstat(fd, &st))
		return NULL;
	for (f = files; f; f = f->next)
		if (f->inode == st.st_ino && f->device == st.st_dev)
			return f;
	return &other;
}

static int open_file(const char *name, const struct file *what)
{
	struct file *f = calloc(1, sizeof(*f));
	int fd = f ? world_new_fd(name) : -ENOMEM;
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		free(f);
		return fd < 0 ? fd : -EMFILE;
	}
	*f = *what;
	f->inode = st.st_ino;
	f->device = st.st_dev;
	f->next = files;
	files = f;
	return fd;
}

static void free_prog(struct bpf_prog *prog)
{
	bpf_btf_put(prog->aux->btf);
	kvfree(prog->aux->stacks);
	bv_free(prog->aux->func_info);
	bv_free(prog->aux->line_info);
	kfree(prog->aux->maps);
	kfree(prog->aux);
	kfree(prog);
}

/** world_forget() - no map, no program and no type is left */
void world_forget(void)
{
	struct file *f = files, *next;

	for (; f; f = next) {
		next = f->next;
		if (f->map)
			maps_free(f->map);
		if (f->prog)
			free_prog(f->prog);
		bpf_btf_put(f->btf);
		free(f);
	}
	files = NULL;
}

/* ---- maps ------------------------------------------------------------------------ */

int bpf_map_new_fd(struct bpf_map *map, u32 access)
{
	return open_file("bpf-map", &(struct file){ .map = map, .access = access });
}

struct bpf_map *bpf_map_from_file(const struct file *file)
{
	return file->map ?: ERR_PTR(-EINVAL);
}

bool bpf_map_can_read(const struct file *file)
{
	return !(file->access & BPF_F_WRONLY);
}

bool bpf_map_can_write(const struct file *file)
{
	return !(file->access & BPF_F_RDONLY);
}

int world_map_id(int fd)
{
	struct file *f = world_file(fd);

	return f && f->map ? (int)f->map->id : -1;
}

/* maps stay until world_forget() */
void bpf_map_put(struct bpf_map *map)
{
}

/* what a map's own functions are to programs that are not run */
static u64 no_function(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

/* as host_kernel.c */
int bv_host_map_get(u32 fd, struct bv_map *out)
{
	struct file *f = world_file(fd);
	struct bpf_map *map;

	if (!f)
		return -EBADF;
	map = f->map;
	if (!map)
		return -EINVAL;
	*out = bv_describe_map(map);
	out->lookup = no_function;
	out->update = no_function;
	out->remove = no_function;
	out->next = map->ops->next_elem ? no_function : NULL;
	out->constant = maps_constant(map);
	return 0;
}

void bv_host_map_put(void *map)
{
}

/* helpers of the user-space build (tools/bpf/verify/types.c) work on its own maps */
u64 user_map_lookup(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	return no_function(map, key, r3, r4, r5);
}

u64 user_map_update(u64 map, u64 key, u64 value, u64 flags, u64 r5)
{
	return no_function(map, key, value, flags, r5);
}

u64 user_map_delete(u64 map, u64 key, u64 r3, u64 r4, u64 r5)
{
	return no_function(map, key, r3, r4, r5);
}

u32 user_map_entries(u64 map)
{
	return 0;
}

/* ---- types ------------------------------------------------------------------------ */

int bpf_btf_new_fd(struct bpf_btf *btf)
{
	return open_file("bpf-btf", &(struct file){ .btf = btf });
}

struct bpf_btf *bpf_btf_get(u32 fd)
{
	struct file *f = world_file(fd);

	if (!f)
		return ERR_PTR(-EBADF);
	if (!f->btf)
		return ERR_PTR(-EINVAL);
	types_hold(f->btf);
	return f->btf;
}

/* ---- programs -------------------------------------------------------------------- */

struct bpf_prog *bpf_prog_alloc(unsigned int size, gfp_t gfp_extra)
{
	struct bpf_prog *prog = kzalloc(size, gfp_extra);

	if (!prog)
		return NULL;
	prog->aux = kzalloc(sizeof(*prog->aux), gfp_extra);
	if (prog->aux)
		return prog;
	kfree(prog);
	return NULL;
}

/* one that has no descriptor yet: loading has failed after it was verified */
void bpf_prog_put(struct bpf_prog *prog)
{
	if (!prog->aux->id)
		free_prog(prog);
}

int bpf_prog_new_fd(struct bpf_prog *prog)
{
	return open_file("bpf-prog", &(struct file){ .prog = prog });
}

struct bpf_prog *bpf_prog_get(u32 fd)
{
	struct file *f = world_file(fd);

	if (!f)
		return ERR_PTR(-EBADF);
	return f->prog ?: ERR_PTR(-EINVAL);
}

int bpf_prog_assign_id(struct bpf_prog *prog)
{
	static u32 last;

	prog->aux->id = ++last;
	return 0;
}

void bpf_prog_loaded(struct bpf_prog *prog)
{
}

/* nobody reads tags here */
void bpf_insns_tag(const struct bpf_insn *insns, u32 count, u8 *tag)
{
	memset(tag, 0, BPF_TAG_SIZE);
}

/* every program becomes machine code, as on the kernel by default */
struct bpf_prog *bpf_prog_select_runtime(struct bpf_prog *prog, int *err)
{
	prog->jited = 1;
	*err = 0;
	return prog;
}

int bpf_stack_prepare(void)
{
	return 0;
}

const char *world_type_name(unsigned int type)
{
	const struct bpf_type_ops *ops = bpf_type_find(type);

	return ops ? ops->name : NULL;
}

int world_type_find(const char *name)
{
	const char *known;
	u32 type;

	for (type = 0; type < 256; type++) {
		known = world_type_name(type);
		if (known && !strcmp(known, name))
			return type;
	}
	return -1;
}

/* ---- commands that are about programs that run, or found by number ----------------- */

#define NO_COMMAND(name)							\
	int bpf_cmd_##name(union bpf_attr *attr, union bpf_attr __user *uattr)	\
	{									\
		return -EINVAL;							\
	}

NO_COMMAND(info_by_fd)
NO_COMMAND(prog_next_id)
NO_COMMAND(map_next_id)
NO_COMMAND(prog_fd_by_id)
NO_COMMAND(map_fd_by_id)
NO_COMMAND(raw_tp_open)
NO_COMMAND(task_fd_query)
NO_COMMAND(btf_next_id)
NO_COMMAND(btf_fd_by_id)
