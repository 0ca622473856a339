// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types that programs and maps come with, as objects; kernel/bpf/btf has checked them.
 * linux/bpf_btf.h says what is promised. They have no numbers here.
 */
#include <linux/bpf_btf.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>
#include "btf/types.h"
#include "types.h"

/**
 * struct bpf_btf - types
 * @types:	what they are; owned
 * @refs:	descriptors, maps and programs
 */
struct bpf_btf {
	struct bpf_types	*types;
	u32			refs;
};

struct bpf_btf *bpf_btf_new(struct bpf_types *types)
{
	struct bpf_btf *btf = kzalloc(sizeof(*btf), GFP_KERNEL);

	if (!btf) {
		bpf_types_free(types);
		return ERR_PTR(-ENOMEM);
	}
	btf->types = types;
	btf->refs = 1;
	return btf;
}

/**
 * types_hold() - one more holds them
 * @btf:	types
 */
void types_hold(struct bpf_btf *btf)
{
	btf->refs++;
}

void bpf_btf_put(struct bpf_btf *btf)
{
	if (!btf || --btf->refs)
		return;
	bpf_types_free(btf->types);
	kfree(btf);
}

const struct bpf_types *bpf_btf_types(const struct bpf_btf *btf)
{
	return btf->types;
}
