// SPDX-License-Identifier: GPL-2.0-only
/*
 * Types that programs come with, by system calls: BPF_BTF_LOAD and what else there is of
 * them, maps and programs that are made with them, each errno and its accepted neighbour;
 * then libbpf, which knows nothing of this kernel, loading what clang made, and the source
 * that the log quotes. What makes types right or wrong is tested in user space
 * (tools/bpf/verify/btf_test.c). Runs as root.
 */
#include <stddef.h>
#include "btf_blob.h"
#include "events.h"
#include "tool.h"

#define ENOTSUPP	524	/* the kernel's own */
#define MOST_BYTES	(16U << 20)
#define NOBODY		65534

static char log_text[1 << 16];
static struct blob blob;
static unsigned char bytes[sizeof(struct blob)];
static __u32 size;

/* numbers of the types of simple() */
enum { T_U32 = 1, T_U64, T_PROTO, T_FUNC, T_FLOW, T_VAR, T_SECTION, T_BYTE };

/* names of a file, a line */
static __u32 file_name, line_name;

/* types that everything here is made with */
static void simple(void)
{
	blob_start(&blob);
	file_name = blob_name(&blob, "/src/flow.c");
	line_name = blob_name(&blob, "\treturn 0;");
	blob_int(&blob, "u32", 4);
	blob_int(&blob, "u64", 8);
	blob_func(&blob, "count", T_U32);
	blob_type(&blob, BTF_KIND_STRUCT, "flow", 2, 16);
	blob_item3(&blob, blob_name(&blob, "packets"), T_U64, 0);
	blob_item3(&blob, blob_name(&blob, "bytes"), T_U64, 64);
	blob_type(&blob, BTF_KIND_VAR, "total", 0, T_U64);
	blob_word(&blob, BTF_VAR_STATIC);
	blob_type(&blob, BTF_KIND_DATASEC, ".bss", 1, 8);
	blob_item3(&blob, T_VAR, 0, 8);
	blob_int(&blob, "byte", 1);
	size = blob_end(&blob, bytes);
}

static union bpf_attr load_attr(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes;
	attr.btf_size = size;
	return attr;
}

static void with_log(union bpf_attr *attr, __u32 level, __u32 room)
{
	log_text[0] = '\0';
	attr->btf_log_level = level;
	attr->btf_log_buf = (uintptr_t)log_text;
	attr->btf_log_size = room;
}

static int load_btf(union bpf_attr *attr)
{
	return result_of(bpf_call(BPF_BTF_LOAD, attr));
}

static int load_simple(void)
{
	union bpf_attr attr = load_attr();

	return load_btf(&attr);
}

/* claims the result of loading; a descriptor is closed */
static void expect_load(int want, union bpf_attr *attr, const char *what)
{
	int fd = fails(want, load_btf(attr), "types, %s", what);

	if (fd >= 0)
		close(fd);
}

/* ---- loading -------------------------------------------------------------------------- */

static void test_load(void)
{
	union bpf_attr attr;
	unsigned int i, refused = 0, tried = 0;

	simple();
	attr = load_attr();
	expect_load(0, &attr, "good");
	attr.btf = BAD_POINTER;
	expect_load(EFAULT, &attr, "at an address that is none");
	attr = load_attr();
	attr.btf_size = 0;
	expect_load(EINVAL, &attr, "of no size");
	attr.btf_size = MOST_BYTES + 1;
	expect_load(E2BIG, &attr, "of more than 16 MiB");
	attr.btf_size = size - 1;
	expect_load(EINVAL, &attr, "cut short");
	attr = load_attr();
	bytes[2] = 2;
	expect_load(ENOTSUPP, &attr, "of version 2");
	bytes[2] = 1;
	bytes[3] = 1;
	expect_load(ENOTSUPP, &attr, "with flags");
	for (i = offsetof(union bpf_attr, btf_log_level) + 4; i < sizeof(attr); i++) {
		simple();
		attr = load_attr();
		((unsigned char *)&attr)[i] = 1;
		refused += load_btf(&attr) == -EINVAL;
		tried++;
	}
	ok(refused == tried, "each of %u unused bytes: EINVAL", tried);
}

static void test_refusals(void)
{
	union bpf_attr attr;

	blob_start(&blob);
	blob_type(&blob, BTF_KIND_STRUCT, "s", 1, 8);
	blob_item3(&blob, 0, 1, 0);
	size = blob_end(&blob, bytes);
	attr = load_attr();
	with_log(&attr, 1, sizeof(log_text));
	expect_load(EEXIST, &attr, "made of themselves");
	ok(strstr(log_text, "refused: type 1, STRUCT s: ") && strstr(log_text, "type-loop"),
	   "the log says which and why");
	if (!strstr(log_text, "type-loop"))
		printf("# %s\n", log_text);
	blob_start(&blob);
	blob_type(&blob, BTF_KIND_STRUCT, "s", 1, 8);
	blob_item3(&blob, 0, 2, 0);
	blob_type(&blob, BTF_KIND_PTR, "", 0, 1);
	size = blob_end(&blob, bytes);
	expect_load(0, &(union bpf_attr){ .btf = (uintptr_t)bytes, .btf_size = size },
		    "that point to themselves");
}

static void test_log(void)
{
	union bpf_attr attr;

	simple();
	attr = load_attr();
	with_log(&attr, 2, sizeof(log_text));
	expect_load(0, &attr, "with a log of level 2");
	ok(strstr(log_text, "STRUCT struct flow size 16"), "which shows them");
	with_log(&attr, 2, 128);
	expect_load(ENOSPC, &attr, "with a log that is too small");
	with_log(&attr, 1, 128);
	expect_load(0, &attr, "with a small log and nothing to say");
	with_log(&attr, 1, 127);
	expect_load(EINVAL, &attr, "with a log of 127 bytes");
	with_log(&attr, 8, sizeof(log_text));
	expect_load(EINVAL, &attr, "with a log level that is none");
	with_log(&attr, 0, sizeof(log_text));
	expect_load(EINVAL, &attr, "with a log of level 0");
	with_log(&attr, 1, sizeof(log_text));
	attr.btf_log_buf = 0;
	expect_load(EINVAL, &attr, "with a log that is nowhere");
	attr.btf_log_buf = BAD_POINTER;
	expect_load(EFAULT, &attr, "with a log at an address that is none");
}

static int next_id(__u32 start, __u32 *next)
{
	union bpf_attr attr;
	int err;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = start;
	err = result_of(bpf_call(BPF_BTF_GET_NEXT_ID, &attr));
	*next = attr.next_id;
	return err;
}

static int fd_by_id(__u32 id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf_id = id;
	return result_of(bpf_call(BPF_BTF_GET_FD_BY_ID, &attr));
}

/* what another user may not */
static void test_privilege(void)
{
	union bpf_attr attr;
	int status;
	pid_t pid;

	simple();
	attr = load_attr();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		__u32 id;

		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(9);
		_exit((load_btf(&attr) != -EPERM) | (next_id(0, &id) != -EPERM) << 1 |
		      (fd_by_id(1) != -EPERM) << 2);
	}
	ok(waitpid(pid, &status, 0) == pid && !status,
	   "without privilege: EPERM for loading, numbers, descriptors by number");
}

/* ---- information ------------------------------------------------------------------------ */

static int info_of(int fd, void *info, __u32 len)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info_len = len;
	attr.info.info = (uintptr_t)info;
	return result_of(bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr));
}

static __u32 btf_id(int fd)
{
	struct bpf_btf_info info = { };

	return info_of(fd, &info, sizeof(info)) ? 0 : info.id;
}

static bool fdinfo_has(int fd, const char *words)
{
	char path[64], text[512];
	size_t got;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	if (!f)
		return false;
	got = fread(text, 1, sizeof(text) - 1, f);
	text[got] = '\0';
	fclose(f);
	return strstr(text, words);
}

static void test_info(void)
{
	static unsigned char back[sizeof(bytes)];
	struct bpf_btf_info info = { };
	char name[8] = "xxxxxxx", words[40];
	int fd;

	simple();
	fd = load_simple();
	info.btf = (uintptr_t)back;
	info.btf_size = sizeof(back);
	info.name = (uintptr_t)name;
	info.name_len = sizeof(name);
	fails(0, info_of(fd, &info, sizeof(info)), "what types are");
	ok(info.btf_size == size && !memcmp(back, bytes, size), "the bytes that were loaded");
	ok(info.id && !info.kernel_btf && !info.name_len && !name[0],
	   "a number, no name, not the kernel's");
	snprintf(words, sizeof(words), "btf_id:\t%u\n", info.id);
	ok(fdinfo_has(fd, words), "fdinfo has the number");

	memset(back, 0, sizeof(back));
	info.btf_size = 10;
	info.name_len = 1;
	fails(0, info_of(fd, &info, sizeof(info)), "with room for 10 bytes");
	ok(info.btf_size == size && !memcmp(back, bytes, 10) && !back[10],
	   "so many, and how many there are");
	info.name_len = 0;
	fails(EINVAL, info_of(fd, &info, sizeof(info)), "with a name without room");
	info.name = 0;
	info.btf = BAD_POINTER;
	fails(EFAULT, info_of(fd, &info, sizeof(info)), "with room at an address that is none");
	close(fd);
}

static void test_ids(void)
{
	__u32 id, next, last = 0;
	bool found = false;
	int fd, other;

	simple();
	fd = load_simple();
	id = btf_id(fd);
	for (next = 0; !next_id(last, &next) && next > last; last = next)
		found |= next == id;
	ok(id && found, "types are found by walking their numbers");
	fails(ENOENT, next_id(last, &next), "behind the last number");
	fails(EINVAL, next_id(0x7fffffff, &next), "behind all numbers");
	other = fails(0, fd_by_id(id), "a descriptor by number");
	ok(btf_id(other) == id, "of the same types");
	close(fd);
	ok(btf_id(other) == id, "which live as long as there is one");
	close(other);
	fails(ENOENT, fd_by_id(id), "by the number of types that are gone");
	fails(ENOENT, fd_by_id(0), "by number 0");
}

/* ---- maps -------------------------------------------------------------------------------- */

struct typed_map {
	__u32		type;
	__u32		key_size;
	__u32		value_size;
	__u32		entries;
	__u32		key_type;
	__u32		value_type;
	int		want;
	const char	*what;
};

static int typed_map(const struct typed_map *m, int btf)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = m->type;
	attr.key_size = m->key_size;
	attr.value_size = m->value_size;
	attr.max_entries = m->entries;
	attr.btf_fd = btf;
	attr.btf_key_type_id = m->key_type;
	attr.btf_value_type_id = m->value_type;
	return result_of(bpf_call(BPF_MAP_CREATE, &attr));
}

static const struct typed_map maps[] = {
	{ BPF_MAP_TYPE_HASH, 4, 16, 4, T_U32, T_FLOW, 0, "hash" },
	{ BPF_MAP_TYPE_HASH, 8, 16, 4, T_U32, T_FLOW, EINVAL, "hash, key of another size" },
	{ BPF_MAP_TYPE_HASH, 4, 8, 4, T_U32, T_FLOW, EINVAL, "hash, value of another size" },
	{ BPF_MAP_TYPE_HASH, 16, 4, 4, T_FLOW, T_U32, 0, "hash, structure for key" },
	{ BPF_MAP_TYPE_HASH, 4, 16, 4, T_U32, 0, EINVAL, "hash, key only" },
	{ BPF_MAP_TYPE_HASH, 4, 16, 4, 0, T_FLOW, EINVAL, "hash, value only" },
	{ BPF_MAP_TYPE_HASH, 4, 16, 4, T_U32, 99, EINVAL, "hash, value of a type that is none" },
	{ BPF_MAP_TYPE_HASH, 4, 16, 4, T_FUNC, T_FLOW, EINVAL, "hash, function for key" },
	{ BPF_MAP_TYPE_ARRAY, 4, 16, 4, T_U32, T_FLOW, 0, "array" },
	{ BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, T_SECTION, 0, "array that is a section" },
	{ BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0, T_SECTION, EINVAL, "array of two sections" },
	{ BPF_MAP_TYPE_ARRAY, 4, 16, 1, 0, T_FLOW, EINVAL, "array without key" },
	{ BPF_MAP_TYPE_STACK_TRACE, 4, 8, 4, T_U32, T_U64, ENOTSUPP, "stacks" },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 4, T_U32, T_U32, ENOTSUPP, "events" },
	{ BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, T_U32, T_U32, 0, "array of programs" },
};

static void test_maps(void)
{
	int btf, fd, null = open("/dev/null", O_RDONLY);
	struct bpf_map_info info = { };
	unsigned int i;
	__u32 id;

	simple();
	btf = load_simple();
	for (i = 0; i < COUNT(maps); i++) {
		fd = fails(maps[i].want, typed_map(&maps[i], btf), "map with types, %s",
			   maps[i].what);
		if (fd >= 0)
			close(fd);
	}
	fails(EBADF, typed_map(&maps[0], 999), "types that are not open");
	fails(EINVAL, typed_map(&maps[0], null), "types that are something else");
	close(null);

	fd = typed_map(&maps[0], btf);
	id = btf_id(btf);
	close(btf);
	fails(0, info_of(fd, &info, sizeof(info)), "what a map with types is");
	ok(info.btf_id == id && info.btf_key_type_id == T_U32 &&
	   info.btf_value_type_id == T_FLOW, "its types are told");
	btf = fd_by_id(id);
	ok(btf >= 0, "and live as long as it");
	close(btf);
	close(fd);
}

/* ---- programs ------------------------------------------------------------------------------ */

static const struct bpf_insn two_lines[] = {
	BPF_MOV64_IMM(BPF_REG_1, 7),
	BPF_LD_IMM64(BPF_REG_2, 5),
	BPF_MOV64_IMM(BPF_REG_0, 0),
	BPF_EXIT_INSN(),
};

static struct bpf_func_info func;
static struct bpf_line_info lines[2];

/* loads the program as the caller changed its argument */
static union bpf_attr prog_attr(int btf)
{
	union bpf_attr attr;

	func = (struct bpf_func_info){ 0, T_FUNC };
	lines[0] = (struct bpf_line_info){ 0, file_name, line_name, 7 << 10 | 2 };
	lines[1] = (struct bpf_line_info){ 3, file_name, line_name, 8 << 10 | 2 };
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)two_lines;
	attr.insn_cnt = COUNT(two_lines);
	attr.license = (uintptr_t)"GPL";
	attr.log_level = 1;
	attr.log_size = sizeof(log_text);
	attr.log_buf = (uintptr_t)log_text;
	attr.prog_btf_fd = btf;
	attr.func_info = (uintptr_t)&func;
	attr.func_info_rec_size = sizeof(func);
	attr.func_info_cnt = 1;
	attr.line_info = (uintptr_t)lines;
	attr.line_info_rec_size = sizeof(lines[0]);
	attr.line_info_cnt = 2;
	return attr;
}

/* @rule: what the log must name, or NULL */
static void expect_prog(int want, union bpf_attr *attr, const char *rule, const char *what)
{
	int fd;

	log_text[0] = '\0';
	fd = fails(want, result_of(bpf_call(BPF_PROG_LOAD, attr)), "program, %s", what);
	if (rule && !ok(strstr(log_text, rule), "the log names %s", rule))
		printf("# %s\n", log_text);
	if (fd >= 0)
		close(fd);
}

static void test_prog_fds(int btf)
{
	union bpf_attr attr = prog_attr(btf);
	int map = make_array(1);

	expect_prog(0, &attr, NULL, "with functions and lines");
	attr.prog_btf_fd = 999;
	expect_prog(EBADF, &attr, NULL, "types that are not open");
	attr.prog_btf_fd = map;
	expect_prog(EINVAL, &attr, NULL, "types that are a map");
	attr.func_info_cnt = 0;
	attr.line_info_cnt = 0;
	expect_prog(0, &attr, NULL, "types that nothing refers to");
	close(map);
}

static void test_prog_funcs(int btf)
{
	static const __u32 bad_sizes[] = { 0, 4, 7, 256 };
	union bpf_attr attr = prog_attr(btf);
	struct { struct bpf_func_info known; __u32 more; } large = { { 0, T_FUNC }, 0 };
	unsigned int i;

	for (i = 0; i < COUNT(bad_sizes); i++) {
		attr.func_info_rec_size = bad_sizes[i];
		expect_prog(EINVAL, &attr, "record-size", "functions of a wrong size");
	}
	attr.func_info = (uintptr_t)&large;
	attr.func_info_rec_size = sizeof(large);
	expect_prog(0, &attr, NULL, "functions of the future, that say no more");
	large.more = 1;
	expect_prog(E2BIG, &attr, "record-new", "functions of the future");
	ok(attr.func_info_rec_size == sizeof(func), "the size that is known is told");
	attr = prog_attr(btf);
	attr.func_info_cnt = 2;
	expect_prog(EINVAL, &attr, "func-count", "two functions, it has one");
	attr.func_info_cnt = 0xffffffff;
	expect_prog(EINVAL, &attr, "func-count", "more functions than there can be");
	attr = prog_attr(btf);
	attr.func_info = BAD_POINTER;
	expect_prog(EFAULT, &attr, NULL, "functions at an address that is none");
	attr = prog_attr(btf);
	func.insn_off = 1;
	expect_prog(EINVAL, &attr, "func-order", "a function that begins late");
	attr = prog_attr(btf);
	func.type_id = T_PROTO;
	expect_prog(EINVAL, &attr, "func-id", "a function that is a prototype");
	attr = prog_attr(btf);
	attr.func_info_cnt = 0;
	expect_prog(0, &attr, NULL, "lines without functions");
}

static void test_prog_lines(int btf)
{
	union bpf_attr attr = prog_attr(btf);
	struct { struct bpf_line_info known; __u32 more; } large[2] = { };

	attr.line_info_rec_size = 12;
	expect_prog(EINVAL, &attr, "record-size", "lines of a wrong size");
	attr.line_info = (uintptr_t)large;
	attr.line_info_rec_size = sizeof(large[0]);
	large[0].known = lines[0];
	large[1].known = lines[1];
	expect_prog(0, &attr, NULL, "lines of the future, that say no more");
	large[1].more = 1;
	expect_prog(E2BIG, &attr, "record-new", "lines of the future");
	ok(attr.line_info_rec_size == sizeof(lines[0]), "the size that is known is told");
	attr = prog_attr(btf);
	attr.line_info_cnt = 6;
	expect_prog(EINVAL, &attr, "line-count", "more lines than instructions");
	attr = prog_attr(btf);
	attr.line_info = BAD_POINTER;
	expect_prog(EFAULT, &attr, NULL, "lines at an address that is none");
	attr = prog_attr(btf);
	lines[1].insn_off = 0;
	expect_prog(EINVAL, &attr, "line-order", "two lines at one place");
	attr = prog_attr(btf);
	lines[1].insn_off = 5;
	expect_prog(EINVAL, &attr, "line-order", "a line behind the program");
	attr = prog_attr(btf);
	lines[1].insn_off = 2;
	expect_prog(EINVAL, &attr, "line-insn", "a line of half a constant");
	attr = prog_attr(btf);
	lines[0].line_off = 1 << 20;
	expect_prog(EINVAL, &attr, "line-name", "a line whose text is none");
	attr = prog_attr(btf);
	lines[0].insn_off = 1;
	expect_prog(EINVAL, &attr, "line-func", "no line where it begins");
	attr = prog_attr(btf);
	attr.line_info_cnt = 0;
	expect_prog(0, &attr, NULL, "functions without lines");
}

static void test_prog_info(int btf)
{
	union bpf_attr attr = prog_attr(btf);
	int fd = result_of(bpf_call(BPF_PROG_LOAD, &attr));
	struct bpf_prog_info info = { };
	struct bpf_func_info func_back = { };
	struct bpf_line_info lines_back[4] = { };

	fails(0, info_of(fd, &info, sizeof(info)), "what a program with a source is");
	ok(info.btf_id == btf_id(btf) && info.nr_func_info == 1 && info.nr_line_info &&
	   info.nr_line_info <= 2, "types, how many functions and lines");
	ok(info.func_info_rec_size == sizeof(func) &&
	   info.line_info_rec_size == sizeof(lines[0]) && info.jited_line_info_rec_size == 8 &&
	   !info.nr_jited_line_info, "sizes of records");
	memset(&info, 0, sizeof(info));
	info.nr_func_info = 1;
	info.func_info = (uintptr_t)&func_back;
	info.func_info_rec_size = sizeof(func);
	info.nr_line_info = 4;
	info.line_info_rec_size = sizeof(lines[0]);
	info.line_info = (uintptr_t)lines_back;
	fails(0, info_of(fd, &info, sizeof(info)), "with room for them");
	ok(!memcmp(&func_back, &func, sizeof(func)), "the function as it was loaded");
	ok(lines_back[0].insn_off == 0 && lines_back[0].line_off == line_name &&
	   !lines_back[2].file_name_off, "the lines, as many as there are");
	memset(&info, 0, sizeof(info));
	info.nr_line_info = 4;
	info.line_info = (uintptr_t)lines_back;
	info.line_info_rec_size = 12;
	fails(EINVAL, info_of(fd, &info, sizeof(info)), "lines of another size");
	memset(&info, 0, sizeof(info));
	fails(0, info_of(fd, &info, sizeof(info)), "no lines asked for");
	close(fd);
}

static void test_progs(void)
{
	int btf;

	simple();
	btf = load_simple();
	test_prog_fds(btf);
	test_prog_funcs(btf);
	test_prog_lines(btf);
	test_prog_info(btf);
	close(btf);
}

/* ---- libbpf --------------------------------------------------------------------------------- */

/* of libbpf.h, which wants another linux/bpf.h */
struct bpf_map;
struct bpf_object;
struct bpf_program;
struct bpf_object *bpf_object__open_mem(const void *obj, size_t bytes, const void *opts);
int bpf_object__load(struct bpf_object *obj);
void bpf_object__close(struct bpf_object *obj);
struct bpf_program *bpf_object__find_program_by_name(const struct bpf_object *obj,
						     const char *name);
int bpf_object__find_map_fd_by_name(const struct bpf_object *obj, const char *name);
int bpf_program__set_autoload(struct bpf_program *prog, bool autoload);
int bpf_program__set_log_buf(struct bpf_program *prog, char *buf, size_t bytes);
int bpf_program__fd(const struct bpf_program *prog);
typedef int (*libbpf_print_fn_t)(int level, const char *fmt, va_list args);
libbpf_print_fn_t libbpf_set_print(libbpf_print_fn_t fn);

asm(".section .rodata\n"
    "object_start: .incbin \"" QUOTE_OBJECT "\"\n"
    "object_end: .byte 0\n"
    ".previous");
extern const char object_start[], object_end[];

static bool complained;

static int listen(int level, const char *fmt, va_list args)
{
	char text[400];

	if (level)
		return 0;
	complained = true;
	vsnprintf(text, sizeof(text), fmt, args);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		printf("# libbpf: %s\n", line);
	return 0;
}

/* opens the object; only the program @name is to be loaded */
static struct bpf_object *open_object(const char *name, struct bpf_program **prog)
{
	struct bpf_object *obj = bpf_object__open_mem(object_start, object_end - object_start,
						      NULL);

	if (!obj)
		return NULL;
	bpf_program__set_autoload(bpf_object__find_program_by_name(obj, "count_good_packets"), false);
	bpf_program__set_autoload(bpf_object__find_program_by_name(obj, "count_bad"), false);
	*prog = bpf_object__find_program_by_name(obj, name);
	bpf_program__set_autoload(*prog, true);
	bpf_program__set_log_buf(*prog, log_text, sizeof(log_text));
	log_text[0] = '\0';
	return obj;
}

static void test_tool(__u32 btf, __u32 prog, __u32 map)
{
	char arguments[100];

	if (access(BPFTOOL, X_OK)) {
		skip("no bpftool");
		return;
	}
	snprintf(arguments, sizeof(arguments), "btf dump id %u format c", btf);
	ok(tool_says(arguments, "struct flow {"), "bpftool writes the types as C");
	snprintf(arguments, sizeof(arguments), "prog dump xlated id %u", prog);
	ok(tool_says(arguments, "; flow->packets++;"), "and a program with its source");
	ok(tool_says(arguments, "int count_good_packets("), "and its function's name");
	snprintf(arguments, sizeof(arguments), "map dump id %u", map);
	ok(tool_says(arguments, "\"packets\""), "and a map by the names of its members");
}

/* the symbol of the program's machine code has the function's whole name */
static void test_symbol(const char *name)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[700];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, "bpf_prog_") && strstr(line, name);
	if (f)
		fclose(f);
	ok(found, "a symbol ends in %s", name);
}

static void test_good_object(void)
{
	struct bpf_prog_info info = { };
	struct bpf_map_info map_info = { };
	struct bpf_program *prog;
	struct bpf_object *obj = open_object("count_good_packets", &prog);

	complained = false;
	if (!ok(obj && !bpf_object__load(obj), "libbpf loads a program with its types"))
		return;
	ok(!complained, "and has nothing to complain of");
	fails(0, info_of(bpf_program__fd(prog), &info, sizeof(info)), "what it is");
	ok(info.btf_id && info.nr_func_info == 1 && info.nr_line_info >= 4,
	   "types, a function and lines have been loaded");
	fails(0, info_of(bpf_object__find_map_fd_by_name(obj, "flows"), &map_info,
			 sizeof(map_info)), "what its map is");
	ok(map_info.btf_id == info.btf_id && map_info.btf_key_type_id &&
	   map_info.btf_value_type_id, "the map has types too");
	if (info.jited_prog_len)
		test_symbol("_count_good_packets");
	test_tool(info.btf_id, info.id, map_info.id);
	bpf_object__close(obj);
}

static void test_bad_object(void)
{
	static const char *const words[] = {
		"[null-access, unsafe]",
		"count_bad() at quote.bpf.c:",
		": flow->bytes = skb->len; /* flow may be NULL */",
		": struct flow *flow = bpf_map_lookup_elem(&flows, &key);",
		"struct flow, or NULL: not tested yet",
	};
	struct bpf_program *prog;
	struct bpf_object *obj = open_object("count_bad", &prog);
	unsigned int i, found = 0;

	libbpf_set_print(NULL);
	ok(obj && bpf_object__load(obj) == -EACCES, "one that forgets a test is refused");
	for (i = 0; i < COUNT(words); i++)
		found += ok(strstr(log_text, words[i]), "the log has: %s", words[i]);
	for (char *line = strtok(log_text, "\n"); line && found < COUNT(words);
	     line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	bpf_object__close(obj);
}

int main(void)
{
	test_load();
	test_refusals();
	test_log();
	test_privilege();
	test_info();
	test_ids();
	test_maps();
	test_progs();
	libbpf_set_print(listen);
	test_good_object();
	test_bad_object();
	return tap_done();
}
