// SPDX-License-Identifier: GPL-2.0-only
/*
 * Profiles of hundreds of rules, as service managers and container engines install
 * them: made here in the manner of their generators, and by libseccomp itself. For
 * each system call and many arguments the kernel's verdict is compared with the
 * table of rules and with a naive reading of the program.
 *
 * Every verdict is an errno, so no call is ever made.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "classic_asm.h"
#include "classic_model.h"

#if __has_include(<seccomp.h>)
#include <seccomp.h>
#define HAVE_LIBSECCOMP 1
#else
#define HAVE_LIBSECCOMP 0
#endif

#define NUMBERS 501		/* system calls 0 to 500 */
#define TUPLES 16		/* argument tuples for each */
#define MAX_RULES 900
#define MAX_CONDITIONS 3

/* verdicts: as errno numbers that the kernel hands out unchanged */
#define DENIED 1
#define ALLOWED 2

enum comparison { EQ, NE, LT, LE, GE, GT, MASKED, COMPARISONS };

struct condition {
	__u8 arg, op;
	__u64 mask, value;
};

/* all conditions of a rule must hold; any rule of a call decides it */
struct rule {
	int nr;
	__u16 verdict;
	unsigned int conditions;
	struct condition condition[MAX_CONDITIONS];
};

struct profile {
	const char *name;
	unsigned int rules;
	__u16 otherwise;
	struct rule rule[MAX_RULES];
};

struct call {
	int nr;
	__u64 args[6];
};

/* ---- what the table says -------------------------------------------------------------- */

static bool holds(const struct condition *c, const __u64 *args)
{
	__u64 a = args[c->arg];

	switch (c->op) {
	case EQ:
		return a == c->value;
	case NE:
		return a != c->value;
	case LT:
		return a < c->value;
	case LE:
		return a <= c->value;
	case GE:
		return a >= c->value;
	case GT:
		return a > c->value;
	default:
		return (a & c->mask) == c->value;
	}
}

static int table_verdict(const struct profile *p, const struct call *call)
{
	unsigned int i, j;

	for (i = 0; i < p->rules; i++) {
		const struct rule *r = &p->rule[i];
		bool all = r->nr == call->nr;

		for (j = 0; all && j < r->conditions; j++)
			all = holds(&r->condition[j], call->args);
		if (all)
			return r->verdict;
	}
	return p->otherwise;
}

/* ---- what the program says, read naively ------------------------------------------------- */

static __u32 program_verdict(const struct sock_filter *insns, const struct seccomp_data *data)
{
	unsigned char words[sizeof(*data)];
	unsigned int i;

	/* the model reads packets: give it the words in network order */
	for (i = 0; i < sizeof(words); i++)
		words[i] = ((const unsigned char *)data)[i ^ 3];
	return model_run(insns, words, sizeof(words));
}

/* ---- a generator in the manner of those that are used ------------------------------------- */

struct text {
	unsigned int len;
	struct sock_filter insns[BPF_MAXINSNS];
};

#define FAIL 254	/* arm to the end of the rule, patched there */

static void put(struct text *t, __u16 code, __u32 k, __u8 jt, __u8 jf)
{
	t->insns[t->len++] = (struct sock_filter){ code, jt, jf, k };
}

static void put_load(struct text *t, unsigned int off)
{
	put(t, BPF_LD | BPF_W | BPF_ABS, off, 0, 0);
}

static void put_if(struct text *t, __u16 op, __u32 k, __u8 jt, __u8 jf)
{
	put(t, BPF_JMP | op | BPF_K, k, jt, jf);
}

/* 64 bits are compared as two words, the upper one first */
static void put_condition(struct text *t, const struct condition *c)
{
	const unsigned int low = offsetof(struct seccomp_data, args) + 8 * c->arg;
	const __u32 high_value = c->value >> 32, low_value = c->value;

	put_load(t, low + 4);
	switch (c->op) {
	case EQ:
		put_if(t, BPF_JEQ, high_value, 0, FAIL);
		put_load(t, low);
		put_if(t, BPF_JEQ, low_value, 0, FAIL);
		break;
	case NE:
		put_if(t, BPF_JEQ, high_value, 0, 2);
		put_load(t, low);
		put_if(t, BPF_JEQ, low_value, FAIL, 0);
		break;
	case GE:
	case GT:
		put_if(t, BPF_JGT, high_value, 3, 0);
		put_if(t, BPF_JEQ, high_value, 0, FAIL);
		put_load(t, low);
		put_if(t, c->op == GE ? BPF_JGE : BPF_JGT, low_value, 0, FAIL);
		break;
	case LT:
	case LE:
		put_if(t, BPF_JGT, high_value, FAIL, 0);
		put_if(t, BPF_JEQ, high_value, 0, 2);
		put_load(t, low);
		put_if(t, c->op == LT ? BPF_JGE : BPF_JGT, low_value, FAIL, 0);
		break;
	case MASKED:
		put(t, BPF_ALU | BPF_AND | BPF_K, c->mask >> 32, 0, 0);
		put_if(t, BPF_JEQ, high_value, 0, FAIL);
		put_load(t, low);
		put(t, BPF_ALU | BPF_AND | BPF_K, c->mask, 0, 0);
		put_if(t, BPF_JEQ, low_value, 0, FAIL);
		break;
	}
}

/* arms that fail go behind what was written since @from */
static void patch(struct text *t, unsigned int from)
{
	unsigned int i;

	for (i = from; i < t->len; i++) {
		if (BPF_CLASS(t->insns[i].code) != BPF_JMP)
			continue;
		if (t->insns[i].jt == FAIL)
			t->insns[i].jt = t->len - i - 1;
		if (t->insns[i].jf == FAIL)
			t->insns[i].jf = t->len - i - 1;
	}
}

static void put_rule(struct text *t, const struct rule *r)
{
	unsigned int i, from = t->len;

	for (i = 0; i < r->conditions; i++)
		put_condition(t, &r->condition[i]);
	put(t, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | r->verdict, 0, 0);
	patch(t, from);
}

/* a chain of comparisons with the number; a call's rules follow one another */
static void put_table(struct text *t, const struct profile *p)
{
	unsigned int i, from;

	put_load(t, offsetof(struct seccomp_data, nr));
	for (i = 0; i < p->rules; ) {
		int nr = p->rule[i].nr;
		bool always = false;

		from = t->len;
		put_if(t, BPF_JEQ, nr, 0, FAIL);
		t->insns[from].jf = 0;
		for (; i < p->rules && p->rule[i].nr == nr; i++) {
			put_rule(t, &p->rule[i]);
			always |= !p->rule[i].conditions;
		}
		if (!always)
			put(t, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | p->otherwise, 0, 0);
		t->insns[from].jf = t->len - from - 1;
	}
	put(t, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | p->otherwise, 0, 0);
}

/* @native for x86-64 calls, @compat for 32-bit ones, the rest is killed */
static void generate(struct text *t, const struct profile *native,
		     const struct profile *compat)
{
	unsigned int far;

	t->len = 0;
	put_load(t, offsetof(struct seccomp_data, arch));
	put_if(t, BPF_JEQ, AUDIT_ARCH_X86_64, 3, 0);
	put_if(t, BPF_JEQ, AUDIT_ARCH_I386, 1, 0);
	put(t, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	far = t->len;
	put(t, BPF_JMP | BPF_JA, 0, 0, 0);
	put_table(t, native);
	t->insns[far].k = t->len - far - 1;
	put_table(t, compat);
}

/* ---- profiles --------------------------------------------------------------------------------- */

static __u64 draw_wide(void)
{
	switch (draw(4)) {
	case 0:
		return draw_number();
	case 1:
		return (__u64)draw_number() << 32 | draw_number();
	case 2:
		return (__u64)draw(3) << 32 | draw(4);
	default:
		return 1ULL << draw(64);
	}
}

static void draw_conditions(struct rule *r, unsigned int args)
{
	unsigned int i, first = draw(args);

	r->conditions = draw(MAX_CONDITIONS + 1);
	for (i = 0; i < r->conditions; i++) {
		struct condition *c = &r->condition[i];

		/* an argument appears once in a rule, as libseccomp demands */
		c->arg = (first + i) % args;
		c->op = draw(COMPARISONS);
		c->mask = c->op == MASKED ? draw_wide() | draw_wide() : ~0ULL;
		c->value = draw_wide() & c->mask;
	}
}

/* @calls calls from 0 on, with gaps; each with a verdict of its own */
static void draw_profile(struct profile *p, unsigned int calls, unsigned int args)
{
	unsigned int i, n;
	int nr = 0;

	p->rules = 0;
	p->otherwise = DENIED;
	for (i = 0; i < calls; i++, nr += 1 + !draw(4)) {
		n = draw(4) ? 1 : 1 + draw(3);
		while (n--) {
			struct rule *r = &p->rule[p->rules++];

			*r = (struct rule){ .nr = nr, .verdict = 10 + i };
			if (draw(3) == 0 || n)
				draw_conditions(r, args);
			if (!r->conditions)
				break;
		}
	}
}

static void add_rule(struct profile *p, int nr, int conditions, struct condition c)
{
	struct rule *r = &p->rule[p->rules++];

	*r = (struct rule){ .nr = nr, .verdict = ALLOWED, .conditions = conditions };
	r->condition[0] = c;
}

/* Nearly everything is allowed, some by argument, the rest not: as containers start */
static void container_profile(struct profile *p)
{
	static const short refused[] = {
		__NR_acct, __NR_add_key, __NR_bpf, __NR_clock_adjtime, __NR_clock_settime,
		__NR_create_module, __NR_delete_module, __NR_finit_module,
		__NR_get_kernel_syms, __NR_get_mempolicy, __NR_init_module, __NR_ioperm,
		__NR_iopl, __NR_kcmp, __NR_kexec_file_load, __NR_kexec_load, __NR_keyctl,
		__NR_lookup_dcookie, __NR_mbind, __NR_mount, __NR_move_pages,
		__NR_name_to_handle_at, __NR_nfsservctl, __NR_open_by_handle_at,
		__NR_perf_event_open, __NR_pivot_root, __NR_process_vm_readv,
		__NR_process_vm_writev, __NR_ptrace, __NR_query_module, __NR_quotactl,
		__NR_reboot, __NR_request_key, __NR_set_mempolicy, __NR_setns,
		__NR_settimeofday, __NR_swapon, __NR_swapoff, __NR_sysfs, __NR__sysctl,
		__NR_umount2, __NR_unshare, __NR_uselib, __NR_userfaultfd, __NR_ustat,
		__NR_vhangup, 336, 337,
	};
	static const __u32 personalities[] = { 0, 8, 0x20000, 0x20008, 0xffffffff };
	unsigned int i;
	int nr;

	*p = (struct profile){ .name = "container", .otherwise = DENIED };
	for (nr = 0; nr <= 449; nr++) {
		bool is_refused = nr > 334 && nr < 424;

		for (i = 0; i < COUNT(refused); i++)
			is_refused |= nr == refused[i];
		if (is_refused)
			continue;
		switch (nr) {
		case __NR_personality:
			for (i = 0; i < COUNT(personalities); i++)
				add_rule(p, nr, 1, (struct condition){ 0, EQ, ~0ULL,
					 personalities[i] });
			break;
		case __NR_socket:
			add_rule(p, nr, 1, (struct condition){ 0, NE, ~0ULL, 40 });
			break;
		case __NR_clone:
			add_rule(p, nr, 1, (struct condition){ 0, MASKED, 0x7e020000, 0 });
			break;
		case __NR_ioctl:
			add_rule(p, nr, 1, (struct condition){ 1, NE, ~0ULL, 0x5412 });
			break;
		default:
			add_rule(p, nr, 0, (struct condition){ });
		}
	}
}

/* a denylist by groups, several verdicts: as services are confined */
static void service_profile(struct profile *p)
{
	unsigned int i;
	int nr;

	*p = (struct profile){ .name = "service", .otherwise = ALLOWED };
	for (nr = 20, i = 0; nr < 450; nr += nr == 334 ? 90 : 1, i++) {
		p->rule[p->rules++] = (struct rule){
			.nr = nr, .verdict = nr % 5 ? 38 : 100 + nr,
			/* W^X: mmap and mprotect by protection */
			.conditions = nr % 7 == 2,
			.condition = { { 2, MASKED, 6, 6 } },
		};
	}
}

/* ---- asking the kernel ------------------------------------------------------------------------ */

struct answers {
	atomic_int state;	/* 0 not yet, 1 done, 2 not installed */
	struct call calls[NUMBERS * TUPLES];
	__s16 got[NUMBERS * TUPLES];
};

static long native_call(const struct call *c)
{
	register long r10 __asm__("r10") = c->args[3];
	register long r8 __asm__("r8") = c->args[4];
	register long r9 __asm__("r9") = c->args[5];
	long ret;

	__asm__ volatile("syscall" : "=a"(ret)
			 : "a"((long)c->nr), "D"(c->args[0]), "S"(c->args[1]),
			   "d"(c->args[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static long compat_call(const struct call *c)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret)
			 : "a"((long)c->nr), "b"(c->args[0]), "c"(c->args[1]),
			   "d"(c->args[2]), "S"(c->args[3]), "D"(c->args[4])
			 : "r8", "r9", "r10", "r11", "memory");
	return (int)ret;
}

/* never comes back: every call is refused, the last one too */
static void ask(struct answers *a, const struct text *t, bool compat)
{
	struct sock_fprog prog = { .len = t->len, .filter = (struct sock_filter *)t->insns };
	unsigned int i;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog)) {
		a->state = 2;
		_exit(errno);
	}
	for (i = 0; i < NUMBERS * TUPLES; i++)
		a->got[i] = -(compat ? compat_call : native_call)(&a->calls[i]);
	a->state = 1;
	for (;;)
		;
}

/* arguments near the numbers that the call's rules compare with */
static void draw_calls(struct answers *a, const struct profile *p, bool compat)
{
	__u64 near[64];
	unsigned int i, j, k, n;

	for (i = 0; i < NUMBERS; i++) {
		for (n = 0; n < 6; n++)
			near[n] = draw_wide();
		for (j = 0; j < p->rules && n + MAX_CONDITIONS < COUNT(near); j++)
			for (k = 0; p->rule[j].nr == (int)i && k < p->rule[j].conditions; k++)
				near[n++] = p->rule[j].condition[k].value;
		for (j = 0; j < TUPLES; j++) {
			struct call *c = &a->calls[i * TUPLES + j];

			c->nr = i;
			for (k = 0; k < 6; k++) {
				c->args[k] = near[draw(n)] + draw(3) - 1;
				if (!draw(6))
					c->args[k] ^= 1ULL << draw(64);
				if (compat)
					c->args[k] = k < 5 ? (__u32)c->args[k] : 0;
			}
		}
	}
}

/* 0: the kernel, the program and the table agree on every call */
static unsigned int count_wrong(const struct answers *a, const struct profile *p,
				const struct text *t, bool compat)
{
	unsigned int i, wrong = 0, seen[4096] = { }, kinds = 0;

	for (i = 0; i < NUMBERS * TUPLES; i++) {
		struct seccomp_data data = {
			.nr = a->calls[i].nr,
			.arch = compat ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
		};
		__u32 program;
		int table;

		memcpy(data.args, a->calls[i].args, sizeof(data.args));
		program = program_verdict(t->insns, &data);
		table = table_verdict(p, &a->calls[i]);
		kinds += !seen[table & 4095]++;
		if (program == (SECCOMP_RET_ERRNO | (unsigned int)table) && a->got[i] == table)
			continue;
		if (wrong++ < 5)
			printf("# call %d (%#llx, %#llx, %#llx, ...): kernel %d, program %#x, table %d\n",
			       a->calls[i].nr, (unsigned long long)a->calls[i].args[0],
			       (unsigned long long)a->calls[i].args[1],
			       (unsigned long long)a->calls[i].args[2], a->got[i], program,
			       table);
	}
	printf("# %u instructions, %u rules, %u verdicts seen\n", t->len, p->rules, kinds);
	return kinds > 1 ? wrong : 1;
}

static void check(const char *how, const struct profile *p, const struct text *t, bool compat)
{
	struct answers *a = mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int tries = 60000, status;
	pid_t pid;

	draw_calls(a, p, compat);
	fflush(stdout);
	pid = fork();
	if (!pid)
		ask(a, t, compat);
	while (!a->state && tries--)
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(a->state == 1 && !count_wrong(a, p, t, compat),
	   "%s, %s: %d verdicts as the table says", p->name, how, NUMBERS * TUPLES);
	if (a->state != 1)
		printf("# state %d, status %#x\n", a->state, status);
	munmap(a, sizeof(*a));
}

/* ---- libseccomp -------------------------------------------------------------------------------- */

#if HAVE_LIBSECCOMP
static struct scmp_arg_cmp to_lib(const struct condition *c)
{
	static const enum scmp_compare ops[COMPARISONS] = {
		[EQ] = SCMP_CMP_EQ, [NE] = SCMP_CMP_NE, [LT] = SCMP_CMP_LT,
		[LE] = SCMP_CMP_LE, [GE] = SCMP_CMP_GE, [GT] = SCMP_CMP_GT,
		[MASKED] = SCMP_CMP_MASKED_EQ,
	};

	if (c->op == MASKED)
		return SCMP_CMP(c->arg, ops[MASKED], c->mask, c->value);
	return SCMP_CMP(c->arg, ops[c->op], c->value);
}

/* the program that libseccomp makes of a profile; false where it would not */
static bool generate_lib(struct text *t, const struct profile *p, unsigned int optimize)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(p->otherwise));
	int fd = memfd_create("filter", 0), err = 0;
	struct scmp_arg_cmp args[MAX_CONDITIONS];
	unsigned int i, j;
	ssize_t bytes;

	err |= seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
	for (i = 0; i < p->rules; i++) {
		const struct rule *r = &p->rule[i];

		for (j = 0; j < r->conditions; j++)
			args[j] = to_lib(&r->condition[j]);
		/* one that says what an earlier one said already is no mistake */
		if (r->verdict != p->otherwise &&
		    seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(r->verdict), r->nr,
					   r->conditions, args) &&
		    errno != EEXIST)
			err |= 2;
	}
	err |= seccomp_export_bpf(ctx, fd) ? 4 : 0;
	seccomp_release(ctx);
	bytes = lseek(fd, 0, SEEK_END);
	lseek(fd, 0, SEEK_SET);
	if (bytes <= 0 || bytes > (ssize_t)sizeof(t->insns) ||
	    read(fd, t->insns, sizeof(t->insns)) != bytes)
		err |= 8;
	t->len = bytes / sizeof(*t->insns);
	close(fd);
	if (err)
		printf("# libseccomp: %d, %zd bytes\n", err, bytes);
	return !err;
}

static void check_lib(const struct profile *p)
{
	static struct text t;

	if (ok(generate_lib(&t, p, 1), "%s, libseccomp makes it", p->name))
		check("libseccomp, as a chain", p, &t, false);
	if (ok(generate_lib(&t, p, 2), "%s, libseccomp makes a tree", p->name))
		check("libseccomp, as a tree", p, &t, false);
}
#else
static void check_lib(const struct profile *p)
{
	skip("%s, libseccomp: built without libseccomp-dev", p->name);
}
#endif

static void test_all(void)
{
	static struct profile native, compat;
	static struct text t;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		native.name = "random";
		compat.name = "random, 32-bit";
		draw_profile(&native, 320, 6);
		draw_profile(&compat, 60, 5);
		generate(&t, &native, &compat);
		check("generated", &native, &t, false);
		check("generated", &compat, &t, true);
		if (!i)
			check_lib(&native);
	}
	service_profile(&native);
	generate(&t, &native, &compat);
	check("generated", &native, &t, false);
	check_lib(&native);
	container_profile(&native);
	generate(&t, &native, &compat);
	check("generated", &native, &t, false);
	check_lib(&native);
}

int main(void)
{
	return in_every_mode(test_all);
}
