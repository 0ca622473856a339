// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2) on maps: create, freeze, and look up, update, delete and walk elements by
 * descriptor.
 *
 * Keys and values pass through a buffer here, because user memory cannot be touched
 * while an element is held under RCU. Small ones use the stack. The maps themselves
 * know nothing of user memory. Tests: selftests/bpf/sys_test.c, map_test.c.
 */
#include <linux/bpf.h>
#include <linux/bpf_btf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/numa.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "sys.h"

/* bytes of a key or value that need no allocation */
#define SMALL_BYTES	64

/**
 * struct transfer - a key or value between user space and a map
 * @bytes:	the buffer
 * @small:	what @bytes points to where that is large enough
 */
struct transfer {
	void	*bytes;
	u8	small[SMALL_BYTES] __aligned(8);
};

static int transfer_start(struct transfer *t, u32 size)
{
	t->bytes = t->small;
	if (size > SMALL_BYTES)
		t->bytes = kvmalloc(size, GFP_USER | __GFP_NOWARN);
	return t->bytes ? 0 : -ENOMEM;
}

static void transfer_end(struct transfer *t)
{
	if (t->bytes != t->small)
		kvfree(t->bytes);
}

static int transfer_in(struct transfer *t, u64 from, u32 size)
{
	int err = transfer_start(t, size);

	if (err)
		return err;
	if (!copy_from_user(t->bytes, u64_to_user_ptr(from), size))
		return 0;
	transfer_end(t);
	return -EFAULT;
}

/* a map without keys is given none */
static int key_in(struct transfer *t, u64 from, const struct bpf_map *map)
{
	if (!map->key_size && from)
		return -EINVAL;
	return transfer_in(t, from, map->key_size);
}

static int transfer_out(struct transfer *t, u64 to, u32 size)
{
	return copy_to_user(u64_to_user_ptr(to), t->bytes, size) ? -EFAULT : 0;
}

/* the map behind @f, which must be readable or writable through it */
static struct bpf_map *map_of(struct fd f, bool write)
{
	struct bpf_map *map;

	if (!f.file)
		return ERR_PTR(-EBADF);
	map = bpf_map_from_file(f.file);
	if (IS_ERR(map))
		return map;
	if (write ? !bpf_map_can_write(f.file) : !bpf_map_can_read(f.file))
		return ERR_PTR(-EPERM);
	return map;
}

static int map_spec_from(const union bpf_attr *attr, struct bpf_map_spec *spec)
{
	spec->type = attr->map_type;
	spec->key_size = attr->key_size;
	spec->value_size = attr->value_size;
	spec->max_entries = attr->max_entries;
	spec->flags = attr->map_flags;
	spec->numa_node = NUMA_NO_NODE;

	if (spec->flags & BPF_F_RDONLY && spec->flags & BPF_F_WRONLY)
		return -EINVAL;
	if (!(spec->flags & BPF_F_NUMA_NODE))
		return attr->numa_node ? -EINVAL : 0;
	if (attr->numa_node >= nr_node_ids || !node_online(attr->numa_node))
		return -EINVAL;
	spec->numa_node = attr->numa_node;
	return 0;
}

/**
 * bpf_cmd_map_create() - BPF_MAP_CREATE
 * @attr:	type, sizes, flags, name, types of keys and values
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: descriptor; -EINVAL (type, sizes, flags, name, types that do not fit), -EBADF
 * (types), -ENOTSUPP (types of a map whose elements have none), -E2BIG (too large to
 * address), -EPERM (zero seed without privilege), -ENOMEM, -EMFILE, -ENFILE. Source:
 * REQUIREMENTS S4.man, S3.maps.
 */
int bpf_cmd_map_create(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	u32 access = attr->map_flags & (BPF_F_RDONLY | BPF_F_WRONLY);
	char name[BPF_OBJ_NAME_LEN];
	struct bpf_map_spec spec = { };
	struct bpf_map *map;
	int err;

	err = bpf_attr_name(name, attr->map_name);
	if (err)
		return err;
	err = map_spec_from(attr, &spec);
	if (!err)
		err = bpf_map_spec_types(attr, &spec);
	if (err)
		return err;
	map = bpf_map_create(&spec, name);
	if (IS_ERR(map)) {
		bpf_btf_put(spec.btf);
		return PTR_ERR(map);
	}
	err = bpf_map_new_fd(map, access);
	if (err < 0)
		bpf_map_put(map);
	return err;
}

static int read_value(struct bpf_map *map, const void *key, void *to)
{
	int err = 0;
	void *value;

	rcu_read_lock();
	if (map->ops->copy_value) {
		err = map->ops->copy_value(map, key, to);
	} else {
		value = map->ops->lookup(map, key);
		if (value)
			memcpy(to, value, map->value_size);
		else
			err = -ENOENT;
	}
	rcu_read_unlock();
	return err;
}

static int lookup(struct bpf_map *map, const union bpf_attr *attr)
{
	struct transfer key, value;
	int err;

	err = key_in(&key, attr->key, map);
	if (err)
		return err;
	err = transfer_start(&value, map->value_size);
	if (err)
		goto out_key;
	err = read_value(map, key.bytes, value.bytes);
	if (!err)
		err = transfer_out(&value, attr->value, map->value_size);
	transfer_end(&value);
out_key:
	transfer_end(&key);
	return err;
}

/**
 * bpf_cmd_map_lookup() - BPF_MAP_LOOKUP_ELEM
 * @attr:	map_fd, key, value; flags must be zero
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no map, flags), -EPERM (descriptor is write-only),
 * -EFAULT, -ENOENT, -ENOMEM.
 */
int bpf_cmd_map_lookup(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct bpf_map *map;
	struct fd f;
	int err;

	if (attr->flags)
		return -EINVAL;
	f = fdget(attr->map_fd);
	map = map_of(f, false);
	err = IS_ERR(map) ? PTR_ERR(map) : lookup(map, attr);
	fdput(f);
	return err;
}

/* a writable map that is written to from now on; bpf_map_write_end() is due */
static struct bpf_map *map_to_write(struct fd f)
{
	struct bpf_map *map = map_of(f, true);

	if (!IS_ERR(map) && !bpf_map_write_begin(map))
		return ERR_PTR(-EPERM);
	return map;
}

static long put_value(struct bpf_map *map, struct file *file, const void *key,
		      const void *value, u64 flags)
{
	long err;

	if (map->ops->update_file)
		return map->ops->update_file(map, file, key, value, flags);
	rcu_read_lock();
	err = map->ops->update(map, key, value, flags);
	rcu_read_unlock();
	return err;
}

static int update(struct bpf_map *map, struct file *file, const union bpf_attr *attr)
{
	struct transfer key, value;
	int err;

	err = key_in(&key, attr->key, map);
	if (err)
		return err;
	err = transfer_in(&value, attr->value, map->value_size);
	if (err)
		goto out_key;
	err = put_value(map, file, key.bytes, value.bytes, attr->flags);
	transfer_end(&value);
out_key:
	transfer_end(&key);
	return err;
}

/**
 * bpf_cmd_map_update() - BPF_MAP_UPDATE_ELEM
 * @attr:	map_fd, key, value, flags (BPF_ANY, BPF_NOEXIST, BPF_EXIST)
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no map, flags), -EPERM (descriptor is read-only,
 * or the map is frozen), -EFAULT, -ENOMEM, -E2BIG (full), -EEXIST, -ENOENT, -EBUSY.
 */
int bpf_cmd_map_update(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct fd f = fdget(attr->map_fd);
	struct bpf_map *map = map_to_write(f);
	int err = PTR_ERR_OR_ZERO(map);

	if (!err) {
		err = update(map, f.file, attr);
		bpf_map_write_end(map);
	}
	fdput(f);
	return err;
}

static int remove_element(struct bpf_map *map, const union bpf_attr *attr)
{
	struct transfer key;
	int err;

	err = key_in(&key, attr->key, map);
	if (err)
		return err;
	rcu_read_lock();
	err = map->ops->remove(map, key.bytes);
	rcu_read_unlock();
	transfer_end(&key);
	return err;
}

/**
 * bpf_cmd_map_delete() - BPF_MAP_DELETE_ELEM
 * @attr:	map_fd, key
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no map, elements cannot be deleted), -EPERM (descriptor
 * is read-only, or the map is frozen), -EFAULT, -ENOMEM, -ENOENT, -EBUSY.
 */
int bpf_cmd_map_delete(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct fd f = fdget(attr->map_fd);
	struct bpf_map *map = map_to_write(f);
	int err = PTR_ERR_OR_ZERO(map);

	if (!err) {
		err = remove_element(map, attr);
		bpf_map_write_end(map);
	}
	fdput(f);
	return err;
}

static int next_key(struct bpf_map *map, const union bpf_attr *attr)
{
	struct transfer key, next;
	int err = 0;

	key.bytes = NULL;
	if (attr->key)
		err = key_in(&key, attr->key, map);
	if (err)
		return err;
	err = transfer_start(&next, map->key_size);
	if (err)
		goto out_key;
	rcu_read_lock();
	err = map->ops->next_key(map, key.bytes, next.bytes);
	rcu_read_unlock();
	if (!err)
		err = transfer_out(&next, attr->next_key, map->key_size);
	transfer_end(&next);
out_key:
	if (key.bytes)
		transfer_end(&key);
	return err;
}

/**
 * bpf_cmd_map_next_key() - BPF_MAP_GET_NEXT_KEY
 * @attr:	map_fd, key (0 or not in the map: from the start), next_key
 * @uattr:	not used
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no map), -EPERM (descriptor is write-only), -EFAULT,
 * -ENOMEM, -ENOENT (key was the last).
 */
int bpf_cmd_map_next_key(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct fd f = fdget(attr->map_fd);
	struct bpf_map *map = map_of(f, false);
	int err;

	err = IS_ERR(map) ? PTR_ERR(map) : next_key(map, attr);
	fdput(f);
	return err;
}

/**
 * bpf_cmd_map_freeze() - BPF_MAP_FREEZE
 * @attr:	map_fd
 * @uattr:	not used
 *
 * From now on no descriptor changes the map, and no mapping of it can be writable.
 * Programs still can, unless it was created with BPF_F_RDONLY_PROG.
 *
 * Context: may sleep.
 * Return: 0; -EBADF, -EINVAL (no map), -EBUSY (frozen already, being written to, or mapped
 * writable), -EPERM.
 */
int bpf_cmd_map_freeze(union bpf_attr *attr, union bpf_attr __user *uattr)
{
	struct fd f = fdget(attr->map_fd);
	struct bpf_map *map;
	int err;

	if (!f.file)
		return -EBADF;
	map = bpf_map_from_file(f.file);
	err = IS_ERR(map) ? PTR_ERR(map) : bpf_map_freeze(map);
	fdput(f);
	return err;
}
