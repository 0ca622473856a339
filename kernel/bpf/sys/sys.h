/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of bpf(2): the commands, one function each, and what they share.
 *
 * Layer K6: uses all rooms below, is used by none.
 */
#ifndef _BPF_SYS_H
#define _BPF_SYS_H

#include <linux/bpf.h>
#include <linux/file.h>
#include <linux/types.h>
#include "../btf/source.h"
#include "../verifier/verify.h"

/*
 * One function per command. @attr is the caller's union, checked, zero-filled and in
 * kernel memory; @uattr is where results go. A descriptor, 0, or -errno.
 */
typedef int (*bpf_cmd_fn)(union bpf_attr *attr, union bpf_attr __user *uattr);

int bpf_cmd_map_create(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_lookup(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_update(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_delete(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_next_key(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_freeze(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_prog_load(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_prog_test_run(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_info_by_fd(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_prog_next_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_next_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_prog_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_map_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_btf_load(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_btf_next_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_btf_fd_by_id(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_raw_tp_open(union bpf_attr *attr, union bpf_attr __user *uattr);
int bpf_cmd_task_fd_query(union bpf_attr *attr, union bpf_attr __user *uattr);

/* attr.c */

/**
 * struct bpf_attr_span - bytes of union bpf_attr that a command uses
 * @from:	first
 * @to:		behind the last
 */
struct bpf_attr_span {
	u16	from;
	u16	to;
};

#define BPF_ATTR_SPAN(first, last)					\
	{ offsetof(union bpf_attr, first),				\
	  offsetofend(union bpf_attr, last) }

int bpf_attr_copy(union bpf_attr *attr, const void __user *uattr, u32 size);
bool bpf_attr_unused_zero(const union bpf_attr *attr, u32 size,
			  const struct bpf_attr_span *spans, u32 count);
int bpf_attr_name(char *dst, const char *src);
bool bpf_attr_log_ok(u32 level, u64 buf, u32 size);

/* btf_cmd.c */
int bpf_map_spec_types(const union bpf_attr *attr, struct bpf_map_spec *spec);

/* source.c */

/**
 * struct bpf_prog_source - what a program that is loaded says of its source
 * @btf:	its types, held, or NULL: it says nothing
 * @source:	its records; owned
 */
struct bpf_prog_source {
	struct bpf_btf		*btf;
	struct bpf_source	source;
};

int bpf_prog_source_read(const union bpf_attr *attr, union bpf_attr __user *uattr,
			 struct bv_request *req, struct bpf_prog_source *out);
void bpf_prog_source_give(struct bpf_prog_source *src, struct bpf_prog *prog,
			  const struct bv_result *res, u32 count);
void bpf_prog_source_drop(struct bpf_prog_source *src);

/* load.c */
struct bpf_prog *bpf_prog_load(const union bpf_attr *attr, union bpf_attr __user *uattr);

#endif /* _BPF_SYS_H */
