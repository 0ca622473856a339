// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first example of 2013, with what is recorded printed until Ctrl-C: packets that
 * are sent and received, by the loopback device and no other.
 *
 *	loopback_only [-1 SECONDS]
 */
#include "event_user.h"

int main(int argc, char **argv)
{
	static const char * const events[] = { "net:netif_receive_skb", "net:net_dev_queue" };
	struct wait w = { };
	struct session s;
	int err;

	if (watch_options(argc, argv, &w.seconds))
		return 2;
	err = watch_begin(&s, &w, "loopback_only.bpf.o", events, 2, true);
	if (!err)
		wait_for(&w);
	watch_end(&s, &w);
	return err ? 1 : 0;
}
