// SPDX-License-Identifier: GPL-2.0-only
/*
 * CONFIG_BPF_ORACLE: programs are watched, their runs counted, and no claim of the
 * verifier was broken by anything that ran since boot. That it would tell is tested in
 * user space (tools/bpf/verify, fuzz_seeded).
 */
#include "load.h"
#include "oracle.h"
#include "tap.h"

#define RUNS	50

/* a number of the oracle, -1 where there is none */
static long long read_number(const char *name)
{
	char path[100];
	long long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), ORACLE_FOLDER "%s", name);
	f = fopen(path, "r");
	if (!f)
		return -1;
	if (fscanf(f, "%lld", &n) != 1)
		n = -1;
	fclose(f);
	return n;
}

/* branches, a number that bounds an offset, the stack, a map: 11 instructions or more */
static int load_program(int array)
{
	static struct program p;

	add_array(&p, array);
	ADD(&p,
	    BPF_LDX_MEM(BPF_W, BPF_REG_8, BPF_REG_6, 0),
	    BPF_ALU64_IMM(BPF_AND, BPF_REG_8, 24),
	    BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_8, -8),
	    BPF_LDX_MEM(BPF_DW, BPF_REG_1, BPF_REG_10, -8),
	    BPF_ALU64_REG(BPF_ADD, BPF_REG_7, BPF_REG_1),
	    BPF_ST_MEM(BPF_DW, BPF_REG_7, 0, 7));
	add_return(&p, 0);
	return load(&p);
}

static int run_once(int prog)
{
	static char packet[64];
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	return bpf_call(BPF_PROG_TEST_RUN, &attr) ? -errno : 0;
}

int main(void)
{
	long long runs = read_number("runs"), steps = read_number("steps");
	int array, prog, i, err = 0;

	if (runs < 0 || !oracle_is_on()) {
		skip("the kernel lacks CONFIG_BPF_ORACLE, or it is off");
		return tap_done();
	}
	array = make_array(4);
	prog = load_program(array);
	ok(prog >= 0, "a program is loaded");
	for (i = 0; i < RUNS && !err; i++)
		err = run_once(prog);
	if (!ok(!err, "and run"))
		printf("# got %d\n", err);
	ok(read_number("runs") >= runs + RUNS, "its runs are counted");
	ok(read_number("steps") >= steps + 11 * RUNS, "and the instructions looked at");
	ok(read_number("violations") == 0, "no claim was broken since boot");
	return tap_done();
}
