// SPDX-License-Identifier: GPL-2.0-only
/* Messages of ICMP by type and code; what they quote, by protocol. */
#include "packet.h"
#include <linux/icmp.h>

#define TYPES	48
#define CODES	16

__u64 messages[TYPES][CODES];
__u64 quoted[256];
__u64 strange;

static bool quotes(__u8 type)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return true;
	}
	return false;
}

SEC("socket")
int icmp_table(struct __sk_buff *skb)
{
	struct icmphdr icmp;
	struct iphdr ip, inner;
	__u32 at = behind_ipv4(skb, &ip);

	if (!at || ip.protocol != IPPROTO_ICMP || !READ(skb, at, &icmp))
		return 0;
	if (icmp.type >= TYPES || icmp.code >= CODES) {
		strange++;
		return 0;
	}
	__sync_fetch_and_add(&messages[icmp.type][icmp.code], 1);
	if (quotes(icmp.type) && READ(skb, at + sizeof(icmp), &inner))
		__sync_fetch_and_add(&quoted[inner.protocol], 1);
	return 0;
}
