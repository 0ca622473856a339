/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machine code of programs: the memory it is in, its names, the switches that decide
 * about it.
 *
 * Layer K4; private to kernel/bpf/prog.
 */
#ifndef _BPF_PROG_IMAGE_H
#define _BPF_PROG_IMAGE_H

#include <linux/bpf_jit.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <uapi/linux/bpf.h>

struct bpf_code;
struct bpf_image_chunk;
struct bpf_prog;
struct exception_table_entry;

/* executable memory is given out in pieces of this many bytes */
#define BPF_IMAGE_GRANULE	64

/* an image starts at a multiple of this, somewhere in its first granule */
#define BPF_IMAGE_ALIGN		16

/* letters of a function's name, where the program's source is known */
#define BPF_IMAGE_FUNC_LEN	128

/* "bpf_prog_", the tag in hex, "_", the name */
#define BPF_IMAGE_NAME_LEN	(9 + 2 * BPF_TAG_SIZE + 1 + BPF_IMAGE_FUNC_LEN)

/**
 * struct bpf_image - a piece of executable memory with a program's code
 * @start:	first byte of the code
 * @bytes:	of code
 * @has_frame:	see struct bpf_jit_code
 * @fault_count: entries of @faults
 * @faults:	behind the code, by ascending address
 * @chunk:	memory it is a part of
 * @first:	its first granule there
 * @granules:	how many are its own
 * @name:	symbol; empty: it has none
 * @link:	in the list of symbols, while @shown (symbols.c)
 * @shown:	it is there
 * @rcu:	readers may be looking at it, from any context
 */
struct bpf_image {
	unsigned long			start;
	u32				bytes;
	bool				has_frame;
	u32				fault_count;
	struct exception_table_entry	*faults;
	struct bpf_image_chunk		*chunk;
	u32				first;
	u32				granules;
	char				name[BPF_IMAGE_NAME_LEN];
	struct list_head		link;
	bool				shown;
	struct rcu_head			rcu;
};

/* ---- image.c: kernel-doc is there ------------------------------------------------ */

struct bpf_image *bpf_image_alloc(u32 bytes, u32 fault_count, bool fenced);
int bpf_image_write(struct bpf_image *image, const u8 *code,
		    const struct bpf_jit_fault *faults);
void bpf_image_free(struct bpf_image *image);
struct bpf_image *bpf_image_find(unsigned long addr);

/* for tests and who shows it: bytes given out, chunks there are */
long bpf_image_charged(void);
u32 bpf_image_chunks(void);

/* ---- symbols.c -------------------------------------------------------------------- */

void bpf_image_set_name(struct bpf_image *image, const u8 *tag, const char *name);
void bpf_image_show(struct bpf_image *image);
void bpf_image_hide(struct bpf_image *image);

/* ---- jit_sysctl.c ------------------------------------------------------------------ */

/**
 * struct bpf_jit_knobs - sysctls net.core.bpf_jit_*; read with READ_ONCE()
 * @most_bytes:	_limit: of machine code, above which only who has CAP_BPF may load more
 * @mode:	_enable: 0 interprets; 1 compiles; 2 prints what it compiled too
 * @blinding:	_harden: 0 never hides constants; 1 in programs of users without
 *		privilege; 2 in all
 * @listing:	_kallsyms: whether programs are in /proc/kallsyms
 */
struct bpf_jit_knobs {
	long	most_bytes;
	int	mode;
	int	blinding;
	int	listing;
};

extern struct bpf_jit_knobs bpf_jit_knobs;

#endif /* _BPF_PROG_IMAGE_H */
