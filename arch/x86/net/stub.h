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
	JIT_STUB_PACKET,	/* load at a constant offset */
	JIT_STUB_PACKET_VAR,	/* load; the offset is in R0 */
	JIT_STUB_ZERO,		/* clears a register */
};

/**
 * struct jit_stub - a place, or a shared routine
 * @label:	where it starts
 * @resume:	label to go to afterwards
 * @off:	offset in the packet
 * @users:	routines: places that call it
 * @pc:		packet loads: the instruction
 * @live:	machine registers to be kept, bit by number
 * @kind:	enum jit_stub_kind
 * @bytes:	of the load
 * @hw:		machine register to be cleared
 * @fused:	packet loads: the branch behind the load is part of it
 */
struct jit_stub {
	u32	label;
	u32	resume;
	u32	off;
	u32	users;
	u32	pc;
	u16	live;
	u8	kind;
	u8	bytes;
	u8	hw;
	bool	fused;
};

/* stub.c */
struct jit_stub *jit_stub_new(struct jit *jit, enum jit_stub_kind kind);
void jit_call_shared(struct jit *jit, enum jit_shared base, u32 bytes, u16 live);
u16 jit_live_hw(const struct jit *jit, u32 pc);
void jit_packet_offset(struct jit *jit, u32 off);

/* packet.c: R0 from the routine, as what follows the load wants to find it */
void jit_packet_arrange(struct jit *jit, const struct jit_stub *stub);

#define OP_CALL		0xe8	/* rel32 */
#define OP_JMP		0xe9	/* rel32 */

/* machine registers that a function called may change */
#define JIT_HW_CLOBBERED						\
	(1 << HW_AX | 1 << HW_CX | 1 << HW_DX | 1 << HW_SI | 1 << HW_DI |	\
	 1 << HW_8 | 1 << HW_9 | 1 << HW_10 | 1 << HW_11)

#endif /* _BPF_X86_STUB_H */
