/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Most memory that the kernel holds for the caller at a time while it does something: its
 * allocations of this process, as trace events tell of them, vmalloc() and exact pages by
 * probes. The same on every kernel. Costs are to be taken before.
 */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

#include <sys/stat.h>
#include "code.h"

#define TRACING		"/sys/kernel/tracing/"
#define PIECES		(1 << 20)	/* a power of two */

static const char *const peak_events[] = {
	"kmem/kmalloc", "kmem/kmalloc_node", "kmem/kmem_cache_alloc",
	"kmem/kmem_cache_alloc_node", "kmem/kfree", "kmem/kmem_cache_free",
	"kprobes/bench_size", "kprobes/bench_area", "kprobes/bench_vfree",
	"kprobes/bench_exact", "kprobes/bench_pages", "kprobes/bench_pfree",
};

static const char *const peak_probes[] = {
	"p:bench_size __vmalloc_node_range bytes=%di\n",
	"r:bench_area __vmalloc_node_range ptr=$retval\n",
	"p:bench_vfree vfree ptr=%di\n",
	"p:bench_exact alloc_pages_exact bytes=%di\n",
	"r:bench_pages alloc_pages_exact ptr=$retval\n",
	"p:bench_pfree free_pages_exact ptr=%di\n",
};

/* false: there is no such file, as on kernels of other versions */
static bool peak_write(const char *file, const char *text, int flags)
{
	char path[128];
	bool good;
	int fd;

	snprintf(path, sizeof(path), TRACING "%s", file);
	fd = open(path, O_WRONLY | flags);
	if (fd < 0)
		return false;
	good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return good;
}

/* from now on events fire: nothing is timed any more. false: the kernel has none */
static bool peak_prepare(void)
{
	char pid[16], file[64];
	unsigned int i;
	bool ready;

	peak_write("tracing_on", "0", 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	ready = peak_write("buffer_size_kb", "131072", 0) &&
		peak_write("set_event_pid", pid, 0);
	for (i = 0; ready && i < COUNT(peak_probes); i++)
		ready = peak_write("kprobe_events", peak_probes[i], O_APPEND);
	peak_write("options/hash-ptr", "0", 0);
	for (i = 0; ready && i < COUNT(peak_events); i++) {
		snprintf(file, sizeof(file), "events/%s/enable", peak_events[i]);
		peak_write(file, "1", 0);
	}
	return ready;
}

static void peak_start(void)
{
	peak_write("trace", "", O_TRUNC);
	peak_write("tracing_on", "1", 0);
}

/* what is allocated: an open hash of addresses */
static struct {
	__u64	ptr;
	__u64	bytes;
} peak_piece[PIECES];

static __u64 *peak_find(__u64 ptr)
{
	__u32 at = ptr * 0x9e3779b97f4a7c15ULL >> 40;

	for (;; at++) {
		at &= PIECES - 1;
		if (!peak_piece[at].ptr || peak_piece[at].ptr == ptr) {
			peak_piece[at].ptr = ptr;
			return &peak_piece[at].bytes;
		}
	}
}

static __u64 peak_field(const char *line, const char *name, int base)
{
	const char *at = strstr(line, name);

	return at ? strtoull(at + strlen(name), NULL, base) : 0;
}

/* exact pages are cut out of a power of two, which is held for that time */
static __u64 peak_power(__u64 bytes)
{
	__u64 power = 4096;

	while (power < bytes)
		power *= 2;
	return power;
}

/* bytes that the kernel held at most; addresses may come without 0x */
static __u64 peak_stop(void)
{
	__u64 now_bytes = 0, most = 0, area = 0, *piece, ptr;
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	peak_write("tracing_on", "0", 0);
	memset(peak_piece, 0, sizeof(peak_piece));
	f = fopen(TRACING "trace", "r");
	if (!f)
		die("trace");
	while (getline(&line, &room, f) > 0) {
		ptr = peak_field(line, " ptr=", 16);
		if (strstr(line, " bench_size:") || strstr(line, " bench_exact:")) {
			area = peak_field(line, " bytes=", 0);
			continue;
		}
		if (!ptr)
			continue;
		piece = peak_find(ptr);
		if (strstr(line, "free:")) {
			now_bytes -= *piece;
			*piece = 0;
			continue;
		}
		now_bytes -= *piece;
		*piece = peak_field(line, " bytes_alloc=", 10);
		if (strstr(line, " bench_area:"))
			*piece = area;
		if (strstr(line, " bench_pages:")) {
			*piece = (area + 4095) & ~4095ULL;
			if (now_bytes + peak_power(area) > most)
				most = now_bytes + peak_power(area);
		}
		now_bytes += *piece;
		if (now_bytes > most)
			most = now_bytes;
	}
	free(line);
	fclose(f);
	return most;
}

#endif /* BENCH_PEAK_H */
