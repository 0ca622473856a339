/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which wrong operator of verifier/width.h is in force: for the test of the test, where
 * it is chosen when the program runs and not when it is compiled.
 */
#ifndef TOOLS_BPF_SEEDS_H
#define TOOLS_BPF_SEEDS_H

extern unsigned int bv_seed;

#endif /* TOOLS_BPF_SEEDS_H */
