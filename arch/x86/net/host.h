/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that the code generator asks of the world its code will run in: what the CPU
 * can do, how functions return and jump to addresses, what offsets objects have.
 * Three worlds: the x86-64 kernel, User-Mode Linux, and a user-space process, which
 * tells in struct bpf_user_host, so that tests can be any machine.
 *
 * Answers only; must never write code. Asked while a program is compiled, long after
 * the CPU's features and the mitigations are settled.
 *
 * Layer K5. Tests: lib/test_bpf.c, the fuzzers of tools/bpf/verify.
 */
#ifndef _BPF_X86_HOST_H
#define _BPF_X86_HOST_H

#include <linux/bitops.h>
#include <linux/bpf_func.h>
#include <linux/types.h>

/*
 * Kernels keep the stack aligned to 8 bytes; C of User-Mode Linux and of processes relies
 * on 16 where it is called.
 */
#if defined(__BPF_USER_BUILD__) || defined(CONFIG_UML)
#define JIT_STACK_ALIGN	16
#else
#define JIT_STACK_ALIGN	8
#endif

#ifdef __BPF_USER_BUILD__

#include <linux/stddef.h>

/**
 * struct bpf_user_host - the machine and the kernel that a process plays
 * @no_bmi2:		CPU without BMI2, whatever this one is
 * @no_movbe:		likewise without MOVBE
 * @endbr:		indirect branches must land on endbr64
 * @sls:		int3 behind returns and indirect jumps
 * @jump_lfence:	lfence before indirect jumps
 * @history_insn:	history fence is an instruction (IBHF)
 * @faults:		a load that faults goes on as bpf_jit_code's table says
 * @return_thunk:	address of what returns, 0: a plain return
 * @jump_thunks:	sixteen addresses of what jumps to a register, by its number, or
 *			NULL: a plain jump
 * @history_loop:	address of a function that clears branch history, or 0; may
 *			clobber rax and rcx
 * @user_end:		first address that loads which may fault may touch; a power of two
 * @cpu_helper:		helper that tells the CPU's number, 0: none to be inlined
 * @cpu_number:		where its number is, relative to gs
 */
struct bpf_user_host {
	bool			no_bmi2;
	bool			no_movbe;
	bool			endbr;
	bool			sls;
	bool			jump_lfence;
	bool			history_insn;
	bool			faults;
	unsigned long		return_thunk;
	const unsigned long	*jump_thunks;
	unsigned long		history_loop;
	u64			user_end;
	bpf_func_t		cpu_helper;
	s32			cpu_number;
};

/* by the program that includes the generator */
extern struct bpf_user_host bpf_user_host;
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

/* the kernel's objects, as far as code touches them, with offsets as they are there */
struct bpf_user_packet {
	u8		head[104];
	u32		len;
	u32		data_len;
	u8		more[80];
	const u8	*data;
};

struct bpf_user_prog {
	u8		head[48];
	void		*tail_entry;
};

struct bpf_user_array {
	u8			head[20];
	u32			max_entries;
	u8			more[112];
	struct bpf_user_prog	*ptrs[];
};

#define JIT_PACKET_DATA		offsetof(struct bpf_user_packet, data)
#define JIT_PACKET_LEN		offsetof(struct bpf_user_packet, len)
#define JIT_PACKET_DATA_LEN	offsetof(struct bpf_user_packet, data_len)
#define JIT_ARRAY_COUNT		offsetof(struct bpf_user_array, max_entries)
#define JIT_ARRAY_PTRS		offsetof(struct bpf_user_array, ptrs)
#define JIT_PROG_TAIL_ENTRY	offsetof(struct bpf_user_prog, tail_entry)

static inline bool jit_host_has_bmi2(void)
{
	return !bpf_user_host.no_bmi2 && __builtin_cpu_supports("bmi2");
}

static inline bool jit_host_has_movbe(void)
{
	return !bpf_user_host.no_movbe && __builtin_cpu_supports("movbe");
}

static inline bool jit_host_endbr(void)
{
	return bpf_user_host.endbr;
}

static inline bool jit_host_sls(void)
{
	return bpf_user_host.sls;
}

static inline unsigned long jit_host_return_thunk(void)
{
	return bpf_user_host.return_thunk;
}

static inline unsigned long jit_host_jump_thunk(u8 hw)
{
	return bpf_user_host.jump_thunks ? bpf_user_host.jump_thunks[hw] : 0;
}

static inline bool jit_host_jump_lfence(void)
{
	return bpf_user_host.jump_lfence;
}

static inline unsigned long jit_host_history_loop(void)
{
	return bpf_user_host.history_loop;
}

static inline bool jit_host_history_insn(void)
{
	return bpf_user_host.history_insn;
}

static inline bool jit_host_faults(void)
{
	return bpf_user_host.faults;
}

static inline u32 jit_host_user_bits(void)
{
	return bpf_user_host.user_end ? fls64(bpf_user_host.user_end - 1) : 0;
}

static inline bool jit_host_is_cpu_helper(unsigned long func)
{
	return bpf_user_host.cpu_helper && func == (unsigned long)bpf_user_host.cpu_helper;
}

static inline s32 jit_host_cpu_number(void)
{
	return bpf_user_host.cpu_number;
}

#else /* __BPF_USER_BUILD__ */

#include <asm/cpufeature.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/skbuff.h>

#define JIT_PACKET_DATA		offsetof(struct sk_buff, data)
#define JIT_PACKET_LEN		offsetof(struct sk_buff, len)
#define JIT_PACKET_DATA_LEN	offsetof(struct sk_buff, data_len)
#define JIT_ARRAY_COUNT		offsetof(struct bpf_array, map.max_entries)
#define JIT_ARRAY_PTRS		offsetof(struct bpf_array, ptrs)
#define JIT_PROG_TAIL_ENTRY	offsetof(struct bpf_prog, tail_entry)

/**
 * jit_host_has_bmi2() - may shlx, shrx, sarx be used?
 *
 * Return: true where the CPU has BMI2.
 */
static inline bool jit_host_has_bmi2(void)
{
	return boot_cpu_has(X86_FEATURE_BMI2);
}

/**
 * jit_host_has_movbe() - may movbe be used?
 *
 * Return: true where the CPU has it.
 */
static inline bool jit_host_has_movbe(void)
{
	return boot_cpu_has(X86_FEATURE_MOVBE);
}

#ifdef CONFIG_UML

/* a process of the host: no mitigations, no fault tables, no per-CPU segment */

static inline bool jit_host_endbr(void)
{
	return false;
}

static inline bool jit_host_sls(void)
{
	return false;
}

static inline unsigned long jit_host_return_thunk(void)
{
	return 0;
}

static inline unsigned long jit_host_jump_thunk(u8 hw)
{
	return 0;
}

static inline bool jit_host_jump_lfence(void)
{
	return false;
}

static inline unsigned long jit_host_history_loop(void)
{
	return 0;
}

static inline bool jit_host_history_insn(void)
{
	return false;
}

static inline bool jit_host_faults(void)
{
	return false;
}

static inline u32 jit_host_user_bits(void)
{
	return 0;
}

static inline bool jit_host_is_cpu_helper(unsigned long func)
{
	return false;
}

static inline s32 jit_host_cpu_number(void)
{
	return 0;
}

#else /* CONFIG_UML */

#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/processor.h>
#include <asm/smp.h>

/**
 * jit_host_endbr() - must code that is entered by address start with endbr64?
 *
 * Return: true in kernels built for indirect branch tracking.
 */
static inline bool jit_host_endbr(void)
{
	return IS_ENABLED(CONFIG_X86_KERNEL_IBT);
}

/**
 * jit_host_sls() - does int3 go behind returns and indirect jumps?
 *
 * Return: true in kernels built against straight-line speculation.
 */
static inline bool jit_host_sls(void)
{
	return IS_ENABLED(CONFIG_SLS);
}

/**
 * jit_host_return_thunk() - what a function ends with
 *
 * Return: address to jump to instead of returning, 0 for a plain return.
 */
static inline unsigned long jit_host_return_thunk(void)
{
#ifdef CONFIG_RETHUNK
	if (cpu_feature_enabled(X86_FEATURE_RETHUNK))
		return (unsigned long)x86_return_thunk;
#endif
	return 0;
}

/**
 * jit_host_jump_thunk() - how to jump to an address in a register
 * @hw:	the register as encodings number it
 *
 * Return: address of the thunk to jump to, 0 for a jump through the register.
 */
static inline unsigned long jit_host_jump_thunk(u8 hw)
{
#ifdef CONFIG_MITIGATION_ITS
	if (cpu_feature_enabled(X86_FEATURE_INDIRECT_THUNK_ITS))
		return (unsigned long)its_static_thunk(hw);
#endif
#ifdef CONFIG_RETPOLINE
	if (cpu_feature_enabled(X86_FEATURE_RETPOLINE) &&
	    !cpu_feature_enabled(X86_FEATURE_RETPOLINE_LFENCE))
		return (unsigned long)&__x86_indirect_thunk_array[hw];
#endif
	return 0;
}

/**
 * jit_host_jump_lfence() - does lfence go before a jump through a register?
 *
 * Return: true where that is the mitigation. Ask for a thunk first.
 */
static inline bool jit_host_jump_lfence(void)
{
	return cpu_feature_enabled(X86_FEATURE_RETPOLINE_LFENCE);
}

/**
 * jit_host_history_loop() - the function that clears branch history
 *
 * Return: its address, 0 where none is needed. It clobbers rax and rcx.
 */
static inline unsigned long jit_host_history_loop(void)
{
	if (cpu_feature_enabled(X86_FEATURE_CLEAR_BHB_LOOP))
		return (unsigned long)clear_bhb_loop;
	return 0;
}

/**
 * jit_host_history_insn() - is the fence against branch history an instruction?
 *
 * Return: true where the CPU's own control (BHI_DIS_S) is in use.
 */
static inline bool jit_host_history_insn(void)
{
	return cpu_feature_enabled(X86_FEATURE_CLEAR_BHB_HW);
}

/**
 * jit_host_faults() - does a load that faults go on where the code's table says?
 *
 * Return: true: there are exception tables.
 */
static inline bool jit_host_faults(void)
{
	return true;
}

/**
 * jit_host_user_bits() - how wide addresses are that loads which may fault refuse
 *
 * User space and a page more, as the kernel's own reads of such addresses have it:
 * that is a power of two.
 *
 * Return: bits of the greatest of them, 0 where none is refused.
 */
static inline u32 jit_host_user_bits(void)
{
	return fls64(TASK_SIZE_MAX + PAGE_SIZE - 1);
}

/**
 * jit_host_is_cpu_helper() - does a helper return the CPU's number and nothing else?
 * @func:	its address
 *
 * Return: true if so; jit_host_cpu_number() is as good then.
 */
static inline bool jit_host_is_cpu_helper(unsigned long func)
{
	const struct bpf_func_proto *extended = bpf_base_proto(BPF_FUNC_get_smp_processor_id);

	return IS_ENABLED(CONFIG_SMP) && (func == (unsigned long)bpf_classic_cpu ||
					  func == (unsigned long)extended->func);
}

/**
 * jit_host_cpu_number() - where the CPU's number is
 *
 * Return: offset from gs of its 32 bits.
 */
static inline s32 jit_host_cpu_number(void)
{
	return (s32)(unsigned long)&cpu_number;
}

#endif /* CONFIG_UML */

#endif /* __BPF_USER_BUILD__ */

#endif /* _BPF_X86_HOST_H */
