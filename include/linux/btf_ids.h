/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of types and functions that programs may name. There are none: a list
 * is declared by its owner, and is empty.
 *
 * Layer K1.
 */
#ifndef _LINUX_BTF_IDS_H
#define _LINUX_BTF_IDS_H

#include <linux/compiler.h>
#include <linux/types.h>

struct btf_id_set8 {
	u32	cnt;
};

#define BTF_SET8_START(name)	\
	static struct btf_id_set8 __maybe_unused name = { 0 };
#define BTF_ID_FLAGS(...)
#define BTF_SET8_END(name)

#endif /* _LINUX_BTF_IDS_H */
