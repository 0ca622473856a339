// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program says of its source when it is loaded: functions and lines, by the types
 * it came with. Copied in, checked, given to the verifier for its log, and kept with the
 * program for those who ask.
 *
 * Nothing of it is needed to run the program. Tests: selftests/bpf/btf_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>
#include "../verifier/host.h"
#include "../verifier/vlog.h"
#include "sys.h"

/* others run after so many records */
#define BREATHE_EVERY	4096

/**
 * struct records - records of a sort, as user space gives them
 * @what:	"functions" or "lines"
 * @from:	the first one
 * @bytes:	of each
 * @known:	of these, those that are known here
 * @count:	how many
 * @told:	takes @known, where they say more
 */
struct records {
	const char	*what;
	u64		from;
	u32		bytes;
	u32		known;
	u32		count;
	u32 __user	*told;
};

/* one record after the other, each with its unknown bytes zero */
static int copy_each(const struct records *r, void *to, struct bv_log *log)
{
	u32 i;
	int err = 0;

	/* most say just what is known */
	if (r->bytes == r->known)
		return copy_from_user(to, u64_to_user_ptr(r->from), (size_t)r->count * r->known) ?
		       -EFAULT : 0;
	for (i = 0; !err && i < r->count; i++) {
		err = copy_struct_from_user(to + (size_t)i * r->known, r->known,
					    u64_to_user_ptr(r->from + (u64)i * r->bytes),
					    r->bytes);
		if (err == -E2BIG) {
			err = bpf_record_new_fault(log, r->what, i);
			return put_user(r->known, r->told) ? -EFAULT : err;
		}
		if (i % BREATHE_EVERY == BREATHE_EVERY - 1)
			bv_host_breathe();
	}
	return err;
}

/*
 * The records to new memory. More than @most, which cannot be right, are not copied: the
 * check finds them too many before it looks at any.
 */
static int copy_records(const struct records *r, u32 most, struct bv_log *log, void **out)
{
	if (!r->count)
		return 0;
	if (r->bytes < r->known || r->bytes > BPF_RECORD_MAX_BYTES || r->bytes % sizeof(u32))
		return bpf_record_size_fault(log, r->what, r->bytes, r->known);
	if (r->count > most)
		return 0;
	*out = bv_alloc_unset((size_t)r->count * r->known);
	if (!*out)
		return -ENOMEM;
	return copy_each(r, *out, log);
}

static int read_records(const union bpf_attr *attr, union bpf_attr __user *uattr,
			const struct bv_request *req, struct bv_log *log,
			struct bpf_source *out)
{
	const struct records funcs = {
		"functions", attr->func_info, attr->func_info_rec_size,
		sizeof(struct bpf_func_info), attr->func_info_cnt,
		&uattr->func_info_rec_size,
	};
	const struct records lines = {
		"lines", attr->line_info, attr->line_info_rec_size,
		sizeof(struct bpf_line_info), attr->line_info_cnt,
		&uattr->line_info_rec_size,
	};
	int err;

	out->func_count = funcs.count;
	out->line_count = lines.count;
	err = copy_records(&funcs, req->count, log, (void **)&out->funcs);
	if (!err)
		err = copy_records(&lines, req->count, log, (void **)&out->lines);
	if (!err)
		err = bpf_source_check(out, req->insns, req->count, log);
	return err;
}

/**
 * bpf_prog_source_read() - what a program says of its source
 * @attr:	argument of BPF_PROG_LOAD: prog_btf_fd, func_info*, line_info*
 * @uattr:	takes the size of records that is known here, where theirs say more
 * @req:	the program; gets its source, if it says anything. Its log takes why that is
 *		refused
 * @out:	zero; for bpf_prog_source_drop() in any case
 *
 * Types without functions and lines are not looked at.
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (not types, or records that are wrong), -E2BIG (records that
 * say more than is known), -EFAULT, -ENOSPC (log), -ENOMEM.
 */
int bpf_prog_source_read(const union bpf_attr *attr, union bpf_attr __user *uattr,
			 struct bv_request *req, struct bpf_prog_source *out)
{
	struct bv_log *log;
	int err, log_err;

	if (!attr->func_info_cnt && !attr->line_info_cnt)
		return 0;
	log = bv_alloc_unset(sizeof(*log));
	if (!log)
		return -ENOMEM;
	out->btf = bpf_btf_get(attr->prog_btf_fd);
	if (IS_ERR(out->btf)) {
		err = PTR_ERR(out->btf);
		out->btf = NULL;
		goto out;
	}
	out->source.types = bpf_btf_types(out->btf);
	bv_log_start(log, req->log_buf, req->log_size, req->log_level);
	err = read_records(attr, uattr, req, log, &out->source);
	log_err = bv_log_finish(log);
	if (!err)
		req->source = &out->source;
	err = log_err ?: err;
out:
	bv_free(log);
	return err;
}

/**
 * bpf_prog_source_give() - a program keeps its source
 * @src:	what it said; empty afterwards
 * @prog:	the program, accepted
 * @res:	where its instructions and functions went
 * @count:	how many instructions it had
 *
 * Context: any.
 */
void bpf_prog_source_give(struct bpf_prog_source *src, struct bpf_prog *prog,
			  const struct bv_result *res, u32 count)
{
	struct bpf_prog_aux *aux = prog->aux;

	if (!src->btf)
		return;
	aux->btf = src->btf;
	aux->func_info = (struct bpf_func_info *)src->source.funcs;
	aux->func_info_cnt = bpf_source_move_funcs(res, aux->func_info,
						   src->source.func_count);
	aux->line_info = (struct bpf_line_info *)src->source.lines;
	aux->line_info_cnt = bpf_source_move(res->placed, count, aux->line_info,
					     src->source.line_count);
	*src = (struct bpf_prog_source){ };
}

/**
 * bpf_prog_source_drop() - what nobody keeps
 * @src:	from bpf_prog_source_read()
 *
 * Context: may sleep.
 */
void bpf_prog_source_drop(struct bpf_prog_source *src)
{
	bpf_btf_put(src->btf);
	bv_free(src->source.funcs);
	bv_free(src->source.lines);
}
