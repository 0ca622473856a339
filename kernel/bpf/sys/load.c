// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the argument of BPF_PROG_LOAD to a program that can run: copy, check what the
 * caller may ask for, verify, build the object, select a runtime.
 *
 * Safety is decided by the verifier alone; here is decided who may load what. Tests:
 * selftests/bpf/sys_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_jit.h>
#include <linux/bpf_stackmap.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/license.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include "../prog/oracle.h"
#include "../verifier/host.h"
#include "../verifier/verify.h"
#include "sys.h"

/* instructions without privilege: the limit of the classic machine */
#define UNPRIVILEGED_INSNS	BPF_MAXINSNS

#define LICENSE_BYTES		128

#define LOAD_FLAGS	(BPF_F_STRICT_ALIGNMENT | BPF_F_ANY_ALIGNMENT | \
			 BPF_F_TEST_RND_HI32 | BPF_F_TEST_STATE_FREQ)

static int read_license(u64 from, bool *gpl_compatible)
{
	char text[LICENSE_BYTES];

	if (strncpy_from_user(text, u64_to_user_ptr(from), sizeof(text) - 1) < 0)
		return -EFAULT;
	text[sizeof(text) - 1] = '\0';
	*gpl_compatible = license_is_gpl_compatible(text);
	return 0;
}

static int check_count(u32 count)
{
	u32 limit = bpf_capable() ? BPF_COMPLEXITY_LIMIT_INSNS :
				    UNPRIVILEGED_INSNS;

	return !count || count > limit ? -E2BIG : 0;
}

/* fills @req but for the instructions; see bpf_prog_load() for the errors */
static int check_request(const union bpf_attr *attr, struct bv_request *req)
{
	bool efficient = IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS);
	int err;

	if (attr->prog_flags & ~LOAD_FLAGS)
		return -EINVAL;
	if (!efficient && attr->prog_flags & BPF_F_ANY_ALIGNMENT &&
	    !bpf_capable())
		return -EPERM;
	err = read_license(attr->license, &req->gpl_compatible);
	if (err)
		return err;
	err = check_count(attr->insn_cnt);
	if (err)
		return err;
	req->type = bpf_type_find(attr->prog_type);
	if (!req->type)
		return -EINVAL;
	if (!(req->type->traits & BPF_TYPE_UNPRIV) && !bpf_capable())
		return -EPERM;
	if (req->type->traits & BPF_TYPE_PERFMON && !perfmon_capable())
		return -EPERM;
	if (!bpf_attr_log_ok(attr->log_level, attr->log_buf, attr->log_size))
		return -EINVAL;

	req->count = attr->insn_cnt;
	req->fd_array = u64_to_user_ptr(attr->fd_array);
	req->privileged = perfmon_capable();
	req->strict_alignment = attr->prog_flags & BPF_F_STRICT_ALIGNMENT ||
		(!efficient && !(attr->prog_flags & BPF_F_ANY_ALIGNMENT));
	req->log_level = attr->log_level;
	req->log_buf = u64_to_user_ptr(attr->log_buf);
	req->log_size = attr->log_size;
	req->claims = bpf_oracle_wanted();
	req->as_written = req->claims;
	return 0;
}

/*
 * What event code asks of a program when it is attached. @req has the instructions as user
 * space wrote them; the second half of a constant has no opcode, so it is no call.
 */
static void describe_helpers(struct bpf_prog *prog, const struct bv_request *req)
{
	const struct bpf_insn *insn;

	for (insn = req->insns; insn < req->insns + req->count; insn++) {
		if (insn->code != (BPF_JMP | BPF_CALL) || insn->src_reg)
			continue;
		switch (insn->imm) {
		case BPF_FUNC_tail_call:
			prog->tail_calls = true;
			break;
		case BPF_FUNC_override_return:
			prog->kprobe_override = true;
			break;
		case BPF_FUNC_get_stack:
		case BPF_FUNC_get_stackid:
			prog->call_get_stack = true;
			break;
		}
	}
}

static void describe(struct bpf_prog *prog, const struct bv_request *req,
		     const struct bv_result *res)
{
	prog->len = res->count;
	prog->type = req->type->type;
	prog->gpl_compatible = req->gpl_compatible;
	prog->cb_access = res->cb_access;
	prog->passes_ctx = res->passes_ctx;
	describe_helpers(prog, req);
	prog->aux->stack_depth = res->stack_depth;
	prog->aux->max_ctx_offset = res->max_ctx_offset;
	prog->aux->ctx_fields = res->ctx_fields;
	prog->aux->verified_insns = res->visited;
	prog->aux->load_time = ktime_get_boottime_ns();
	prog->aux->uid = current_uid();
}

/* functions of the program, for its runtime; NULL where it has none, or without memory */
static struct bpf_jit_func *list_functions(const struct bv_result *res)
{
	struct bpf_jit_func *funcs;
	u32 i;

	if (res->func_count == 1)
		return NULL;
	funcs = kvmalloc_array(res->func_count, sizeof(*funcs), GFP_KERNEL_ACCOUNT);
	for (i = 0; funcs && i < res->func_count; i++)
		funcs[i] = (struct bpf_jit_func){
			res->funcs[i].start, res->funcs[i].stack_depth,
		};
	return funcs;
}

/* the object for an accepted program; it takes over the maps of @res */
static struct bpf_prog *build(const struct bv_request *req,
			      struct bv_result *res)
{
	struct bpf_jit_func *funcs = list_functions(res);
	struct bpf_map **maps = NULL;
	struct bpf_prog *prog;

	if (!funcs && res->func_count > 1)
		return ERR_PTR(-ENOMEM);

	if (res->map_count) {
		maps = kmemdup(res->maps, res->map_count * sizeof(*maps),
			       GFP_KERNEL_ACCOUNT);
		if (!maps) {
			kvfree(funcs);
			return ERR_PTR(-ENOMEM);
		}
	}
	prog = bpf_prog_alloc(bpf_prog_size(res->count), GFP_USER);
	if (!prog) {
		kvfree(funcs);
		kfree(maps);
		return ERR_PTR(-ENOMEM);
	}
	memcpy(prog->insnsi, res->insns, res->count * sizeof(*res->insns));
	describe(prog, req, res);
	prog->aux->maps = maps;
	prog->aux->map_cnt = res->map_count;
	res->map_count = 0;
	prog->aux->claims = res->claims;
	res->claims = NULL;
	prog->aux->stacks = funcs;
	prog->aux->stack_cnt = funcs ? res->func_count : 0;
	return prog;
}

static struct bpf_prog *verify(const struct bv_request *req, struct bpf_prog_source *src)
{
	struct bv_result res = { };
	struct bpf_prog *prog;
	int err;

	err = bpf_check(req, &res);
	if (err)
		return ERR_PTR(err);
	prog = build(req, &res);
	if (!IS_ERR(prog))
		bpf_prog_source_give(src, prog, &res, req->count);
	bv_result_drop(&res);
	return prog;
}

/* memory that a helper of the program cannot take when it is called */
static int prepare_helpers(const struct bpf_prog *prog)
{
	int err = 0;

	if (IS_ENABLED(CONFIG_PERF_EVENTS) && prog->call_get_stack) {
		err = bpf_stack_prepare();
		prog->aux->holds_stacks = !err;
	}
	return err;
}

/* the maps that ask which programs use them, once it is known how the program runs */
static int enter_maps(const struct bpf_prog *prog)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < prog->aux->map_cnt; i++) {
		struct bpf_map *map = prog->aux->maps[i];

		if (map->ops->admit)
			err = map->ops->admit(map, prog);
	}
	return err;
}

/* with its source, where it says something of that */
static struct bpf_prog *read_and_verify(const union bpf_attr *attr,
					union bpf_attr __user *uattr, struct bv_request *req)
{
	struct bpf_prog_source src = { };
	struct bpf_prog *prog;
	int err;

	err = bpf_prog_source_read(attr, uattr, req, &src);
	prog = err ? ERR_PTR(err) : verify(req, &src);
	bpf_prog_source_drop(&src);
	return prog;
}

/**
 * bpf_prog_load() - verify a program and make it ready to run
 * @attr:	argument of BPF_PROG_LOAD
 * @uattr:	takes the size of records, where those given say more than is known
 *
 * Context: may sleep.
 * Return: the program with one reference and an id, or ERR_PTR: -EINVAL (type, flags,
 * name, log, an array of programs of another kind, or the program is malformed, or what
 * it says of its source), -EBADF (its types, or a map), -EPERM
 * (type or alignment needs privilege), -E2BIG (no instructions, too many, or too long to
 * verify), -EFAULT (instructions, licence or log), -EACCES (unsafe), -ENOSPC (log too
 * small), -ENOMEM, -EAGAIN (a signal came). Source: REQUIREMENTS S3.load, S4.man.
 */
struct bpf_prog *bpf_prog_load(const union bpf_attr *attr, union bpf_attr __user *uattr)
{
	char name[BPF_OBJ_NAME_LEN];
	struct bv_request req = { };
	struct bpf_insn *insns;
	struct bpf_prog *prog;
	int err;

	err = check_request(attr, &req);
	if (err)
		return ERR_PTR(err);
	err = bpf_attr_name(name, attr->prog_name);
	if (err)
		return ERR_PTR(err);
	insns = vmemdup_user(u64_to_user_ptr(attr->insns),
			     array_size(req.count, sizeof(*insns)));
	if (IS_ERR(insns))
		return ERR_CAST(insns);
	req.insns = insns;
	prog = read_and_verify(attr, uattr, &req);
	/* hashing takes as long as checking what is refused early */
	if (!IS_ERR(prog))
		bpf_insns_tag(insns, req.count, prog->tag);
	kvfree(insns);
	if (IS_ERR(prog))
		return prog;

	prog->expected_attach_type = attr->expected_attach_type;
	memcpy(prog->aux->name, name, sizeof(name));
	prog = bpf_prog_select_runtime(prog, &err);
	if (!err)
		err = prepare_helpers(prog);
	if (!err)
		err = enter_maps(prog);
	if (!err)
		err = bpf_prog_assign_id(prog);
	if (err) {
		bpf_prog_put(prog);
		return ERR_PTR(err);
	}
	bpf_prog_loaded(prog);
	return prog;
}
