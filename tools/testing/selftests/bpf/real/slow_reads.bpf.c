// SPDX-License-Identifier: GPL-2.0-only
/* Reads and writes of files that take long: what, whose, how much. */
#include "trace.h"

struct io {
	__u64	ns;
	__u64	file;
	__u64	bytes;
	__u32	writes;
	__u32	pad;
};

struct slow {
	__u64	ns;
	__u64	bytes;
	__s64	ret;
	__u32	pid;
	__u32	writes;
	char	name[NAME_BYTES];
};

HASH_MAP(running, __u32, struct io, 10240);

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

const volatile __u64 least_ns = 10000000;

static int begin(struct pt_regs *regs, __u32 writes)
{
	struct io io = {
		bpf_ktime_get_ns(), PT_REGS_PARM1(regs), PT_REGS_PARM3(regs), writes, 0,
	};
	__u32 thread = this_thread();

	bpf_map_update_elem(&running, &thread, &io, BPF_ANY);
	return 0;
}

static int end(struct pt_regs *regs)
{
	__u32 thread = this_thread();
	struct io *io = bpf_map_lookup_elem(&running, &thread);
	struct slow slow = { };

	if (!io)
		return 0;
	slow.ns = bpf_ktime_get_ns() - io->ns;
	slow.bytes = io->bytes;
	slow.writes = io->writes;
	bpf_map_delete_elem(&running, &thread);
	if (slow.ns < least_ns)
		return 0;
	slow.ret = PT_REGS_RC(regs);
	slow.pid = this_pid();
	bpf_get_current_comm(slow.name, sizeof(slow.name));
	bpf_perf_event_output(regs, &events, BPF_F_CURRENT_CPU, &slow, sizeof(slow));
	return 0;
}

SEC("kprobe/vfs_read")
int read_begins(struct pt_regs *regs)
{
	return begin(regs, 0);
}

SEC("kretprobe/vfs_read")
int read_ends(struct pt_regs *regs)
{
	return end(regs);
}

SEC("kprobe/vfs_write")
int write_begins(struct pt_regs *regs)
{
	return begin(regs, 1);
}

SEC("kretprobe/vfs_write")
int write_ends(struct pt_regs *regs)
{
	return end(regs);
}
