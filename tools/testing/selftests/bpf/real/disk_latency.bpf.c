// SPDX-License-Identifier: GPL-2.0-only
/* Requests to disks: how long each takes, for each device and direction. */
#include "trace.h"

struct request {
	struct common	common;
	__u32		device;
	__u32		pad;
	__u64		sector;
	__u32		sectors;
	__u32		bytes;
	char		kind[8];
};

struct done {
	struct common	common;
	__u32		device;
	__u32		pad;
	__u64		sector;
	__u32		sectors;
	__s32		error;
	char		kind[8];
};

struct place {
	__u64	sector;
	__u32	device;
	__u32	pad;
};

struct series {
	__u32	device;
	__u32	writes;
};

struct histogram {
	__u64	slots[SLOTS];
	__u64	errors;
	__u64	sectors;
};

HASH_MAP(sent, struct place, __u64, 4096);
HASH_MAP(latencies, struct series, struct histogram, 64);

static struct histogram none;

SEC("tp/block/block_rq_issue")
int issue(struct request *r)
{
	struct place at = { r->sector, r->device, 0 };
	__u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&sent, &at, &now, BPF_ANY);
	return 0;
}

static struct histogram *find_series(const struct series *s)
{
	struct histogram *h = bpf_map_lookup_elem(&latencies, s);

	if (h)
		return h;
	bpf_map_update_elem(&latencies, s, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&latencies, s);
}

SEC("tp/block/block_rq_complete")
int complete(struct done *d)
{
	struct place at = { d->sector, d->device, 0 };
	struct series series = { d->device, 0 };
	struct histogram *h;
	__u64 *since, took;
	int i;

	since = bpf_map_lookup_elem(&sent, &at);
	if (!since)
		return 0;
	took = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&sent, &at);
	for (i = 0; i < 8 && d->kind[i]; i++)
		if (d->kind[i] == 'W')
			series.writes = 1;
	h = find_series(&series);
	if (!h)
		return 0;
	h->errors += !!d->error;
	h->sectors += d->sectors;
	__sync_fetch_and_add(&h->slots[slot_of(took / 1000)], 1);
	return 0;
}
