// SPDX-License-Identifier: GPL-2.0-only
/* Tags in front of the network header: VLANs in each other, then labels of MPLS. */
#include "packet.h"

#define MOST_TAGS	4
#define MOST_LABELS	6
#define ETH_P_QINQ	0x88a8

struct tag {
	__be16	tci;
	__be16	type;
};

struct stack {
	__u16	vlan[MOST_TAGS];
	__u32	label;
	__u32	labels;
};

COUNTER_MAP(stacks, struct stack, 4096);

const volatile __u32 with_labels = 1;
__u64 untagged, too_deep;

static bool is_tag(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_QINQ);
}

static void read_labels(struct __sk_buff *skb, __u32 at, struct stack *stack)
{
	__be32 word;
	__u32 label, i;

	for (i = 0; i < MOST_LABELS; i++) {
		if (!READ(skb, at + 4 * i, &word))
			return;
		label = bpf_ntohl(word);
		stack->label = label >> 12;
		stack->labels++;
		if (label & 0x100)
			return;
	}
}

SEC("socket")
int vlan_stack(struct __sk_buff *skb)
{
	struct stack stack = { };
	__u32 at = ETH_HLEN, i;
	struct ethhdr eth;
	struct tag tag;
	__be16 type;

	if (!READ(skb, 0, &eth))
		return 0;
	type = eth.h_proto;
	if (skb->vlan_present)
		stack.vlan[MOST_TAGS - 1] = skb->vlan_tci & 0xfff;
	for (i = 0; i < MOST_TAGS - 1 && is_tag(type); i++) {
		if (!READ(skb, at, &tag))
			return 0;
		stack.vlan[i] = bpf_ntohs(tag.tci) & 0xfff;
		type = tag.type;
		at += sizeof(tag);
	}
	if (is_tag(type)) {
		too_deep++;
		return 0;
	}
	if (with_labels && type == bpf_htons(ETH_P_MPLS_UC))
		read_labels(skb, at, &stack);
	if (!i && !stack.labels && !skb->vlan_present)
		untagged++;
	else
		count_in(&stacks, &stack, 1);
	return 0;
}
