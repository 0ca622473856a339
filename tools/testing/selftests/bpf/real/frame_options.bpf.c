// SPDX-License-Identifier: GPL-2.0-only
/* The same options read where they lie, in frames before there is a packet of them. */
#include "packet.h"

enum { END, NOP, MSS };

COUNTER_MAP(sizes, __u16, 1024);

__u64 malformed;

/* the header behind IPv4's, or NULL where that is no TCP */
static __always_inline struct tcphdr *find_tcp(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_TCP || ip->ihl < 5)
		return NULL;
	return (void *)ip + ip->ihl * 4;
}

SEC("xdp")
int frame_options(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct tcphdr *tcp = find_tcp(data, end);
	__u8 *p;
	int i;

	if (!tcp || (void *)(tcp + 1) > end || !tcp->syn)
		return XDP_PASS;
	p = (__u8 *)(tcp + 1);
	for (i = 0; i < 40; i++) {
		__u8 size;

		if ((void *)(p + 1) > end || *p == END)
			break;
		if (*p == NOP) {
			p++;
			continue;
		}
		if ((void *)(p + 2) > end)
			break;
		size = p[1];
		if (size < 2) {
			malformed++;
			break;
		}
		if (*p == MSS && size == 4 && (void *)(p + 4) <= end) {
			__u16 mss = p[2] << 8 | p[3];

			count_in(&sizes, &mss, 1);
			break;
		}
		p += size;
	}
	return XDP_PASS;
}
