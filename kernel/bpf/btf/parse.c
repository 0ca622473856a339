// SPDX-License-Identifier: GPL-2.0-only
/*
 * A blob of types from user space: header, strings, and where each record begins. Then
 * the other passes (check.h). The front door of the checker.
 *
 * Every byte is hostile until it has been looked at. Time and memory are linear in the
 * size of the blob.
 *
 * Layer Kt. Tests: tools/bpf/verify/btf_test.c, fuzz_btf.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../verifier/host.h"
#include "../verifier/vlog.h"
#include "check.h"

/* bits of btf_type.info that mean something */
#define INFO_BITS	0x9f00ffff

/* others run after so many types; signals wait, as libraries do not load types again */
#define BREATHE_EVERY	4096

/* bytes of the header that every version has: up to its own length */
#define HEADER_MIN	offsetofend(struct btf_header, hdr_len)

/* copies the header to @h, what a shorter one does not have being zero */
static int read_header(const struct btf_check *c, struct btf_header *h)
{
	const u8 *data = c->types->data;
	u32 size = c->types->size, i;

	memset(h, 0, sizeof(*h));
	if (size < HEADER_MIN)
		return btf_fault(c, BPF_FAULT_HEADER_SHORT, size, (u32)HEADER_MIN);
	memcpy(h, data, HEADER_MIN);
	if (h->hdr_len < HEADER_MIN || h->hdr_len > size)
		return btf_fault(c, BPF_FAULT_HEADER_SHORT, size, h->hdr_len);
	for (i = sizeof(*h); i < h->hdr_len; i++)
		if (data[i])
			return btf_fault(c, BPF_FAULT_HEADER_LONG, h->hdr_len, i);
	memcpy(h, data, min_t(u32, h->hdr_len, sizeof(*h)));
	return 0;
}

static int check_header(const struct btf_check *c, const struct btf_header *h)
{
	if (h->magic != BTF_MAGIC)
		return btf_fault(c, BPF_FAULT_MAGIC, h->magic, BTF_MAGIC);
	if (h->version != BTF_VERSION)
		return btf_fault(c, BPF_FAULT_VERSION, h->version);
	if (h->flags)
		return btf_fault(c, BPF_FAULT_FLAGS, h->flags);
	if (c->types->size == h->hdr_len)
		return btf_fault(c, BPF_FAULT_EMPTY);
	return 0;
}

/* both sections lie behind the header, records first, and fill what is there */
static int check_sections(const struct btf_check *c, const struct btf_header *h)
{
	u32 room = c->types->size - h->hdr_len;
	u64 types_end = (u64)h->type_off + h->type_len;
	u64 strings_end = (u64)h->str_off + h->str_len;

	if (types_end > room)
		return btf_fault(c, BPF_FAULT_SECTION, "types", h->type_off, types_end, room);
	if (strings_end > room)
		return btf_fault(c, BPF_FAULT_SECTION, "strings", h->str_off, strings_end,
				 room);
	if (strings_end != room)
		return btf_fault(c, BPF_FAULT_STRINGS_END);
	if (h->type_off || types_end != h->str_off)
		return btf_fault(c, BPF_FAULT_SECTIONS);
	if (h->hdr_len % sizeof(u32))
		return btf_fault(c, BPF_FAULT_ALIGN, h->hdr_len);
	if (!h->type_len)
		return btf_fault(c, BPF_FAULT_EMPTY);
	return 0;
}

static int check_strings(const struct btf_check *c)
{
	const struct bpf_types *types = c->types;

	if (!types->strings_len || types->strings_len - 1 > BTF_MAX_NAME_OFFSET ||
	    types->strings[0] || types->strings[types->strings_len - 1])
		return btf_fault(c, BPF_FAULT_STRINGS, types->strings_len,
				 BTF_MAX_NAME_OFFSET + 1);
	return 0;
}

/*
 * Bytes of the record at @at, of @left, to @bytes. The record is that of type c->id,
 * which is not among the types yet.
 */
static int measure(const struct btf_check *c, u32 at, u32 left, u32 *bytes)
{
	const struct btf_type *t = (const struct btf_type *)(c->types->records + at);
	const struct btf_shape *shape;

	*bytes = sizeof(*t);
	if (left < *bytes)
		return btf_fault(c, BPF_FAULT_CUT, *bytes, left);
	if (t->info & ~INFO_BITS)
		return btf_fault(c, BPF_FAULT_INFO, t->info);
	shape = btf_shape(BTF_INFO_KIND(t->info));
	if (!shape)
		return btf_fault(c, BPF_FAULT_KIND, BTF_INFO_KIND(t->info));
	*bytes += shape->fixed_bytes + shape->item_bytes * BTF_INFO_VLEN(t->info);
	if (left < *bytes)
		return btf_fault(c, BPF_FAULT_CUT, *bytes, left);
	return 0;
}

/* how many types there are, void included, to @count */
static int count_types(struct btf_check *c, u32 len, u32 *count)
{
	u32 at, bytes;
	int err = 0;

	for (at = 0, c->id = 1; !err && at < len; at += bytes, c->id++) {
		if (c->id > BTF_MAX_TYPE) {
			c->id = BPF_NO_TYPE;
			return btf_fault(c, BPF_FAULT_MANY, BTF_MAX_TYPE);
		}
		err = measure(c, at, len - at, &bytes);
		if (!(c->id % BREATHE_EVERY))
			bv_host_breathe();
	}
	*count = c->id;
	c->id = BPF_NO_TYPE;
	return err;
}

/* one piece of memory for the three tables */
static int index_types(struct btf_check *c, u32 len, u32 count)
{
	struct bpf_types *types = c->types;
	u32 id, at = 0, bytes;

	types->off = bv_alloc(3 * (size_t)count * sizeof(u32));
	if (!types->off)
		return -ENOMEM;
	types->base = types->off + count;
	types->bytes = types->base + count;
	types->count = count;
	for (id = 1; id < count; id++) {
		types->off[id] = at;
		/* was good when they were counted */
		measure(c, at, len - at, &bytes);
		at += bytes;
	}
	return 0;
}

static int check_records(struct btf_check *c)
{
	int err = 0;

	for (c->id = 1; !err && c->id < c->types->count; c->id++) {
		err = btf_check_record(c, bpf_type_record(c->types, c->id));
		if (!(c->id % BREATHE_EVERY))
			bv_host_breathe();
	}
	c->id = BPF_NO_TYPE;
	return err;
}

static int parse(struct btf_check *c, struct btf_header *h)
{
	struct bpf_types *types = c->types;
	u32 count;
	int err;

	err = read_header(c, h);
	if (!err)
		err = check_header(c, h);
	if (!err)
		err = check_sections(c, h);
	if (err)
		return err;
	types->records = (const u8 *)types->data + h->hdr_len + h->type_off;
	types->strings = (const char *)types->data + h->hdr_len + h->str_off;
	types->strings_len = h->str_len;
	err = check_strings(c);
	if (!err)
		err = count_types(c, h->type_len, &count);
	if (!err)
		err = index_types(c, h->type_len, count);
	return err;
}

static void print_types(const struct btf_check *c)
{
	const struct bpf_types *types = c->types;
	char text[160];
	u32 id;

	if (!c->log || !(c->log->level & BV_LOG_STEPS))
		return;
	for (id = 1; id < types->count && !c->log->truncated; id++) {
		bpf_type_text(types, id, text, sizeof(text));
		bv_log(c->log, "[%u] %s %s size %u\n", id,
		       btf_shape(bpf_type_kind(types, id))->word, text, types->bytes[id]);
		if (!(id % BREATHE_EVERY))
			bv_host_breathe();
	}
}

/**
 * bpf_types_new() - check a blob of types
 * @data:	the blob, from bv_alloc(), beginning at a multiple of 4; nobody else may
 *		change it any more. It is taken over, also where this fails
 * @size:	its bytes
 * @log:	takes why it is refused, and at level 2 what the types are; or NULL
 * @out:	takes the types, for bpf_types_free()
 *
 * Context: may sleep. Time and memory are linear in @size.
 *
 * Return: 0; -EINVAL (malformed), -E2BIG (too large, too many, too deep, or a header of
 * the future), -ENOTSUPP (version, flags or encoding of the future), -EEXIST (a type is
 * made of itself), -ENOMEM.
 */
int bpf_types_new(void *data, u32 size, struct bv_log *log, struct bpf_types **out)
{
	struct bpf_types *types = bv_alloc(sizeof(*types));
	struct btf_check c = { .types = types, .log = log };
	struct btf_header h;
	int err;

	if (!types) {
		bv_free(data);
		return -ENOMEM;
	}
	types->data = data;
	types->size = size;
	err = size > BPF_TYPES_MAX_BYTES ?
	      btf_fault(&c, BPF_FAULT_SIZE, size, BPF_TYPES_MAX_BYTES) : parse(&c, &h);
	if (!err)
		err = check_records(&c);
	if (!err)
		err = btf_check_graph(&c);
	if (!err)
		err = btf_check_refs(&c);
	if (err) {
		bpf_types_free(types);
		return err;
	}
	print_types(&c);
	*out = types;
	return 0;
}

/**
 * bpf_types_free() - give types back
 * @types:	from bpf_types_new(), or NULL
 *
 * Context: may sleep.
 */
void bpf_types_free(struct bpf_types *types)
{
	if (!types)
		return;
	bv_free(types->off);
	bv_free(types->data);
	bv_free(types);
}
