// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types, functions and lines of a case in user space: checked with what the kernel checks
 * them with, then part of the request and known of its maps.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "btf/source.h"
#include "casesource.h"
#include "host_user.h"
#include "vlog.h"

static struct case_types raw;
static struct bpf_types *types;
static struct bpf_source source;
static char log_text[4096];

static int check_types(struct bv_log *log)
{
	void *copy = bv_alloc(raw.size);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, raw.blob, raw.size);
	return bpf_types_new(copy, raw.size, log, &types);
}

/* the source of @c; NULL with c->error, or without where it has none */
const struct bpf_source *user_source_start(struct bpf_case *c, const struct bpf_insn *insns,
					   u32 count)
{
	struct bv_log log;
	int err;

	types = NULL;
	if (!c->source.func[0] || case_source(c, &raw))
		return NULL;
	bv_log_start(&log, log_text, sizeof(log_text), BV_LOG_PATH);
	err = check_types(&log);
	source = (struct bpf_source){
		types, raw.funcs, raw.lines, raw.func_count, raw.line_count,
	};
	if (!err)
		err = bpf_source_check(&source, insns, count, &log);
	bv_log_finish(&log);
	if (!err)
		return &source;
	snprintf(c->error, sizeof(c->error), "source: %d %.150s", err, log_text);
	return NULL;
}

void user_source_end(void)
{
	bpf_types_free(types);
	types = NULL;
}

/* types of what is in map @i, and which of them; NULL: nothing is said */
const struct bpf_types *user_map_types(u32 i, u32 *value_type)
{
	*value_type = types ? raw.value_type[i] : 0;
	return *value_type ? types : NULL;
}
