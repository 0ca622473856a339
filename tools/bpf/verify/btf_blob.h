/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing blobs of types a record at a time, right or wrong, for tests that make their
 * own.
 */
#ifndef TOOLS_BPF_BTF_BLOB_H
#define TOOLS_BPF_BTF_BLOB_H

#include <linux/types.h>
#include <string.h>
#include <uapi/linux/btf.h>

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
	u32			words[BLOB_WORDS];
	u32			count;
	char			strings[BLOB_STRINGS];
	u32			len;
	u32			types;
	bool			raw;
	u32			cut;
};

static inline void blob_start(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	b->h.magic = BTF_MAGIC;
	b->h.version = BTF_VERSION;
	b->h.hdr_len = sizeof(b->h);
	b->len = 1;
}

static inline void blob_word(struct blob *b, u32 word)
{
	b->words[b->count++] = word;
}

/* offset of the name among the strings; that of "" is 0 */
static inline u32 blob_name(struct blob *b, const char *name)
{
	u32 off = b->len;

	if (!*name)
		return 0;
	strcpy(b->strings + off, name);
	b->len += strlen(name) + 1;
	return off;
}

/* begins a record; returns its number */
static inline u32 blob_type(struct blob *b, u32 kind, const char *name, u32 vlen, u32 size)
{
	blob_word(b, blob_name(b, name));
	blob_word(b, kind << 24 | vlen);
	blob_word(b, size);
	return ++b->types;
}

static inline u32 blob_int(struct blob *b, const char *name, u32 bytes)
{
	u32 id = blob_type(b, BTF_KIND_INT, name, 0, bytes);

	blob_word(b, bytes * 8);
	return id;
}

static inline u32 blob_array(struct blob *b, u32 elem, u32 index, u32 count)
{
	u32 id = blob_type(b, BTF_KIND_ARRAY, "", 0, 0);

	blob_word(b, elem);
	blob_word(b, index);
	blob_word(b, count);
	return id;
}

/* a member, a variable of a section: three words; a parameter or value: two */
static inline void blob_item3(struct blob *b, u32 a, u32 c, u32 d)
{
	blob_word(b, a);
	blob_word(b, c);
	blob_word(b, d);
}

static inline void blob_item2(struct blob *b, u32 a, u32 c)
{
	blob_word(b, a);
	blob_word(b, c);
}

/* a function without parameters and its prototype; returns the function's number */
static inline u32 blob_func(struct blob *b, const char *name, u32 returns)
{
	u32 proto = blob_type(b, BTF_KIND_FUNC_PROTO, "", 0, returns);

	return blob_type(b, BTF_KIND_FUNC, name, BTF_FUNC_GLOBAL, proto);
}

/* puts it together in @to, of enough room; returns the bytes */
static inline u32 blob_end(struct blob *b, void *to)
{
	u8 *at = to;

	if (!b->raw) {
		b->h.type_len = b->count * sizeof(u32);
		b->h.str_off = b->h.type_len;
		b->h.str_len = b->len;
	}
	memcpy(at, &b->h, sizeof(b->h));
	at += sizeof(b->h);
	memcpy(at, b->words, b->count * sizeof(u32));
	at += b->count * sizeof(u32);
	memcpy(at, b->strings, b->len);
	return at + b->len - (u8 *)to - b->cut;
}

#endif /* TOOLS_BPF_BTF_BLOB_H */
