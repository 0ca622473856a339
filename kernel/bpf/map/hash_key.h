/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys of a hash map: hashing, comparing, copying, each written once for every shape of
 * key and compiled for each, since the shape is a constant where these are inlined.
 *
 * The hash folds each word of the key into the state by a full multiplication,
 *
 *	h = hi(p) ^ lo(p),  p = (h ^ word) * seed1,  h starts as seed0
 *	hash = bits 32 to 63 of h * seed1
 *
 * with both seeds random and secret per map, seed1 odd: who does not know them cannot
 * choose keys that meet in a bucket. The last, plain multiplication is there for keys in
 * arithmetic progression (addresses of a network, ports): for some seeds one fold alone
 * leaves them in a progression too, and chains of hundreds were seen. With it, 18000
 * progressions under random seeds spread as random numbers do.
 *
 * A program's key may stand at any address; a key in an element is aligned to 8.
 * Layer K2. Tests: hash_test.c (spread of keys, all sizes against a twin).
 */
#ifndef _BPF_MAP_HASH_KEY_H
#define _BPF_MAP_HASH_KEY_H

#include <linux/compiler.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/unaligned.h>

enum key_shape {
	KEY_4,		/* 4 bytes */
	KEY_8,		/* 8 bytes */
	KEY_16,		/* 16 bytes */
	KEY_WORDS,	/* another multiple of 8 bytes */
	KEY_BYTES,	/* any other size */
	KEY_SHAPES,
};

static inline enum key_shape key_shape_of(u32 size)
{
	switch (size) {
	case 4:
		return KEY_4;
	case 8:
		return KEY_8;
	case 16:
		return KEY_16;
	default:
		return size % 8 ? KEY_BYTES : KEY_WORDS;
	}
}

/* bytes of a key of this shape: a constant where the shape fixes it */
static __always_inline u32 key_bytes(enum key_shape shape, u32 size)
{
	if (shape == KEY_4)
		return 4;
	if (shape == KEY_8)
		return 8;
	return shape == KEY_16 ? 16 : size;
}

/* shapes of which the elements keep the hash, to save comparing long keys */
static __always_inline bool key_keeps_hash(enum key_shape shape)
{
	return shape == KEY_WORDS || shape == KEY_BYTES;
}

static __always_inline u64 key_word(const void *key, u32 off)
{
	return get_unaligned((const u64 *)(key + off));
}

#ifdef CONFIG_ARCH_SUPPORTS_INT128
static __always_inline u64 key_fold(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return product ^ product >> 64;
}
#else
static __always_inline u64 key_fold(u64 a, u64 b)
{
	return a * b ^ mul_u64_u64_shr(a, b, 64);
}
#endif

/* the last 1 to 7 bytes as a number */
static inline u64 key_tail(const u8 *tail, u32 size)
{
	u64 word = 0;

	if (size & 4) {
		word = get_unaligned((const u32 *)tail);
		tail += 4;
	}
	for (size &= 3; size; size--)
		word = word << 8 | *tail++;
	return word;
}

static __always_inline u32 key_hash(const void *key, u32 size, u64 seed0, u64 seed1,
				    enum key_shape shape)
{
	u64 h = seed0;
	u32 off;

	if (shape == KEY_4)
		h = key_fold(h ^ get_unaligned((const u32 *)key), seed1);
	for (off = 0; shape != KEY_4 && off + 8 <= size; off += 8)
		h = key_fold(h ^ key_word(key, off), seed1);
	if (shape == KEY_BYTES && off < size)
		h = key_fold(h ^ key_tail(key + off, size - off), seed1);
	return h * seed1 >> 32;
}

/* @held is in an element: aligned; another CPU may be writing it, see hash.h */
static __always_inline bool key_equal(const void *held, const void *key, u32 size,
				      enum key_shape shape)
{
	switch (shape) {
	case KEY_4:
		return READ_ONCE(*(const u32 *)held) == get_unaligned((const u32 *)key);
	case KEY_8:
		return READ_ONCE(*(const u64 *)held) == key_word(key, 0);
	case KEY_16:
		return READ_ONCE(*(const u64 *)held) == key_word(key, 0) &&
		       READ_ONCE(*((const u64 *)held + 1)) == key_word(key, 8);
	default:
		return !memcmp(held, key, size);
	}
}

static __always_inline void key_copy(void *held, const void *key, u32 size,
				     enum key_shape shape)
{
	switch (shape) {
	case KEY_4:
		WRITE_ONCE(*(u32 *)held, get_unaligned((const u32 *)key));
		break;
	case KEY_16:
		WRITE_ONCE(*((u64 *)held + 1), key_word(key, 8));
		fallthrough;
	case KEY_8:
		WRITE_ONCE(*(u64 *)held, key_word(key, 0));
		break;
	default:
		memcpy(held, key, size);
	}
}

#endif /* _BPF_MAP_HASH_KEY_H */
