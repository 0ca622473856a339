// SPDX-License-Identifier: GPL-2.0-only
/*
 * judge.h. Everything runs on the same memory, cleared and filled anew each time, so that
 * addresses are the same for all; the frame pointer is the one value that is not.
 *
 * Layer: as bpfcase.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../../kernel/bpf/disasm.h"
#include "engine.h"
#include "host_user.h"
#include "judge.h"
#include "model.h"

#define MOST_MESSAGES	20
#define MOST_STEPS	10000000

u64 judge_runs, judge_closed;

/* what the model said: results of each set, then R0 of each set */
static u8 *expected;
static u64 *expected_r0;

/**
 * judge_helper() - a helper that depends on all it is given
 * @r1:	first argument
 * @r2:	second
 * @r3:	third
 * @r4:	fourth
 * @r5:	fifth
 *
 * Return: its arguments, mixed.
 */
u64 judge_helper(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	u64 mixed = r1 + 3 * r2 + 5 * r3 + 7 * r4 + 11 * r5;

	engine_scrub();
	return mixed;
}

/**
 * judge_helper_imm() - that helper's number
 *
 * Return: its distance, as calls carry it.
 */
s32 judge_helper_imm(void)
{
	return (long)judge_helper - (long)__bpf_call_base;
}

/**
 * judge_call() - call a helper for the model
 * @arg:	unused
 * @imm:	its distance
 * @args:	R1 to R5
 *
 * Return: R0.
 */
uint64_t judge_call(void *arg, int32_t imm, const uint64_t *args)
{
	bpf_func_t func = (bpf_func_t)((long)__bpf_call_base + imm);

	return func(args[0], args[1], args[2], args[3], args[4]);
}

/**
 * judge_packet() - bytes of a packet for the model
 * @arg:	struct user_packet
 * @off:	of the first; below zero they count from the headers, see linux/filter.h
 * @bytes:	how many
 *
 * Return: the bytes, NULL where the packet has not so many.
 */
const uint8_t *judge_packet(void *arg, uint32_t off, uint32_t bytes)
{
	const struct user_packet *packet = arg;
	s64 from = (s64)(s32)off + (packet->frame_len - packet->len);

	if ((s32)off < 0)
		from = (s64)(s32)off - ((s32)off < -0x100000 ? -0x200000 :
					-0x100000 - (s64)(packet->frame_len - packet->len));
	if (from < 0 || from + bytes > packet->frame_len)
		return NULL;
	return packet->frame + from;
}

static void set_inputs(const struct trial *t, u32 set)
{
	if (t->is_packet) {
		memset(t->ctx + t->results, 0, t->results_bytes);
		return;
	}
	memset(t->mem, 0, t->mem_bytes);
	memcpy(t->ctx, t->sets[set], sizeof(t->sets[set]));
}

/**
 * judge_expect() - what a program must do, by the model
 * @t:	the program
 *
 * Return: whether the model runs it; says why not.
 */
bool judge_expect(const struct trial *t)
{
	struct model m = {
		.code = (const u8 *)t->in.insns,
		.count = t->in.count,
		.region = { { (u64)t->mem, t->mem_bytes } },
		.regions = 1,
		.call = judge_call,
		.packet = t->is_packet ? judge_packet : NULL,
		.arg = t->ctx,
		.most_steps = MOST_STEPS,
	};
	u32 i;

	expected = realloc(expected, (size_t)t->set_count * t->results_bytes);
	expected_r0 = realloc(expected_r0, t->set_count * sizeof(*expected_r0));
	for (i = 0; i < t->set_count; i++) {
		set_inputs(t, i);
		memset(m.reg, 0, sizeof(m.reg));
		m.reg[1] = (u64)t->ctx;
		if (!model_run(&m)) {
			printf("# %s: the model at instruction %u: %s\n", t->name, m.at, m.wrong);
			return false;
		}
		memcpy(expected + (size_t)i * t->results_bytes, t->ctx + t->results,
		       t->results_bytes);
		expected_r0[i] = m.reg[0];
	}
	return true;
}

/* ---- differences ----------------------------------------------------------------- */

static u32 messages;

/* a few instructions up to the one a result is about */
static void print_around(const struct trial *t, u32 pc)
{
	u32 from = pc < 4 ? 0 : pc - 4, i;
	char text[BPF_DISASM_BYTES];

	for (i = from; i <= pc + 1 && i < t->in.count; i++) {
		const struct bpf_insn *insn = &t->in.insns[i];

		bpf_disasm(insn, t->in.count - i, text, sizeof(text));
		printf("#   %c %u: (%02x) %s\n", i == pc ? '>' : ' ', i, insn->code, text);
	}
}

static void print_difference(const struct trial *t, u32 set, const char *where)
{
	const u8 *want = expected + (size_t)set * t->results_bytes;
	const u8 *got = t->ctx + t->results;
	u64 want_word, got_word;
	u32 i;

	for (i = 0; i + 8 < t->results_bytes && !memcmp(want + i, got + i, 8); i += 8)
		;
	memcpy(&want_word, want + i, 8);
	memcpy(&got_word, got + i, 8);
	printf("# %s: %s: result at %u is %#llx, must be %#llx; inputs %#llx %#llx %#llx\n",
	       t->name, where, i, got_word, want_word, t->sets[set][0], t->sets[set][1],
	       t->sets[set][2]);
	if (t->pcs)
		print_around(t, t->pcs[i / 8]);
}

static bool run_set(const struct trial *t, const struct engine_prog *p, u32 set,
		    const char *where)
{
	const u8 *want = expected + (size_t)set * t->results_bytes;
	struct run_crash crash;
	u64 r0;

	set_inputs(t, set);
	judge_runs++;
	if (!engine_run(p, t->ctx, &r0, &crash)) {
		printf("# %s: %s: %s\n", t->name, where, crash.why);
		return false;
	}
	if (memcmp(want, t->ctx + t->results, t->results_bytes)) {
		print_difference(t, set, where);
		return false;
	}
	if (r0 != expected_r0[set]) {
		printf("# %s: %s: R0 is %#llx, must be %#llx; inputs %#llx %#llx %#llx\n",
		       t->name, where, r0, expected_r0[set], t->sets[set][0],
		       t->sets[set][1], t->sets[set][2]);
		return false;
	}
	return true;
}

static bool run_way(const struct trial *t, u32 way, const char *machine)
{
	struct engine_prog p;
	char where[80];
	int err = engine_prepare(&p, &t->in, way);
	bool good = true;
	u32 i;

	snprintf(where, sizeof(where), "%s, %s", engine_name(way), machine);
	if (err && way & ENGINE_BLIND &&
	    (err == -EOPNOTSUPP || err == -ERANGE || (err == -EINVAL && t->open_end))) {
		judge_closed++;
	} else if (err) {
		printf("# %s: %s: error %d\n", t->name, where, err);
		good = false;
	}
	for (i = 0; good && !err && i < t->set_count; i++)
		good = run_set(t, &p, i, where);
	engine_drop(&p);
	if (!good && ++messages == MOST_MESSAGES) {
		printf("# and so on\n");
		exit(1);
	}
	return good;
}

/**
 * judge_compare() - run a program in every way on every machine
 * @t:	the program; the model was asked about the same inputs and results before
 *
 * Return: whether all agree with the model.
 */
bool judge_compare(const struct trial *t)
{
	bool good = true;
	u32 way;

	for (way = 0; way < ENGINE_WAYS; way++) {
#if JIT_HOST
		const struct jit_machine *machine;
		u32 n;

		for (n = 0; way & ENGINE_JIT && (machine = jit_machine(n)); n++) {
			machine->set();
			good &= run_way(t, way, machine->name);
		}
#endif
		if (!(way & ENGINE_JIT))
			good &= run_way(t, way, "any machine");
	}
	return good;
}
