// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as objects: their memory, their references, their end.
 *
 *	alloc -> filled in -> select_runtime (nothing in it changes from here on)
 *	put of the last reference -> grace period -> worker -> memory
 *
 * Decides when memory goes. Must never look at an instruction but to hash it.
 *
 * Layer K4. Tests: kernel/bpf/prog/prog_test.c, tools/testing/selftests/bpf.
 */
#include <crypto/sha1.h>
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/bpf_stackmap.h>
#include <linux/export.h>
#include <linux/filter.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "prog.h"

/* ---- memory -------------------------------------------------------------- */

/* runs where sleeping is allowed, when nobody can reach the program any more */
static void free_now(struct work_struct *work)
{
	struct bpf_prog_aux *aux = container_of(work, struct bpf_prog_aux, work);
	u32 i;

	if (IS_ENABLED(CONFIG_BPF_SYSCALL)) {
		for (i = 0; i < aux->map_cnt; i++)
			bpf_map_put(aux->maps[i]);
		bpf_btf_put(aux->btf);
	}
	if (IS_ENABLED(CONFIG_PERF_EVENTS) && aux->holds_stacks)
		bpf_stack_release();
	kvfree(aux->stacks);
	kvfree(aux->func_info);
	kvfree(aux->line_info);
	kvfree(aux->maps);
	bpf_runtime_free(aux->prog);
	/* read-only pages become ordinary ones again on the way, see lock_memory() */
	vfree(aux->prog);
	kfree(aux);
}

/**
 * bpf_prog_alloc() - an empty program
 * @size:	bytes, from bpf_prog_size()
 * @gfp_extra:	flags beside GFP_KERNEL
 *
 * Called by: program loading, classic programs, lib/test_bpf.c. Context: may
 * sleep. The memory is charged to the caller's memory cgroup.
 *
 * Return: the program, zeroed up to its instructions, which the caller writes, with one
 * reference; NULL where there is no memory.
 */
struct bpf_prog *bpf_prog_alloc(unsigned int size, gfp_t gfp_extra)
{
	/* the size is user space's: no message where there is not so much memory */
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN | gfp_extra;
	struct bpf_prog_aux *aux;
	struct bpf_prog *prog;

	size = PAGE_ALIGN(size);
	prog = __vmalloc(size, gfp);
	if (!prog)
		return NULL;
	aux = kzalloc(sizeof(*aux), GFP_KERNEL_ACCOUNT | gfp_extra);
	if (!aux) {
		vfree(prog);
		return NULL;
	}
	memset(prog, 0, sizeof(*prog));
	atomic64_set(&aux->refs, 1);
	INIT_WORK(&aux->work, free_now);
	aux->prog = prog;
	aux->ksym.name = "";
	prog->aux = aux;
	prog->pages = size >> PAGE_SHIFT;
	return prog;
}
EXPORT_SYMBOL_GPL(bpf_prog_alloc);

/**
 * bpf_prog_free() - give back a program that nobody else can run
 * @prog:	the program; its maps are put
 *
 * For owners without references: classic programs, and programs that never were
 * attached. The caller has waited for the readers.
 *
 * Context: any; the work is done later by a worker.
 */
void bpf_prog_free(struct bpf_prog *prog)
{
	schedule_work(&prog->aux->work);
}
EXPORT_SYMBOL_GPL(bpf_prog_free);

/* ---- references ---------------------------------------------------------- */

static void free_after_readers(struct rcu_head *rcu)
{
	struct bpf_prog_aux *aux = container_of(rcu, struct bpf_prog_aux, rcu);

	schedule_work(&aux->work);
}

/**
 * bpf_prog_put() - drop a reference
 * @prog:	the program; the last reference frees it after a grace period
 *
 * Context: any.
 */
void bpf_prog_put(struct bpf_prog *prog)
{
	if (!atomic64_dec_and_test(&prog->aux->refs))
		return;
	bpf_prog_unloaded(prog);
	bpf_prog_release_id(prog);
	call_rcu(&prog->aux->rcu, free_after_readers);
}
EXPORT_SYMBOL_GPL(bpf_prog_put);

/**
 * bpf_prog_add() - take several references
 * @prog:	a program of which the caller holds one
 * @count:	how many
 *
 * Context: any.
 */
void bpf_prog_add(struct bpf_prog *prog, int count)
{
	atomic64_add(count, &prog->aux->refs);
}
EXPORT_SYMBOL_GPL(bpf_prog_add);

/**
 * bpf_prog_sub() - drop several references, none of them the last
 * @prog:	a program of which the caller keeps one more
 * @count:	how many
 *
 * Context: any. For undoing bpf_prog_add() when an error came.
 */
void bpf_prog_sub(struct bpf_prog *prog, int count)
{
	WARN_ON_ONCE(atomic64_sub_return(count, &prog->aux->refs) <= 0);
}
EXPORT_SYMBOL_GPL(bpf_prog_sub);

/**
 * bpf_prog_inc() - take a reference
 * @prog:	a program of which the caller holds one
 *
 * Context: any.
 */
void bpf_prog_inc(struct bpf_prog *prog)
{
	atomic64_inc(&prog->aux->refs);
}
EXPORT_SYMBOL_GPL(bpf_prog_inc);

/**
 * bpf_prog_inc_not_zero() - take a reference unless the program is on its way out
 * @prog:	a program found under RCU or the lock of what it was found in
 *
 * Context: any.
 * Return: @prog, or ERR_PTR(-ENOENT).
 */
struct bpf_prog *bpf_prog_inc_not_zero(struct bpf_prog *prog)
{
	if (!atomic64_inc_not_zero(&prog->aux->refs))
		return ERR_PTR(-ENOENT);
	return prog;
}
EXPORT_SYMBOL_GPL(bpf_prog_inc_not_zero);

/* ---- tag ----------------------------------------------------------------- */

#define BLOCK_INSNS	(SHA1_BLOCK_SIZE / sizeof(struct bpf_insn))

/* SHA-1 while it runs */
struct hash {
	u32 digest[SHA1_DIGEST_WORDS];
	u32 scratch[SHA1_WORKSPACE_WORDS];
	struct bpf_insn block[BLOCK_INSNS];
};

static bool has_descriptor(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) &&
	       (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE);
}

/* descriptors differ from load to load; the program is the same */
static void hide_descriptors(struct bpf_insn *insn, bool second_half)
{
	if (second_half || has_descriptor(insn))
		insn->imm = 0;
}

/* what is left of the last block, a one bit, zeros, and the length in bits */
static void hash_end(struct hash *hash, u32 count)
{
	u8 *bytes = (u8 *)hash->block;
	u32 used = count % BLOCK_INSNS * sizeof(struct bpf_insn);
	__be64 bits = cpu_to_be64((u64)count * sizeof(struct bpf_insn) * 8);

	bytes[used++] = 0x80;
	memset(bytes + used, 0, SHA1_BLOCK_SIZE - used);
	if (used > SHA1_BLOCK_SIZE - sizeof(bits)) {
		sha1_transform(hash->digest, bytes, hash->scratch);
		memset(bytes, 0, SHA1_BLOCK_SIZE);
	}
	memcpy(bytes + SHA1_BLOCK_SIZE - sizeof(bits), &bits, sizeof(bits));
	sha1_transform(hash->digest, bytes, hash->scratch);
}

/**
 * bpf_insns_tag() - hash of a program as it was loaded
 * @insns:	the instructions, before the verifier rewrote any
 * @count:	how many
 * @tag:	takes BPF_TAG_SIZE bytes: the first of the SHA-1 of the instructions,
 *		the numbers of map descriptors taken as zero
 *
 * Called by: program loading. Any context.
 */
void bpf_insns_tag(const struct bpf_insn *insns, u32 count, u8 *tag)
{
	bool map_before = false;
	struct hash hash;
	__be32 words[BPF_TAG_SIZE / sizeof(__be32)];
	u32 i;

	sha1_init(hash.digest);
	for (i = 0; i < count; i++) {
		struct bpf_insn *copy = &hash.block[i % BLOCK_INSNS];

		*copy = insns[i];
		hide_descriptors(copy, map_before);
		map_before = !map_before && has_descriptor(copy);
		if (i % BLOCK_INSNS == BLOCK_INSNS - 1)
			sha1_transform(hash.digest, (char *)hash.block, hash.scratch);
	}
	hash_end(&hash, count);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = cpu_to_be32(hash.digest[i]);
	memcpy(tag, words, BPF_TAG_SIZE);
}
