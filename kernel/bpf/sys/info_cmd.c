// SPDX-License-Identifier: GPL-2.0-only
/*
 * BPF_OBJ_GET_INFO_BY_FD: what a map, a program or types are, told to user space.
 *
 * The caller's structure may be shorter than ours (it gets what fits) or longer (the
 * rest must be zero). Where it names a buffer and its size, it gets the size needed
 * and as much as fits. Kernel addresses go only to those who may see them. Tests:
 * selftests/bpf/sys_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/bpf_tell.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include "sys.h"

/* takes in the caller's structure of @len bytes; 0, -E2BIG, -EFAULT */
static int info_in(void *info, u32 known, const union bpf_attr *attr)
{
	if (attr->info.info_len > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(info, known,
				     u64_to_user_ptr(attr->info.info),
				     attr->info.info_len);
}

static int info_out(const void *info, u32 known, const union bpf_attr *attr,
		    union bpf_attr __user *uattr)
{
	u32 len = min(known, attr->info.info_len);

	if (copy_to_user(u64_to_user_ptr(attr->info.info), info, len) ||
	    put_user(len, &uattr->info.info_len))
		return -EFAULT;
	return 0;
}

static int map_info(struct bpf_map *map, const union bpf_attr *attr,
		    union bpf_attr __user *uattr)
{
	struct bpf_map_info info;
	int err;

	err = info_in(&info, sizeof(info), attr);
	if (err)
		return err;
	memset(&info, 0, sizeof(info));
	memcpy(info.name, map->name, sizeof(info.name));
	info.id = map->id;
	info.map_flags = map->flags;
	info.max_entries = map->max_entries;
	info.value_size = map->value_size;
	info.key_size = map->key_size;
	info.type = map->type;
	if (map->btf) {
		info.btf_id = bpf_btf_id(map->btf);
		info.btf_key_type_id = map->key_type;
		info.btf_value_type_id = map->value_type;
	}
	return info_out(&info, sizeof(info), attr, uattr);
}

static int tell_insns(const struct bpf_prog *prog, u64 to, u32 bytes,
		      bool raw_ok)
{
	u32 i, total = prog->len * sizeof(struct bpf_insn);
	struct bpf_insn *copy;
	int err = 0;

	copy = kvmalloc(total, GFP_USER | __GFP_NOWARN);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, prog->insnsi, total);
	for (i = 0; i < prog->len; i++) {
		bpf_prog_tell_insn(prog, &copy[i], raw_ok);
		if (copy[i].code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
	if (copy_to_user(u64_to_user_ptr(to), copy, min(total, bytes)))
		err = -EFAULT;
	kvfree(copy);
	return err;
}

static int tell_map_ids(const struct bpf_prog *prog, u64 to, u32 room)
{
	u32 __user *ids = u64_to_user_ptr(to);
	u32 i;

	for (i = 0; i < min(room, prog->aux->map_cnt); i++) {
		if (put_user(prog->aux->maps[i]->id, &ids[i]))
			return -EFAULT;
	}
	return 0;
}

/*
 * Machine code, where it is and how long: lengths for all, the rest for who may see
 * addresses. A program is one symbol, whatever functions it has.
 */
static int tell_image(const struct bpf_prog *prog, struct bpf_prog_info *info,
		      bool raw_ok)
{
	u32 __user *lens = u64_to_user_ptr(info->jited_func_lens);
	u64 __user *ksyms = u64_to_user_ptr(info->jited_ksyms);
	void __user *insns = u64_to_user_ptr(info->jited_prog_insns);
	u32 room = min(info->jited_prog_len, prog->jited_len);
	u32 symbols = info->nr_jited_ksyms, functions = info->nr_jited_func_lens;

	info->jited_prog_len = prog->jited_len;
	info->nr_jited_ksyms = 1;
	info->nr_jited_func_lens = 1;
	if (!raw_ok) {
		info->jited_prog_insns = room ? 0 : info->jited_prog_insns;
		info->jited_ksyms = symbols ? 0 : info->jited_ksyms;
		info->jited_func_lens = functions ? 0 : info->jited_func_lens;
		return 0;
	}
	if ((room && copy_to_user(insns, (void *)prog->bpf_func, room)) ||
	    (symbols && put_user((unsigned long)prog->bpf_func, &ksyms[0])) ||
	    (functions && put_user(prog->jited_len, &lens[0])))
		return -EFAULT;
	return 0;
}

/* @size bytes each of @count records, as many as there is room for; the room is @room records */
static int tell_records(const void *records, u32 size, u32 count, u64 to, u32 room)
{
	u32 bytes = min(room, count) * size;

	return bytes && copy_to_user(u64_to_user_ptr(to), records, bytes) ? -EFAULT : 0;
}

/* functions and lines; where machine code has lines is not known */
static int tell_source(const struct bpf_prog *prog, struct bpf_prog_info *info)
{
	u32 funcs = info->nr_func_info, lines = info->nr_line_info;
	const struct bpf_prog_aux *aux = prog->aux;

	info->nr_func_info = aux->func_info_cnt;
	info->nr_line_info = aux->line_info_cnt;
	return tell_records(aux->func_info, sizeof(*aux->func_info), aux->func_info_cnt,
			    info->func_info, funcs) ?:
	       tell_records(aux->line_info, sizeof(*aux->line_info), aux->line_info_cnt,
			    info->line_info, lines);
}

/*
 * The parts that say something of the kernel's insides; @info holds the caller's
 * buffers.
 */
static int tell_code(const struct bpf_prog *prog, struct bpf_prog_info *info,
		     bool raw_ok)
{
	u32 room = info->xlated_prog_len;
	u32 tags = info->nr_prog_tags;
	int err;

	info->xlated_prog_len = prog->len * sizeof(struct bpf_insn);
	if (room) {
		err = tell_insns(prog, info->xlated_prog_insns, room, raw_ok);
		if (err)
			return err;
	}
	info->nr_prog_tags = 1;
	if (tags && copy_to_user(u64_to_user_ptr(info->prog_tags), prog->tag,
				 sizeof(prog->tag)))
		return -EFAULT;
	return tell_source(prog, info) ?: tell_image(prog, info, raw_ok);
}

static void hide_code(struct bpf_prog_info *info)
{
	info->jited_prog_len = 0;
	info->nr_jited_ksyms = 0;
	info->nr_jited_func_lens = 0;
	info->xlated_prog_len = 0;
	info->nr_prog_tags = 0;
	info->nr_func_info = 0;
	info->nr_line_info = 0;
}

/* records are those known here, or none are asked for */
static bool record_size_ok(u32 count, u32 bytes, u32 known)
{
	return bytes == known || (!count && !bytes);
}

static bool record_sizes_ok(const struct bpf_prog_info *asked)
{
	return record_size_ok(asked->nr_func_info, asked->func_info_rec_size,
			      sizeof(struct bpf_func_info)) &&
	       record_size_ok(asked->nr_line_info, asked->line_info_rec_size,
			      sizeof(struct bpf_line_info)) &&
	       record_size_ok(asked->nr_jited_line_info, asked->jited_line_info_rec_size,
			      sizeof(u64));
}

static void start_source_info(const struct bpf_prog *prog, const struct bpf_prog_info *asked,
			      struct bpf_prog_info *info)
{
	info->btf_id = prog->aux->btf ? bpf_btf_id(prog->aux->btf) : 0;
	info->func_info_rec_size = sizeof(struct bpf_func_info);
	info->line_info_rec_size = sizeof(struct bpf_line_info);
	info->jited_line_info_rec_size = sizeof(u64);
	info->nr_func_info = asked->nr_func_info;
	info->func_info = asked->func_info;
	info->nr_line_info = asked->nr_line_info;
	info->line_info = asked->line_info;
	info->jited_line_info = asked->jited_line_info;
}

/* what the caller says in @asked is where results go and how much room is there */
static void start_prog_info(const struct bpf_prog *prog,
			    const struct bpf_prog_info *asked,
			    struct bpf_prog_info *info)
{
	memset(info, 0, sizeof(*info));
	info->xlated_prog_len = asked->xlated_prog_len;
	info->xlated_prog_insns = asked->xlated_prog_insns;
	info->jited_prog_len = asked->jited_prog_len;
	info->jited_prog_insns = asked->jited_prog_insns;
	info->nr_jited_ksyms = asked->nr_jited_ksyms;
	info->jited_ksyms = asked->jited_ksyms;
	info->nr_jited_func_lens = asked->nr_jited_func_lens;
	info->jited_func_lens = asked->jited_func_lens;
	info->map_ids = asked->map_ids;
	info->nr_prog_tags = asked->nr_prog_tags;
	info->prog_tags = asked->prog_tags;

	info->type = prog->type;
	info->id = prog->aux->id;
	memcpy(info->tag, prog->tag, sizeof(prog->tag));
	info->load_time = prog->aux->load_time;
	info->created_by_uid = from_kuid_munged(current_user_ns(),
						prog->aux->uid);
	info->nr_map_ids = prog->aux->map_cnt;
	memcpy(info->name, prog->aux->name, sizeof(prog->aux->name));
	info->gpl_compatible = prog->gpl_compatible;
	info->verified_insns = prog->aux->verified_insns;
	info->recursion_misses = atomic64_read(&prog->aux->misses);
}

static int prog_info(struct bpf_prog *prog, const struct cred *opener,
		     const union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_prog_info asked, info;
	int err;

	err = info_in(&asked, sizeof(asked), attr);
	if (err)
		return err;
	if (!record_sizes_ok(&asked))
		return -EINVAL;
	start_prog_info(prog, &asked, &info);
	start_source_info(prog, &asked, &info);
	err = tell_map_ids(prog, asked.map_ids, asked.nr_map_ids);
	if (err)
		return err;
	if (bpf_capable())
		err = tell_code(prog, &info, bpf_dump_raw_ok(opener));
	else
		hide_code(&info);
	return err ?: info_out(&info, sizeof(info), attr, uattr);
}

/* loaded types have no name: that of the room is empty */
static int tell_name(struct bpf_btf_info *info)
{
	char __user *to = u64_to_user_ptr(info->name);

	if (!info->name != !info->name_len)
		return -EINVAL;
	if (info->name && put_user('\0', to))
		return -EFAULT;
	info->name_len = 0;
	return 0;
}

static int btf_info(const struct bpf_btf *btf, const union bpf_attr *attr,
		    union bpf_attr __user *uattr)
{
	const struct bpf_types *types = bpf_btf_types(btf);
	struct bpf_btf_info info;
	int err;

	err = info_in(&info, sizeof(info), attr);
	if (!err)
		err = tell_records(types->data, 1, types->size, info.btf, info.btf_size);
	if (!err)
		err = tell_name(&info);
	if (err)
		return err;
	info.btf_size = types->size;
	info.id = bpf_btf_id(btf);
	info.kernel_btf = 0;
	return info_out(&info, sizeof(info), attr, uattr);
}

/**
 * bpf_cmd_info_by_fd() - BPF_OBJ_GET_INFO_BY_FD
 * @attr:	info.*: descriptor of a map, a program or types, structure and its size
 * @uattr:	info.info_len becomes the bytes written
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (none of these, records of another size, a name without
 * room), -E2BIG (bytes unknown here are not zero), -EFAULT, -ENOMEM.
 */
int bpf_cmd_info_by_fd(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct fd f = fdget(attr->info.bpf_fd);
	int err = -EINVAL;

	if (!f.file)
		return -EBADF;
	if (f.file->f_op == &bpf_map_fops)
		err = map_info(bpf_map_from_file(f.file), attr, uattr);
	else if (f.file->f_op == &bpf_prog_fops)
		err = prog_info(bpf_prog_from_file(f.file), f.file->f_cred,
				attr, uattr);
	else if (!IS_ERR(bpf_btf_from_file(f.file)))
		err = btf_info(bpf_btf_from_file(f.file), attr, uattr);
	fdput(f);
	return err;
}
