// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the seccomp profile of the benchmark to standard output, as libseccomp writes
 * it for a container: some 320 system calls allowed, a few of them with certain
 * arguments only, the others refused. Runs where the benchmark is built.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_NEW	424	/* x86-64 has no numbers between these */
#define LAST_OLD	334
#define LAST_NEW	446

/* refused, or allowed with arguments */
static int is_special(int nr)
{
	switch (nr) {
	case __NR_clone:
	case __NR_personality:
	case __NR_socket:
	case __NR_ptrace:
	case __NR_kexec_load:
	case __NR_create_module:
	case __NR_get_kernel_syms:
	case __NR_query_module:
	case __NR_nfsservctl:
	case __NR_uselib:
	case __NR_afs_syscall:
	case __NR_tuxcall:
	case __NR_vserver:
	case __NR_security:
		return 1;
	}
	return 0;
}

static int allow(scmp_filter_ctx ctx, int first, int last)
{
	int nr, err = 0;

	for (nr = first; nr <= last && !err; nr++) {
		if (!is_special(nr))
			err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
	}
	return err;
}

static int allow_with_arguments(scmp_filter_ctx ctx)
{
	static const unsigned int personalities[] = { 0, 8, 0x20000, 0x20008, 0xffffffff };
	unsigned int i;
	int err = 0;

	for (i = 0; i < sizeof(personalities) / sizeof(personalities[0]); i++)
		err |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, __NR_personality, 1,
					SCMP_A0(SCMP_CMP_EQ, personalities[i]));
	/* no new namespaces; no vsock */
	err |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, __NR_clone, 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, 0x7e020000, 0));
	err |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, __NR_socket, 1,
				SCMP_A0(SCMP_CMP_NE, 40));
	return err;
}

int main(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (!ctx || allow(ctx, 0, LAST_OLD) || allow(ctx, FIRST_NEW, LAST_NEW) ||
	    allow_with_arguments(ctx) || seccomp_export_bpf(ctx, STDOUT_FILENO)) {
		fprintf(stderr, "profile: libseccomp refuses\n");
		return 1;
	}
	seccomp_release(ctx);
	return 0;
}
