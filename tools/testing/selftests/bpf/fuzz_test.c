// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed calls of bpf(2): at least 100,000, from a seed that is printed. Nothing may
 * crash, hang or leak descriptors, and the system call must work as before afterwards.
 * What the kernel itself finds wrong (a warning, KASAN, kmemleak) shows on its console,
 * which the harness watches.
 *
 *   fuzz_test [SEED [CALLS]]
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "bpf_insn.h"
#include "btf_blob.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define MAP_BYTES	(1U << 18)
#define GUEST_BYTES	(1ULL << 33)

static __u64 random_state;

/* xorshift64*: the whole run follows from the seed */
static __u64 rnd(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static __u32 below(__u32 limit)
{
	return rnd() % limit;
}

static bool once_in(__u32 n)
{
	return !below(n);
}

/* what calls work on */
struct target {
	int maps[3];
	int prog;
	int btf;
	int device;
	char *readable;		/* a page */
	char *read_only;	/* a page */
	char *edge;		/* last bytes before an unmapped page */
};

static const struct bpf_insn model[] = {
	BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	BPF_LD_ABS(BPF_B, 23),
	BPF_STX_MEM(BPF_W, BPF_REG_10, BPF_REG_0, -4),
	BPF_LD_MAP_FD(BPF_REG_1, 0),
	BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
	BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
	BPF_CALL_FUNC(BPF_FUNC_map_lookup_elem),
	BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
	BPF_MOV64_IMM(BPF_REG_1, 1),
	BPF_ATOMIC_OP(BPF_DW, BPF_ADD, BPF_REG_0, BPF_REG_1, 0),
	BPF_LDX_MEM(BPF_W, BPF_REG_3, BPF_REG_6, offsetof(struct __sk_buff, len)),
	BPF_JMP32_IMM(BPF_JGT, BPF_REG_3, 100, 1),
	BPF_ALU32_IMM(BPF_AND, BPF_REG_3, 7),
	BPF_MOV64_IMM(BPF_REG_0, 0),
	BPF_EXIT_INSN(),
};

static __u64 number(void)
{
	static const __u64 special[] = {
		0, 1, 2, 4, 7, 8, 16, 64, 255, 256, 511, 512, 513, 4095, 4096, 65535,
		65536, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, -1ULL, -4096ULL,
		1ULL << 63,
	};

	return once_in(4) ? rnd() : special[below(COUNT(special))];
}

static __u64 address(const struct target *t)
{
	switch (below(8)) {
	case 0:
		return number();
	case 1:
		return 0xffffffff81000000ULL + below(1 << 20);
	case 2:
		return (uintptr_t)t->read_only + below(4096);
	case 3:
		return (uintptr_t)t->edge - below(64);
	default:
		return (uintptr_t)t->readable + below(2048);
	}
}

static int descriptor(const struct target *t)
{
	switch (below(8)) {
	case 0:
		return number();
	case 1:
		return t->device;
	case 2:
		return t->prog;
	case 3:
		return below(64);
	case 4:
		return t->btf;
	default:
		return t->maps[below(3)];
	}
}

/* types, of which 1 is an int and 3 a function; returns their bytes */
static __u32 model_types(void *to)
{
	static struct blob b;

	blob_start(&b);
	blob_int(&b, "int", 4);
	blob_func(&b, "model", 1);
	blob_type(&b, BTF_KIND_STRUCT, "pair", 2, 8);
	blob_item3(&b, 0, 1, 0);
	blob_item3(&b, 0, 1, 32);
	return blob_end(&b, to);
}

/* these with some of them spoilt, into the readable page */
static void spoil_types(const struct target *t, union bpf_attr *attr)
{
	__u32 size = model_types(t->readable), changes = below(4);

	while (changes--)
		t->readable[below(size)] = once_in(2) ? rnd() : below(20);
	attr->btf = once_in(10) ? address(t) : (uintptr_t)t->readable;
	attr->btf_size = once_in(10) ? number() : size;
	if (once_in(2)) {
		attr->btf_log_level = once_in(10) ? number() : 1 + below(7);
		attr->btf_log_buf = once_in(10) ? address(t) : (uintptr_t)t->readable + 1024;
		attr->btf_log_size = once_in(10) ? number() : 128 + below(2900);
	}
}

/* functions and lines of the model, some of them spoilt */
static void spoil_source(const struct target *t, union bpf_attr *attr)
{
	struct bpf_func_info *func = (void *)(t->readable + 512);
	struct bpf_line_info *line = (void *)(t->readable + 600);

	*func = (struct bpf_func_info){ 0, once_in(4) ? number() : 3 };
	line[0] = (struct bpf_line_info){ once_in(8) ? number() : 0, 1, 1, 1 << 10 };
	line[1] = (struct bpf_line_info){ once_in(4) ? number() : 2, 1, 1, 2 << 10 };
	attr->prog_btf_fd = once_in(8) ? descriptor(t) : t->btf;
	attr->func_info = once_in(10) ? address(t) : (uintptr_t)func;
	attr->func_info_rec_size = once_in(8) ? number() : sizeof(*func);
	attr->func_info_cnt = once_in(8) ? number() : below(2);
	attr->line_info = once_in(10) ? address(t) : (uintptr_t)line;
	attr->line_info_rec_size = once_in(8) ? number() : sizeof(*line);
	attr->line_info_cnt = once_in(8) ? number() : below(3);
}

/* a value's address in the place of the map, by descriptor or by index */
static void spoil_map(const struct target *t, struct bpf_insn *insns, union bpf_attr *attr)
{
	insns[0].src_reg = below(8);
	insns[1].imm = once_in(2) ? 0 : number();
	if (insns[0].src_reg >= BPF_PSEUDO_MAP_IDX && !once_in(8))
		insns[0].imm = below(3);
	attr->fd_array = once_in(4) ? address(t) : (uintptr_t)t->maps;
}

/* the model program with some of it spoilt, into the readable page */
static void spoil_program(const struct target *t, union bpf_attr *attr)
{
	struct bpf_insn *insns = (struct bpf_insn *)t->readable;
	__u32 i, changes = below(6);

	memcpy(insns, model, sizeof(model));
	insns[3].imm = t->maps[below(3)];
	if (once_in(4))
		spoil_map(t, &insns[3], attr);
	for (i = 0; i < changes; i++) {
		unsigned char *raw = (unsigned char *)&insns[below(COUNT(model))];

		if (once_in(3))
			memcpy(raw, &insns[below(COUNT(model))], 8);
		else
			raw[below(8)] = rnd();
	}
	attr->prog_type = once_in(10) ? number() : BPF_PROG_TYPE_SOCKET_FILTER;
	attr->insns = (uintptr_t)insns;
	attr->insn_cnt = once_in(10) ? number() : COUNT(model);
	attr->license = once_in(10) ? address(t) : (uintptr_t)"GPL";
	if (once_in(3))
		spoil_source(t, attr);
	if (once_in(2)) {
		attr->log_level = once_in(10) ? number() : 1 + below(7);
		attr->log_buf = once_in(10) ? address(t) :
				(uintptr_t)t->readable + 1024;
		attr->log_size = once_in(10) ? number() : 128 + below(2900);
	}
}

static void fill_map(const struct target *t, union bpf_attr *attr)
{
	__u64 bytes;

	attr->map_type = once_in(8) ? number() : 1 + below(2);
	attr->key_size = once_in(4) ? number() : 4;
	attr->value_size = once_in(4) ? number() : 1 + below(64);
	attr->max_entries = once_in(4) ? number() : 1 + below(64);
	attr->map_flags = once_in(4) ? number() : once_in(4) ? BPF_F_MMAPABLE : below(2);
	if (once_in(4)) {
		attr->btf_fd = once_in(4) ? descriptor(t) : t->btf;
		attr->btf_key_type_id = once_in(4) ? number() : 1;
		attr->btf_value_type_id = once_in(4) ? number() : 1 + below(5);
	}

	/* what could succeed and only costs time: too large is larger than any guest */
	bytes = (__u64)attr->value_size * attr->max_entries;
	if (bytes > MAP_BYTES && bytes < GUEST_BYTES)
		attr->max_entries = 1 + below(64);
	if (attr->value_size > MAP_BYTES && once_in(2))
		attr->value_size &= MAP_BYTES - 1;
}

static void fill_element(const struct target *t, union bpf_attr *attr)
{
	attr->map_fd = descriptor(t);
	attr->key = address(t);
	attr->value = address(t);
	attr->flags = once_in(3) ? number() : below(3);
}

static void fill_run(const struct target *t, union bpf_attr *attr)
{
	attr->test.prog_fd = once_in(4) ? (__u32)descriptor(t) : (__u32)t->prog;
	attr->test.data_in = address(t);
	attr->test.data_size_in = once_in(4) ? number() : below(2048);
	attr->test.data_out = once_in(2) ? 0 : address(t);
	attr->test.data_size_out = once_in(4) ? number() : below(2048);
	attr->test.repeat = below(4);
	attr->test.ctx_in = once_in(2) ? 0 : address(t);
	attr->test.ctx_size_in = attr->test.ctx_in ? below(300) : 0;
	attr->test.ctx_out = once_in(2) ? 0 : address(t);
	attr->test.ctx_size_out = attr->test.ctx_out ? below(300) : 0;
}

static void fill_info(const struct target *t, union bpf_attr *attr)
{
	struct bpf_prog_info *info = (void *)t->readable;

	memset(info, 0, sizeof(*info));
	if (once_in(2)) {
		info->xlated_prog_len = number();
		info->xlated_prog_insns = address(t);
		info->nr_map_ids = number();
		info->map_ids = address(t);
	}
	attr->info.bpf_fd = descriptor(t);
	attr->info.info_len = once_in(3) ? number() : sizeof(*info);
	attr->info.info = once_in(4) ? address(t) : (uintptr_t)info;
}

/* one call; a descriptor it makes is closed again. Says whether it succeeded */
static bool one_call(const struct target *t)
{
	static const int known[] = {
		BPF_MAP_CREATE, BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM,
		BPF_MAP_DELETE_ELEM, BPF_MAP_GET_NEXT_KEY, BPF_PROG_LOAD,
		BPF_PROG_LOAD, BPF_PROG_TEST_RUN, BPF_OBJ_GET_INFO_BY_FD, BPF_BTF_LOAD,
	};
	int cmd = once_in(20) ? (int)number() : known[below(COUNT(known))];
	__u32 size = sizeof(union bpf_attr);
	union bpf_attr attr;
	void *where = &attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	if (cmd == BPF_MAP_CREATE)
		fill_map(t, &attr);
	else if (cmd == BPF_PROG_LOAD)
		spoil_program(t, &attr);
	else if (cmd == BPF_BTF_LOAD)
		spoil_types(t, &attr);
	else if (cmd == BPF_PROG_TEST_RUN)
		fill_run(t, &attr);
	else if (cmd == BPF_OBJ_GET_INFO_BY_FD)
		fill_info(t, &attr);
	else
		fill_element(t, &attr);
	if (once_in(10))
		((unsigned char *)&attr)[below(sizeof(attr))] = rnd();
	if (cmd == BPF_PROG_TEST_RUN)
		attr.test.repeat &= 3;	/* legal, but takes for ever */
	if (once_in(10))
		size = number();
	if (size > sizeof(attr) || once_in(20)) {
		where = t->readable + 2048;
		memcpy(where, &attr, sizeof(attr));
	}
	if (once_in(50))
		where = (void *)(uintptr_t)address(t);
	fd = syscall(__NR_bpf, cmd, where, size);
	if (fd > 0)
		close(fd);
	return fd >= 0;
}

static int new_map(__u32 type, __u32 value, __u32 max, __u32 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = 4;
	attr.value_size = value;
	attr.max_entries = max;
	attr.map_flags = flags;
	return syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int load_model(int map)
{
	struct bpf_insn insns[COUNT(model)];
	union bpf_attr attr;

	memcpy(insns, model, sizeof(model));
	insns[3].imm = map;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = COUNT(model);
	attr.license = (uintptr_t)"GPL";
	return syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int load_types(const struct target *t)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)t->readable;
	attr.btf_size = model_types(t->readable);
	return syscall(__NR_bpf, BPF_BTF_LOAD, &attr, sizeof(attr));
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static bool set_up(struct target *t)
{
	char *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + 4096, 4096) ||
	    mprotect(pages + 2 * 4096, 4096, PROT_READ))
		return false;
	t->readable = pages;
	t->edge = pages + 4096;
	t->read_only = pages + 2 * 4096;
	t->maps[0] = new_map(BPF_MAP_TYPE_HASH, 8, 16, 0);
	t->maps[1] = new_map(BPF_MAP_TYPE_HASH, 100, 16, BPF_F_NO_PREALLOC);
	t->maps[2] = new_map(BPF_MAP_TYPE_ARRAY, 8, 16, 0);
	t->prog = load_model(t->maps[0]);
	t->btf = load_types(t);
	t->device = open("/dev/null", O_RDWR);
	return t->maps[0] >= 0 && t->maps[1] >= 0 && t->maps[2] >= 0 &&
	       t->prog >= 0 && t->btf >= 0 && t->device >= 0;
}

int main(int argc, char **argv)
{
	__u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (__u64)time(NULL);
	__u32 calls = argc > 2 ? strtoul(argv[2], NULL, 0) : 120000;
	__u32 i, succeeded = 0;
	struct target t;
	int before, after;

	printf("# seed %llu, %u calls\n", (unsigned long long)seed, calls);
	random_state = seed * 2 + 1;
	if (!ok(set_up(&t), "maps, types and a program to work on"))
		return tap_done();
	before = open_descriptors();
	for (i = 0; i < calls; i++) {
		succeeded += one_call(&t);
		if (i % 20000 == 19999)
			printf("# %u calls\n", i + 1);
	}
	after = open_descriptors();
	printf("# %u calls succeeded\n", succeeded);
	ok(i == calls, "%u malformed calls answered", calls);
	ok(succeeded > calls / 1000 && succeeded < calls / 2,
	   "some calls are well-formed, most are not");
	ok(before == after, "no descriptor is left (%d before, %d after)", before,
	   after);
	ok(new_map(BPF_MAP_TYPE_HASH, 8, 16, 0) >= 0 && load_model(t.maps[0]) >= 0,
	   "the system call works as before");
	return tap_done();
}
