// SPDX-License-Identifier: GPL-2.0-only
/*
 * First example of the proposal of 2013: of all events about packets, only those of the
 * loopback device are recorded. It looks at the fields of the events, which the header
 * that event_header makes of their `format` files describes.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "net_events.h"

static __always_inline int is_loopback(const void *device)
{
	char name[3] = { };

	bpf_probe_read_kernel(name, sizeof(name), device);
	return name[0] == 'l' && name[1] == 'o' && !name[2];
}

SEC("tp/net/netif_receive_skb")
int received(struct event_net_netif_receive_skb *event)
{
	return is_loopback(event_net_netif_receive_skb_name(event));
}

SEC("tp/net/net_dev_queue")
int sent(struct event_net_net_dev_queue *event)
{
	return is_loopback(event_net_net_dev_queue_name(event));
}

char _license[] SEC("license") = "GPL";
