/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What jit_forms.c and forms_flow.c share.
 */
#ifndef TOOLS_BPF_FORMS_H
#define TOOLS_BPF_FORMS_H

#include <linux/types.h>

/* constants where an encoding changes */
#define FORM_IMMS	28
extern const s32 form_imms[FORM_IMMS];

/* a result of the test; the text says what holds */
__printf(2, 3) void form_ok(bool good, const char *fmt, ...);

/* forms_flow.c: each prints its results */
void test_offsets(void);
void test_frame_pointer(void);
void test_jumps(void);
void test_functions(void);
void test_packets(void);
void test_crowds(void);

/* forms_tail.c */
void test_tail_calls(void);

#endif /* TOOLS_BPF_FORMS_H */
