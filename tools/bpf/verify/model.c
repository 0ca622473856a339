// SPDX-License-Identifier: GPL-2.0-only
/*
 * RFC 9669 as a program: slow, and as close to the words of the document as C can be.
 * Numbers are integers of 128 bits, wide enough that no operation overflows; a result is
 * then taken modulo two to the width. Memory is bytes.
 *
 * Must never include or call what it judges: no header of the kernel, no table of
 * opcodes, no macro. Section numbers are those of the RFC.
 *
 * Layer: none. Used by jit_forms.c and fuzz_jit.c.
 */
#include <stddef.h>
#include <string.h>
#include "model.h"

typedef unsigned __int128 natural;
typedef __int128 integer;

#define STACK_BYTES	512
#define FRAMES		8

/* section 3.1.1: low three bits of the opcode */
enum class { LD, LDX, ST, STX, ALU, JMP, JMP32, ALU64 };

/* section 4.1: high four bits */
enum arithmetic { ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, NEG, MOD, XOR, MOV, ARSH, END };

/* section 4.3 */
enum jump { JA, JEQ, JGT, JGE, JSET, JNE, JSGT, JSGE, CALL, EXIT, JLT, JLE, JSLT, JSLE };

/* section 5.1: high three bits */
enum mode { IMM, ABS, IND, MEM, MEMSX, MODE_5, ATOMIC };

/* section 3: the fields of an instruction */
struct fields {
	enum class	class;
	unsigned int	code;		/* high four bits of the opcode */
	bool		from_reg;	/* source operand is a register, not imm */
	enum mode	mode;
	unsigned int	bytes;		/* of a memory access */
	unsigned int	dst, src;
	int16_t		off;
	int32_t		imm;
};

struct frame {
	uint8_t		stack[STACK_BYTES];
	uint64_t	kept[4];	/* R6 to R9 of the caller */
	uint64_t	fp;		/* R10 of the caller */
	uint32_t	back;		/* where the caller goes on */
};

struct run {
	struct model	*m;
	struct frame	frame[FRAMES];
	uint32_t	depth;
	uint32_t	pc;
	bool		done;
};

/* ---- numbers --------------------------------------------------------------------- */

static natural two_to(unsigned int n)
{
	return (natural)1 << n;
}

/* the low @width bits of @x as a number without sign */
static uint64_t truncate(integer x, unsigned int width)
{
	return (uint64_t)((natural)x % two_to(width));
}

/* the low @width bits of @x as two's complement */
static integer as_signed(uint64_t x, unsigned int width)
{
	natural n = (natural)x % two_to(width);

	return n >= two_to(width - 1) ? (integer)n - (integer)two_to(width) : (integer)n;
}

/* rounds towards minus infinity, as a shift to the right does */
static integer floor_div(integer a, integer b)
{
	integer q = a / b;

	return a % b && (a < 0) != (b < 0) ? q - 1 : q;
}

static bool host_is_little(void)
{
	const uint16_t one = 1;
	uint8_t first;

	memcpy(&first, &one, 1);
	return first == 1;
}

/* @bytes bytes as a number in this machine's order */
static uint64_t number_of(const uint8_t *p, unsigned int bytes)
{
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; i < bytes; i++)
		n = n * 256 + p[host_is_little() ? bytes - 1 - i : i];
	return n;
}

static void bytes_of(uint64_t n, uint8_t *p, unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++) {
		p[host_is_little() ? i : bytes - 1 - i] = n % 256;
		n /= 256;
	}
}

/* the bytes of a number the other way round */
static uint64_t reverse(uint64_t n, unsigned int bytes)
{
	uint64_t r = 0;

	while (bytes--) {
		r = r * 256 + n % 256;
		n /= 256;
	}
	return r;
}

/* ---- memory ---------------------------------------------------------------------- */

static bool fails(struct run *r, const char *why)
{
	if (!r->m->wrong)
		r->m->wrong = why;
	return false;
}

static bool is_inside(uint64_t addr, unsigned int bytes, uint64_t start, uint64_t size)
{
	return size >= bytes && addr - start <= size - bytes;
}

static uint8_t *memory(struct run *r, uint64_t addr, unsigned int bytes)
{
	const struct model *m = r->m;
	uint32_t i;

	for (i = 0; i < m->regions; i++)
		if (is_inside(addr, bytes, m->region[i].start, m->region[i].bytes))
			return (uint8_t *)addr;
	for (i = 0; i <= r->depth; i++)
		if (is_inside(addr, bytes, (uint64_t)r->frame[i].stack, STACK_BYTES))
			return (uint8_t *)addr;
	fails(r, "memory access out of bounds");
	return NULL;
}

/* ---- section 3 ------------------------------------------------------------------- */

/* byte 1 has the registers, the destination in the half that comes first */
static struct fields decode(const uint8_t *p)
{
	static const unsigned int sizes[] = { 4, 2, 1, 8 };	/* W, H, B, DW */
	struct fields f = {
		.class = p[0] % 8,
		.code = p[0] / 16,
		.from_reg = p[0] / 8 % 2,
		.mode = p[0] / 32,
		.bytes = sizes[p[0] / 8 % 4],
		.dst = host_is_little() ? p[1] % 16 : p[1] / 16,
		.src = host_is_little() ? p[1] / 16 : p[1] % 16,
		.off = (int16_t)number_of(p + 2, 2),
		.imm = (int32_t)number_of(p + 4, 4),
	};

	return f;
}

/* ---- section 4.1, 4.2: arithmetic ------------------------------------------------ */

/* section 4.1: quotient rounds towards zero; nothing traps */
static integer divide(integer a, integer b)
{
	return b ? a / b : 0;
}

static integer modulo(integer a, integer b)
{
	return b ? a - b * (a / b) : a;
}

static bool move(struct run *r, const struct fields *f, unsigned int width, uint64_t src)
{
	uint64_t *dst = &r->m->reg[f->dst];

	if (!f->off) {
		*dst = truncate(src, width);
		return true;
	}
	if (!f->from_reg || (f->off != 8 && f->off != 16 && f->off != 32) ||
	    f->off >= (int)width)
		return fails(r, "no such move");
	*dst = truncate(as_signed(src, f->off), width);
	return true;
}

/* section 4.2 */
static bool byte_order(struct run *r, const struct fields *f)
{
	uint64_t *dst = &r->m->reg[f->dst];
	bool to_big = f->from_reg, swap;

	if (f->imm != 16 && f->imm != 32 && f->imm != 64)
		return fails(r, "no such width of a byte swap");
	if (f->class == ALU64)
		swap = true;
	else
		swap = to_big == host_is_little();
	*dst = truncate(*dst, f->imm);
	if (swap)
		*dst = reverse(*dst, f->imm / 8);
	return true;
}

static bool arithmetic(struct run *r, const struct fields *f)
{
	unsigned int width = f->class == ALU64 ? 64 : 32;
	uint64_t *dst = &r->m->reg[f->dst];
	uint64_t a = truncate(*dst, width);
	uint64_t b = truncate(f->from_reg ? (integer)r->m->reg[f->src] : f->imm, width);
	bool is_signed = f->off == 1;
	integer sa = as_signed(a, width), sb = as_signed(b, width);
	integer value;

	switch ((enum arithmetic)f->code) {
	case ADD:
		value = (integer)a + b;
		break;
	case SUB:
		value = (integer)a - b;
		break;
	case MUL:
		value = (integer)((natural)a * b);
		break;
	case DIV:
		value = is_signed ? divide(sa, sb) : divide(a, b);
		break;
	case MOD:
		value = is_signed ? modulo(sa, sb) : modulo(a, b);
		break;
	case OR:
		value = a | b;
		break;
	case AND:
		value = a & b;
		break;
	case XOR:
		value = a ^ b;
		break;
	case LSH:
		value = (integer)((natural)a * two_to(b % width));
		break;
	case RSH:
		value = a / two_to(b % width);
		break;
	case ARSH:
		value = floor_div(sa, two_to(b % width));
		break;
	case NEG:
		value = -(integer)a;
		break;
	case MOV:
		return move(r, f, width, b);
	case END:
		return byte_order(r, f);
	default:
		return fails(r, "no such arithmetic");
	}
	*dst = truncate(value, width);
	return true;
}

/* ---- section 4.3: jumps ---------------------------------------------------------- */

static bool call_function(struct run *r, const struct fields *f)
{
	struct frame *frame;

	if (r->depth + 1 == FRAMES)
		return fails(r, "calls too deep");
	frame = &r->frame[++r->depth];
	memcpy(frame->kept, &r->m->reg[6], sizeof(frame->kept));
	frame->fp = r->m->reg[10];
	frame->back = r->pc;
	r->m->reg[10] = (uint64_t)(frame->stack + STACK_BYTES);
	r->pc += f->imm;
	return true;
}

static bool call(struct run *r, const struct fields *f)
{
	if (f->src == 1)
		return call_function(r, f);
	if (f->src || !r->m->call)
		return fails(r, "no such call");
	r->m->reg[0] = r->m->call(r->m->arg, f->imm, &r->m->reg[1]);
	return true;
}

static void leave(struct run *r)
{
	struct frame *frame = &r->frame[r->depth];

	if (!r->depth) {
		r->done = true;
		return;
	}
	memcpy(&r->m->reg[6], frame->kept, sizeof(frame->kept));
	r->m->reg[10] = frame->fp;
	r->pc = frame->back;
	r->depth--;
}

static bool jump(struct run *r, const struct fields *f)
{
	unsigned int width = f->class == JMP ? 64 : 32;
	uint64_t a = truncate(r->m->reg[f->dst], width);
	uint64_t b = truncate(f->from_reg ? (integer)r->m->reg[f->src] : f->imm, width);
	integer sa = as_signed(a, width), sb = as_signed(b, width);
	bool taken;

	switch ((enum jump)f->code) {
	case JA:
		r->pc += f->class == JMP ? f->off : f->imm;
		return true;
	case CALL:
		return f->class == JMP ? call(r, f) : fails(r, "no such jump");
	case EXIT:
		if (f->class != JMP)
			return fails(r, "no such jump");
		leave(r);
		return true;
	case JEQ:
		taken = a == b;
		break;
	case JNE:
		taken = a != b;
		break;
	case JGT:
		taken = a > b;
		break;
	case JGE:
		taken = a >= b;
		break;
	case JLT:
		taken = a < b;
		break;
	case JLE:
		taken = a <= b;
		break;
	case JSGT:
		taken = sa > sb;
		break;
	case JSGE:
		taken = sa >= sb;
		break;
	case JSLT:
		taken = sa < sb;
		break;
	case JSLE:
		taken = sa <= sb;
		break;
	case JSET:
		taken = (a & b) != 0;
		break;
	default:
		return fails(r, "no such jump");
	}
	if (taken)
		r->pc += f->off;
	return true;
}

/* ---- section 5: load and store --------------------------------------------------- */

/* section 5.3 */
static bool atomic(struct run *r, const struct fields *f)
{
	uint64_t *reg = r->m->reg, was, src = truncate(reg[f->src], f->bytes * 8), now;
	uint8_t *p = memory(r, reg[f->dst] + f->off, f->bytes);
	bool fetch = f->imm & 1;

	if (!p)
		return false;
	was = number_of(p, f->bytes);
	switch (f->imm & ~1) {
	case 0x00:
		now = was + src;
		break;
	case 0x40:
		now = was | src;
		break;
	case 0x50:
		now = was & src;
		break;
	case 0xa0:
		now = was ^ src;
		break;
	case 0xe0:
		now = src;
		break;
	case 0xf0:
		now = was == truncate(reg[0], f->bytes * 8) ? src : was;
		break;
	default:
		return fails(r, "no such atomic operation");
	}
	if (f->imm >= 0xe0 && !fetch)
		return fails(r, "exchange without fetch");
	bytes_of(now, p, f->bytes);
	if (fetch)
		reg[f->imm == 0xf1 ? 0 : f->src] = was;
	return true;
}

/* sections 5.1, 5.2: LDX, ST, STX */
static bool load_store(struct run *r, const struct fields *f)
{
	uint64_t *reg = r->m->reg, from = reg[f->class == LDX ? f->src : f->dst] + f->off;
	uint8_t *p;

	if (f->class == STX && f->mode == ATOMIC)
		return f->bytes >= 4 ? atomic(r, f) : fails(r, "atomic of such a width");
	if (f->mode != MEM && !(f->class == LDX && f->mode == MEMSX && f->bytes < 8))
		return fails(r, "no such load or store");
	p = memory(r, from, f->bytes);
	if (!p)
		return false;
	if (f->class == STX)
		bytes_of(reg[f->src], p, f->bytes);
	else if (f->class == ST)
		bytes_of(truncate(f->imm, 64), p, f->bytes);
	else if (f->mode == MEM)
		reg[f->dst] = number_of(p, f->bytes);
	else
		reg[f->dst] = truncate(as_signed(number_of(p, f->bytes), f->bytes * 8), 64);
	return true;
}

/* section 5.5: network order; the program ends where the packet has no such bytes */
static bool load_packet(struct run *r, const struct fields *f)
{
	uint32_t off = f->imm + (f->mode == IND ? r->m->reg[f->src] : 0);
	const uint8_t *p = r->m->packet ? r->m->packet(r->m->arg, off, f->bytes) : NULL;
	uint64_t n = 0;
	unsigned int i;

	if (!p) {
		r->m->reg[0] = 0;
		r->done = true;
		return true;
	}
	for (i = 0; i < f->bytes; i++)
		n = n * 256 + p[i];
	r->m->reg[0] = n;
	return true;
}

/* sections 5.4, 5.5 */
static bool load_special(struct run *r, const struct fields *f)
{
	if (f->bytes < 8 && (f->mode == ABS || f->mode == IND))
		return load_packet(r, f);
	if (f->mode != IMM || f->bytes != 8 || f->src || r->pc >= r->m->count)
		return fails(r, "no such load");
	r->m->reg[f->dst] = truncate(f->imm, 32) +
			    number_of(r->m->code + 8 * r->pc + 4, 4) * 0x100000000ULL;
	r->pc++;
	return true;
}

/* ---- the machine ----------------------------------------------------------------- */

static bool step(struct run *r)
{
	struct fields f;

	if (r->pc >= r->m->count)
		return fails(r, "runs out of the program");
	r->m->at = r->pc;
	f = decode(r->m->code + 8 * r->pc++);
	if (f.dst >= MODEL_REGS || f.src >= MODEL_REGS)
		return fails(r, "no such register");
	switch (f.class) {
	case ALU:
	case ALU64:
		return arithmetic(r, &f);
	case JMP:
	case JMP32:
		return jump(r, &f);
	case LD:
		return load_special(r, &f);
	default:
		return load_store(r, &f);
	}
}

/**
 * model_run() - what a program must compute
 * @m:	the program and its world; registers and @wrong change, and memory
 *
 * R10 of the first frame is a stack of the model's own, filled with 0xa5.
 *
 * Return: true if it ran to an exit, else @m->wrong tells.
 */
bool model_run(struct model *m)
{
	struct run r = { .m = m };
	uint64_t steps;

	m->wrong = NULL;
	memset(r.frame[0].stack, 0xa5, STACK_BYTES);
	m->reg[10] = (uint64_t)(r.frame[0].stack + STACK_BYTES);
	for (steps = 0; !r.done; steps++) {
		if (steps == m->most_steps)
			return fails(&r, "does not end");
		if (!step(&r))
			return false;
	}
	return true;
}
