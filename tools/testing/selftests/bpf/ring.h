/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a ring buffer as the documents have it, with no library between, and the
 * programs that fill one.
 */
#ifndef SELFTESTS_BPF_RING_H
#define SELFTESTS_BPF_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include "load.h"

#define RING_HEADER	8

/**
 * struct ring - a ring buffer, mapped
 * @fd:		the map
 * @size:	bytes of data
 * @consumer:	position that this process writes
 * @producer:	position that the kernel writes
 * @data:	twice
 */
struct ring {
	int		fd;
	unsigned long	size;
	unsigned long	*consumer;
	unsigned long	*producer;
	unsigned char	*data;
};

static inline size_t ring_page(void)
{
	return sysconf(_SC_PAGESIZE);
}

static inline bool ring_open(struct ring *r, unsigned int size)
{
	r->size = size;
	r->fd = create_map(BPF_MAP_TYPE_RINGBUF, 0, 0, size, 0);
	if (r->fd < 0)
		return false;
	r->consumer = mmap(NULL, ring_page(), PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	r->producer = mmap(NULL, ring_page() + 2 * size, PROT_READ, MAP_SHARED, r->fd,
			   ring_page());
	if (r->consumer == MAP_FAILED || r->producer == MAP_FAILED)
		return false;
	r->data = (unsigned char *)r->producer + ring_page();
	return true;
}

static inline void ring_unmap(struct ring *r)
{
	munmap(r->consumer, ring_page());
	munmap(r->producer, ring_page() + 2 * r->size);
}

static inline void ring_close(struct ring *r)
{
	ring_unmap(r);
	close(r->fd);
}

/* the record at a position, whose header is 8 bytes before its bytes */
static inline unsigned char *ring_record(const struct ring *r, unsigned long at)
{
	return r->data + (at & (r->size - 1)) + RING_HEADER;
}

static inline uint32_t ring_length(const struct ring *r, unsigned long at)
{
	uint32_t *len = (uint32_t *)(ring_record(r, at) - RING_HEADER);

	return __atomic_load_n(len, __ATOMIC_ACQUIRE);
}

/* position behind a record of that length word */
static inline unsigned long ring_behind(unsigned long at, uint32_t len)
{
	len &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
	return at + ((len + RING_HEADER + 7UL) & ~7UL);
}

/*
 * The next finished record that was not discarded, and its bytes; NULL where there is
 * none. It is the reader's until ring_done().
 */
static inline unsigned char *ring_next(struct ring *r, uint32_t *len)
{
	unsigned long at = *r->consumer;

	while (at < __atomic_load_n(r->producer, __ATOMIC_ACQUIRE)) {
		*len = ring_length(r, at);
		if (*len & BPF_RINGBUF_BUSY_BIT)
			return NULL;
		if (!(*len & BPF_RINGBUF_DISCARD_BIT))
			return ring_record(r, at);
		at = ring_behind(at, *len);
		__atomic_store_n(r->consumer, at, __ATOMIC_RELEASE);
	}
	return NULL;
}

static inline void ring_done(struct ring *r, uint32_t len)
{
	__atomic_store_n(r->consumer, ring_behind(*r->consumer, len), __ATOMIC_RELEASE);
}

/* throws away what is there; how many records that was */
static inline unsigned int ring_drain(struct ring *r)
{
	unsigned int count = 0;
	uint32_t len;

	while (ring_next(r, &len)) {
		ring_done(r, len);
		count++;
	}
	return count;
}

/* ---- programs -------------------------------------------------------------------- */

/* R6 is the context; R0 the record, or the program returns 0 */
static inline void add_reserve(struct program *p, int map, __u64 size, int flags)
{
	ADD(p,
	    BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	    BPF_LD_IMM64(BPF_REG_2, size),
	    BPF_MOV64_IMM(BPF_REG_3, flags),
	    BPF_LD_MAP_FD(BPF_REG_1, map),
	    BPF_CALL_FUNC(BPF_FUNC_ringbuf_reserve),
	    BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 1),
	    BPF_EXIT_INSN());
}

/* a record of @size bytes, at least 8, which begins with the packet's 8; returns 1 or 0 */
static inline int load_filler(int map, __u64 size, int flags, int give_back)
{
	struct program p = { };

	add_reserve(&p, map, size, 0);
	ADD(&p,
	    BPF_MOV64_REG(BPF_REG_7, BPF_REG_0),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_6),
	    BPF_MOV64_IMM(BPF_REG_2, 0),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_7),
	    BPF_MOV64_IMM(BPF_REG_4, 8),
	    BPF_CALL_FUNC(BPF_FUNC_skb_load_bytes),
	    BPF_MOV64_REG(BPF_REG_1, BPF_REG_7),
	    BPF_MOV64_IMM(BPF_REG_2, flags),
	    BPF_CALL_FUNC(give_back));
	add_return(&p, 1);
	return load(&p);
}

/* writes a record of @size bytes, 1 to 64, of the packet; returns what the helper does */
static inline int load_output(int map, int size, int flags)
{
	struct program p = { };

	ADD(&p,
	    BPF_MOV64_IMM(BPF_REG_2, 0),
	    BPF_MOV64_REG(BPF_REG_3, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_3, -64),
	    BPF_MOV64_IMM(BPF_REG_4, size),
	    BPF_CALL_FUNC(BPF_FUNC_skb_load_bytes),
	    BPF_LD_MAP_FD(BPF_REG_1, map),
	    BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	    BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -64),
	    BPF_MOV64_IMM(BPF_REG_3, size),
	    BPF_MOV64_IMM(BPF_REG_4, flags),
	    BPF_CALL_FUNC(BPF_FUNC_ringbuf_output),
	    BPF_EXIT_INSN());
	return load(&p);
}

/* runs a program on a packet that begins with @bytes (behind the Ethernet header) */
static inline int run_with(int prog, __u64 bytes)
{
	unsigned char packet[14 + 64] = { };
	union bpf_attr attr;

	packet[12] = 0x08;
	memcpy(packet + 14, &bytes, sizeof(bytes));
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) < 0 ? -errno : (int)attr.test.retval;
}

#endif /* SELFTESTS_BPF_RING_H */
