// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of type that the compiler makes, for the checker of types: compiled with
 * clang -target bpf -g, its types are the seed of btf_test and fuzz_btf.
 */
#define SECTION(name) __attribute__((section(name), used))

typedef unsigned int u32;
typedef unsigned long long u64;

enum color { RED, GREEN = -1, BLUE = 70000 };

struct later;

union pair {
	u64	both;
	u32	half[2];
};

struct flow {
	u32			bits : 3, more : 17;
	enum color		color : 4;
	volatile u64		bytes;
	const char		*name;
	union pair		pairs[3];
	struct flow		*next;
	struct later		*later;
	int			(*call)(struct flow *f, const union pair *p, ...);
	struct {
		_Bool		on;
		float		share;
		double		exact;
	};
};

struct flow total SECTION(".bss");
static const volatile u64 limit SECTION(".rodata") = 7;
char _license[] SECTION("license") = "GPL";

static __attribute__((noinline)) u64 add(struct flow *restrict f, u32 n)
{
	f->bytes += n;
	return f->bytes + f->color;
}

SECTION("socket")
int count(struct flow *ctx)
{
	return add(ctx, limit) > 7;
}
