// SPDX-License-Identifier: GPL-2.0-only
/* Which pages are touched: addresses of a sampling event, counted by page and by region. */
#include <linux/bpf_perf_event.h>
#include "trace.h"

#define PAGE_BITS	12
#define REGIONS		64

struct page {
	__u64	number;
	__u32	pid;
	__u32	in_kernel;
};

HASH_MAP(pages, struct page, __u64, 65536);

struct region {
	__u64	first;
	__u64	last;
	__u64	hits;
};

struct region regions[REGIONS];
__u32 region_count;
__u64 outside;

static void find_region(__u64 address)
{
	__u32 low = 0, high = region_count, middle, i;

	if (high > REGIONS)
		high = REGIONS;
	/* they are in order */
	for (i = 0; i < 7 && low < high; i++) {
		middle = (low + high) / 2;
		if (middle >= REGIONS)
			break;
		if (address < regions[middle].first) {
			high = middle;
		} else if (address > regions[middle].last) {
			low = middle + 1;
		} else {
			__sync_fetch_and_add(&regions[middle].hits, 1);
			return;
		}
	}
	outside++;
}

SEC("perf_event")
int sampled(struct bpf_perf_event_data *event)
{
	struct page page = {
		.number = event->addr >> PAGE_BITS,
		.pid = this_pid(),
		.in_kernel = event->addr >> 63,
	};

	if (!event->addr)
		return 0;
	count_in(&pages, &page, 1);
	find_region(event->addr);
	return 0;
}
