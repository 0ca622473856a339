// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.h in user space, maps aside: memory that fails when asked to, the log buffer,
 * the clock; random numbers that come again, loads from addresses that may be none.
 */
#include <linux/errno.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "host_user.h"

static u32 fail_in;
static bool failed;
static long live;
static bool log_faults;

void user_starve(u32 nth)
{
	fail_in = nth;
	failed = false;
}

bool user_starved(void)
{
	return failed;
}

long user_memory_live(void)
{
	return live;
}

void user_fault_log(bool on)
{
	log_faults = on;
}

static bool must_fail(void)
{
	if (!fail_in || --fail_in)
		return false;
	failed = true;
	return true;
}

void *bv_alloc(size_t bytes)
{
	void *p = must_fail() ? NULL : calloc(1, bytes);

	live += !!p;
	return p;
}

/* no zeros, so that whoever counts on them is found */
void *bv_alloc_unset(size_t bytes)
{
	void *p = must_fail() ? NULL : malloc(bytes);

	live += !!p;
	return p ? memset(p, 0xa5, bytes) : NULL;
}

void *bv_resize(void *old, size_t old_bytes, size_t new_bytes)
{
	void *p = bv_alloc_unset(new_bytes);

	if (!p)
		return NULL;
	if (old)
		memcpy(p, old, old_bytes);
	bv_free(old);
	return p;
}

void bv_free(const void *p)
{
	live -= !!p;
	free((void *)p);
}

void *bv_alloc_exact(size_t bytes)
{
	return bv_alloc_unset(bytes);
}

/* what is no byte of it is seen by the sanitizer */
void bv_free_exact(void *p, size_t bytes)
{
	if (p)
		memset(p, 0x5a, bytes);
	bv_free(p);
}

void *user_kalloc(size_t bytes)
{
	return bv_alloc(bytes);
}

/* never grows in place: who keeps the old address shall be found */
void *user_krealloc(const void *old, size_t bytes)
{
	size_t had = malloc_usable_size((void *)old);
	void *p = bv_alloc(bytes);

	if (!p)
		return NULL;
	if (old)
		memcpy(p, old, had < bytes ? had : bytes);
	bv_free(old);
	return p;
}

void user_kfree(const void *p)
{
	bv_free(p);
}

static u64 random_state = 1;

void user_seed(u64 seed)
{
	random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
}

u32 user_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 20;
}

/* the system tells whether there is such an address */
static bool try_load(const void *from, u32 bytes, void *to)
{
	static int ends[2];

	if (!ends[1] && pipe(ends))
		abort();
	if (write(ends[1], from, bytes) != bytes)
		return false;
	if (read(ends[0], to, bytes) != bytes)
		abort();
	return true;
}

u64 user_load_nofault(u64 from, u32 bytes)
{
	u64 value = 0;

	return try_load((const void *)from, bytes, &value) ? value : 0;
}

int bv_host_fd(const s32 __user *fds, s32 idx, u32 *fd)
{
	return try_load((const void *)((u64)fds + (s64)idx * 4), sizeof(*fd), fd) ? 0 : -EFAULT;
}

int bv_host_log_write(char __user *buf, u32 pos, const char *text, u32 len)
{
	if (log_faults)
		return -EFAULT;
	memcpy(buf + pos, text, len);
	return 0;
}

int bv_host_breathe(void)
{
	return 0;
}

u64 bv_host_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

bool bv_host_unaligned_ok(void)
{
	return true;
}
