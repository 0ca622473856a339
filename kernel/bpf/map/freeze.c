// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps that user space cannot change any more. What writes on its behalf, a command or a
 * mapping, is a writer for as long as it can; a map is frozen where there is none, and
 * then there will never be one:
 *
 *	writers > 0	so many
 *	writers == 0	none; the next step may be either
 *	writers < 0	frozen, for good
 *
 * One number, so that no writer comes in between. Programs are another matter: those of a
 * map with BPF_F_RDONLY_PROG cannot write, so what is in such a map, frozen, is constant,
 * and the verifier takes it for that.
 *
 * Layer K2; builds in user space too. Tests: array_test.c, selftests/bpf/data_test.c.
 */
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/errno.h>

#define FROZEN	(-1)

/**
 * bpf_map_write_begin() - user space is going to write to a map
 * @map:	the map, held
 *
 * Called by: commands that change elements, writable mappings. Context: any.
 * Return: true where it may, until bpf_map_write_end(); false of a frozen map.
 */
bool bpf_map_write_begin(struct bpf_map *map)
{
	return atomic_inc_unless_negative(&map->writers);
}

/**
 * bpf_map_write_end() - it has written
 * @map:	the map
 *
 * Context: any.
 */
void bpf_map_write_end(struct bpf_map *map)
{
	/* what was written is there for whoever sees the map frozen */
	atomic_dec_return_release(&map->writers);
}

/**
 * bpf_map_freeze() - user space writes to a map no more
 * @map:	the map, held
 *
 * Called by: BPF_MAP_FREEZE. Context: process.
 * Return: 0; -EBUSY (frozen already, or somebody writes), -EPERM (no CAP_BPF).
 */
int bpf_map_freeze(struct bpf_map *map)
{
	if (atomic_read(&map->writers))
		return -EBUSY;
	if (!bpf_capable())
		return -EPERM;
	return atomic_cmpxchg(&map->writers, 0, FROZEN) ? -EBUSY : 0;
}

/**
 * bpf_map_frozen() - is a map frozen?
 * @map:	the map
 *
 * Context: any.
 * Return: whether it is; once true, always.
 */
bool bpf_map_frozen(const struct bpf_map *map)
{
	/* pairs with bpf_map_write_end() through the exchange that froze it */
	return atomic_read_acquire(&map->writers) < 0;
}

/**
 * bpf_map_constant() - bytes that nobody will ever change
 * @map:	a map
 *
 * Context: any.
 * Return: the value of a frozen map that has one only and that programs cannot write,
 * map->value_size bytes; NULL of others.
 */
const void *bpf_map_constant(const struct bpf_map *map)
{
	if (!(map->flags & BPF_F_RDONLY_PROG) || !bpf_map_frozen(map))
		return NULL;
	return bpf_map_value(map);
}
