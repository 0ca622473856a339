/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fixed set of Ethernet frames, no two the same: what is common, what is rare, what
 * is cut short, and some that are too long for one piece of memory.
 */
#ifndef SELFTESTS_BPF_FRAMES_H
#define SELFTESTS_BPF_FRAMES_H

#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#define FRAMES_MAX 640
#define FRAME_ROOM 6200

struct frame {
	unsigned int len;
	unsigned char bytes[FRAME_ROOM];
};

/* a frame that grows, with a source of numbers for what does not matter */
struct maker {
	struct frame *f;
	struct frame *all;
	unsigned int count;
	__u32 seed;
};

static unsigned int any(struct maker *m, unsigned int below)
{
	m->seed ^= m->seed << 13;
	m->seed ^= m->seed >> 17;
	m->seed ^= m->seed << 5;
	return (__u64)(m->seed * 2654435761u) * below >> 32;
}

static void put8(struct maker *m, unsigned int val)
{
	m->f->bytes[m->f->len++] = val;
}

static void put16(struct maker *m, unsigned int val)
{
	put8(m, val >> 8);
	put8(m, val);
}

static void put32(struct maker *m, __u32 val)
{
	put16(m, val >> 16);
	put16(m, val);
}

static void put_any(struct maker *m, unsigned int bytes)
{
	while (bytes--)
		put8(m, any(m, 256));
}

enum to { TO_ONE, TO_ANOTHER, TO_MANY, TO_ALL };

/* a new frame, up to the place of its type */
static void begin(struct maker *m, enum to to)
{
	static const unsigned char macs[][6] = {
		{ 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 0x22 },
		{ 1, 0, 0x5e, 0, 0, 5 }, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	};

	m->f = &m->all[m->count++];
	m->f->len = 0;
	memcpy(m->f->bytes, macs[to], 6);
	m->f->len = 6;
	put16(m, 0x0200);
	put32(m, 0x11220000 | m->count);
}

/* ---- what follows the type ------------------------------------------------------------ */

struct ip {
	unsigned char words, ttl, proto, tos;
	__u16 fragment;
	__u32 src, dst;
	unsigned int rest;	/* bytes behind the header */
};

static void put_ip(struct maker *m, const struct ip *ip)
{
	put8(m, 0x40 | ip->words);
	put8(m, ip->tos);
	put16(m, 4 * ip->words + ip->rest);
	put16(m, m->count);
	put16(m, ip->fragment);
	put8(m, ip->ttl);
	put8(m, ip->proto);
	put16(m, any(m, 65536));
	put32(m, ip->src);
	put32(m, ip->dst);
	put_any(m, 4 * (ip->words - 5));
}

static void put_ip6(struct maker *m, unsigned int next, unsigned int rest, unsigned int src,
		    unsigned int dst)
{
	put32(m, 0x60000000 | any(m, 1 << 20));
	put16(m, rest);
	put8(m, next);
	put8(m, 64);
	put32(m, 0x20010db8);
	put32(m, src << 16);
	put32(m, 0);
	put32(m, 1);
	put32(m, dst & 0xff000000 ? dst : 0x20010db8);
	put32(m, dst << 16);
	put32(m, 0);
	put32(m, 2);
}

static void put_ports(struct maker *m, unsigned int src, unsigned int dst)
{
	put16(m, src);
	put16(m, dst);
}

/* 4 * @words bytes and @data */
static void put_tcp(struct maker *m, unsigned int src, unsigned int dst, unsigned int flags,
		    unsigned int words, unsigned int data)
{
	put_ports(m, src, dst);
	put32(m, m->count);
	put32(m, any(m, 1000));
	put8(m, words << 4);
	put8(m, flags);
	put16(m, any(m, 65536));
	put32(m, 0);
	put_any(m, 4 * (words - 5) + data);
}

static void put_udp(struct maker *m, unsigned int src, unsigned int dst, unsigned int data)
{
	put_ports(m, src, dst);
	put16(m, 8 + data);
	put16(m, 0);
	put_any(m, data);
}

static const __u16 some_ports[] = {
	22, 53, 80, 443, 1000, 1023, 1024, 2000, 3999, 4000, 6081, 8080, 33434, 65535,
};

static const __u32 some_hosts[] = {
	0x0a000001, 0x0a000002, 0x0a010203, 0x0a01ffff, 0xc0a80101, 0xc0a801fe,
	0xac100001, 0xe0000001, 0xefffffff, 0xffffffff, 0x7f000001, 0x08080808,
};

static unsigned int any_port(struct maker *m)
{
	return some_ports[any(m, sizeof(some_ports) / sizeof(some_ports[0]))];
}

static __u32 any_host(struct maker *m)
{
	return some_hosts[any(m, sizeof(some_hosts) / sizeof(some_hosts[0]))];
}

/* ---- packets -------------------------------------------------------------------------------- */

/* the type, and a packet of IPv4: TCP, UDP, or another protocol */
static void put_any_ip(struct maker *m)
{
	static const unsigned char others[] = {
		1, 1, 1, 1, 1, 2, 47, 50, 51, 88, 89, 103, 112, 132, 200,
	};
	static const unsigned char icmp_types[] = { 0, 0, 3, 8, 8, 11, 5, 17 };
	static const __u16 fragments[] = { 0, 0, 0x4000, 0x2000, 0x2010, 0x0020, 0x1fff };
	struct ip ip = {
		.words = any(m, 3) ? 5 : 5 + any(m, 11), .ttl = 1 + any(m, 255),
		.tos = any(m, 4) ? 0 : any(m, 256), .src = any_host(m), .dst = any_host(m),
		.fragment = fragments[any(m, 7)],
	};
	unsigned int data = any(m, 3) * any(m, 300), words = 5 + any(m, 3) * any(m, 4);

	switch (any(m, 5)) {
	case 0:
	case 1:
		ip.proto = 6;
		ip.rest = 4 * words + data;
		put_ip(m, &ip);
		put_tcp(m, any_port(m), any_port(m), any(m, 2) ? 1U << any(m, 8) : any(m, 256),
			words, data);
		break;
	case 2:
	case 3:
		ip.proto = 17;
		ip.rest = 8 + data;
		put_ip(m, &ip);
		put_udp(m, any_port(m), any_port(m), data);
		break;
	default:
		ip.proto = others[any(m, sizeof(others))];
		ip.rest = 20 + data;
		put_ip(m, &ip);
		/* of ICMP and IGMP: type and code */
		put8(m, icmp_types[any(m, 8)]);
		put8(m, any(m, 4));
		put_ports(m, any_port(m), any_port(m));
		put_any(m, 14 + data);
	}
}

static void put_any_ip6(struct maker *m)
{
	unsigned int data = any(m, 200), from = any(m, 4), to = any(m, 4);

	if (!any(m, 5))
		to = 0xff020000;
	switch (any(m, 6)) {
	case 0:
		put_ip6(m, 6, 20 + data, from, to);
		put_tcp(m, any_port(m), any_port(m), any(m, 64), 5, data);
		break;
	case 1:
	case 2:
		put_ip6(m, 17, 8 + data, from, to);
		put_udp(m, any_port(m), any_port(m), data);
		break;
	case 3:
		put_ip6(m, 58, 8 + data, from, to);
		put8(m, any(m, 2) ? 128 + any(m, 10) : 1 + any(m, 4));
		put8(m, any(m, 3));
		put_any(m, 6 + data);
		break;
	case 4:
		/* a fragment header, or hop-by-hop options, before UDP */
		put_ip6(m, any(m, 2) ? 44 : 0, 16 + data, from, to);
		put16(m, 0x1100);
		put16(m, any(m, 2) ? 0 : 0x0108);
		put32(m, m->count);
		put_udp(m, any_port(m), any_port(m), data);
		break;
	default:
		put_ip6(m, any(m, 2) ? 132 : 89, 20 + data, from, to);
		put_ports(m, any_port(m), any_port(m));
		put_any(m, 16 + data);
	}
}

static void put_arp(struct maker *m, unsigned int op)
{
	put16(m, 1);
	put16(m, 0x0800);
	put16(m, 0x0604);
	put16(m, op);
	put_any(m, 6);
	put32(m, any_host(m));
	put_any(m, 6);
	put32(m, any_host(m));
}

/* IPv4 or IPv6, with its type */
static void put_typed_ip(struct maker *m)
{
	if (any(m, 3)) {
		put16(m, 0x0800);
		put_any_ip(m);
	} else {
		put16(m, 0x86dd);
		put_any_ip6(m);
	}
}

static void put_mpls(struct maker *m)
{
	static const unsigned int labels[] = { 100, 100, 200, 1023, 0xfffff };
	unsigned int depth = 1 + any(m, 3), i;

	put16(m, any(m, 4) ? 0x8847 : 0x8848);
	for (i = 1; i <= depth; i++)
		put32(m, labels[any(m, 5)] << 12 | (i == depth) << 8 | 64);
	put_any_ip(m);
}

static void put_pppoe(struct maker *m)
{
	bool session = any(m, 3);

	put16(m, session ? 0x8864 : 0x8863);
	put8(m, 0x11);
	put8(m, session ? 0 : 9);
	put16(m, session ? 1 + any(m, 8) : 0);
	put16(m, 100);
	if (!session) {
		put_any(m, 40);
	} else if (any(m, 4)) {
		put16(m, 0x0021);
		put_any_ip(m);
	} else {
		put16(m, any(m, 2) ? 0x0057 : 0xc021);
		put_any_ip6(m);
	}
}

/* 802.2: a length in place of the type */
static void put_llc(struct maker *m)
{
	static const unsigned char saps[] = { 0x42, 0xfe, 0xaa, 0xe0, 0xf0 };
	unsigned int sap = saps[any(m, 5)];

	put16(m, 40 + any(m, 20));
	put8(m, sap);
	put8(m, sap);
	put8(m, any(m, 2) ? 3 : any(m, 256));
	if (sap == 0xaa) {
		put8(m, 0);
		put16(m, 0);
		put16(m, 0x0800);
	} else if (sap == 0xfe) {
		put8(m, 0x83);
		put_any(m, 3);
		put8(m, 15 + any(m, 13));
	}
	put_any(m, 50);
}

static void put_geneve(struct maker *m)
{
	struct ip ip = {
		.words = 5, .ttl = 9, .proto = 17, .src = any_host(m), .dst = any_host(m),
		.rest = 120,
	};
	unsigned int options = any(m, 3);

	put16(m, 0x0800);
	put_ip(m, &ip);
	put_ports(m, any_port(m), 6081);
	put32(m, 100 << 16);
	put8(m, options);
	put8(m, 0);
	put16(m, 0x6558);
	put32(m, any(m, 4) << 8);
	put_any(m, 4 * options + 12);
	put_typed_ip(m);
}

/* anything else, among them what nobody knows */
static void put_rare(struct maker *m)
{
	static const __u16 types[] = { 0x0806, 0x8035, 0x88cc, 0x6003, 0x809b, 0x88b5 };
	unsigned int type = types[any(m, 6)];

	put16(m, type);
	if (type == 0x0806 || type == 0x8035)
		put_arp(m, 1 + any(m, 4));
	put_any(m, 20 + any(m, 60));
}

static void put_body(struct maker *m)
{
	switch (any(m, 14)) {
	case 0:
	case 1:
		put_mpls(m);
		break;
	case 2:
	case 3:
		put_pppoe(m);
		break;
	case 4:
		put_llc(m);
		break;
	case 5:
		put_rare(m);
		break;
	case 6:
		put_geneve(m);
		break;
	default:
		put_typed_ip(m);
	}
}

/* ---- the set ---------------------------------------------------------------------------------- */

/* Fills @all; returns how many. Where @tagged a fifth of the frames has VLAN tags, else
 * they have none and are the same otherwise.
 */
static inline unsigned int make_frames(struct frame *all, bool tagged)
{
	struct maker m = { .all = all, .seed = 2014 };
	unsigned int i, tags, outer, vid;

	for (i = 0; i < FRAMES_MAX; i++) {
		begin(&m, any(&m, 4));
		tags = any(&m, 5) ? 0 : 1;
		outer = any(&m, 6) ? 0x8100 : 0x88a8;
		vid = any(&m, 8) << 13 | (any(&m, 4) ? 5 + any(&m, 3) : any(&m, 4096));
		if (tags && tagged) {
			put16(&m, outer);
			put16(&m, vid);
		}
		put_body(&m);
		/* longer than a page: in pieces */
		if (!any(&m, 40))
			put_any(&m, 4500 + any(&m, 500));
		/* cut anywhere behind the type and the tag */
		if (!any(&m, 8)) {
			unsigned int least = 14 + 4 * (tags && tagged);
			unsigned int most = m.f->len - least;

			m.f->len = least + any(&m, most < 60 ? most + 1 : 61);
		}
	}
	return m.count;
}

#endif /* SELFTESTS_BPF_FRAMES_H */
