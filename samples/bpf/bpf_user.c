// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system calls behind bpf_user.h. Unused bytes of the argument must be zero, which
 * a designated initialiser of the whole union does not promise: hence memset.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf_user.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

char bpf_log_text[65536];

static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static __u64 address(const void *p)
{
	return (unsigned long)p;
}

int bpf_create_map(enum bpf_map_type type, int key_size, int value_size,
		   int max_entries, int flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key_size;
	attr.value_size = value_size;
	attr.max_entries = max_entries;
	attr.map_flags = flags;
	return bpf(BPF_MAP_CREATE, &attr);
}

/* commands on one element; @other is the value or the next key */
static int element(enum bpf_cmd cmd, int fd, const void *key, const void *other,
		   __u64 flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = fd;
	attr.key = address(key);
	attr.value = address(other);
	attr.flags = flags;
	return bpf(cmd, &attr);
}

int bpf_lookup_elem(int fd, const void *key, void *value)
{
	return element(BPF_MAP_LOOKUP_ELEM, fd, key, value, 0);
}

int bpf_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	return element(BPF_MAP_UPDATE_ELEM, fd, key, value, flags);
}

int bpf_delete_elem(int fd, const void *key)
{
	return element(BPF_MAP_DELETE_ELEM, fd, key, NULL, 0);
}

int bpf_get_next_key(int fd, const void *key, void *next_key)
{
	return element(BPF_MAP_GET_NEXT_KEY, fd, key, next_key, 0);
}

int bpf_prog_load(enum bpf_prog_type type, const struct bpf_insn *insns,
		  size_t count, const char *license)
{
	union bpf_attr attr;
	int fd, error;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = address(insns);
	attr.insn_cnt = count;
	attr.license = address(license);
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;

	/* once more, to be told why */
	error = errno;
	bpf_log_text[0] = '\0';
	attr.log_level = 1;
	attr.log_size = sizeof(bpf_log_text);
	attr.log_buf = address(bpf_log_text);
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		errno = error;
	return fd;
}

int bpf_attach_socket(int sock, int prog_fd)
{
	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog_fd,
			  sizeof(prog_fd));
}
