// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a classic program loads of a packet, against the same computed here: bytes
 * from the data and from the headers, wherever the packet is cut into pieces, and
 * ancillary data of packets of many kinds. classic_test.c has the language.
 *
 * Packets come through tap and tun devices, whose virtio header says how many bytes
 * of a packet are in one piece. Runs as root.
 */
#include <linux/netlink.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include "classic_asm.h"
#include "tapdev.h"

#define FRAME_BYTES 6000
#define TAP "tapanc0"

static int tap = -1, rx = -1;
static unsigned int data_start;	/* in the frame, for the socket under test */
static unsigned char frame[FRAME_BYTES];

static unsigned int seed = 7;

static unsigned int draw(unsigned int below)
{
	seed = seed * 1664525 + 1013904223;
	return (unsigned long long)(seed ^ seed >> 15) * below >> 32;
}

/* an incoming packet, its first @linear bytes in one piece (0: all) */
static bool feed(int fd, const void *bytes, unsigned int len, unsigned int linear)
{
	struct virtio_net_hdr head = { .hdr_len = linear };
	struct iovec parts[] = {
		{ &head, sizeof(struct virtio_net_hdr) }, { (void *)bytes, len },
	};

	return writev(fd, parts, 2) == (ssize_t)(sizeof(head) + len);
}

static void drain(int fd)
{
	static char sink[64];

	while (recv(fd, sink, sizeof(sink), MSG_DONTWAIT) >= 0)
		;
}

/* does the filter of @insns on socket @fd pass the packet? -1: it is refused */
static int passes(int fd, const struct sock_filter *insns, unsigned int len, int dev,
		  const void *bytes, unsigned int size, unsigned int linear)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	char byte;

	drain(fd);
	if (set_classic(fd, SO_ATTACH_FILTER, insns, len))
		return -1;
	if (!feed(dev, bytes, size, linear)) {
		perror("# feed");
		return -1;
	}
	/* a tap hands a packet on before write() comes back */
	if (poll(&in, 1, 0) != 1)
		return 0;
	return recv(fd, &byte, 1, MSG_DONTWAIT) >= 0;
}

/* ---- loads of bytes --------------------------------------------------------------------- */

struct load {
	__u16 code;	/* BPF_LD of a size and mode, or BPF_LDX | BPF_B | BPF_MSH */
	__u32 k, x;
};

static unsigned int load_bytes(const struct load *l)
{
	return BPF_SIZE(l->code) == BPF_W ? 4 : BPF_SIZE(l->code) == BPF_H ? 2 : 1;
}

/* where the load starts in the frame; -1: nowhere */
static long place_of(const struct load *l)
{
	__s32 off = l->k + (BPF_MODE(l->code) == BPF_IND ? l->x : 0);
	long at;

	if (off >= 0)
		at = data_start + (long)off;
	else if (off >= SKF_NET_OFF)
		at = ETH_HLEN + (long)off - SKF_NET_OFF;
	else if (off >= SKF_LL_OFF)
		at = (long)off - SKF_LL_OFF;
	else
		return -1;
	return at + load_bytes(l) > FRAME_BYTES ? -1 : at;
}

static __u32 value_at(const struct load *l, long at)
{
	unsigned int i, n = load_bytes(l);
	__u32 val = 0;

	for (i = 0; i < n; i++)
		val = val << 8 | frame[at + i];
	return BPF_MODE(l->code) == BPF_MSH ? 4 * (val & 15) : val;
}

/* the load, and a return of 0 where A is not @want */
static unsigned int put_check(struct sock_filter *out, const struct load *l, __u32 want)
{
	const struct sock_filter insns[] = {
		STMT(BPF_LDX | BPF_IMM, l->x), STMT(l->code, l->k),
		STMT(BPF_MISC | BPF_TXA, 0),
		IF_EQ(want, 1, 0), RET_K(0),
	};
	unsigned int n = 0;

	out[n++] = insns[0];
	out[n++] = insns[1];
	if (BPF_MODE(l->code) == BPF_MSH)
		out[n++] = insns[2];
	out[n++] = insns[3];
	out[n++] = insns[4];
	return n;
}

/* many checks in one program; true where all hold */
static bool all_hold(const struct load *loads, unsigned int count, unsigned int linear)
{
	struct sock_filter *insns = calloc(5 * count + 1, sizeof(*insns));
	unsigned int i, n = 0;
	bool pass;

	for (i = 0; i < count; i++)
		n += put_check(insns + n, &loads[i],
			       value_at(&loads[i], place_of(&loads[i])));
	insns[n++] = (struct sock_filter)RET_K(-1);
	pass = passes(rx, insns, n, tap, frame, FRAME_BYTES, linear) == 1;
	free(insns);
	return pass;
}

/* the load is expected to end the program with 0 */
static bool ends(const struct load *l, unsigned int linear)
{
	struct sock_filter insns[6];
	unsigned int n;

	n = put_check(insns, l, 0);
	insns[n - 2] = (struct sock_filter)RET_K(-1);
	return passes(rx, insns, n - 1, tap, frame, FRAME_BYTES, linear) == 0;
}

static const __u16 sizes[] = { BPF_W, BPF_H, BPF_B };

/* offsets where pieces meet, at both ends, and anywhere */
static __u32 draw_offset(unsigned int linear)
{
	static const unsigned int near[] = { 4, 14, 34, 42, 4096, FRAME_BYTES };

	switch (draw(4)) {
	case 0:
		return near[draw(COUNT(near))] + draw(9) - 4;
	case 1:
		return linear + draw(9) - 4 - data_start * draw(2);
	case 2:
		return linear + 4096 + draw(9) - 4 - data_start * draw(2);
	default:
		return draw(FRAME_BYTES + 20);
	}
}

static void draw_load(struct load *l, unsigned int linear)
{
	__u32 off = draw_offset(linear);

	l->code = BPF_LD | sizes[draw(3)] | (draw(2) ? BPF_ABS : BPF_IND);
	l->x = draw(4) ? draw(2000) : 0xfffffff0 + draw(32);
	if (!draw(8)) {
		l->code = BPF_LDX | BPF_B | BPF_MSH;
		l->k = off & 0x7fffffff;
		return;
	}
	if (!draw(3))
		off += draw(2) ? SKF_NET_OFF : SKF_LL_OFF;
	l->k = BPF_MODE(l->code) == BPF_IND ? off - l->x : off;
	/* constant offsets below zero but above both bases are no loads at all */
	if (BPF_MODE(l->code) == BPF_ABS && l->k >= (__u32)SKF_AD_OFF)
		l->k = 0;
}

static void print_load(const struct load *l, unsigned int linear)
{
	printf("# code %#x k %#x x %#x, %u bytes in one piece\n", l->code, l->k, l->x, linear);
}

static void test_loads(unsigned int linear)
{
	static struct load good[300];
	unsigned int count = 0, wrong = 0, bad = 0, i;

	while (count < COUNT(good)) {
		struct load l;

		draw_load(&l, linear);
		if (place_of(&l) >= 0) {
			good[count++] = l;
		} else if (bad < 120) {
			bad++;
			if (ends(&l, linear))
				continue;
			if (wrong++ < 5)
				print_load(&l, linear);
		}
	}
	ok(!wrong, "%u loads outside of a packet with %u bytes in front end with 0", bad, linear);
	wrong = 0;
	if (!all_hold(good, count, linear))
		for (i = 0; i < count; i++)
			if (!all_hold(&good[i], 1, linear) && wrong++ < 5)
				print_load(&good[i], linear);
	ok(!wrong, "%u loads inside of it are its bytes", count);
}

/* offsets that mean nothing, or are near where the meaning changes */
static void test_edges(void)
{
	static const struct {
		__u32 k, x;
		bool want;
	} rows[] = {
		{ SKF_NET_OFF, 0, true }, { SKF_LL_OFF, 0, true },
		{ SKF_LL_OFF - 1, 0, false }, { 0x80000000, 0, false },
		{ SKF_AD_OFF, 0, false }, { SKF_AD_OFF + SKF_AD_CPU, 0, false },
		{ 0xffffffff, 0, false }, { 0xffffffff, 1, true },
		{ SKF_LL_OFF, 0xffffffff, false }, { SKF_NET_OFF - 1, 1, true },
		{ SKF_NET_OFF, 0xffffffff, false }, { 0x7fffffff, 0, false },
		{ 0x7fffffff, 1, false }, { 0x80000000, 0x80000000, true },
		{ 0x40000000, 0xc0000000, true },
	};
	unsigned int i, wrong = 0;

	for (i = 0; i < COUNT(rows); i++) {
		const struct load l = { BPF_LD | BPF_B | BPF_IND, rows[i].k, rows[i].x };
		bool right = rows[i].want ? all_hold(&l, 1, 0) : ends(&l, 0);

		if (!right)
			print_load(&l, 0);
		wrong += !right;
	}
	ok(!wrong, "indirect loads around the borders of meaning");
}

/* ---- ancillary data: packets of many kinds ------------------------------------------------- */

struct packet {
	unsigned char bytes[256];
	unsigned int len;
};

static void put16(struct packet *p, unsigned int val)
{
	p->bytes[p->len++] = val >> 8;
	p->bytes[p->len++] = val;
}

static void put_ether(struct packet *p, unsigned char first_of_dst, unsigned int proto)
{
	*p = (struct packet){ };
	memset(p->bytes, first_of_dst, 6);
	p->bytes[6] = 2;
	p->bytes[11] = 9;
	p->len = 12;
	put16(p, proto);
}

/* IPv4 of @words header words and @proto, with @rest bytes of zeros behind */
static void put_ipv4(struct packet *p, unsigned int words, unsigned char proto,
		     unsigned int fragment, unsigned int rest)
{
	unsigned char *ip = p->bytes + p->len;

	ip[0] = 0x40 | words;
	ip[2] = (4 * words + rest) >> 8;
	ip[3] = 4 * words + rest;
	ip[6] = fragment >> 8;
	ip[7] = fragment;
	ip[8] = 64;
	ip[9] = proto;
	ip[12] = ip[16] = 10;
	ip[19] = 1;
	p->len += 4 * words + rest;
}

static void put_ipv6(struct packet *p, unsigned char next, unsigned int rest)
{
	unsigned char *ip = p->bytes + p->len;

	ip[0] = 0x60;
	ip[5] = rest;
	ip[6] = next;
	ip[7] = 64;
	ip[8] = ip[24] = 0xfd;
	p->len += 40 + rest;
}

static void device_address(unsigned char *address)
{
	struct ifreq ifr = { };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	strcpy(ifr.ifr_name, TAP);
	ioctl(fd, SIOCGIFHWADDR, &ifr);
	memcpy(address, ifr.ifr_hwaddr.sa_data, 6);
	close(fd);
}

/* A after one load of ancillary data on @p is @want */
static bool gives(int fd, int dev, const struct packet *p, __u32 kind, __u32 want)
{
	const struct sock_filter insns[] = {
		LD_ABS(BPF_W, SKF_AD_OFF + kind), IF_EQ(want, 0, 1), RET_K(-1), RET_K(0),
	};

	return passes(fd, insns, COUNT(insns), dev, p->bytes, p->len, 0) == 1;
}

#define GIVES(kind, want, fmt, ...)						\
	ok(gives(rx, tap, &p, SKF_AD_##kind, want), #kind ": " fmt, ##__VA_ARGS__)

static void test_kinds(void)
{
	struct packet p;

	put_ether(&p, 0xff, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
	GIVES(PKTTYPE, PACKET_BROADCAST, "broadcast");
	GIVES(PROTOCOL, ETH_P_IP, "IPv4");
	GIVES(IFINDEX, if_nametoindex(TAP), "the tap's");
	GIVES(HATYPE, ARPHRD_ETHER, "Ethernet");
	GIVES(MARK, 0, "none");
	GIVES(VLAN_TAG_PRESENT, 0, "none");
	GIVES(VLAN_TAG, 0, "none");
	GIVES(RXHASH, 0, "none before anybody asked");
	put_ether(&p, 0x03, ETH_P_IPV6);
	put_ipv6(&p, IPPROTO_UDP, 8);
	GIVES(PKTTYPE, PACKET_MULTICAST, "multicast");
	GIVES(PROTOCOL, ETH_P_IPV6, "IPv6");
	put_ether(&p, 0x04, ETH_P_ARP);
	p.len += 28;
	GIVES(PKTTYPE, PACKET_OTHERHOST, "somebody else's");
	GIVES(PROTOCOL, ETH_P_ARP, "ARP");
	device_address(p.bytes);
	GIVES(PKTTYPE, PACKET_HOST, "ours");
	put_ether(&p, 0x04, 40);	/* a length */
	p.len += 46;
	GIVES(PROTOCOL, ETH_P_802_2, "802.2");
}

static void test_vlan(void)
{
	static const unsigned int tags[] = { 0, 1, 0x2123, 0x1000, 0xffff };
	unsigned int i, tpid;
	struct packet p;

	for (i = 0; i < 2 * COUNT(tags); i++) {
		tpid = i & 1 ? ETH_P_8021AD : ETH_P_8021Q;
		put_ether(&p, 0xff, tpid);
		put16(&p, tags[i / 2]);
		put16(&p, ETH_P_IP);
		put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
		ok(gives(rx, tap, &p, SKF_AD_VLAN_TAG_PRESENT, 1) &&
		   gives(rx, tap, &p, SKF_AD_VLAN_TAG, tags[i / 2]) &&
		   gives(rx, tap, &p, SKF_AD_VLAN_TPID, tpid) &&
		   gives(rx, tap, &p, SKF_AD_PROTOCOL, ETH_P_IP),
		   "tag %#x of kind %#x, out of the packet", tags[i / 2], tpid);
	}
	/* two tags: one out, one stays */
	put_ether(&p, 0xff, ETH_P_8021AD);
	put16(&p, 7);
	put16(&p, ETH_P_8021Q);
	put16(&p, 9);
	put16(&p, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
	GIVES(VLAN_TAG, 7, "the outer of two");
	GIVES(PROTOCOL, ETH_P_8021Q, "the inner tag");
	GIVES(PAY_OFFSET, 14 + 4 + 20 + 8, "behind the inner tag");
}

static void test_payload_offset(void)
{
	static const struct {
		const char *name;
		unsigned char words, proto;
		unsigned int fragment, l4;
	} rows[] = {
		{ "UDP", 5, IPPROTO_UDP, 0, 8 },
		{ "UDP behind options", 9, IPPROTO_UDP, 0, 8 },
		{ "UDP-Lite", 5, IPPROTO_UDPLITE, 0, 8 },
		{ "ICMP", 5, IPPROTO_ICMP, 0, 8 },
		{ "IGMP", 5, IPPROTO_IGMP, 0, 8 },
		{ "SCTP", 6, IPPROTO_SCTP, 0, 12 },
		{ "DCCP", 6, IPPROTO_DCCP, 0, 12 },
		{ "unknown protocol", 5, 200, 0, 0 },
		{ "fragment", 5, IPPROTO_UDP, 0x0010, 0 },
		{ "TCP without length", 15, IPPROTO_TCP, 0, 20 },
	};
	unsigned int i;
	struct packet p;

	for (i = 0; i < COUNT(rows); i++) {
		put_ether(&p, 0xff, ETH_P_IP);
		put_ipv4(&p, rows[i].words, rows[i].proto, rows[i].fragment, 60);
		GIVES(PAY_OFFSET, 14 + 4 * rows[i].words + rows[i].l4, "%s", rows[i].name);
	}
	put_ether(&p, 0xff, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_TCP, 0, 60);
	p.bytes[14 + 20 + 12] = 0xb0;
	GIVES(PAY_OFFSET, 14 + 20 + 44, "TCP with options");
	put_ether(&p, 0xff, ETH_P_IPV6);
	put_ipv6(&p, IPPROTO_TCP, 60);
	p.bytes[14 + 40 + 12] = 0x50;
	GIVES(PAY_OFFSET, 14 + 40 + 20, "TCP over IPv6");
	put_ether(&p, 0xff, ETH_P_IPV6);
	put_ipv6(&p, IPPROTO_ICMPV6, 60);
	GIVES(PAY_OFFSET, 14 + 40 + 8, "ICMPv6");
	put_ether(&p, 0xff, ETH_P_IPV6);
	put_ipv6(&p, IPPROTO_HOPOPTS, 60);
	p.bytes[14 + 40] = IPPROTO_UDP;
	p.bytes[14 + 40 + 1] = 1;
	GIVES(PAY_OFFSET, 14 + 40 + 16 + 8, "UDP behind hop-by-hop options");
	put_ether(&p, 0xff, 0x88b5);
	p.len += 50;
	GIVES(PAY_OFFSET, 0, "no protocol at all");
}

/* the queue of a device with several; the tun's headers */
static void test_other_devices(void)
{
	int q[3], tun, fd, i;
	struct packet p;

	for (i = 0; i < 3; i++)
		q[i] = open_tun("tapanc1", IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
				IFF_MULTI_QUEUE);
	fd = bring_up("tapanc1", 1500) ? open_sniffer("tapanc1", SOCK_RAW) : -1;
	put_ether(&p, 0xff, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
	if (ok(q[2] >= 0 && fd >= 0, "a tap with three queues"))
		for (i = 0; i < 3; i++)
			ok(gives(fd, q[i], &p, SKF_AD_QUEUE, i + 1), "QUEUE: %d, and one", i);
	for (i = 0; i < 3; i++)
		close(q[i]);
	close(fd);

	tun = open_tun("tunanc0", IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
	fd = bring_up("tunanc0", 1500) ? open_sniffer("tunanc0", SOCK_RAW) : -1;
	p.len = 0;
	put_ipv4(&p, 6, IPPROTO_UDP, 0, 20);
	if (!ok(tun >= 0 && fd >= 0, "a tun"))
		return;
	ok(gives(fd, tun, &p, SKF_AD_HATYPE, ARPHRD_NONE), "HATYPE: none");
	ok(gives(fd, tun, &p, SKF_AD_PROTOCOL, ETH_P_IP), "PROTOCOL: by the version");
	ok(gives(fd, tun, &p, SKF_AD_PAY_OFFSET, 32), "PAY_OFFSET: no link layer");
	close(tun);
	close(fd);
}

/* ---- what goes out; the hash --------------------------------------------------------------- */

static bool gives_outgoing(int tx, int fd, const struct packet *p, __u32 kind, __u32 want)
{
	const struct sock_filter insns[] = {
		LD_ABS(BPF_W, SKF_AD_OFF + kind), IF_EQ(want, 0, 1), RET_K(-1), RET_K(0),
	};
	struct pollfd in = { .fd = fd, .events = POLLIN };
	char byte;

	drain(fd);
	return !set_classic(fd, SO_ATTACH_FILTER, insns, COUNT(insns)) &&
	       send(tx, p->bytes, p->len, 0) == (ssize_t)p->len && poll(&in, 1, 20) == 1 &&
	       recv(fd, &byte, 1, MSG_DONTWAIT) == 1;
}

static void test_outgoing(void)
{
	int tx = open_sniffer(TAP, SOCK_RAW), fd = open_sniffer(TAP, SOCK_RAW);
	int mark = 0x7a7b7c7d, zero = 0;
	struct packet p;

	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &zero, sizeof(zero));
	setsockopt(tx, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
	put_ether(&p, 0x04, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
	ok(gives_outgoing(tx, fd, &p, SKF_AD_PKTTYPE, PACKET_OUTGOING), "PKTTYPE: outgoing");
	ok(gives_outgoing(tx, fd, &p, SKF_AD_MARK, mark), "MARK: the sender's");
	ok(gives_outgoing(tx, fd, &p, SKF_AD_IFINDEX, if_nametoindex(TAP)),
	   "IFINDEX: where it goes out");
	ok(!gives_outgoing(tx, fd, &p, SKF_AD_MARK, mark + 1), "MARK: and no other");
	close(tx);
	close(fd);
}

#define RING_BYTES 65536

/* what the kernel's own code says the hash of the next packet is; 0: it does not */
static __u32 hash_from_ring(int fd, void *ring, int tx)
{
	struct tpacket_block_desc *block = ring;
	struct pollfd in = { .fd = fd, .events = POLLIN };
	struct tpacket3_hdr *head;

	if (send(tx, "hash", 4, 0) != 4 || poll(&in, 1, 1000) != 1 ||
	    !(block->hdr.bh1.block_status & TP_STATUS_USER))
		return 0;
	head = ring + block->hdr.bh1.offset_to_first_pkt;
	return block->hdr.bh1.num_pkts ? head->hv1.tp_rxhash : 0;
}

/* both ends of a TCP connection over lo, whose packets carry their socket's hash */
static bool tcp_pair(int *tx, int *peer, unsigned short *port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);

	*tx = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (void *)&addr, len) || listen(listener, 1) ||
	    getsockname(listener, (void *)&addr, &len) || connect(*tx, (void *)&addr, len))
		return false;
	*peer = accept(listener, NULL, NULL);
	*port = ntohs(addr.sin_port);
	close(listener);
	return *peer >= 0;
}

static void test_hash(void)
{
	struct tpacket_req3 req = {
		.tp_block_size = RING_BYTES, .tp_block_nr = 1, .tp_frame_size = 2048,
		.tp_frame_nr = RING_BYTES / 2048, .tp_retire_blk_tov = 5,
		.tp_feature_req_word = TP_FT_REQ_FILL_RXHASH,
	};
	/* four bytes for the listener, no acknowledgment */
	struct sock_filter ours[] = {
		LD_ABS(BPF_H, 14 + 20 + 2), IF_EQ(0, 0, 3),
		STMT(BPF_LD | BPF_W | BPF_LEN, 0), IF_EQ(14 + 20 + 32 + 4, 0, 1),
		RET_K(-1), RET_K(0),
	};
	struct sock_filter same[] = {
		LD_AD(RXHASH), IF_EQ(0, 0, 1), RET_K(-1), RET_K(0),
	};
	int tx = -1, peer = -1, version = TPACKET_V3, fd = open_sniffer("lo", SOCK_RAW);
	struct pollfd in = { .events = POLLIN };
	void *ring = MAP_FAILED;
	unsigned short port = 0;
	__u32 hash = 0;

	if (!ok(tcp_pair(&tx, &peer, &port), "RXHASH: a TCP connection"))
		return;
	ours[1].k = port;
	if (!set_classic(fd, SO_ATTACH_FILTER, ours, COUNT(ours)) &&
	    !setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) &&
	    !setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		ring = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring != MAP_FAILED)
		hash = hash_from_ring(fd, ring, tx);
	ok(hash, "RXHASH: a packet ring tells it");
	if (ring != MAP_FAILED)
		munmap(ring, RING_BYTES);
	close(fd);

	in.fd = fd = open_sniffer("lo", SOCK_RAW);
	same[1].k = hash;
	set_classic(fd, SO_ATTACH_FILTER, same, COUNT(same));
	drain(fd);
	ok(send(tx, "hash", 4, 0) == 4 && poll(&in, 1, 200) == 1, "RXHASH: the same number");
	close(fd);
	close(tx);
	close(peer);
}

/* ---- CPU, RANDOM, XOR ------------------------------------------------------------------------- */

static void test_computed(void)
{
	static const struct sock_filter xor[] = {
		LD_ABS(BPF_W, 14), STMT(BPF_LDX | BPF_IMM, 0xdeadbeef), LD_AD(ALU_XOR_X),
		IF_EQ(0x45000028 ^ 0xdeadbeef, 0, 1), RET_K(-1), RET_K(0),
	};
	/* both halves of a number are hardly ever zero */
	static const struct sock_filter random[] = {
		LD_AD(RANDOM), JUMP(BPF_JMP | BPF_JSET | BPF_K, 0xffff0000, 0, 2),
		JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x0000ffff, 0, 1), RET_K(-1), RET_K(0),
	};
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), i, right = 0;
	cpu_set_t set, old;
	struct packet p;

	put_ether(&p, 0xff, ETH_P_IP);
	put_ipv4(&p, 5, IPPROTO_UDP, 0, 20);
	sched_getaffinity(0, sizeof(old), &old);
	for (i = 0; i < cpus; i++) {
		CPU_ZERO(&set);
		CPU_SET(i, &set);
		sched_setaffinity(0, sizeof(set), &set);
		right += gives(rx, tap, &p, SKF_AD_CPU, i);
	}
	sched_setaffinity(0, sizeof(old), &old);
	ok(right == cpus, "CPU: on each of %u", cpus);
	ok(passes(rx, xor, COUNT(xor), tap, p.bytes, p.len, 0) == 1, "ALU_XOR_X: A ^ X");
	for (i = right = 0; i < 50; i++)
		right += passes(rx, random, COUNT(random), tap, p.bytes, p.len, 0) == 1;
	ok(right >= 48, "RANDOM: bits in both halves");
}

/* ---- attributes: only of packets in one piece --------------------------------------------------- */

static void test_attributes(void)
{
	static const struct sock_filter insns[] = {
		STMT(BPF_LD | BPF_IMM, 100), STMT(BPF_LDX | BPF_IMM, 5), LD_AD(NLATTR),
		IF_EQ(108, 0, 1), RET_K(-1), RET_K(0),
	};
	static const struct sock_filter nest[] = {
		STMT(BPF_LD | BPF_IMM, 108), STMT(BPF_LDX | BPF_IMM, 6), LD_AD(NLATTR_NEST),
		IF_EQ(112, 0, 1), RET_K(-1), RET_K(0),
	};
	static const struct sock_filter none[] = {
		STMT(BPF_LD | BPF_IMM, 100), STMT(BPF_LDX | BPF_IMM, 5), LD_AD(NLATTR),
		IF_EQ(0, 0, 1), RET_K(-1), RET_K(0),
	};
	static const struct nlattr attributes[] = { { 8, 1 }, { 0, 0 }, { 12, 5 }, { 8, 6 } };
	unsigned char kept[16];

	memcpy(kept, frame + 100, sizeof(kept));
	memcpy(frame + 100, attributes, sizeof(attributes));
	ok(passes(rx, insns, COUNT(insns), tap, frame, 1000, 0) == 1, "NLATTR: found");
	ok(passes(rx, nest, COUNT(nest), tap, frame, 1000, 0) == 1, "NLATTR_NEST: found");
	ok(passes(rx, none, COUNT(none), tap, frame, FRAME_BYTES, 200) == 1,
	   "NLATTR: not in a packet of pieces");
	memcpy(frame + 100, kept, sizeof(kept));
}

static void test_all(void)
{
	/* boundaries inside every header, and behind */
	static const unsigned int linear[] = { 14, 15, 16, 20, 23, 34, 41, 42, 64, 100, 3000 };
	unsigned int i;

	tap = open_tun(TAP, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR);
	if (tap < 0 || !bring_up(TAP, 9000)) {
		skip("tap devices: need CONFIG_TUN and CAP_NET_ADMIN");
		return;
	}
	rx = open_sniffer(TAP, SOCK_RAW);
	for (i = 0; i < FRAME_BYTES; i++)
		frame[i] = i * 2654435761u >> 24;
	memset(frame, 0xff, 6);
	frame[12] = 8;
	frame[13] = 0;
	for (i = 0; i < COUNT(linear); i++)
		test_loads(linear[i]);
	test_edges();
	close(rx);
	/* sockets that get no link layer: its bytes are behind the data's back */
	rx = open_sniffer(TAP, SOCK_DGRAM);
	data_start = ETH_HLEN;
	for (i = 0; i < COUNT(linear); i++)
		test_loads(linear[i]);
	test_edges();
	close(rx);
	rx = open_sniffer(TAP, SOCK_RAW);
	data_start = 0;
	test_kinds();
	test_vlan();
	test_payload_offset();
	test_other_devices();
	test_outgoing();
	test_hash();
	test_computed();
	test_attributes();
	close(tap);
	close(rx);
}

int main(void)
{
	return in_every_mode(test_all);
}
