// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) on types: loading them, and maps that are made with them.
 *
 * The blob is copied before anything is looked at, so that user space cannot change what
 * has been checked. Tests: selftests/bpf/btf_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/uaccess.h>
#include "../btf/types.h"
#include "../verifier/host.h"
#include "../verifier/vlog.h"
#include "sys.h"

/* @size bytes of user space to memory of bv_alloc() */
static void *copy_blob(u64 from, u32 size)
{
	void *data = bv_alloc(size);

	if (!data)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(data, u64_to_user_ptr(from), size))
		return data;
	bv_free(data);
	return ERR_PTR(-EFAULT);
}

/*
 * The types, which take @data. Of two errors the log's is told, as without the log the
 * other says little.
 */
static struct bpf_types *check(void *data, const union bpf_attr *attr)
{
	struct bpf_types *types = NULL;
	struct bv_log *log = bv_alloc(sizeof(*log));
	int err, log_err;

	if (!log) {
		bv_free(data);
		return ERR_PTR(-ENOMEM);
	}
	bv_log_start(log, u64_to_user_ptr(attr->btf_log_buf), attr->btf_log_size,
		     attr->btf_log_level);
	err = bpf_types_new(data, attr->btf_size, log, &types);
	log_err = bv_log_finish(log);
	bv_free(log);
	if (log_err && !err)
		bpf_types_free(types);
	err = log_err ?: err;
	return err ? ERR_PTR(err) : types;
}

/**
 * bpf_cmd_btf_load() - BPF_BTF_LOAD
 * @attr:	btf, btf_size: the types; btf_log_*: where to say why they are refused
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor; -EPERM, -E2BIG (above 16 MiB), -EINVAL (log), -EFAULT, -ENOSPC (log
 * too small), -ENOMEM, -EMFILE, -ENFILE, or what bpf_types_new() says.
 */
int bpf_cmd_btf_load(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_types *types;
	struct bpf_btf *btf;
	void *data;
	int fd;

	if (!bpf_capable())
		return -EPERM;
	if (attr->btf_size > BPF_TYPES_MAX_BYTES)
		return -E2BIG;
	if (!bpf_attr_log_ok(attr->btf_log_level, attr->btf_log_buf, attr->btf_log_size))
		return -EINVAL;
	data = copy_blob(attr->btf, attr->btf_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	types = check(data, attr);
	if (IS_ERR(types))
		return PTR_ERR(types);
	btf = bpf_btf_new(types);
	if (IS_ERR(btf))
		return PTR_ERR(btf);
	fd = bpf_btf_new_fd(btf);
	if (fd < 0)
		bpf_btf_put(btf);
	return fd;
}

/* ---- maps ------------------------------------------------------------------- */

static bool has_size(const struct bpf_types *types, u32 id, u32 want)
{
	u32 bytes;

	return bpf_type_bytes(types, id, &bytes) && bytes == want;
}

/*
 * An array has four-byte integers for keys. One of a single element may have none: it holds
 * the variables of a section.
 */
static int check_array(const struct bpf_map_spec *spec, const struct bpf_types *types)
{
	if (spec->key_type)
		return bpf_type_is_plain_u32(types, spec->key_type) ? 0 : -EINVAL;
	return spec->max_entries == 1 &&
	       bpf_type_kind(types, spec->value_type) == BTF_KIND_DATASEC ? 0 : -EINVAL;
}

static int check_fit(const struct bpf_map_spec *spec, const struct bpf_types *types)
{
	bool keyless = !spec->key_type;

	if (keyless && spec->type != BPF_MAP_TYPE_ARRAY &&
	    spec->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY &&
	    spec->type != BPF_MAP_TYPE_STACK_TRACE)
		return -EINVAL;
	if (!keyless && !has_size(types, spec->key_type, spec->key_size))
		return -EINVAL;
	if (!has_size(types, spec->value_type, spec->value_size))
		return -EINVAL;
	switch (spec->type) {
	case BPF_MAP_TYPE_ARRAY:
		return check_array(spec, types);
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE:
		return -ENOTSUPP;
	default:
		return 0;
	}
}

/**
 * bpf_map_spec_types() - types that a map is asked for with
 * @attr:	btf_fd, btf_key_type_id, btf_value_type_id
 * @spec:	the map, sizes and all; gets the types, with a reference, where there are any
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (not types, a key without a value, sizes that are not the
 * map's), -ENOTSUPP (the map's elements have no types).
 */
int bpf_map_spec_types(const union bpf_attr *attr, struct bpf_map_spec *spec)
{
	struct bpf_btf *btf;
	int err;

	if (attr->btf_key_type_id && !attr->btf_value_type_id)
		return -EINVAL;
	if (!attr->btf_value_type_id)
		return 0;
	btf = bpf_btf_get(attr->btf_fd);
	if (IS_ERR(btf))
		return PTR_ERR(btf);
	spec->key_type = attr->btf_key_type_id;
	spec->value_type = attr->btf_value_type_id;
	err = check_fit(spec, bpf_btf_types(btf));
	if (err) {
		bpf_btf_put(btf);
		return err;
	}
	spec->btf = btf;
	return 0;
}
