/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Code out of the line: what packet loads and loads that may fault do in the rare case,
 * and the routines that such places share.
 *
 * A place far from the line costs nothing while it is not entered, but its bytes; what
 * many of them would repeat (keep registers, call, give back) is written once per
 * function and called.
 *
 * Layer K5. Implemented in stub.c; used by packet.c and probe.c.
 */
#ifndef _BPF_X86_STUB_H
#define _BPF_X86_STUB_H

#include "encode.h"

/* routines that the places of a function share; ORDER: see jit_shared_for() */
enum jit_shared {
	JIT_SHARED_PACKET,	/* of 1, 2, 4 bytes: offset in R0, result there */
	JIT_SHARED_PROBE = JIT_SHARED_PACKET + 3,
				/* of 1, 2, 4, 8 bytes: address in JIT_TEMP, result there */
	JIT_SHARED_COUNT = JIT_SHARED_PROBE + 4,
};

/* what a place does */
enum jit_stub_kind {
	JIT_STUB_SHARED,	/* it is one of the routines */
	JIT_STUB_LOADS,		/* packet loads */
	JIT_STUB_ZERO,		/* clears a register */
};

/**
 * struct jit_stub - a place, or a shared routine
 * @label:	where it starts
 * @resume:	label to go to afterwards
 * @users:	routines: calls of it
 * @pc:		packet loads: the first
 * @last:	the last, perhaps the same
 * @live:	routines: machine registers to be kept, bit by number
 * @kind:	enum jit_stub_kind
 * @bytes:	routines: of the load
 * @hw:		machine register to be cleared
 * @have_offset: a load's variable offset is in R0 already
 */
struct jit_stub {
	u32	label;
	u32	resume;
	u32	users;
	u32	pc;
	u32	last;
	u16	live;
	u8	kind;
	u8	bytes;
	u8	hw;
	bool	have_offset;
};

/* stub.c */
struct jit_stub *jit_stub_new(struct jit *jit, enum jit_stub_kind kind);
void jit_call_shared(struct jit *jit, enum jit_shared base, u32 bytes, u16 live);
u16 jit_live_hw(const struct jit *jit, u32 pc);
void jit_packet_offset(struct jit *jit, u32 off);

/* jit->facts of a packet load, beside those of jit.h: an earlier load has asked for its bytes */
#define JIT_FACT_CHECKED	0x08

/* packet.c */
void jit_packet_arrange(struct jit *jit, u32 pc);
void jit_packet_loads(struct jit *jit, const struct jit_stub *stub);

#define OP_CALL		0xe8	/* rel32 */
#define OP_JMP		0xe9	/* rel32 */

/* machine registers that a function called may change */
#define JIT_HW_CLOBBERED						\
	(1 << HW_AX | 1 << HW_CX | 1 << HW_DX | 1 << HW_SI | 1 << HW_DI |	\
	 1 << HW_8 | 1 << HW_9 | 1 << HW_10 | 1 << HW_11)

#endif /* _BPF_X86_STUB_H */
