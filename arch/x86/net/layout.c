// SPDX-License-Identifier: GPL-2.0-only
/*
 * From code without jumps to the final bytes: how long each jump has to be, where
 * everything stands then, and the code for an address.
 *
 * A jump takes 2 bytes if it goes at most 127 bytes behind itself or 128 before, else 5,
 * or 6 with a condition; none if it goes to what follows anyway. All start short. Those
 * that do not reach grow, which moves others apart, until a sweep finds none: what is
 * short in the end could not all be shorter, for no jump grew without need. Jumps only
 * grow, so that this ends; a program made to need many sweeps gets longer jumps than it
 * could have.
 *
 * Layer K5; builds in user space too. Tests: jump distances in tools/bpf/verify and
 * lib/test_bpf.c.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "encode.h"

#define SHORT_BYTES	2
#define MOST_SWEEPS	24

/* rel32 of an address outside, in final bytes */
struct reloc {
	u32		at;
	unsigned long	target;
};

/**
 * struct image - what bpf_arch_jit_compile() gives, in one piece
 * @pub:	what is seen of it; what it points to is behind @relocs
 * @bytes:	the code, all but @relocs as it will be; behind all else
 * @reloc_count: how many
 * @relocs:	to be filled in by address
 */
struct image {
	struct bpf_jit_code	pub;
	u8			*bytes;
	u32			reloc_count;
	struct reloc		relocs[];
};

/* ---- lengths of jumps ----------------------------------------------------------- */

/**
 * struct layout - work on the lengths
 * @jit:	the code
 * @before:	bytes of all jumps before jump n, and at the end of all
 * @open:	jumps that are short and may have to grow, ascending
 * @open_count:	how many
 */
struct layout {
	const struct jit	*jit;
	u32			*before;
	u32			*open;
	u32			open_count;
};

static u32 position(const struct layout *l, struct jit_place place)
{
	return place.off + l->before[place.jumps];
}

static u32 long_bytes(const struct jit_jump *jump)
{
	return jump->cc == CC_ALWAYS ? 5 : 6;
}

static void sum_up(struct layout *l)
{
	const struct jit *jit = l->jit;
	u32 i, sum = 0;

	for (i = 0; i < jit->jump_count; i++) {
		l->before[i] = sum;
		sum += jit->jumps[i].bytes;
	}
	l->before[i] = sum;
}

/* distance from behind jump @n to its label, @extra bytes more for each jump on the way */
static bool reaches(const struct layout *l, u32 n, u32 extra)
{
	const struct jit_jump *jump = &l->jit->jumps[n];
	struct jit_place to = l->jit->labels[jump->label];
	s64 from = (s64)jump->off + l->before[n] + SHORT_BYTES;
	s64 way = (s64)position(l, to) - from;

	if (to.jumps > n)
		way += (s64)extra * (to.jumps - n - 1);
	else
		way -= (s64)extra * (n - to.jumps);
	return fits_s8(way);
}

/* first lengths, and which of them are no more than a guess; -EINVAL for a lost label */
static int guess(struct layout *l)
{
	const struct jit *jit = l->jit;
	u32 i;

	for (i = 0; i < jit->jump_count; i++) {
		struct jit_jump *jump = &jit->jumps[i];
		const struct jit_place *to = &jit->labels[jump->label];

		if (to->off == U32_MAX)
			return -EINVAL;
		jump->bytes = SHORT_BYTES;
		if (to->off == jump->off && to->jumps == i + 1)
			jump->bytes = 0;
	}
	sum_up(l);
	for (i = 0; i < jit->jump_count; i++) {
		if (jit->jumps[i].bytes && !reaches(l, i, 4))
			l->open[l->open_count++] = i;
	}
	return 0;
}

/* makes jumps longer that need it, or all that are open; true if there were some */
static bool grow(struct layout *l, bool all)
{
	u32 i, left = 0;

	for (i = 0; i < l->open_count; i++) {
		u32 n = l->open[i];
		struct jit_jump *jump = &l->jit->jumps[n];

		if (!all && reaches(l, n, 0))
			l->open[left++] = n;
		else
			jump->bytes = long_bytes(jump);
	}
	if (left == l->open_count)
		return false;
	l->open_count = left;
	sum_up(l);
	return true;
}

/* jit->jumps[].bytes, and the sums of them, to be freed by the caller */
static u32 *find_lengths(const struct jit *jit)
{
	struct layout l = { .jit = jit };
	u32 sweeps = 0;
	int err;

	l.before = kvmalloc_array(jit->jump_count + 1, 2 * sizeof(u32), GFP_KERNEL);
	if (!l.before)
		return ERR_PTR(-ENOMEM);
	l.open = l.before + jit->jump_count + 1;
	err = guess(&l);
	if (err) {
		kvfree(l.before);
		return ERR_PTR(err);
	}
	while (l.open_count && grow(&l, sweeps == MOST_SWEEPS))
		sweeps++;
	return l.before;
}

/* ---- final bytes ---------------------------------------------------------------- */

static void put_rel32(u8 *at, s32 way)
{
	memcpy(at, &way, sizeof(way));
}

static u32 final_place(const u32 *before, struct jit_place place)
{
	return place.off + before[place.jumps];
}

static void put_jump(u8 *at, const struct jit_jump *jump, s32 way)
{
	bool always = jump->cc == CC_ALWAYS;

	switch (jump->bytes) {
	case 2:
		at[0] = always ? 0xeb : 0x70 | jump->cc;
		at[1] = way;
		break;
	case 5:
		at[0] = 0xe9;
		put_rel32(at + 1, way);
		break;
	case 6:
		at[0] = 0x0f;
		at[1] = 0x80 | jump->cc;
		put_rel32(at + 2, way);
		break;
	}
}

static void put_code(const struct jit *jit, const u32 *before, u8 *out)
{
	u32 i, done = 0;

	for (i = 0; i < jit->jump_count; i++) {
		const struct jit_jump *jump = &jit->jumps[i];
		u32 to = final_place(before, jit->labels[jump->label]);
		u32 at = jump->off + before[i];

		memcpy(out + done + before[i], jit->code + done, jump->off - done);
		put_jump(out + at, jump, to - (at + jump->bytes));
		done = jump->off;
	}
	memcpy(out + done + before[i], jit->code + done, jit->len - done);
}

/* calls inside the code are settled here, others become relocs */
static void put_calls(const struct jit *jit, const u32 *before, struct image *image)
{
	u32 i;

	for (i = 0; i < jit->call_count; i++) {
		const struct jit_call *call = &jit->calls[i];
		u32 at = final_place(before, call->at);
		u32 to;

		if (call->local) {
			to = final_place(before, jit->labels[call->target]);
			put_rel32(image->bytes + at, to - (at + 4));
		} else {
			image->relocs[image->reloc_count++] = (struct reloc){
				.at = at,
				.target = call->target,
			};
		}
	}
}

static void put_faults(const struct jit *jit, const u32 *before, struct bpf_jit_code *code)
{
	u32 i;

	for (i = 0; i < jit->fault_count; i++)
		code->faults[i] = (struct bpf_jit_fault){
			.at = final_place(before, jit->faults[i].at),
			.resume = final_place(before, jit->faults[i].resume),
			.clear = jit->faults[i].clear,
		};
	code->fault_count = jit->fault_count;
}

static struct image *image_alloc(const struct jit *jit, u32 bytes)
{
	size_t relocs = jit->call_count * sizeof(struct reloc);
	size_t faults = jit->fault_count * sizeof(struct bpf_jit_fault);
	size_t funcs = jit->in->func_count * sizeof(u32);
	struct image *image;
	u8 *rest;

	image = kvmalloc(sizeof(*image) + relocs + faults + funcs + bytes, GFP_KERNEL);
	if (!image)
		return NULL;
	memset(image, 0, sizeof(*image));
	rest = (u8 *)image->relocs + relocs;
	image->pub.faults = (struct bpf_jit_fault *)rest;
	image->pub.func_start = (u32 *)(rest + faults);
	image->bytes = rest + faults + funcs;
	image->pub.bytes = bytes;
	return image;
}

/**
 * jit_finish() - all is written: settle the jumps
 * @jit:	the compilation; stays the caller's
 *
 * Return: the code, or ERR_PTR of jit->err, -ENOMEM, -EINVAL for a label without place.
 */
struct bpf_jit_code *jit_finish(struct jit *jit)
{
	struct image *image = NULL;
	u32 *before, i;

	if (jit->err)
		return ERR_PTR(jit->err);
	before = find_lengths(jit);
	if (IS_ERR(before))
		return ERR_PTR(PTR_ERR(before));
	image = image_alloc(jit, jit->len + before[jit->jump_count]);
	if (image) {
		put_code(jit, before, image->bytes);
		put_calls(jit, before, image);
		put_faults(jit, before, &image->pub);
		for (i = 0; i < jit->in->func_count; i++) {
			u32 label = jit_label_func(jit, i);

			image->pub.func_start[i] = final_place(before, jit->labels[label]);
		}
		image->pub.func_count = jit->in->func_count;
		image->pub.tail_entry = final_place(before, jit->tail_entry);
	}
	kvfree(before);
	return image ? &image->pub : ERR_PTR(-ENOMEM);
}

/**
 * bpf_arch_jit_place() - the code as it is to stand at an address
 * @code:	compiled
 * @address:	where it will run
 *
 * Called by: kernel/bpf/prog/jit.c; may be called again for another address.
 *
 * Return: code->bytes bytes, good until the next call or bpf_arch_jit_release(); or ERR_PTR
 * of -ERANGE where a function that is called is out of reach.
 */
const u8 *bpf_arch_jit_place(struct bpf_jit_code *code, unsigned long address)
{
	struct image *image = container_of(code, struct image, pub);
	u32 i;

	for (i = 0; i < image->reloc_count; i++) {
		const struct reloc *reloc = &image->relocs[i];
		s64 way = reloc->target - (address + reloc->at + 4);

		if (!fits_s32(way))
			return ERR_PTR(-ERANGE);
		put_rel32(image->bytes + reloc->at, way);
	}
	return image->bytes;
}

/**
 * bpf_arch_jit_release() - forget compiled code
 * @code:	from bpf_arch_jit_compile(); may be NULL
 */
void bpf_arch_jit_release(struct bpf_jit_code *code)
{
	if (code)
		kvfree(container_of(code, struct image, pub));
}
