// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the optimiser makes of small programs, instruction by instruction, and what
 * flow.c says of instructions and programs.
 *
 * Each row is a program and the one that must come out, in the notation of
 * selftests/bpf/cases/README. Whether the two do the same is fuzz_opt's question; here
 * it is whether the work is done at all, and not where it must not be.
 */
#include <linux/bpf_func.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "../../../kernel/bpf/disasm.h"
#include "../../../kernel/bpf/flow.h"
#include "../../../kernel/bpf/opt/opt.h"
#include "bpfasm.h"
#include "host_user.h"
#include "tap.h"

#define MOST_INSNS	4096

static const struct {
	const char *name, *before, *after;
} rows[] = {
	{ "a constant becomes an operand",
	  "r2 = 5\n r0 = *(u64 *)(r1 +0)\n r0 += r2\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 5\n exit" },
	{ "a constant that fits no operand stays",
	  "r2 = 0x123456789 ll\n r0 = *(u64 *)(r1 +0)\n r0 += r2\n exit",
	  "r2 = 0x123456789 ll\n r0 = *(u64 *)(r1 +0)\n r0 += r2\n exit" },
	{ "2^31 is an operand of 32-bit operations only",
	  "r2 = 0x80000000 ll\n r0 = *(u64 *)(r1 +0)\n r0 += r2\n exit",
	  "w2 = -2147483648\n r0 = *(u64 *)(r1 +0)\n r0 += r2\n exit" },
	{ "arithmetic on constants is done",
	  "r2 = 6\n r3 = 7\n r2 *= r3\n r0 = r2\n exit",
	  "r0 = 42\n exit" },
	{ "a small 64-bit constant takes one slot",
	  "r0 = 7 ll\n exit",
	  "r0 = 7\n exit" },
	{ "a copy is not needed",
	  "r2 = r1\n r0 = *(u32 *)(r2 +4)\n exit",
	  "r0 = *(u32 *)(r1 +4)\n exit" },
	{ "a copy outlives a change of its origin",
	  "r2 = r1\n r1 = 0\n *(u64 *)(r2 +0) = r1\n r0 = 0\n exit",
	  "r2 = r1\n r1 = 0\n *(u64 *)(r2 +0) = r1\n r0 = 0\n exit" },
	{ "an address plus a constant goes into the access",
	  "r2 = r10\n r2 += -8\n *(u64 *)(r2 +0) = r1\n r0 = *(u8 *)(r2 +3)\n exit",
	  "*(u64 *)(r10 -8) = r1\n r0 = *(u8 *)(r10 -5)\n exit" },
	{ "what a call takes is computed",
	  "r2 = r10\n r2 += -8\n call get_prandom_u32\n exit",
	  "r2 = r10\n r2 += -8\n call get_prandom_u32\n exit" },
	{ "shifts up and down clear the upper half",
	  "r0 = *(u64 *)(r1 +0)\n r0 <<= 32\n r0 >>= 32\n exit",
	  "r0 = *(u64 *)(r1 +0)\n w0 = w0\n exit" },
	{ "or nothing, where it is clear",
	  "r0 = *(u32 *)(r1 +0)\n r0 <<= 32\n r0 >>= 32\n exit",
	  "r0 = *(u32 *)(r1 +0)\n exit" },
	{ "through a copy",
	  "r2 = *(u64 *)(r1 +0)\n r0 = r2\n r0 <<= 32\n r0 >>= 32\n"
	  " *(u64 *)(r1 +0) = r2\n exit",
	  "r2 = *(u64 *)(r1 +0)\n w0 = w2\n *(u64 *)(r1 +0) = r2\n exit" },
	{ "a jump between the shifts keeps both",
	  "r0 = *(u64 *)(r1 +0)\n if r1 == 1 goto in\n r0 <<= 32\n in:\n r0 >>= 32\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r1 == 1 goto in\n r0 <<= 32\n in:\n r0 >>= 32\n exit" },
	{ "a byte is a byte after a load",
	  "r0 = *(u8 *)(r1 +0)\n r0 <<= 56\n r0 >>= 56\n w0 = w0\n exit",
	  "r0 = *(u8 *)(r1 +0)\n w0 &= 255\n exit" },
	{ "shifts up and down with the sign",
	  "r0 = *(u64 *)(r1 +0)\n r0 <<= 32\n r0 s>>= 32\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 = (s32)r0\n exit" },
	{ "64 bits become 32 where that is the same",
	  "r0 = *(u32 *)(r1 +0)\n r0 &= 15\n r0 += 3\n r0 >>= 1\n exit",
	  "r0 = *(u32 *)(r1 +0)\n w0 &= 15\n w0 += 3\n w0 >>= 1\n exit" },
	{ "so that a mask in a register is a constant one",
	  "r0 = *(u32 *)(r1 +0)\n w2 = -4\n r0 &= r2\n exit",
	  "r0 = *(u32 *)(r1 +0)\n w0 &= -4\n exit" },
	{ "a copy goes where what wrote over its origin went",
	  "r2 = *(u64 *)(r1 +0)\n r3 = r2\n r2 = 5\n *(u64 *)(r1 +8) = r3\n r0 = 0\n exit",
	  "r2 = *(u64 *)(r1 +0)\n *(u64 *)(r1 +8) = r2\n r0 = 0\n exit" },
	{ "and not where a carry gets out",
	  "r0 = *(u32 *)(r1 +0)\n r0 += 3\n exit",
	  "r0 = *(u32 *)(r1 +0)\n r0 += 3\n exit" },
	{ "a comparison too, an unsigned one",
	  "r0 = *(u32 *)(r1 +0)\n if r0 > 5 goto out\n r0 = 1\n out:\n exit",
	  "r0 = *(u32 *)(r1 +0)\n if w0 > 5 goto out\n r0 = 1\n out:\n exit" },
	{ "but no signed one with bit 31",
	  "r0 = *(u32 *)(r1 +0)\n if r0 s> 5 goto out\n r0 = 1\n out:\n exit",
	  "r0 = *(u32 *)(r1 +0)\n if r0 s> 5 goto out\n r0 = 1\n out:\n exit" },
	{ "multiplication and division by powers of two",
	  "r0 = *(u64 *)(r1 +0)\n r0 *= 8\n r0 /= 4\n r0 %= 16\n r0 *= 1\n r0 /= 1\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 <<= 3\n r0 >>= 2\n w0 &= 15\n exit" },
	{ "2^31 is a power of two in 32 bits only",
	  "r0 = *(u64 *)(r1 +0)\n r2 = r0\n w0 /= -2147483648\n r2 /= -2147483648\n"
	  " r0 += r2\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r2 = r0\n w0 >>= 31\n r2 /= -2147483648\n"
	  " r0 += r2\n exit" },
	{ "signed division stays",
	  "r0 = *(u64 *)(r1 +0)\n r0 s/= 4\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 s/= 4\n exit" },
	{ "nothing added, nothing masked",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 0\n r0 |= 0\n r0 &= -1\n r0 <<= 0\n exit",
	  "r0 = *(u64 *)(r1 +0)\n exit" },
	{ "in 32 bits the upper half goes once",
	  "r0 = *(u64 *)(r1 +0)\n w0 += 0\n w0 |= 0\n w0 ^= 0\n exit",
	  "r0 = *(u64 *)(r1 +0)\n w0 = w0\n exit" },
	{ "x ^ x",
	  "r0 = *(u64 *)(r1 +0)\n r0 ^= r0\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 = 0\n exit" },
	{ "additions come together",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 5\n r0 += 6\n r0 += 7\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 18\n exit" },
	{ "unless the sum is too large",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 2147483647\n r0 += 1\n exit",
	  "r0 = *(u64 *)(r1 +0)\n r0 += 2147483647\n r0 += 1\n exit" },
	{ "a move and an addition stay a pair",
	  "r2 = *(u32 *)(r1 +0)\n r0 = r2\n r0 += 4\n *(u64 *)(r1 +0) = r2\n exit",
	  "r2 = *(u32 *)(r1 +0)\n r0 = r2\n r0 += 4\n *(u64 *)(r1 +0) = r2\n exit" },
	{ "a known branch is taken",
	  "r0 = 1\n if r0 == 1 goto in\n r0 = 2\n exit\n in:\n r0 += 3\n exit",
	  "r0 = 4\n exit" },
	{ "or not",
	  "r0 = 1\n if r0 s< -1 goto in\n r0 = 2\n exit\n in:\n r0 += 3\n exit",
	  "r0 = 2\n exit" },
	{ "what was found equal is known",
	  "r0 = *(u64 *)(r1 +0)\n if r0 != 5 goto out\n r0 += 1\n out:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 != 5 goto out\n r0 = 6\n out:\n exit" },
	{ "of half a register only that half is",
	  "r0 = *(u64 *)(r1 +0)\n if w0 != 5 goto out\n r0 += 1\n out:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if w0 != 5 goto out\n r0 += 1\n out:\n exit" },
	{ "but what makes it so stays, for where the branch was guessed wrong",
	  "r0 = *(u64 *)(r1 +0)\n if r0 != 5 goto out\n r0 = 5\n r2 = *(u64 *)(r1 +0)\n"
	  " *(u64 *)(r1 +0) = r0\n r0 += r2\n out:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 != 5 goto out\n r0 = 5\n r2 = *(u64 *)(r1 +0)\n"
	  " *(u64 *)(r1 +0) = r0\n r0 += r2\n out:\n exit" },
	{ "and an address is moved by the constant",
	  "r2 = *(u64 *)(r1 +0)\n r0 = 0x1122334455667788 ll\n if r2 != 5 goto out\n"
	  " r0 += r2\n out:\n exit",
	  "r2 = *(u64 *)(r1 +0)\n r0 = 0x1122334455667788 ll\n if r2 != 5 goto out\n"
	  " r0 += 5\n out:\n exit" },
	{ "a store goes that is overwritten",
	  "r0 = *(u64 *)(r1 +0)\n *(u64 *)(r10 -8) = 1\n *(u64 *)(r10 -8) = r0\n"
	  " r0 = *(u64 *)(r10 -8)\n exit",
	  "r0 = *(u64 *)(r1 +0)\n *(u64 *)(r10 -8) = r0\n r0 = *(u64 *)(r10 -8)\n exit" },
	{ "unless a barrier waits for it",
	  "r0 = *(u64 *)(r1 +0)\n *(u64 *)(r10 -8) = 1\n raw 0xc2 0 0 0 0\n"
	  " *(u64 *)(r10 -8) = r0\n r0 = *(u64 *)(r10 -8)\n exit",
	  "r0 = *(u64 *)(r1 +0)\n *(u64 *)(r10 -8) = 1\n raw 0xc2 0 0 0 0\n"
	  " *(u64 *)(r10 -8) = r0\n r0 = *(u64 *)(r10 -8)\n exit" },
	{ "jumps to jumps, to exits",
	  "r0 = *(u64 *)(r1 +0)\n if r0 == 1 goto a\n r0 = 1\n goto b\n a:\n goto c\n"
	  " b:\n goto d\n c:\n r0 = 7\n d:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 == 1 goto c\n r0 = 1\n exit\n c:\n r0 = 7\n exit" },
	{ "a branch around a jump is turned round",
	  "r0 = *(u64 *)(r1 +0)\n if r0 > 1 goto a\n goto b\n a:\n r0 = 7\n b:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 <= 1 goto b\n r0 = 7\n b:\n exit" },
	{ "unless others use the jump",
	  "r0 = *(u64 *)(r1 +0)\n if r0 == 9 goto j\n r0 += 2\n if r0 > 1 goto a\n"
	  " j:\n goto b\n a:\n r0 = 7\n b:\n r0 += 1\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 == 9 goto b\n r0 += 2\n if r0 <= 1 goto b\n"
	  " r0 = 7\n b:\n r0 += 1\n exit" },
	{ "a set bit has no opposite",
	  "r0 = *(u64 *)(r1 +0)\n if r0 & 1 goto a\n goto b\n a:\n r0 = 7\n b:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n if r0 & 1 goto a\n exit\n a:\n r0 = 7\n exit" },
	{ "a branch to where it goes anyway",
	  "r0 = *(u64 *)(r1 +0)\n if r0 > 1 goto a\n a:\n exit",
	  "r0 = *(u64 *)(r1 +0)\n exit" },
	{ "a loop stays, with what it needs",
	  "r0 = 0\n r2 = 9\n r3 = 1\n l:\n r0 += r2\n r2 -= 1\n if r2 != 0 goto l\n exit",
	  "r0 = 0\n r2 = 9\n l:\n r0 += r2\n r2 -= 1\n if r2 != 0 goto l\n exit" },
	{ "a loop of nothing",
	  "l:\n goto l",
	  "l:\n goto l" },
	{ "results nobody reads",
	  "r2 = 5\n r3 = r2\n r3 += 7\n r4 = *(u64 *)(r10 -8)\n r0 = 0\n exit",
	  "r0 = 0\n exit" },
	{ "a load that may fault stays",
	  "r4 = *(u64 *)(r1 +0)\n r0 = 0\n exit",
	  "r4 = *(u64 *)(r1 +0)\n r0 = 0\n exit" },
	{ "a packet load may end the program",
	  "r6 = r1\n r0 = *(u8 *)skb[0]\n r0 = 0\n exit",
	  "r6 = r1\n r0 = *(u8 *)skb[0]\n r0 = 0\n exit" },
	{ "a packet offset is known",
	  "r6 = r1\n r7 = 14\n r0 = *(u16 *)skb[r7 + 2]\n exit",
	  "r6 = r1\n r0 = *(u16 *)skb[16]\n exit" },
	{ "unless it is none of the packet",
	  "r6 = r1\n r7 = -4096\n r0 = *(u16 *)skb[r7 + 2]\n exit",
	  "r6 = r1\n r7 = -4096\n r0 = *(u16 *)skb[r7 + 2]\n exit" },
	{ "an offset in the packet takes in what is added",
	  "r6 = r1\n r7 = *(u32 *)(r1 +0)\n r8 = r7\n r8 += 9\n"
	  " r0 = *(u16 *)skb[r8 + 2]\n exit",
	  "r6 = r1\n r7 = *(u32 *)(r1 +0)\n r0 = *(u16 *)skb[r7 + 11]\n exit" },
	{ "stores to the stack that nobody loads",
	  "r0 = *(u64 *)(r1 +0)\n *(u64 *)(r10 -8) = r0\n *(u32 *)(r10 -16) = r0\n"
	  " *(u32 *)(r10 -12) = 7\n r0 = *(u32 *)(r10 -16)\n exit",
	  "r0 = *(u64 *)(r1 +0)\n *(u32 *)(r10 -16) = r0\n r0 = *(u32 *)(r10 -16)\n exit" },
	{ "or before they are stored to again",
	  "r0 = 0\n *(u32 *)(r10 -4) = r1\n if r1 == 0 goto a\n *(u64 *)(r10 -8) = 1\n"
	  " goto b\n a:\n *(u32 *)(r10 -4) = 2\n b:\n r0 = *(u32 *)(r10 -4)\n exit",
	  "if r1 == 0 goto a\n *(u64 *)(r10 -8) = 1\n"
	  " goto b\n a:\n *(u32 *)(r10 -4) = 2\n b:\n r0 = *(u32 *)(r10 -4)\n exit" },
	{ "a part of a word is not the word",
	  "*(u32 *)(r10 -4) = r1\n *(u16 *)(r10 -4) = 1\n r0 = *(u32 *)(r10 -4)\n exit",
	  "*(u32 *)(r10 -4) = r1\n *(u16 *)(r10 -4) = 1\n r0 = *(u32 *)(r10 -4)\n exit" },
	{ "where the frame's address is stored, all stores stay",
	  "*(u64 *)(r10 -16) = 5\n *(u64 *)(r10 -8) = r10\n r2 = *(u64 *)(r10 -8)\n"
	  " r0 = *(u64 *)(r2 -16)\n exit",
	  "*(u64 *)(r10 -16) = 5\n *(u64 *)(r10 -8) = r10\n r2 = *(u64 *)(r10 -8)\n"
	  " r0 = *(u64 *)(r2 -16)\n exit" },
	{ "where it is passed on, too",
	  "*(u64 *)(r10 -16) = 5\n r1 = r10\n call get_prandom_u32\n exit",
	  "*(u64 *)(r10 -16) = 5\n r1 = r10\n call get_prandom_u32\n exit" },
	{ "a mask and a comparison are a test of bits",
	  "r2 = *(u32 *)(r1 +0)\n r3 = r2\n r3 &= 18\n r0 = 1\n if r3 != 0 goto out\n"
	  " r3 = r2\n r3 &= 4\n if r3 != 0 goto out\n r0 = 2\n out:\n exit",
	  "r2 = *(u32 *)(r1 +0)\n w3 = w2\n w3 &= 18\n r0 = 1\n if w3 != 0 goto out\n"
	  " if w2 & 4 goto out\n r0 = 2\n out:\n exit" },
	{ "unless the masked value is read",
	  "r2 = *(u32 *)(r1 +0)\n r0 = r2\n r0 &= 4\n if r0 != 0 goto out\n r0 = 2\n"
	  " out:\n exit",
	  "r2 = *(u32 *)(r1 +0)\n w0 = w2\n w0 &= 4\n if w0 != 0 goto out\n r0 = 2\n"
	  " out:\n exit" },
	{ "functions are left alone",
	  "r0 = 1\n r0 = 2\n raw 0x85 0 1 0 1\n exit\n r0 = 3\n exit",
	  "r0 = 1\n r0 = 2\n raw 0x85 0 1 0 1\n exit\n r0 = 3\n exit" },
	{ "so is what runs off its end",
	  "r0 = 1\n r0 = 2",
	  "r0 = 1\n r0 = 2" },
	{ "and what jumps into a constant",
	  "r0 = 1\n r0 = 2\n if r0 == 2 goto pc+1\n r0 = 0x1111111111 ll\n exit",
	  "r0 = 1\n r0 = 2\n if r0 == 2 goto pc+1\n r0 = 0x1111111111 ll\n exit" },
	{ "speculation is held back where it was",
	  "r0 = 0\n if r1 == 0 goto out\n raw 0xc2 0 0 0 0\n out:\n exit",
	  "r0 = 0\n if r1 == 0 goto out\n raw 0xc2 0 0 0 0\n out:\n exit" },
	{ "the scratch register is in nobody's way",
	  "raw 0xbf 11 1 0 0\n raw 0x07 11 0 0 1\n raw 0xbf 2 11 0 0\n"
	  " raw 0xb7 11 0 0 0\n r0 = r2\n exit",
	  "raw 0xbf 11 1 0 0\n raw 0x07 11 0 0 1\n raw 0xbf 2 11 0 0\n r0 = r2\n exit" },
};

/* ---- chains ---------------------------------------------------------------------- */

static const struct {
	const char *name, *before, *after;
} chains[] = {
	{ "four tests stay",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if w0 == 4 goto a\n"
	  " r0 = 0\n exit\n a:\n r0 = 1\n exit",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if w0 == 4 goto a\n"
	  " r0 = 0\n exit\n a:\n r0 = 1\n exit" },
	{ "neighbours are a range",
	  "if w0 == 4 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if w0 == 5 goto a\n"
	  " if w0 == 6 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit",
	  "if w0 < 2 goto b\n if w0 <= 6 goto a\n b:\n r0 = 0\n exit\n a:\n r0 = 1\n exit" },
	{ "signed constants of 64 bits",
	  "if r0 == -4 goto a\n if r0 == -2 goto a\n if r0 == -3 goto a\n if r0 == -5 goto a\n"
	  " if r0 == -1 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit",
	  "if r0 >= -5 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit" },
	{ "a different register ends a chain",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if w1 == 4 goto a\n"
	  " if w0 == 5 goto a\n if w0 == 6 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if w1 == 4 goto a\n"
	  " if w0 == 5 goto a\n if w0 == 6 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit" },
	{ "another width too",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if r0 == 4 goto a\n"
	  " if w0 == 5 goto a\n if w0 == 6 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit",
	  "if w0 == 1 goto a\n if w0 == 2 goto a\n if w0 == 3 goto a\n if r0 == 4 goto a\n"
	  " if w0 == 5 goto a\n if w0 == 6 goto a\n r0 = 0\n exit\n a:\n r0 = 1\n exit" },
};

/* the same instructions? Both are shown where they are not */
static bool is_same(const struct bpf_insn *is, u32 count, const struct bpfasm_prog *wanted)
{
	char text[BPF_DISASM_BYTES];
	u32 pc;

	if (count == wanted->count && !memcmp(is, wanted->insns, count * sizeof(*is)))
		return true;
	for (pc = 0; pc < count; pc += bpf_insn_slots(&is[pc])) {
		bpf_disasm(&is[pc], count - pc, text, sizeof(text));
		printf("# %u: %s\n", pc, text);
	}
	return false;
}

static bool assemble(const char *text, struct bpfasm_prog *prog)
{
	if (!bpfasm(text, NULL, NULL, prog))
		return true;
	ok(false, "%s: %s", text, prog->error);
	return false;
}

static void test_row(const char *name, const char *before, const char *after)
{
	struct bpfasm_prog in, out;
	struct bpf_code code;

	if (!assemble(before, &in) || !assemble(after, &out))
		return;
	code.count = in.count;
	code.insns = kvmalloc_array(in.count, sizeof(*code.insns), GFP_KERNEL);
	memcpy(code.insns, in.insns, in.count * sizeof(*code.insns));
	ok(!bpf_opt_run(&code) && is_same(code.insns, code.count, &out), "%s", name);
	kvfree(code.insns);
	bpfasm_free(&in);
	bpfasm_free(&out);
}

/* every allocation fails once: what comes out is still a program, and nothing is lost */
static void test_starved(const char *name, const char *before)
{
	struct bpfasm_prog in;
	bool sound = true;
	u32 n, failed = 0;

	if (!assemble(before, &in))
		return;
	for (n = 1;; n++) {
		struct bpf_code code = { .count = in.count };
		u8 marks[MOST_INSNS];
		long live = user_memory_live();

		code.insns = kvmalloc_array(in.count, sizeof(*code.insns), GFP_KERNEL);
		memcpy(code.insns, in.insns, in.count * sizeof(*code.insns));
		user_starve(n);
		sound &= bpf_opt_run(&code) == 0 || user_starved();
		failed += user_starved();
		sound &= !bpf_flow_mark(code.insns, code.count, marks);
		kvfree(code.insns);
		sound &= user_memory_live() == live;
		if (!user_starved())
			break;
	}
	user_starve(0);
	ok(sound && failed, "%s: each of %u allocations fails once", name, failed);
	bpfasm_free(&in);
}

/* ---- flow.c ---------------------------------------------------------------------- */

static const struct {
	struct bpf_insn	insn;
	u16		uses, sets;
} touches[] = {
	{ { BPF_ALU64 | BPF_ADD | BPF_X, 1, 2 }, 0x6, 0x2 },
	{ { BPF_ALU | BPF_MOV | BPF_X, 1, 2 }, 0x4, 0x2 },
	{ { BPF_ALU64 | BPF_MOV | BPF_K, 1 }, 0, 0x2 },
	{ { BPF_ALU64 | BPF_NEG, 3 }, 0x8, 0x8 },
	{ { BPF_ALU | BPF_END | BPF_TO_BE, 3, 0, 0, 16 }, 0x8, 0x8 },
	{ { BPF_LD | BPF_IMM | BPF_DW, 4 }, 0, 0x10 },
	{ { BPF_LDX | BPF_MEM | BPF_W, 1, 10 }, 0x400, 0x2 },
	{ { BPF_LDX | BPF_PROBE_MEM | BPF_W, 1, 2 }, 0x4, 0x2 },
	{ { BPF_LDX | BPF_PROBE_MEMSX | BPF_B, 1, 2 }, 0x4, 0x2 },
	{ { BPF_ST | BPF_MEM | BPF_W, 1 }, 0x2, 0 },
	{ { BPF_ST | BPF_NOSPEC }, 0, 0 },
	{ { BPF_STX | BPF_MEM | BPF_W, 1, 2 }, 0x6, 0 },
	{ { BPF_STX | BPF_ATOMIC | BPF_W, 1, 2, 0, BPF_ADD }, 0x6, 0 },
	{ { BPF_STX | BPF_ATOMIC | BPF_W, 1, 2, 0, BPF_ADD | BPF_FETCH }, 0x6, 0x4 },
	{ { BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_XCHG }, 0x6, 0x4 },
	{ { BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_CMPXCHG }, 0x7, 0x1 },
	{ { BPF_LD | BPF_ABS | BPF_B }, 0x40, 0x3f },
	{ { BPF_LD | BPF_IND | BPF_B, 0, 7 }, 0xc0, 0x3f },
	{ { BPF_JMP | BPF_JA }, 0, 0 },
	{ { BPF_JMP32 | BPF_JA }, 0, 0 },
	{ { BPF_JMP | BPF_JEQ | BPF_X, 1, 2 }, 0x6, 0 },
	{ { BPF_JMP32 | BPF_JSET | BPF_K, 11 }, 0x800, 0 },
	{ { BPF_JMP | BPF_CALL }, 0x3e, 0x3f },
	{ { BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(0) }, 0, 0x3f },
	{ { BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(2) }, 0x6, 0x3f },
	{ { BPF_JMP | BPF_CALL, 0, 0, BPF_CALL_ARITY(5) }, 0x3e, 0x3f },
	{ { BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 5 }, 0x3e, 0x3f },
	{ { BPF_JMP | BPF_TAIL_CALL }, 0xe, 0x3f },
	{ { BPF_JMP | BPF_EXIT }, 0x1, 0 },
};

static const struct {
	const char	*name, *text;
	int		err;
} sound[] = {
	{ "the shortest program", "exit", 0 },
	{ "a loop", "l:\n goto l", 0 },
	{ "the last instruction goes on", "r0 = 0", -EINVAL },
	{ "so does a branch there", "l:\n r0 = 0\n if r0 == 0 goto l", -EINVAL },
	{ "a jump behind the end", "goto pc+1\n exit", -EINVAL },
	{ "a jump before the start", "goto pc-2\n exit", -EINVAL },
	{ "the farthest jump there is", "raw 0x06 0 0 0 2147483647\n exit", -EINVAL },
	{ "a jump into a constant", "goto pc+1\n r0 = 1 ll\n exit", -EINVAL },
	{ "from behind it, too", "r0 = 1 ll\n if r0 == 0 goto pc-2\n exit", -EINVAL },
	{ "half a constant", "raw 0x18 0 0 0 1", -EINVAL },
	{ "a call of no function", "raw 0x85 0 1 0 7\n exit", -EINVAL },
};

static void test_flow(void)
{
	static const struct bpf_insn loop[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 9 },
		{ BPF_ALU64 | BPF_SUB | BPF_K, 2, 0, 0, 1 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, 0, 3 },
		{ BPF_JMP | BPF_JNE | BPF_K, 2, 0, -3, 0 },
		{ BPF_JMP | BPF_EXIT },
	};
	/* that R5 is live at 5 is found in a second sweep, and matters at 0 */
	static const struct bpf_insn round[] = {
		{ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 4, 1 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 5 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 2 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, 0, 5 },
		{ BPF_JMP | BPF_EXIT },
		{ BPF_JMP | BPF_JA, 0, 0, -4 },
	};
	u8 marks[ARRAY_SIZE(round)];
	u16 live[ARRAY_SIZE(round)];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(touches); i++) {
		struct bpf_touched t = bpf_insn_touches(&touches[i].insn);

		ok(t.uses == touches[i].uses && t.sets == touches[i].sets,
		   "opcode 0x%02x, imm %d, off %d touches 0x%x, 0x%x",
		   touches[i].insn.code, touches[i].insn.imm, touches[i].insn.off, t.uses,
		   t.sets);
	}
	for (i = 0; i < ARRAY_SIZE(sound); i++) {
		struct bpfasm_prog prog;
		u8 some[8];

		if (!assemble(sound[i].text, &prog))
			continue;
		ok(bpf_flow_mark(prog.insns, prog.count, some) == sound[i].err, "%s",
		   sound[i].name);
		bpfasm_free(&prog);
	}
	ok(!bpf_flow_mark(loop, ARRAY_SIZE(loop), marks) && marks[0] == BPF_FLOW_FUNC &&
	   marks[1] == (BPF_FLOW_TARGET | BPF_FLOW_LOOP) && !marks[2], "marks of a loop");
	bpf_flow_live(loop, ARRAY_SIZE(loop), marks, live);
	ok(live[0] == 0xc && live[1] == 0xc && live[2] == 0xd && live[3] == 0xd && !live[4],
	   "what is live around a loop");
	ok(!bpf_flow_mark(round, ARRAY_SIZE(round), marks), "a way round");
	bpf_flow_live(round, ARRAY_SIZE(round), marks, live);
	ok(live[0] == 0x20 && live[1] == 0x20 && live[2] == 0x20 && live[3] == 0x1 &&
	   !live[4] && live[5] == 0x20,
	   "what is live in front of a jump back that comes by a jump forward");
}

int main(void)
{
	u32 i;

	test_flow();

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(rows[i].name, rows[i].before, rows[i].after);
	for (i = 0; i < ARRAY_SIZE(chains); i++)
		test_row(chains[i].name, chains[i].before, chains[i].after);
	for (i = 0; i < ARRAY_SIZE(chains); i++)
		test_starved(chains[i].name, chains[i].before);
	return tap_done();
}
