/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The circular ranges of a word and of half a word: range_defs.h, twice.
 * range64_add(), range32_add() and so on; their meaning is told there.
 *
 * Private to layer V0: everyone above asks scalar.c.
 */
#ifndef _BPF_VERIFIER_RANGE_H
#define _BPF_VERIFIER_RANGE_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <uapi/linux/bpf.h>

#include "domain.h"
#include "width.h"

/* distances of a shift: lo <= hi, both below the width */
struct shift {
	u8	lo;
	u8	hi;
};

#define RANGE		range64
#define RANGE_U		u64
#define RANGE_BITS	BV_BITS
#define R(name)		range64_##name
#include "range_defs.h"
#undef RANGE
#undef RANGE_U
#undef RANGE_BITS
#undef R

#define RANGE		range32
#define RANGE_U		u32
#define RANGE_BITS	BV_HALF
#define R(name)		range32_##name
#include "range_defs.h"
#undef RANGE
#undef RANGE_U
#undef RANGE_BITS
#undef R

#endif /* _BPF_VERIFIER_RANGE_H */
