/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user-space world around the verifier and the interpreter: memory that can be
 * made to fail, maps, helpers, program types, packets.
 *
 * Used by bpfcase.c; host.h is what the verifier sees of it.
 */
#ifndef TOOLS_BPF_HOST_USER_H
#define TOOLS_BPF_HOST_USER_H

#include <linux/bpf_func.h>
#include <linux/types.h>
#include "casefile.h"
#include "host.h"

struct bpf_xinsn;

/* descriptors that programs of cases use: map i, the same again, and two wrong ones */
#define FD_FIRST	100
#define FD_AGAIN	300
#define FD_CLOSED	1000
#define FD_NOT_MAP	1001

/**
 * struct user_packet - a packet, at the start of contexts that are packets
 * @head:	what else stands there in the kernel
 * @len:	its bytes from @data on
 * @data_len:	bytes of these at the end that are not at @data
 * @more:	likewise
 * @data:	the others
 * @frame:	all of it, from the link-layer header on
 * @frame_len:	bytes of @frame
 *
 * Members that machine code reads are where it looks for them (host.h of the x86
 * generator); jitrun.c asserts it.
 */
struct user_packet {
	u8		head[104];
	u32		len;
	u32		data_len;
	u8		more[80];
	const u8	*data;
	const u8	*frame;
	u32		frame_len;
};

/**
 * struct user_area - memory of the kernel's that programs are given, or find
 * @name:	of what it is
 * @start:	its first byte
 * @bytes:	how many
 * @key_size:	of maps
 * @value_size:	likewise
 * @values:	arrays: where the values begin
 * @stride:	arrays: from one to the next; 0 otherwise
 * @count:	arrays: values
 * @constant:	nobody writes it
 */
struct user_area {
	const char	*name;
	u8		*start;
	u32		bytes;
	u32		key_size;
	u32		value_size;
	u32		values;
	u32		stride;
	u32		count;
	bool		constant;
};

/* areas of one context at most: itself, a socket, a device's number */
#define USER_CONTEXT_AREAS	3

void user_packet_init(struct user_packet *packet, const u8 *frame, u32 len);
/* @paged bytes at the end are not linear; @linear, as big as the frame, takes the others */
void user_packet_page(struct user_packet *packet, u8 *linear, u32 paged);
bool bpf_user_load_packet(u64 ctx, u32 off, u32 size, u64 *value);

/* memory.c: the n-th bv_alloc() from now fails, 0: none does */
void user_starve(u32 nth);
bool user_starved(void);		/* has it failed since? */
long user_memory_live(void);		/* allocations not given back */
void user_fault_log(bool on);		/* writes to the log buffer fail */
void user_seed(u64 seed);		/* of user_random(), linux/random.h */
/* @bytes at an address that need not be one; 0 where it is none */
u64 user_load_nofault(u64 from, u32 bytes);

/* maps.c */
void user_maps_start(const struct bpf_case *c);
void user_maps_end(void);
long user_maps_refs(void);		/* references the verifier holds */
u64 user_maps_sum(void);
const u8 *user_map_peek(u32 map, const u8 *key);
int user_find_map(void *arg, const char *name);
u64 user_map_lookup(u64 map, u64 key, u64 r3, u64 r4, u64 r5);
u64 user_map_update(u64 map, u64 key, u64 value, u64 flags, u64 r5);
u64 user_map_delete(u64 map, u64 key, u64 r3, u64 r4, u64 r5);
u64 user_map_next(u64 map, u64 key, u64 turn, u64 r4, u64 r5);
u32 user_map_entries(u64 map);
/* do arrays made from now on have a mask for indices, as those made without privilege? */
void user_maps_masked(bool all);
/* the map @i; false where there are not so many */
bool user_map_area(u32 i, struct user_area *area);

/* rings.c */
u64 user_ring_reserve(u64 ring, u64 size, u64 flags, u64 r4, u64 r5);
u64 user_ring_give_back(u64 bytes, u64 flags, u64 r3, u64 r4, u64 r5);
u64 user_ring_output(u64 ring, u64 data, u64 size, u64 flags, u64 r5);
u64 user_ring_query(u64 ring, u64 what, u64 r3, u64 r4, u64 r5);
void user_rings_end(void);
void user_rings_drop(void);

/* engine.c: program at @idx of an array of programs, NULL: none */
const struct bpf_xinsn *user_tail_target(u64 map, u32 idx);

/* source.c; memory that lives from start to end */
struct bpf_source;
struct bpf_types;
const struct bpf_source *user_source_start(struct bpf_case *c, const struct bpf_insn *insns,
					   u32 count);
void user_source_end(void);
const struct bpf_types *user_map_types(u32 i, u32 *value_type);

/* xdp_host.c */
const struct bpf_type_ops *user_xdp_type(u32 n);
bool user_is_xdp(const struct bpf_type_ops *type);
void *user_xdp_context(const struct bpf_case *c, u64 seed);
u64 user_xdp_sum(const void *ctx);

/* trace_host.c */
const struct bpf_type_ops *user_trace_type(u32 n);
void *user_trace_context(const struct bpf_type_ops *type);

/* types.c; helpers are called by their distance from the first */
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
const struct bpf_type_ops *user_type(const char *name);
const struct bpf_type_ops *user_type_nth(u32 n);
/* a context of @type for the packet of @c, to be freed with free() */
void *user_context(const struct bpf_type_ops *type, const struct bpf_case *c);
void *user_context_random(const struct bpf_type_ops *type, const struct bpf_case *c,
			  u64 seed);
u64 user_context_sum(const struct bpf_type_ops *type, const void *ctx);
/* @ctx itself and what its fields lead to; how many, 0 of types that take privilege */
u32 user_context_areas(const struct bpf_type_ops *type, void *ctx,
		       struct user_area areas[USER_CONTEXT_AREAS]);

#endif /* TOOLS_BPF_HOST_USER_H */
