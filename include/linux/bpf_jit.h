/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the kernel and the machine's code generator: what it is given, what it
 * gives back. The generator knows no struct bpf_prog, no executable memory and no
 * sysctl; those who own these know no machine.
 *
 *	bpf_arch_jit_compile()	the whole work, but for the address
 *	(image.c finds code->bytes of executable memory)
 *	bpf_arch_jit_place()	the bytes for that address, to ordinary memory
 *	(image.c copies them where nobody can write)
 *	bpf_arch_jit_release()
 *
 * Layer K1; builds in user space too. Implemented in arch/<arch>/net.
 */
#ifndef _LINUX_BPF_JIT_H
#define _LINUX_BPF_JIT_H

#include <linux/bpf_func.h>
#include <linux/types.h>

/**
 * struct bpf_jit_func - a function of a program
 * @start:		its first instruction
 * @stack_depth:	bytes of stack it uses itself, a multiple of 8
 */
struct bpf_jit_func {
	u32	start;
	u32	stack_depth;
};

/* the context is a packet: LD_ABS and LD_IND may occur */
#define BPF_JIT_PACKET	0x01

/* from a user without privilege: a fence against branch history goes before the return */
#define BPF_JIT_FENCED	0x02

/**
 * struct bpf_jit_input - a program for the code generator
 * @insns:	its instructions, as the interpreter would take them
 * @count:	how many
 * @flags:	BPF_JIT_*
 * @funcs:	its functions in order, the first one starts at 0
 * @func_count:	how many, at least one
 */
struct bpf_jit_input {
	const struct bpf_insn		*insns;
	u32				count;
	u32				flags;
	const struct bpf_jit_func	*funcs;
	u32				func_count;
};

/**
 * struct bpf_jit_fault - a load that may fault
 * @at:		offset in the code of the machine instruction
 * @resume:	where to go on
 * @clear:	machine register to be zeroed, as the generator numbers them
 */
struct bpf_jit_fault {
	u32	at;
	u32	resume;
	u8	clear;
};

/**
 * struct bpf_jit_code - compiled code that has no address yet
 * @bytes:		length of the code
 * @tail_entry:		offset where tail calls enter
 * @func_start:		for each function, offset of its code
 * @func_count:		how many
 * @faults:		loads that may fault, by ascending @at
 * @fault_count:	how many
 * @has_frame:		while it runs, the frame pointer is that of its own frame; else
 *			it leaves the stack and the frame pointer alone, and the return
 *			address is on top (but inside out-of-line code that calls)
 */
struct bpf_jit_code {
	u32			bytes;
	u32			tail_entry;
	u32			*func_start;
	u32			func_count;
	struct bpf_jit_fault	*faults;
	u32			fault_count;
	bool			has_frame;
};

/*
 * Arch code; kernel-doc is with the definitions. compile: ERR_PTR of -ENOMEM, of
 * -EOPNOTSUPP for what this generator does not do, of -EINVAL for no program.
 * place: writes code->bytes bytes to @out, for running at @address; -ERANGE where a
 * function is out of reach from there.
 */
struct bpf_jit_code *bpf_arch_jit_compile(const struct bpf_jit_input *in);
const u8 *bpf_arch_jit_place(struct bpf_jit_code *code, unsigned long address);
void bpf_arch_jit_release(struct bpf_jit_code *code);

#ifndef __BPF_USER_BUILD__

struct exception_table_entry;

/*
 * Arch code: memory for machine code. What alloc gives, of whole pages, is full of
 * instructions that trap, and from then on executable; it is written with these two
 * only, in parts that nobody runs. All may sleep. room: bytes there could be at most
 */
void *bpf_arch_text_alloc(unsigned long bytes);
void bpf_arch_text_free(void *text);
bool bpf_arch_text_write(void *to, const void *from, size_t bytes);
void bpf_arch_text_erase(void *at, size_t bytes);
unsigned long bpf_arch_text_room(void);
/* fills @e, which will stand at @e_at, for @fault of the code at @code */
void bpf_arch_fault_entry(struct exception_table_entry *e, unsigned long e_at,
			  unsigned long code, const struct bpf_jit_fault *fault);

/* what is on the stack while an image runs: see has_frame of struct bpf_jit_code */
enum bpf_frame_kind {
	BPF_FRAME_UNKNOWN,	/* the address is not one of an image */
	BPF_FRAME_POINTER,
	BPF_FRAME_NONE,
};

/* kernel/bpf/prog/symbols.c: for unwinders; any context */
enum bpf_frame_kind bpf_image_frame(unsigned long addr);

#endif /* !__BPF_USER_BUILD__ */

/*
 * kernel/bpf/prog/jit_calls.c, called from machine code: @bytes (1, 2 or 4) of the packet
 * @ctx at @off, which may be one of the SKF_*_OFF; the value in host order, or a
 * negative number where the packet has none. Interrupts and all else as for programs.
 */
s64 bpf_jit_load_packet(const void *ctx, u32 off, u32 bytes);

/*
 * From machine code: reads @bytes at an address that may fault, 0 if it does. For
 * machines without fault tables (User-Mode Linux, user space).
 */
u64 bpf_jit_load_nofault(const void *from, u32 bytes);

#endif /* _LINUX_BPF_JIT_H */
