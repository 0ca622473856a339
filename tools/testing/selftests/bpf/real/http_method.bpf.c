// SPDX-License-Identifier: GPL-2.0-only
/* Requests of HTTP by method and by length of the path. */
#include "packet.h"

#define METHODS		8
#define LONGEST		8
#define PATH_MOST	64

static const char methods[METHODS][LONGEST] = {
	"GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS", "TRACE ",
};

__u64 by_method[METHODS];
__u64 by_length[PATH_MOST / 8 + 1];
__u64 others;

static int find_method(const char *head)
{
	__u32 m, i;

	for (m = 0; m < METHODS; m++) {
		for (i = 0; i < LONGEST && methods[m][i]; i++)
			if (head[i] != methods[m][i])
				break;
		if (i == LONGEST || !methods[m][i])
			return m;
	}
	return -1;
}

static __u32 path_length(struct __sk_buff *skb, __u32 at)
{
	char path[PATH_MOST];
	__u32 i, begun = 0;

	if (bpf_skb_load_bytes(skb, at, path, sizeof(path)))
		return 0;
	for (i = 0; i < PATH_MOST; i++) {
		if (path[i] == '/')
			begun = 1;
		else if (begun && path[i] == ' ')
			break;
	}
	return i;
}

SEC("socket")
int http_method(struct __sk_buff *skb)
{
	char head[LONGEST];
	struct tcphdr tcp;
	struct iphdr ip;
	__u32 at = behind_ipv4(skb, &ip), len;
	int method;

	if (!at || ip.protocol != IPPROTO_TCP || !READ(skb, at, &tcp) ||
	    tcp.dest != bpf_htons(80))
		return 0;
	at += tcp.doff * 4;
	if (!READ(skb, at, &head))
		return 0;
	method = find_method(head);
	if (method < 0) {
		others++;
		return 0;
	}
	__sync_fetch_and_add(&by_method[method], 1);
	len = path_length(skb, at);
	if (len <= PATH_MOST)
		by_length[len / 8]++;
	return skb->len;
}
