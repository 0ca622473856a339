// SPDX-License-Identifier: GPL-2.0-only
/* Who asks for an address, and by which name. */
#include "packet.h"

#define SERVER_PORT	67
#define MOST_OPTIONS	24
#define HOST_BYTES	32

enum { PAD, HOST_NAME = 12, MESSAGE_TYPE = 53, END = 255 };

struct bootp {
	__u8	op;
	__u8	hardware;
	__u8	hardware_len;
	__u8	hops;
	__be32	id;
	__u8	addresses[20];
	__u8	client[16];
	__u8	names[192];
	__be32	magic;
};

struct host {
	__u8	client[ETH_ALEN];
	__u8	message;
	__u8	len;
	char	name[HOST_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8192);
} hosts SEC(".maps");

static void read_host(struct __sk_buff *skb, __u32 at, __u8 len, struct host *host)
{
	__u32 bytes = len;

	if (bytes > HOST_BYTES)
		bytes = HOST_BYTES;
	if (bytes && !bpf_skb_load_bytes(skb, at, host->name, bytes))
		host->len = bytes;
}

static void read_options(struct __sk_buff *skb, __u32 at, struct host *host)
{
	__u8 option[2];
	int i;

	for (i = 0; i < MOST_OPTIONS; i++) {
		if (!READ(skb, at, &option) || option[0] == END)
			return;
		if (option[0] == PAD) {
			at++;
			continue;
		}
		at += 2;
		if (option[0] == MESSAGE_TYPE)
			READ(skb, at, &host->message);
		else if (option[0] == HOST_NAME)
			read_host(skb, at, option[1], host);
		at += option[1];
	}
}

SEC("socket")
int dhcp_options(struct __sk_buff *skb)
{
	struct host host = { };
	struct udphdr udp;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip);
	__be32 magic;

	if (!at || ip.protocol != IPPROTO_UDP || !READ(skb, at, &udp) ||
	    udp.dest != bpf_htons(SERVER_PORT))
		return 0;
	at += sizeof(udp);
	if (!READ(skb, at + offsetof(struct bootp, magic), &magic) ||
	    magic != bpf_htonl(0x63825363))
		return 0;
	bpf_skb_load_bytes(skb, at + offsetof(struct bootp, client), host.client, ETH_ALEN);
	read_options(skb, at + sizeof(struct bootp), &host);
	bpf_ringbuf_output(&hosts, &host, sizeof(host), 0);
	return 0;
}
