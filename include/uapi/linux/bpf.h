/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The binary interface of extended BPF: instruction encoding (RFC 9669), the
 * bpf(2) commands with their attributes, and what programs see.
 *
 * Numbers and layouts are those of released Linux and never change. Only what
 * this kernel implements is named, plus the few names that other parts of the
 * kernel compile against; those stand in the last section.
 */
#ifndef _UAPI__LINUX_BPF_H__
#define _UAPI__LINUX_BPF_H__

#include <linux/types.h>
#include <linux/bpf_common.h>

/* ---- instructions (RFC 9669) ------------------------------------------- */

/* classes, beside those of linux/bpf_common.h */
#define BPF_JMP32	0x06	/* jumps on the low 32 bits */
#define BPF_ALU64	0x07	/* 64-bit arithmetic */

/* load and store: width and modes */
#define BPF_DW		0x18	/* 64-bit */
#define BPF_MEMSX	0x80	/* load with sign extension */
#define BPF_ATOMIC	0xc0	/* atomic read-modify-write, operation in imm */
#define BPF_XADD	0xc0	/* old name of BPF_ATOMIC with BPF_ADD */

/* arithmetic */
#define BPF_MOV		0xb0
#define BPF_ARSH	0xc0	/* arithmetic shift right */
#define BPF_END		0xd0	/* byte order */
#define BPF_TO_LE	0x00
#define BPF_TO_BE	0x08
#define BPF_FROM_LE	BPF_TO_LE
#define BPF_FROM_BE	BPF_TO_BE

/* jumps */
#define BPF_JNE		0x50
#define BPF_JSGT	0x60
#define BPF_JSGE	0x70
#define BPF_CALL	0x80
#define BPF_EXIT	0x90
#define BPF_JLT		0xa0
#define BPF_JLE		0xb0
#define BPF_JSLT	0xc0
#define BPF_JSLE	0xd0

/* imm of BPF_ATOMIC, or-ed with an arithmetic operation where it is one */
#define BPF_FETCH	0x01
#define BPF_XCHG	(0xe0 | BPF_FETCH)
#define BPF_CMPXCHG	(0xf0 | BPF_FETCH)

/* R0 result, R1-R5 arguments, R6-R9 kept across calls, R10 frame (read only) */
enum {
	BPF_REG_0 = 0,
	BPF_REG_1,
	BPF_REG_2,
	BPF_REG_3,
	BPF_REG_4,
	BPF_REG_5,
	BPF_REG_6,
	BPF_REG_7,
	BPF_REG_8,
	BPF_REG_9,
	BPF_REG_10,
	__MAX_BPF_REG,
};

#define MAX_BPF_REG	__MAX_BPF_REG

/**
 * struct bpf_insn - one instruction, or one half of a 64-bit immediate load
 * @code:	opcode: class, operation, source
 * @dst_reg:	destination register
 * @src_reg:	source register, or what @imm means (BPF_PSEUDO_*)
 * @off:	offset of a memory access, or distance of a jump in instructions
 * @imm:	immediate operand
 */
struct bpf_insn {
	__u8	code;
	__u8	dst_reg : 4;
	__u8	src_reg : 4;
	__s16	off;
	__s32	imm;
};

/* src_reg of BPF_LD | BPF_IMM | BPF_DW: what the immediate names */
#define BPF_PSEUDO_MAP_FD	1	/* a map, by descriptor */
#define BPF_PSEUDO_MAP_VALUE	2	/* byte @imm of the second half of its value */
#define BPF_PSEUDO_FUNC		4	/* a function of the program, by distance: a callback */
#define BPF_PSEUDO_MAP_IDX	5	/* as MAP_FD, descriptor @imm of fd_array */
#define BPF_PSEUDO_MAP_IDX_VALUE 6	/* as MAP_VALUE, likewise */

/* src_reg of BPF_JMP | BPF_CALL; 0 is a helper, by id */
#define BPF_PSEUDO_CALL		1	/* a function of the program, by distance */

/* ---- bpf(2) -------------------------------------------------------------- */

enum bpf_cmd {
	BPF_MAP_CREATE = 0,
	BPF_MAP_LOOKUP_ELEM = 1,
	BPF_MAP_UPDATE_ELEM = 2,
	BPF_MAP_DELETE_ELEM = 3,
	BPF_MAP_GET_NEXT_KEY = 4,
	BPF_PROG_LOAD = 5,
	BPF_PROG_TEST_RUN = 10,
	BPF_PROG_RUN = BPF_PROG_TEST_RUN,
	BPF_PROG_GET_NEXT_ID = 11,
	BPF_MAP_GET_NEXT_ID = 12,
	BPF_PROG_GET_FD_BY_ID = 13,
	BPF_MAP_GET_FD_BY_ID = 14,
	BPF_OBJ_GET_INFO_BY_FD = 15,
	BPF_RAW_TRACEPOINT_OPEN = 17,
	BPF_BTF_LOAD = 18,
	BPF_BTF_GET_FD_BY_ID = 19,
	BPF_TASK_FD_QUERY = 20,
	BPF_MAP_FREEZE = 22,
	BPF_BTF_GET_NEXT_ID = 23,
};

enum bpf_map_type {
	BPF_MAP_TYPE_UNSPEC = 0,
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum bpf_prog_type {
	BPF_PROG_TYPE_UNSPEC = 0,
	BPF_PROG_TYPE_SOCKET_FILTER = 1,
	BPF_PROG_TYPE_KPROBE = 2,
	BPF_PROG_TYPE_SCHED_CLS = 3,
	BPF_PROG_TYPE_SCHED_ACT = 4,
	BPF_PROG_TYPE_TRACEPOINT = 5,
	BPF_PROG_TYPE_XDP = 6,
	BPF_PROG_TYPE_PERF_EVENT = 7,
	BPF_PROG_TYPE_RAW_TRACEPOINT = 17,
	BPF_PROG_TYPE_LWT_SEG6LOCAL = 19,
	BPF_PROG_TYPE_SK_REUSEPORT = 21,
	BPF_PROG_TYPE_TRACING = 26,
	BPF_PROG_TYPE_STRUCT_OPS = 27,
};

/* the name of the 2014 manual page */
#define BPF_PROG_TYPE_SOCKET	BPF_PROG_TYPE_SOCKET_FILTER

enum bpf_attach_type {
	BPF_XDP_DEVMAP = 33,
	BPF_XDP_CPUMAP = 35,
	BPF_XDP = 37,
	BPF_SK_REUSEPORT_SELECT = 39,
	BPF_SK_REUSEPORT_SELECT_OR_MIGRATE = 40,
};

enum bpf_link_type {
	BPF_LINK_TYPE_UNSPEC = 0,
	BPF_LINK_TYPE_XDP = 6,
};

/* flags of BPF_MAP_UPDATE_ELEM and bpf_map_update_elem() */
enum {
	BPF_ANY = 0,		/* create or update */
	BPF_NOEXIST = 1,	/* create, EEXIST if the key exists */
	BPF_EXIST = 2,		/* update, ENOENT if the key does not exist */
	BPF_F_LOCK = 4,
};

/* flags of BPF_MAP_CREATE */
enum {
	BPF_F_NO_PREALLOC = (1U << 0),	/* take memory when an element is added */
	BPF_F_NUMA_NODE = (1U << 2),	/* numa_node names where */
	BPF_F_RDONLY = (1U << 3),	/* descriptor cannot write */
	BPF_F_WRONLY = (1U << 4),	/* descriptor cannot read */
	BPF_F_STACK_BUILD_ID = (1U << 5),	/* stack map: build ids and offsets */
	BPF_F_ZERO_SEED = (1U << 6),	/* repeatable hash order; tests only */
	BPF_F_RDONLY_PROG = (1U << 7),	/* programs cannot write */
	BPF_F_WRONLY_PROG = (1U << 8),	/* programs cannot read */
	BPF_F_MMAPABLE = (1U << 10),	/* user space maps the values */
};

/* flags of BPF_PROG_LOAD */
#define BPF_F_STRICT_ALIGNMENT	(1U << 0)
#define BPF_F_ANY_ALIGNMENT	(1U << 1)
#define BPF_F_TEST_RND_HI32	(1U << 2)
#define BPF_F_TEST_STATE_FREQ	(1U << 3)

#define BPF_OBJ_NAME_LEN	16U
#define BPF_TAG_SIZE		8
#define BPF_COMPLEXITY_LIMIT_INSNS	1000000	/* instructions a program may have */

/*
 * union bpf_attr - argument of bpf(2), one member per group of commands
 *
 * Bytes that a command does not use must be zero. A caller may pass a size
 * smaller than the union (the rest reads as zero) or larger (the rest must be
 * zero).
 */
union bpf_attr {
	struct { /* BPF_MAP_CREATE */
		__u32	map_type;		/* enum bpf_map_type */
		__u32	key_size;		/* in bytes */
		__u32	value_size;		/* in bytes */
		__u32	max_entries;
		__u32	map_flags;		/* BPF_F_* of map creation */
		__u32	inner_map_fd;
		__u32	numa_node;		/* with BPF_F_NUMA_NODE */
		char	map_name[BPF_OBJ_NAME_LEN];
		__u32	map_ifindex;
		__u32	btf_fd;
		__u32	btf_key_type_id;
		__u32	btf_value_type_id;
		__u32	btf_vmlinux_value_type_id;
		__u64	map_extra;
	};

	struct { /* BPF_MAP_*_ELEM and BPF_MAP_GET_NEXT_KEY */
		__u32		map_fd;
		__aligned_u64	key;
		union {
			__aligned_u64	value;
			__aligned_u64	next_key;
		};
		__u64		flags;
	};

	struct { /* BPF_PROG_LOAD */
		__u32		prog_type;	/* enum bpf_prog_type */
		__u32		insn_cnt;
		__aligned_u64	insns;
		__aligned_u64	license;
		__u32		log_level;	/* 0 none, 1 refusal and path, 2 all, 4 totals */
		__u32		log_size;	/* of log_buf, in bytes */
		__aligned_u64	log_buf;
		__u32		kern_version;	/* not used */
		__u32		prog_flags;	/* BPF_F_* of program loading */
		char		prog_name[BPF_OBJ_NAME_LEN];
		__u32		prog_ifindex;
		__u32		expected_attach_type;
		__u32		prog_btf_fd;
		__u32		func_info_rec_size;
		__aligned_u64	func_info;
		__u32		func_info_cnt;
		__u32		line_info_rec_size;
		__aligned_u64	line_info;
		__u32		line_info_cnt;
		__u32		attach_btf_id;
		union {
			__u32	attach_prog_fd;
			__u32	attach_btf_obj_fd;
		};
		__u32		core_relo_cnt;
		__aligned_u64	fd_array;
		__aligned_u64	core_relos;
		__u32		core_relo_rec_size;
	};

	struct { /* BPF_PROG_TEST_RUN */
		__u32		prog_fd;
		__u32		retval;
		__u32		data_size_in;
		__u32		data_size_out;
		__aligned_u64	data_in;
		__aligned_u64	data_out;
		__u32		repeat;
		__u32		duration;	/* of one run, in nanoseconds */
		__u32		ctx_size_in;
		__u32		ctx_size_out;
		__aligned_u64	ctx_in;
		__aligned_u64	ctx_out;
		__u32		flags;
		__u32		cpu;
		__u32		batch_size;
	} test;

	struct { /* BPF_*_GET_NEXT_ID and BPF_*_GET_FD_BY_ID */
		union {
			__u32	start_id;
			__u32	prog_id;
			__u32	map_id;
			__u32	btf_id;
		};
		__u32		next_id;
		__u32		open_flags;
	};

	struct { /* BPF_OBJ_GET_INFO_BY_FD */
		__u32		bpf_fd;
		__u32		info_len;
		__aligned_u64	info;
	} info;

	struct { /* BPF_RAW_TRACEPOINT_OPEN */
		__u64		name;		/* of the tracepoint, a pointer */
		__u32		prog_fd;
	} raw_tracepoint;

	struct { /* BPF_BTF_LOAD */
		__aligned_u64	btf;		/* the types, see linux/btf.h */
		__aligned_u64	btf_log_buf;
		__u32		btf_size;	/* in bytes, as the next */
		__u32		btf_log_size;
		__u32		btf_log_level;
	};

	struct { /* BPF_TASK_FD_QUERY */
		__u32		pid;
		__u32		fd;		/* of that process */
		__u32		flags;
		__u32		buf_len;	/* in: room; out: length of the text */
		__aligned_u64	buf;		/* takes the name of what is probed */
		__u32		prog_id;	/* out, as all that follow */
		__u32		fd_type;	/* enum bpf_task_fd_type */
		__u64		probe_offset;
		__u64		probe_addr;
	} task_fd_query;

	struct { /* not implemented; read by the base's device code */
		__u32		prog_fd;
		__u32		target_ifindex;
		__u32		attach_type;
		__u32		flags;
	} link_create;
} __attribute__((aligned(8)));

/*
 * struct bpf_prog_info - what BPF_OBJ_GET_INFO_BY_FD tells of a program
 */
struct bpf_prog_info {
	__u32		type;
	__u32		id;
	__u8		tag[BPF_TAG_SIZE];
	__u32		jited_prog_len;
	__u32		xlated_prog_len;
	__aligned_u64	jited_prog_insns;	/* room for machine code */
	__aligned_u64	xlated_prog_insns;	/* room for rewritten insns */
	__u64		load_time;		/* nanoseconds since boot */
	__u32		created_by_uid;
	__u32		nr_map_ids;
	__aligned_u64	map_ids;		/* room for u32 ids */
	char		name[BPF_OBJ_NAME_LEN];	/* as given at load */
	__u32		ifindex;
	__u32		gpl_compatible : 1;
	__u32		: 31;
	__u64		netns_dev;
	__u64		netns_ino;
	__u32		nr_jited_ksyms;
	__u32		nr_jited_func_lens;
	__aligned_u64	jited_ksyms;	/* room for u64 addresses */
	__aligned_u64	jited_func_lens; /* room for u32 lengths */
	__u32		btf_id;
	__u32		func_info_rec_size;
	__aligned_u64	func_info;	/* room for struct bpf_func_info */
	__u32		nr_func_info;
	__u32		nr_line_info;
	__aligned_u64	line_info;	/* room for struct bpf_line_info */
	__aligned_u64	jited_line_info; /* room for u64; there are none */
	__u32		nr_jited_line_info;
	__u32		line_info_rec_size;
	__u32		jited_line_info_rec_size;
	__u32		nr_prog_tags;
	__aligned_u64	prog_tags;	/* room for tags of functions */
	__u64		run_time_ns;
	__u64		run_cnt;
	__u64		recursion_misses;
	__u32		verified_insns;
	__u32		attach_btf_obj_id;
	__u32		attach_btf_id;
} __attribute__((aligned(8)));

/*
 * struct bpf_map_info - what BPF_OBJ_GET_INFO_BY_FD tells of a map
 */
struct bpf_map_info {
	__u32		type;
	__u32		id;
	__u32		key_size;
	__u32		value_size;
	__u32		max_entries;
	__u32		map_flags;
	char		name[BPF_OBJ_NAME_LEN];	/* as given at creation */
	__u32		ifindex;
	__u32		btf_vmlinux_value_type_id;
	__u64		netns_dev;
	__u64		netns_ino;
	__u32		btf_id;
	__u32		btf_key_type_id;
	__u32		btf_value_type_id;
	__u32		: 32;
	__u64		map_extra;
} __attribute__((aligned(8)));

/*
 * struct bpf_btf_info - what BPF_OBJ_GET_INFO_BY_FD tells of types
 */
struct bpf_btf_info {
	__aligned_u64	btf;		/* room for the types */
	__u32		btf_size;	/* of that room, then of the types */
	__u32		id;
	__aligned_u64	name;		/* room for a name; that of loaded types is empty */
	__u32		name_len;
	__u32		kernel_btf;
} __attribute__((aligned(8)));

/*
 * struct bpf_func_info - where a function of a program begins
 */
struct bpf_func_info {
	__u32	insn_off;	/* its first instruction */
	__u32	type_id;	/* a BTF_KIND_FUNC */
};

#define BPF_LINE_INFO_LINE_NUM(line_col)	((line_col) >> 10)
#define BPF_LINE_INFO_LINE_COL(line_col)	((line_col) & 0x3ff)

/*
 * struct bpf_line_info - the line that instructions come from, up to the next record's
 */
struct bpf_line_info {
	__u32	insn_off;
	__u32	file_name_off;	/* offsets in the strings of the types */
	__u32	line_off;	/* the line itself */
	__u32	line_col;	/* number of the line and column */
};

/* ---- helpers ------------------------------------------------------------- */

/* ids of helper functions, the immediate of a call */
enum bpf_func_id {
	BPF_FUNC_unspec = 0,
	BPF_FUNC_map_lookup_elem = 1,
	BPF_FUNC_map_update_elem = 2,
	BPF_FUNC_map_delete_elem = 3,
	BPF_FUNC_probe_read = 4,
	BPF_FUNC_ktime_get_ns = 5,
	BPF_FUNC_trace_printk = 6,
	BPF_FUNC_get_prandom_u32 = 7,
	BPF_FUNC_get_smp_processor_id = 8,
	BPF_FUNC_tail_call = 12,
	BPF_FUNC_get_current_pid_tgid = 14,
	BPF_FUNC_get_current_uid_gid = 15,
	BPF_FUNC_get_current_comm = 16,
	BPF_FUNC_perf_event_read = 22,
	BPF_FUNC_perf_event_output = 25,
	BPF_FUNC_skb_load_bytes = 26,
	BPF_FUNC_get_stackid = 27,
	BPF_FUNC_get_current_task = 35,
	BPF_FUNC_get_numa_node_id = 42,
	BPF_FUNC_xdp_adjust_head = 44,
	BPF_FUNC_probe_read_str = 45,
	BPF_FUNC_xdp_adjust_meta = 54,
	BPF_FUNC_perf_event_read_value = 55,
	BPF_FUNC_perf_prog_read_value = 56,
	BPF_FUNC_override_return = 58,
	BPF_FUNC_xdp_adjust_tail = 65,
	BPF_FUNC_get_stack = 67,
	BPF_FUNC_skb_load_bytes_relative = 68,
	BPF_FUNC_send_signal = 109,
	BPF_FUNC_probe_read_user = 112,
	BPF_FUNC_probe_read_kernel = 113,
	BPF_FUNC_probe_read_user_str = 114,
	BPF_FUNC_probe_read_kernel_str = 115,
	BPF_FUNC_send_signal_thread = 117,
	BPF_FUNC_jiffies64 = 118,
	BPF_FUNC_ktime_get_boot_ns = 125,
	BPF_FUNC_ringbuf_output = 130,
	BPF_FUNC_ringbuf_reserve = 131,
	BPF_FUNC_ringbuf_submit = 132,
	BPF_FUNC_ringbuf_discard = 133,
	BPF_FUNC_ringbuf_query = 134,
	BPF_FUNC_ktime_get_coarse_ns = 160,
	BPF_FUNC_for_each_map_elem = 164,
	BPF_FUNC_trace_vprintk = 177,
	BPF_FUNC_loop = 181,
	__BPF_FUNC_MAX_ID = 212,

	/* only in the documents of 2013 and 2014; out of the way of released numbers */
	BPF_FUNC_fetch_u8 = 0x1000,
	BPF_FUNC_fetch_u16 = 0x1001,
	BPF_FUNC_fetch_u32 = 0x1002,
	BPF_FUNC_fetch_u64 = 0x1003,
	BPF_FUNC_fetch_ptr = 0x1004,
	BPF_FUNC_memcmp = 0x1005,
	BPF_FUNC_get_current = 0x1006,
	BPF_FUNC_dump_stack = 0x1007,
};

/* the name of the 2014 manual page */
#define BPF_FUNC_printk		BPF_FUNC_trace_printk

/* flags of bpf_perf_event_output(), bpf_perf_event_read() and ..._read_value() */
#define BPF_F_INDEX_MASK	0xffffffffULL	/* slot of the array */
#define BPF_F_CURRENT_CPU	BPF_F_INDEX_MASK	/* the slot of this CPU */
#define BPF_F_CTXLEN_MASK	(0xfffffULL << 32)	/* bytes of a packet, too */

/* flags of bpf_get_stackid() and bpf_get_stack() */
#define BPF_F_SKIP_FIELD_MASK	0xffULL		/* innermost frames left out */
#define BPF_F_USER_STACK	(1ULL << 8)	/* of user space, not of the kernel */
#define BPF_F_FAST_STACK_CMP	(1ULL << 9)	/* stackid: the same hash is the same stack */
#define BPF_F_REUSE_STACKID	(1ULL << 10)	/* stackid: another stack's place is taken */
#define BPF_F_USER_BUILD_ID	(1ULL << 11)	/* stack: build ids and offsets */

/* flags of bpf_ringbuf_output(), _submit() and _discard() */
#define BPF_RB_NO_WAKEUP	(1ULL << 0)
#define BPF_RB_FORCE_WAKEUP	(1ULL << 1)

/* what bpf_ringbuf_query() tells */
#define BPF_RB_AVAIL_DATA	0
#define BPF_RB_RING_SIZE	1
#define BPF_RB_CONS_POS		2
#define BPF_RB_PROD_POS		3

/* in the length of a ring buffer's record, which a header of 8 bytes precedes */
#define BPF_RINGBUF_BUSY_BIT	(1U << 31)
#define BPF_RINGBUF_DISCARD_BIT	(1U << 30)
#define BPF_RINGBUF_HDR_SZ	8

/* start of bpf_skb_load_bytes_relative() */
enum bpf_hdr_start_off {
	BPF_HDR_START_MAC = 0,
	BPF_HDR_START_NET = 1,
};

/* ---- contexts ------------------------------------------------------------ */

/* a 64-bit slot for a pointer, whatever the program's own pointer width */
#define __bpf_md_ptr(type, name)	\
union {					\
	type name;			\
	__u64 : 64;			\
} __attribute__((aligned(8)))

/*
 * struct __sk_buff - context of programs on packets
 *
 * A view: loads and stores are rewritten to the kernel's own structures. Which
 * fields a program type may use is the type's own table.
 */
struct __sk_buff {
	__u32	len;
	__u32	pkt_type;
	__u32	mark;
	__u32	queue_mapping;
	__u32	protocol;
	__u32	vlan_present;
	__u32	vlan_tci;
	__u32	vlan_proto;
	__u32	priority;
	__u32	ingress_ifindex;
	__u32	ifindex;
	__u32	tc_index;
	__u32	cb[5];
	__u32	hash;
	__u32	tc_classid;
	__u32	data;
	__u32	data_end;
	__u32	napi_id;
	__u32	family;
	__u32	remote_ip4;	/* network byte order */
	__u32	local_ip4;	/* network byte order */
	__u32	remote_ip6[4];	/* network byte order */
	__u32	local_ip6[4];	/* network byte order */
	__u32	remote_port;	/* network byte order */
	__u32	local_port;	/* host byte order */
	__u32	data_meta;
	__bpf_md_ptr(struct bpf_flow_keys *, flow_keys);
	__u64	tstamp;
	__u32	wire_len;
	__u32	gso_segs;
	__bpf_md_ptr(struct bpf_sock *, sk);
	__u32	gso_size;
	__u8	tstamp_type;
	__u32	: 24;
	__u64	hwtstamp;
};

/*
 * struct bpf_sock - a socket as a program sees it
 */
struct bpf_sock {
	__u32	bound_dev_if;
	__u32	family;
	__u32	type;
	__u32	protocol;
	__u32	mark;
	__u32	priority;
	__u32	src_ip4;	/* network byte order */
	__u32	src_ip6[4];	/* network byte order */
	__u32	src_port;	/* host byte order */
	__be16	dst_port;	/* network byte order */
	__u16	: 16;
	__u32	dst_ip4;	/* network byte order */
	__u32	dst_ip6[4];	/* network byte order */
	__u32	state;
	__s32	rx_queue_mapping;
};

/**
 * struct bpf_context - context of programs in place of event filters
 * @arg1:	first argument: of the tracepoint, before anything is formatted; of the
 *		function or system call where the event is one
 * @arg2:	second argument
 * @arg3:	third argument
 * @arg4:	fourth argument
 * @arg5:	fifth argument
 * @arg6:	sixth argument
 * @ret:	what the function or system call returned
 *
 * Of type BPF_PROG_TYPE_TRACING without attach_btf_id. A program can be attached to
 * an event that has all it reads.
 */
struct bpf_context {
	__u64	arg1;
	__u64	arg2;
	__u64	arg3;
	__u64	arg4;
	__u64	arg5;
	__u64	arg6;
	__u64	ret;
};

/**
 * struct bpf_raw_tracepoint_args - context of programs on raw tracepoints
 * @args:	arguments of the tracepoint, as many as it has
 */
struct bpf_raw_tracepoint_args {
	__u64	args[0];
};

/**
 * struct bpf_perf_event_value - a counter as bpf_perf_event_read_value() reads it
 * @counter:	its count
 * @enabled:	nanoseconds it was enabled
 * @running:	nanoseconds it was counting
 */
struct bpf_perf_event_value {
	__u64	counter;
	__u64	enabled;
	__u64	running;
};

/* an entry of a stack map with BPF_F_STACK_BUILD_ID */
enum bpf_stack_build_id_status {
	BPF_STACK_BUILD_ID_EMPTY = 0,	/* behind the last frame */
	BPF_STACK_BUILD_ID_VALID = 1,	/* build_id and offset */
	BPF_STACK_BUILD_ID_IP = 2,	/* no build id, ip */
};

#define BPF_BUILD_ID_SIZE	20

struct bpf_stack_build_id {
	__s32		status;
	unsigned char	build_id[BPF_BUILD_ID_SIZE];
	union {
		__u64	offset;
		__u64	ip;
	};
};

/* ---- names the rest of the kernel compiles against ----------------------- */

/* verdicts */
enum bpf_ret_code {
	BPF_OK = 0,
	BPF_DROP = 2,
	BPF_REDIRECT = 7,
	BPF_LWT_REROUTE = 128,
	BPF_FLOW_DISSECTOR_CONTINUE = 129,
};

enum sk_action {
	SK_DROP = 0,
	SK_PASS,
};

enum xdp_action {
	XDP_ABORTED = 0,
	XDP_DROP,
	XDP_PASS,
	XDP_TX,
	XDP_REDIRECT,
};

#define XDP_PACKET_HEADROOM	256

/* the context of BPF_PROG_TYPE_XDP: addresses are wider, they are loaded as 32 bits */
struct xdp_md {
	__u32	data;
	__u32	data_end;
	__u32	data_meta;
	__u32	ingress_ifindex;
	__u32	rx_queue_index;
	__u32	egress_ifindex;
};

#define BPF_F_INGRESS		(1ULL << 0)

/* flow dissector */
#define BPF_FLOW_DISSECTOR_F_PARSE_1ST_FRAG	(1U << 0)
#define BPF_FLOW_DISSECTOR_F_STOP_AT_FLOW_LABEL	(1U << 1)
#define BPF_FLOW_DISSECTOR_F_STOP_AT_ENCAP	(1U << 2)

struct bpf_flow_keys {
	__u16	nhoff;
	__u16	thoff;
	__u16	addr_proto;
	__u8	is_frag;
	__u8	is_first_frag;
	__u8	is_encap;
	__u8	ip_proto;
	__be16	n_proto;	/* EtherType */
	__be16	sport;
	__be16	dport;
	union {
		struct {
			__be32	ipv4_src;	/* with addr_proto ETH_P_IP */
			__be32	ipv4_dst;
		};
		struct {
			__u32	ipv6_src[4];	/* with addr_proto ETH_P_IPV6 */
			__u32	ipv6_dst[4];
		};
	};
	__u32	flags;
	__be32	flow_label;
};

/* links: only the base's XDP link fills one in */
struct bpf_link_info {
	__u32	type;
	__u32	id;
	__u32	prog_id;
	union {
		struct {
			__u32	ifindex;
		} xdp;
	};
} __attribute__((aligned(8)));

/* answers of the base's event code to a query by descriptor */
enum bpf_task_fd_type {
	BPF_FD_TYPE_RAW_TRACEPOINT = 0,
	BPF_FD_TYPE_TRACEPOINT = 1,
	BPF_FD_TYPE_KPROBE = 2,
	BPF_FD_TYPE_KRETPROBE = 3,
	BPF_FD_TYPE_UPROBE = 4,
	BPF_FD_TYPE_URETPROBE = 5,
};

/* TCP's calls to socket operations; no program type receives them yet */
enum {
	BPF_SOCK_OPS_TIMEOUT_INIT = 1,
	BPF_SOCK_OPS_RWND_INIT = 2,
	BPF_SOCK_OPS_TCP_CONNECT_CB = 3,
	BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 4,
	BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 5,
	BPF_SOCK_OPS_NEEDS_ECN = 6,
	BPF_SOCK_OPS_BASE_RTT = 7,
	BPF_SOCK_OPS_RTO_CB = 8,
	BPF_SOCK_OPS_RETRANS_CB = 9,
	BPF_SOCK_OPS_STATE_CB = 10,
	BPF_SOCK_OPS_TCP_LISTEN_CB = 11,
	BPF_SOCK_OPS_RTT_CB = 12,
	BPF_SOCK_OPS_PARSE_HDR_OPT_CB = 13,
	BPF_SOCK_OPS_HDR_OPT_LEN_CB = 14,
	BPF_SOCK_OPS_WRITE_HDR_OPT_CB = 15,
};

/* which of those calls a socket asks for */
enum {
	BPF_SOCK_OPS_RTO_CB_FLAG = (1 << 0),
	BPF_SOCK_OPS_RETRANS_CB_FLAG = (1 << 1),
	BPF_SOCK_OPS_STATE_CB_FLAG = (1 << 2),
	BPF_SOCK_OPS_RTT_CB_FLAG = (1 << 3),
	BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG = (1 << 4),
	BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG = (1 << 5),
	BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG = (1 << 6),
	BPF_SOCK_OPS_ALL_CB_FLAGS = 0x7f,
};

enum {
	BPF_WRITE_HDR_TCP_CURRENT_MSS = 1,
	BPF_WRITE_HDR_TCP_SYNACK_COOKIE = 2,
};

/* TCP states, fixed for programs; the base asserts that its own agree */
enum {
	BPF_TCP_ESTABLISHED = 1,
	BPF_TCP_SYN_SENT = 2,
	BPF_TCP_SYN_RECV = 3,
	BPF_TCP_FIN_WAIT1 = 4,
	BPF_TCP_FIN_WAIT2 = 5,
	BPF_TCP_TIME_WAIT = 6,
	BPF_TCP_CLOSE = 7,
	BPF_TCP_CLOSE_WAIT = 8,
	BPF_TCP_LAST_ACK = 9,
	BPF_TCP_LISTEN = 10,
	BPF_TCP_CLOSING = 11,
	BPF_TCP_NEW_SYN_RECV = 12,
	BPF_TCP_MAX_STATES = 13,
};

#endif /* _UAPI__LINUX_BPF_H__ */
