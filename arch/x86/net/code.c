// SPDX-License-Identifier: GPL-2.0-only
/*
 * The growing code: bytes without jumps, and beside them the jumps, labels, calls and
 * loads that may fault, each with its place. All of it grows by doubling.
 *
 * Nothing here fails: the first error is kept in jit->err, and what is written after it
 * is lost. Must never know what bytes mean.
 *
 * Layer K5; builds in user space too. Tests: the fuzzers of tools/bpf/verify.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "jit.h"

/* a label that was handed out, but has no place yet */
#define NO_PLACE	((struct jit_place){ .off = U32_MAX })

/* no program comes near; offsets of code have to fit rel32 */
#define CODE_MOST	0x10000000u

static void fail(struct jit *jit, int err)
{
	if (!jit->err)
		jit->err = err;
}

/**
 * jit_give_back() - a table moved, or is not needed any more
 * @jit:	the compilation
 * @table:	where it was, or NULL
 */
void jit_give_back(const struct jit *jit, void *table)
{
	if (table && (table < jit->first || table >= jit->first + jit->first_bytes))
		kvfree(table);
}

/**
 * jit_grow() - make room for one more element
 * @jit:	the compilation
 * @array:	elements so far, or NULL; given back if it moves
 * @room:	how many fit; updated
 * @count:	how many there are
 * @size:	bytes of one
 *
 * Return: the array with room for element @count, or NULL and jit->err: -ENOMEM,
 * -E2BIG for sizes that no program has.
 */
void *jit_grow(struct jit *jit, void *array, u32 *room, u32 count, u32 size)
{
	u32 more = max(2 * count, 32u);
	void *bigger;

	if (jit->err)
		return NULL;
	if (count < *room)
		return array;
	if (more > CODE_MOST / size) {
		fail(jit, -E2BIG);
		return NULL;
	}
	bigger = kvmalloc_array(more, size, GFP_KERNEL);
	if (!bigger) {
		fail(jit, -ENOMEM);
		return NULL;
	}
	if (count)
		memcpy(bigger, array, (size_t)count * size);
	jit_give_back(jit, array);
	*room = more;
	return bigger;
}

/**
 * jit_room_slow() - jit_room() where there is none
 * @jit:	the compilation
 *
 * Return: where to write; jit->nowhere if that is lost.
 */
u8 *jit_room_slow(struct jit *jit)
{
	u32 more = 2 * jit->room + 8 * JIT_INSN_BYTES;
	u8 *bigger;

	if (jit->err)
		return jit->nowhere;
	if (more > CODE_MOST) {
		fail(jit, -E2BIG);
		return jit->nowhere;
	}
	bigger = kvmalloc(more, GFP_KERNEL);
	if (!bigger) {
		fail(jit, -ENOMEM);
		return jit->nowhere;
	}
	if (jit->len)
		memcpy(bigger, jit->code, jit->len);
	jit_give_back(jit, jit->code);
	jit->code = bigger;
	jit->room = more;
	return bigger + jit->len;
}

/**
 * jit_bytes() - write bytes as they are
 * @jit:	the compilation
 * @bytes:	the bytes
 * @count:	how many, up to JIT_INSN_BYTES
 */
void jit_bytes(struct jit *jit, const u8 *bytes, u32 count)
{
	memcpy(jit_room(jit), bytes, count);
	jit->len += count;
}

/**
 * jit_here() - where the next byte will stand
 * @jit:	the compilation
 *
 * Return: the place.
 */
struct jit_place jit_here(const struct jit *jit)
{
	return (struct jit_place){ .off = jit->len, .jumps = jit->jump_count };
}

/**
 * jit_label_new() - a label that has no place yet
 * @jit:	the compilation
 *
 * Return: its number.
 */
u32 jit_label_new(struct jit *jit)
{
	struct jit_place *labels = jit_grow(jit, jit->labels, &jit->label_room,
					    jit->label_count, sizeof(*labels));

	if (!labels)
		return 0;
	jit->labels = labels;
	labels[jit->label_count] = NO_PLACE;
	return jit->label_count++;
}

/**
 * jit_label_here() - give a label its place
 * @jit:	the compilation
 * @label:	the label
 */
void jit_label_here(struct jit *jit, u32 label)
{
	if (!jit->err)
		jit->labels[label] = jit_here(jit);
}

/**
 * jit_jump_to() - jump, perhaps
 * @jit:	the compilation
 * @cc:		when
 * @label:	where to; it may get its place later
 */
void jit_jump_to(struct jit *jit, enum jit_cc cc, u32 label)
{
	struct jit_jump *jumps = jit_grow(jit, jit->jumps, &jit->jump_room,
					  jit->jump_count, sizeof(*jumps));

	if (!jumps)
		return;
	jit->jumps = jumps;
	jumps[jit->jump_count++] = (struct jit_jump){
		.off = jit->len,
		.label = label,
		.cc = cc,
	};
}

static void note_call(struct jit *jit, unsigned long target, bool local)
{
	static const u8 unknown[4];
	struct jit_call *calls = jit_grow(jit, jit->calls, &jit->call_room,
					  jit->call_count, sizeof(*calls));

	if (!calls)
		return;
	jit->calls = calls;
	calls[jit->call_count++] = (struct jit_call){
		.at = jit_here(jit),
		.target = target,
		.local = local,
	};
	jit_bytes(jit, unknown, sizeof(unknown));
}

/**
 * jit_rel32() - four bytes that say how far an address is from behind them
 * @jit:	the compilation
 * @target:	the address
 */
void jit_rel32(struct jit *jit, unsigned long target)
{
	note_call(jit, target, false);
}

/**
 * jit_rel32_label() - four bytes that say how far a label is from behind them
 * @jit:	the compilation
 * @label:	the label
 */
void jit_rel32_label(struct jit *jit, u32 label)
{
	note_call(jit, label, true);
}

/**
 * jit_fault_note() - a load that was written just now may fault
 * @jit:	the compilation
 * @at:		where it starts; it goes on here if it faults
 * @clear:	machine register it loads
 */
void jit_fault_note(struct jit *jit, struct jit_place at, u8 clear)
{
	struct jit_fault *faults = jit_grow(jit, jit->faults, &jit->fault_room,
					    jit->fault_count, sizeof(*faults));

	if (!faults)
		return;
	jit->faults = faults;
	faults[jit->fault_count++] = (struct jit_fault){
		.at = at,
		.resume = jit_here(jit),
		.clear = clear,
	};
}
