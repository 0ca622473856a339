/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small library over bpf(2) for programs that want nothing else: maps, loading with
 * a log, attaching to sockets. Every function returns what the system call does:
 * a descriptor or 0, or -1 with errno set.
 */
#ifndef SAMPLES_BPF_USER_H
#define SAMPLES_BPF_USER_H

#include <stddef.h>
#include <linux/bpf.h>

/* text of the verifier's answer to the last bpf_prog_load() that was refused */
extern char bpf_log_text[65536];

int bpf_create_map(enum bpf_map_type type, int key_size, int value_size,
		   int max_entries, int flags);
int bpf_lookup_elem(int fd, const void *key, void *value);
int bpf_update_elem(int fd, const void *key, const void *value, __u64 flags);
int bpf_delete_elem(int fd, const void *key);
int bpf_get_next_key(int fd, const void *key, void *next_key);

/* count is in instructions; the log is filled only where loading fails */
int bpf_prog_load(enum bpf_prog_type type, const struct bpf_insn *insns,
		  size_t count, const char *license);

int bpf_attach_socket(int sock, int prog_fd);

#endif /* SAMPLES_BPF_USER_H */
