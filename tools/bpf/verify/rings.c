// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ring buffers of a case in user space: what a program reserves is memory of its own, so
 * that the sanitizer sees an access one byte past it and one after it was given back.
 * What is given back goes nowhere.
 *
 * A program that was accepted has given all back when it ends, each piece once.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "host_user.h"

#define HEADER_BYTES	8
#define MOST_PIECES	64

/* pieces that the program has */
static struct {
	void	*bytes;
	u64	ring;
	u32	size;
} pieces[MOST_PIECES];

static u32 used_by(u64 ring)
{
	u32 i, used = 0;

	for (i = 0; i < MOST_PIECES; i++)
		if (pieces[i].bytes && pieces[i].ring == ring)
			used += round_up(pieces[i].size, 8) + HEADER_BYTES;
	return used;
}

static bool is_full(u64 ring, u64 size)
{
	return size > U32_MAX / 2 ||
	       used_by(ring) + round_up(size, 8) + HEADER_BYTES > user_map_entries(ring);
}

/* nothing in it is zero, and nothing the program may rely on */
u64 user_ring_reserve(u64 ring, u64 size, u64 flags, u64 r4, u64 r5)
{
	u32 i = 0;

	if (flags || is_full(ring, size))
		return 0;
	while (i < MOST_PIECES && pieces[i].bytes)
		i++;
	if (WARN_ON(i == MOST_PIECES))
		return 0;
	pieces[i].bytes = malloc(size);
	pieces[i].ring = ring;
	pieces[i].size = size;
	memset(pieces[i].bytes, 0xa5, size);
	return (u64)pieces[i].bytes;
}

u64 user_ring_give_back(u64 bytes, u64 flags, u64 r3, u64 r4, u64 r5)
{
	u32 i;

	for (i = 0; i < MOST_PIECES; i++) {
		if (pieces[i].bytes != (void *)bytes)
			continue;
		free(pieces[i].bytes);
		pieces[i].bytes = NULL;
		return 0;
	}
	WARN_ON("given back, and was not held");
	return 0;
}

/* the sum of the bytes, so that all of them are read */
u64 user_ring_output(u64 ring, u64 data, u64 size, u64 flags, u64 r5)
{
	u64 i, sum = 0;

	if (is_full(ring, size))
		return (u64)-EAGAIN;
	for (i = 0; i < size; i++)
		sum += ((const u8 *)data)[i];
	return sum;
}

u64 user_ring_query(u64 ring, u64 what, u64 r3, u64 r4, u64 r5)
{
	return what == BPF_RB_RING_SIZE ? user_map_entries(ring) : 0;
}

/* a run was ended in the middle */
void user_rings_drop(void)
{
	u32 i;

	for (i = 0; i < MOST_PIECES; i++) {
		free(pieces[i].bytes);
		pieces[i].bytes = NULL;
	}
}

/* a run has ended */
void user_rings_end(void)
{
	u32 i;

	for (i = 0; i < MOST_PIECES; i++)
		WARN_ON(pieces[i].bytes);
}
