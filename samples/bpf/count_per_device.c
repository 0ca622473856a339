// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second example of 2013: of the packets that a device receives, every tenth is
 * printed, until Ctrl-C; then how many each has received.
 *
 *	count_per_device [-1 SECONDS]
 */
#include <stdint.h>
#include <stdio.h>
#include <bpf/bpf.h>
#include "count_per_device.h"
#include "event_user.h"

static void print_counts(int map)
{
	struct device device, last;
	bool first = true;
	uint64_t count;

	while (!bpf_map_get_next_key(map, first ? NULL : &last, &device)) {
		if (!bpf_map_lookup_elem(map, &device, &count))
			printf("%.16s: %llu packets\n", device.name, (unsigned long long)count);
		last = device;
		first = false;
	}
}

int main(int argc, char **argv)
{
	static const char * const event[] = { "net:netif_receive_skb" };
	struct wait w = { };
	struct session s;
	int err;

	if (watch_options(argc, argv, &w.seconds))
		return 2;
	err = watch_begin(&s, &w, "count_per_device.bpf.o", event, 1, true);
	if (!err) {
		wait_for(&w);
		session_disable(&s);
		wait_close(&w);
		print_counts(watch_map(&s, "packets"));
	}
	watch_end(&s, &w);
	return err ? 1 : 0;
}
