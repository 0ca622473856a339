// SPDX-License-Identifier: GPL-2.0-only
/*
 * jitrun.h: executable memory, and the call of machine code with everything watched that
 * a caller relies on.
 *
 * Knows nothing of what programs compute. Layer: as bpfcase.c.
 */
#define _GNU_SOURCE
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/prctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "../../../arch/x86/net/host.h"
#include "../../../kernel/bpf/disasm.h"
#include "engine.h"
#include "guard.h"
#include "host_user.h"
#include "jitrun.h"

#define SLOT_BYTES	4096u
#define SLOTS		2048u
#define TRAP		0xcc
#define IMAGES		64u		/* at one time */
#define USER_END	0x10000		/* loads that may fault touch nothing below */

struct bpf_user_host bpf_user_host;

static_assert(offsetof(struct user_packet, len) == JIT_PACKET_LEN);
static_assert(offsetof(struct user_packet, data_len) == JIT_PACKET_DATA_LEN);
static_assert(offsetof(struct user_packet, data) == JIT_PACKET_DATA);

/* ---- loads that may fault -------------------------------------------------------- */

/* all that are loaded: a program may go on in another one */
static const struct jit_image *loaded[IMAGES];

static void images_change(const struct jit_image *from, const struct jit_image *to)
{
	u32 i;

	for (i = 0; i < IMAGES; i++) {
		if (loaded[i] != from)
			continue;
		loaded[i] = to;
		return;
	}
	fprintf(stderr, "more than %u images at one time\n", IMAGES);
	exit(2);
}

static const struct jit_image *image_at(u64 ip)
{
	u32 i;

	for (i = 0; i < IMAGES; i++)
		if (loaded[i] && ip - (u64)loaded[i]->text < loaded[i]->bytes)
			return loaded[i];
	return NULL;
}

/* ORDER: as encodings number machine registers */
static const u8 context_regs[16] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
	REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

/* as the kernel does with its exception table */
static bool is_expected(int sig, ucontext_t *context)
{
	greg_t *regs = context->uc_mcontext.gregs;
	const struct jit_image *image = image_at(regs[REG_RIP]);
	u32 i;

	if (sig != SIGSEGV || !bpf_user_host.faults || !image)
		return false;
	for (i = 0; i < image->code->fault_count; i++) {
		const struct bpf_jit_fault *fault = &image->code->faults[i];

		if (fault->at != regs[REG_RIP] - (u64)image->text)
			continue;
		regs[context_regs[fault->clear & 15]] = 0;
		regs[REG_RIP] = (u64)image->text + fault->resume;
		return true;
	}
	return false;
}

/* ---- executable memory ----------------------------------------------------------- */

/* the same memory twice: code is written at the one address and runs at the other */
static u8 *arena, *arena_draft;
static u8 slot_taken[SLOTS];

static void *map_arena(int fd, int prot, int flags)
{
	void *at = mmap(NULL, SLOTS * SLOT_BYTES, prot, MAP_SHARED | flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("executable memory");
		exit(2);
	}
	return at;
}

static void arena_open(void)
{
	int fd = memfd_create("code", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, SLOTS * SLOT_BYTES)) {
		perror("executable memory");
		exit(2);
	}
	arena_draft = map_arena(fd, PROT_READ | PROT_WRITE, 0);
	arena = map_arena(fd, PROT_READ | PROT_EXEC, MAP_32BIT);
	close(fd);
	memset(arena_draft, TRAP, SLOTS * SLOT_BYTES);
}

static bool is_free(u32 slot, u32 count)
{
	while (count--)
		if (slot_taken[slot + count])
			return false;
	return true;
}

/* first of @count free slots in a row, SLOTS where there are none */
static u32 slots_take(u32 count)
{
	u32 slot;

	for (slot = 0; slot + count <= SLOTS; slot++) {
		if (!is_free(slot, count))
			continue;
		memset(slot_taken + slot, 1, count);
		return slot;
	}
	return SLOTS;
}

static u32 slots_of(u32 bytes)
{
	return (bytes + SLOT_BYTES - 1) / SLOT_BYTES;
}

/**
 * jit_image_load() - compile a program and make it executable
 * @in:		the program
 * @image:	takes it; to be given back with jit_image_unload() if 0 is returned
 *
 * Return: 0, what the generator says, -ENOSPC without executable memory.
 */
int jit_image_load(const struct bpf_jit_input *in, struct jit_image *image)
{
	static u32 turn;
	struct bpf_jit_code *code = bpf_arch_jit_compile(in);
	u32 shift, count;
	const u8 *bytes;
	int err;

	memset(image, 0, sizeof(*image));
	if (IS_ERR(code))
		return PTR_ERR(code);
	if (!arena)
		arena_open();
	/* images share pages in the kernel: the place in the page must not matter */
	shift = turn++ % 16 * 16;
	count = slots_of(code->bytes + shift);
	image->slot = slots_take(count);
	if (image->slot == SLOTS) {
		bpf_arch_jit_release(code);
		return -ENOSPC;
	}
	image->text = arena + image->slot * SLOT_BYTES + shift;
	image->bytes = code->bytes;
	image->code = code;
	bytes = bpf_arch_jit_place(code, (unsigned long)image->text);
	err = PTR_ERR_OR_ZERO(bytes);
	if (!err)
		memcpy(arena_draft + (image->text - arena), bytes, image->bytes);
	images_change(NULL, image);
	if (err)
		jit_image_unload(image);
	return err;
}

/**
 * jit_image_unload() - give an image back
 * @image:	from jit_image_load(); cleared
 */
void jit_image_unload(struct jit_image *image)
{
	u32 end, i;

	if (!image->code)
		return;
	memset(arena_draft + (image->text - arena), TRAP, image->bytes);
	end = slots_of(image->text + image->bytes - arena);
	for (i = image->slot; i < end; i++)
		slot_taken[i] = 0;
	images_change(image, NULL);
	bpf_arch_jit_release(image->code);
	memset(image, 0, sizeof(*image));
}

/* ---- the call -------------------------------------------------------------------- */

/**
 * struct machine_state - callee-saved registers and stack pointer behind a call
 * @regs:	rbx, rbp, r12 to r15
 * @sp_moved:	stack pointer is not what it was, by so many bytes
 * @flags:	of the processor
 */
struct machine_state {
	u64	regs[6];
	u64	sp_moved;
	u64	flags;
};

/* the stack of machine code, and what is above it, which is not its own */
#define STACK_BYTES	65536
#define STACK_TOP	"65536"
#define ABOVE_WORDS	64

struct machine_stack {
	u8	room[STACK_BYTES];
	u64	above[ABOVE_WORDS];
};

extern struct machine_stack jit_stack;
struct machine_stack jit_stack __aligned(64);

#define PATTERN(n)	(0x5ca1ab1e00000000ULL + (n) * 0x01010101)

u64 jit_enter(const void *entry, const void *ctx, const void *prog,
	      struct machine_state *out);

/*
 * Calls @entry with patterns in every register that is no argument: rbx, rbp, r12 to
 * r15 have to be the same afterwards, and nobody may rely on the others. It gets a stack
 * of its own, so that what it does wrong does not show up elsewhere.
 */
asm(
"	.pushsection .bss\n"
"	.align 8\n"
"jit_sp:	.skip 8\n"
"	.popsection\n"
"	.pushsection .text\n"
"	.globl jit_enter\n"
"	.type jit_enter, @function\n"
"jit_enter:\n"
"	push %rbx\n"
"	push %rbp\n"
"	push %r12\n"
"	push %r13\n"
"	push %r14\n"
"	push %r15\n"
"	push %rcx\n"
"	mov %rsp, jit_sp(%rip)\n"
"	lea jit_stack + " STACK_TOP "(%rip), %rsp\n"
"	mov %rdi, %r11\n"
"	mov %rsi, %rdi\n"
"	mov %rdx, %rsi\n"
"	movabs $0x5ca1ab1e00000000, %rbx\n"
"	movabs $0x5ca1ab1e01010101, %rbp\n"
"	movabs $0x5ca1ab1e02020202, %r12\n"
"	movabs $0x5ca1ab1e03030303, %r13\n"
"	movabs $0x5ca1ab1e04040404, %r14\n"
"	movabs $0x5ca1ab1e05050505, %r15\n"
"	movabs $0xdeadbeefdeadbee0, %rax\n"
"	movabs $0xdeadbeefdeadbee1, %rdx\n"
"	movabs $0xdeadbeefdeadbee2, %rcx\n"
"	movabs $0xdeadbeefdeadbee3, %r8\n"
"	movabs $0xdeadbeefdeadbee4, %r9\n"
"	movabs $0xdeadbeefdeadbee5, %r10\n"
"	call *%r11\n"
"	mov jit_sp(%rip), %rcx\n"
"	mov (%rcx), %rdx\n"
"	mov %rbx, (%rdx)\n"
"	mov %rbp, 8(%rdx)\n"
"	mov %r12, 16(%rdx)\n"
"	mov %r13, 24(%rdx)\n"
"	mov %r14, 32(%rdx)\n"
"	mov %r15, 40(%rdx)\n"
"	lea jit_stack + " STACK_TOP "(%rip), %rbx\n"
"	sub %rbx, %rsp\n"
"	mov %rsp, 48(%rdx)\n"
"	mov %rcx, %rsp\n"
"	pushf\n"
"	pop %rcx\n"
"	mov %rcx, 56(%rdx)\n"
"	cld\n"
"	pop %rcx\n"
"	pop %r15\n"
"	pop %r14\n"
"	pop %r13\n"
"	pop %r12\n"
"	pop %rbp\n"
"	pop %rbx\n"
"	ret\n"
"	.size jit_enter, . - jit_enter\n"
"	.popsection\n"
);

struct call {
	const struct jit_image	*image;
	const void		*ctx;
	const void		*prog;
	struct machine_state	state;
	u64			r0;
};

static void do_call(void *arg)
{
	struct call *call = arg;
	u32 i;

	for (i = 0; i < ABOVE_WORDS; i++)
		jit_stack.above[i] = PATTERN(i);
	call->r0 = jit_enter(call->image->text, call->ctx, call->prog, &call->state);
}

/* what callers of any function rely on */
static bool is_state_kept(const struct machine_state *state, struct run_crash *crash)
{
	static const char * const names[] = { "rbx", "rbp", "r12", "r13", "r14", "r15" };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (state->regs[i] == PATTERN(i))
			continue;
		snprintf(crash->why, sizeof(crash->why), "%s is %#llx afterwards, was %#llx",
			 names[i], state->regs[i], PATTERN(i));
		return false;
	}
	if (state->sp_moved) {
		snprintf(crash->why, sizeof(crash->why), "rsp is off by %lld afterwards",
			 (s64)state->sp_moved);
		return false;
	}
	for (i = 0; i < ABOVE_WORDS; i++) {
		if (jit_stack.above[i] == PATTERN(i))
			continue;
		snprintf(crash->why, sizeof(crash->why), "%u bytes above the stack there is %#llx",
			 8 * i, jit_stack.above[i]);
		return false;
	}
	if (state->flags & 0x400) {
		snprintf(crash->why, sizeof(crash->why), "direction flag set afterwards");
		return false;
	}
	return true;
}

/**
 * jit_image_run() - call an image as the kernel would
 * @image:	loaded
 * @ctx:	context of the program
 * @prog:	second argument of entries; machine code does not look at it
 * @r0:		takes the result
 * @crash:	takes what went wrong
 *
 * Return: true if it returned and kept what it must keep.
 */
bool jit_image_run(const struct jit_image *image, const void *ctx, const void *prog,
		   u64 *r0, struct run_crash *crash)
{
	struct call call = { .image = image, .ctx = ctx, .prog = prog };
	const struct jit_image *at;
	size_t said;

	if (!run_guarded(do_call, &call, is_expected, crash)) {
		said = strlen(crash->why);
		at = image_at(crash->ip);
		if (at)
			snprintf(crash->why + said, sizeof(crash->why) - said,
				 ", %#lx into %s image", crash->ip - (unsigned long)at->text,
				 at == image ? "the" : "another");
		return false;
	}
	*r0 = call.r0;
	return is_state_kept(&call.state, crash);
}

/**
 * run_jit() - compile a program, run it once and forget it
 * @in:		the program
 * @ctx:	its context
 * @r0:		takes the result
 * @crash:	takes what went wrong, if -EFAULT is returned
 *
 * Return: 0, an error of jit_image_load(), or -EFAULT.
 */
int run_jit(const struct bpf_jit_input *in, const void *ctx, u64 *r0,
	    struct run_crash *crash)
{
	struct jit_image image;
	int err = jit_image_load(in, &image);

	if (err)
		return err;
	err = jit_image_run(&image, ctx, NULL, r0, crash) ? 0 : -EFAULT;
	jit_image_unload(&image);
	return err;
}

/* ---- what machine code calls ----------------------------------------------------- */

s64 bpf_jit_load_packet(const void *ctx, u32 off, u32 bytes)
{
	u64 value;
	bool there = bpf_user_load_packet((u64)ctx, off, bytes, &value);

	engine_scrub();
	return there ? (s64)value : -EFAULT;
}

u64 bpf_jit_load_nofault(const void *from, u32 bytes)
{
	u64 value = user_load_nofault((u64)from, bytes);

	engine_scrub();
	return value;
}

/* ---- machines -------------------------------------------------------------------- */

/* what would be per-CPU memory; @number is where machine code looks for it */
static struct {
	u8	others[0x2040];
	u32	number;
} cpu_area = { .number = 3 };

u64 jit_cpu_helper(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return cpu_area.number;
}

static void set_all(void)
{
	memset(&bpf_user_host, 0, sizeof(bpf_user_host));
}

static void set_cpu_helper(void)
{
	if (syscall(SYS_arch_prctl, ARCH_SET_GS, &cpu_area))
		return;
	bpf_user_host.cpu_helper = jit_cpu_helper;
	bpf_user_host.cpu_number = (u8 *)&cpu_area.number - cpu_area.others;
}

static void set_plain(void)
{
	set_all();
	bpf_user_host.no_bmi2 = true;
	bpf_user_host.no_movbe = true;
}

/* what a mitigated kernel has: a return, a history loop, jumps to each register */
asm(
"	.pushsection .text\n"
"	.globl test_return_thunk\n"
"test_return_thunk:\n"
"	ret\n"
"	int3\n"
"	.globl test_history_loop\n"
"test_history_loop:\n"
"	mov $0x5ca1ab1e, %eax\n"
"	mov $0x5ca1ab1e, %ecx\n"
"	ret\n"
"	int3\n"
"	.popsection\n"
);

#define JUMP_THUNKS(X)							\
	X(rax) X(rcx) X(rdx) X(rbx) X(rsp) X(rbp) X(rsi) X(rdi)		\
	X(r8) X(r9) X(r10) X(r11) X(r12) X(r13) X(r14) X(r15)
#define JUMP_THUNK_CODE(reg)						\
	asm(".pushsection .text\n"					\
	    "	.globl test_jump_" #reg "\n"				\
	    "test_jump_" #reg ":\n"					\
	    "	jmp *%" #reg "\n"					\
	    "	int3\n"						\
	    ".popsection\n");
#define JUMP_THUNK_DECLARED(reg)	void test_jump_##reg(void);
#define JUMP_THUNK_ADDRESS(reg)		(unsigned long)test_jump_##reg,

JUMP_THUNKS(JUMP_THUNK_CODE)
JUMP_THUNKS(JUMP_THUNK_DECLARED)
void test_return_thunk(void);
void test_history_loop(void);

static void set_mitigated(void)
{
	static unsigned long thunks[16];
	const unsigned long all[] = { JUMP_THUNKS(JUMP_THUNK_ADDRESS) };

	memcpy(thunks, all, sizeof(thunks));
	set_all();
	set_cpu_helper();
	bpf_user_host.endbr = true;
	bpf_user_host.sls = true;
	bpf_user_host.faults = true;
	bpf_user_host.user_end = USER_END;
	bpf_user_host.return_thunk = (unsigned long)test_return_thunk;
	bpf_user_host.history_loop = (unsigned long)test_history_loop;
	bpf_user_host.jump_thunks = thunks;
}

/* the same where the processor does it */
static void set_fenced(void)
{
	set_plain();
	bpf_user_host.sls = true;
	bpf_user_host.jump_lfence = true;
	bpf_user_host.history_insn = true;
	bpf_user_host.faults = true;
	bpf_user_host.user_end = USER_END;
}

static const struct jit_machine machines[] = {
	{ "all features", set_all },
	{ "no features", set_plain },
	{ "mitigated", set_mitigated },
	{ "fenced", set_fenced },
};

/**
 * jit_machine() - machines to try programs on
 * @n:	number, from 0
 *
 * Return: the machine, NULL behind the last one.
 */
const struct jit_machine *jit_machine(u32 n)
{
	return n < ARRAY_SIZE(machines) ? &machines[n] : NULL;
}

/* ---- printing -------------------------------------------------------------------- */

/**
 * jit_image_print() - a program and its machine code as text
 * @insns:	instructions
 * @count:	how many
 * @image:	machine code, or NULL
 */
void jit_image_print(const struct bpf_insn *insns, u32 count,
		     const struct jit_image *image)
{
	char text[BPF_DISASM_BYTES];
	u32 i;

	for (i = 0; i < count; i++) {
		bpf_disasm(&insns[i], count - i, text, sizeof(text));
		printf("# %4u: (%02x) %s\n", i, insns[i].code, text);
		if (insns[i].code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
	if (!image)
		return;
	for (i = 0; i < image->bytes; i++)
		printf("%s%02x%s", i % 32 ? " " : "# ", image->text[i],
		       i % 32 == 31 || i + 1 == image->bytes ? "\n" : "");
}
