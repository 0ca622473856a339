// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle.h: what prog/oracle_prog.c does in the kernel. What the oracle tells is kept,
 * the last run's, for who prints it.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../prog/oracle.h"
#include "engine.h"
#include "host_user.h"
#include "oracle.h"

static char told[1 << 16];
static u32 told_len;

/* of host.h */
void bv_host_violation(const char *line)
{
	told_len += scnprintf(told + told_len, sizeof(told) - told_len, "%s\n", line);
}

const char *oracle_told(void)
{
	return told;
}

struct bpf_oracle_code *oracle_make(const struct bv_result *res)
{
	struct bpf_oracle_code *code = calloc(1, bpf_oracle_bytes(res->count));

	if (code && !engine_decode(res, code->xcode)) {
		bpf_oracle_watch(code, res->claims, res->count);
		return code;
	}
	free(code);
	return NULL;
}

void oracle_free(struct bpf_oracle_code *code)
{
	free(code);
}

/* the stack is memory of its own: the sanitizer watches both ends */
bool oracle_run(const struct bpf_oracle_code *code, const void *ctx, u32 stack_depth,
		u8 garbage, u64 *r0)
{
	u8 *stack = malloc(stack_depth + 1);
	struct bv_oracle_run run;

	told[0] = '\0';
	told_len = 0;
	memset(&run, garbage, sizeof(run));
	memset(stack, garbage, stack_depth + 1);
	run.regs[BPF_REG_1] = (u64)ctx;
	run.regs[BPF_REG_10] = (u64)(stack + stack_depth);
	*r0 = bpf_oracle_run(code, &run);
	free(stack);
	/* what it held it could not give back */
	if (run.broken)
		user_rings_drop();
	return !run.broken;
}
