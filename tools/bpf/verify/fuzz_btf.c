// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blobs of types with random damage, through the checker of types: what compilers made,
 * and what btf_cases.c writes.
 *
 *	fuzz_btf SEED COUNT [BLOB...]
 *
 * The sanitizers watch. A blob is accepted, and then everything is asked about all of its
 * types; or it is refused with one of the errors there are and with words. Nothing is
 * left over.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include "btf/types.h"
#include "btf_cases.h"
#include "host_user.h"
#include "vlog.h"

#define LOG_BYTES	65536
#define BLOB_BYTES	65536

static char log_text[LOG_BYTES];

/* a blob to be damaged */
static u8 bytes[BLOB_BYTES];
static u32 size;

/* a number that something may be wrong with */
static u32 odd_number(void)
{
	static const u32 some[] = {
		0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 127, 128, 0xff, 0xffff, 0x10000,
		0xfffff, 0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff,
	};

	return user_random() % 4 ? some[user_random() % ARRAY_SIZE(some)] : user_random();
}

static void damage(void)
{
	u32 at = size ? user_random() % size : 0;

	switch (user_random() % 6) {
	case 0:
		bytes[at] ^= 1 << user_random() % 8;
		break;
	case 1:
		bytes[at] = odd_number();
		break;
	case 2:
	case 3:
		at &= ~3u;
		if (at + 4 <= size)
			*(u32 *)(bytes + at) = odd_number();
		break;
	case 4:
		/* a type's number, a kind, items: small ones hit most */
		at &= ~3u;
		if (at + 4 <= size)
			*(u32 *)(bytes + at) = user_random() % 64 << 24 * (user_random() % 2);
		break;
	default:
		if (!(user_random() % 8))
			size = at;
	}
}

static void ask(const struct bpf_types *types)
{
	char text[100];
	u32 id, got;

	for (id = 0; id <= types->count; id++) {
		bpf_type_text(types, id, text, 1 + user_random() % sizeof(text));
		bpf_type_path(types, id, user_random() % 64, text,
			      1 + user_random() % sizeof(text));
		bpf_type_bytes(types, id, &got);
		bpf_type_is_plain_u32(types, id);
	}
}

static void give_up(u64 n, const char *what, int err)
{
	printf("blob %llu: %s (%d)\n%s", n, what, err, log_text);
	exit(1);
}

/* checks it; was it accepted? */
static bool check(u64 n)
{
	struct bpf_types *types;
	struct bv_log log;
	u8 *copy = bv_alloc(size + 1);
	int err;

	memcpy(copy, bytes, size);
	bv_log_start(&log, log_text, sizeof(log_text), 1 + user_random() % 3);
	err = bpf_types_new(copy, size, &log, &types);
	bv_log_finish(&log);
	if (!err) {
		ask(types);
		bpf_types_free(types);
	} else if (err != -EINVAL && err != -E2BIG && err != -EEXIST && err != -ENOTSUPP) {
		give_up(n, "an error that there is not", err);
	} else if (strncmp(log_text, "refused: ", 9)) {
		give_up(n, "refused without words", err);
	}
	if (user_memory_live())
		give_up(n, "memory left over", err);
	return !err;
}

static void pick(char **files, u32 count)
{
	static struct blob blob;
	u32 n = user_random() % (count + 3);
	FILE *f;

	if (n >= count) {
		blob_start(&blob);
		btf_cases[user_random() % btf_case_count].build(&blob, user_random() % 2);
		size = blob_end(&blob, bytes);
		return;
	}
	f = fopen(files[n], "rb");
	if (!f) {
		perror(files[n]);
		exit(2);
	}
	size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
}

int main(int argc, char **argv)
{
	u64 n, count, accepted = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: fuzz_btf SEED COUNT [BLOB...]\n");
		return 2;
	}
	user_seed(strtoull(argv[1], NULL, 0));
	count = strtoull(argv[2], NULL, 0);
	for (n = 0; n < count; n++) {
		u32 times = user_random() % 8;

		pick(argv + 3, argc - 3);
		while (times--)
			damage();
		accepted += check(n);
	}
	printf("ok 1 - %llu blobs of types, %llu accepted (seed %s)\n1..1\n"
	       "1 passed, 0 failed, 0 skipped\n", count, accepted, argv[1]);
	return 0;
}
