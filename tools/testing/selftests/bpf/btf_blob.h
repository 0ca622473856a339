/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing blobs of types a record at a time, right or wrong, for tests that make their
 * own.
 */
#ifndef SELFTESTS_BTF_BLOB_H
#define SELFTESTS_BTF_BLOB_H

#include <stdbool.h>
#include <string.h>
#include <linux/btf.h>
#include <linux/types.h>

#define BLOB_WORDS	8192
#define BLOB_STRINGS	8192

/**
 * struct blob - types being written
 * @h:		header; offsets and lengths are found when it is put together, unless @raw
 * @words:	records
 * @count:	words so far
 * @strings:	strings, the first one empty
 * @len:	bytes of them
 * @types:	records so far
 * @raw:	the header is taken as it is
 * @cut:	bytes that are left away at the end
 */
struct blob {
	struct btf_header	h;
	__u32			words[BLOB_WORDS];
	__u32			count;
	char			strings[BLOB_STRINGS];
	__u32			len;
	__u32			types;
	bool			raw;
	__u32			cut;
};

static inline void blob_start(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	b->h.magic = BTF_MAGIC;
	b->h.version = BTF_VERSION;
	b->h.hdr_len = sizeof(b->h);
	b->len = 1;
}

static inline void blob_word(struct blob *b, __u32 word)
{
	b->words[b->count++] = word;
}

/* offset of the name among the strings; that of "" is 0 */
static inline __u32 blob_name(struct blob *b, const char *name)
{
	__u32 off = b->len;

	if (!*name)
		return 0;
	strcpy(b->strings + off, name);
	b->len += strlen(name) + 1;
	return off;
}

/* begins a record; returns its number */
static inline __u32 blob_type(struct blob *b, __u32 kind, const char *name, __u32 vlen,
			      __u32 size)
{
	blob_word(b, blob_name(b, name));
	blob_word(b, kind << 24 | vlen);
	blob_word(b, size);
	return ++b->types;
}

static inline __u32 blob_int(struct blob *b, const char *name, __u32 bytes)
{
	__u32 id = blob_type(b, BTF_KIND_INT, name, 0, bytes);

	blob_word(b, bytes * 8);
	return id;
}

static inline __u32 blob_array(struct blob *b, __u32 elem, __u32 index, __u32 count)
{
	__u32 id = blob_type(b, BTF_KIND_ARRAY, "", 0, 0);

	blob_word(b, elem);
	blob_word(b, index);
	blob_word(b, count);
	return id;
}

/* a member, a variable of a section: three words; a parameter or value: two */
static inline void blob_item3(struct blob *b, __u32 a, __u32 c, __u32 d)
{
	blob_word(b, a);
	blob_word(b, c);
	blob_word(b, d);
}

static inline void blob_item2(struct blob *b, __u32 a, __u32 c)
{
	blob_word(b, a);
	blob_word(b, c);
}

/* a function without parameters and its prototype; returns the function's number */
static inline __u32 blob_func(struct blob *b, const char *name, __u32 returns)
{
	__u32 proto = blob_type(b, BTF_KIND_FUNC_PROTO, "", 0, returns);

	return blob_type(b, BTF_KIND_FUNC, name, BTF_FUNC_GLOBAL, proto);
}

/* puts it together in @to, of enough room; returns the bytes */
static inline __u32 blob_end(struct blob *b, void *to)
{
	__u8 *at = to;

	if (!b->raw) {
		b->h.type_len = b->count * sizeof(__u32);
		b->h.str_off = b->h.type_len;
		b->h.str_len = b->len;
	}
	memcpy(at, &b->h, sizeof(b->h));
	at += sizeof(b->h);
	memcpy(at, b->words, b->count * sizeof(__u32));
	at += b->count * sizeof(__u32);
	memcpy(at, b->strings, b->len);
	return at + b->len - (__u8 *)to - b->cut;
}

#endif /* SELFTESTS_BTF_BLOB_H */
