// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit test of the hash map under NMI (suite bpf_map_nmi, x86): one CPU writes a map
 * without pause while another sends it NMIs, whose handler writes and reads the same
 * map. That a bucket is locked by what was interrupted may cost an update (-EBUSY) but
 * never a key that stays, an element or the machine.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bpf.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/numa.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <asm/apic.h>
#include <asm/nmi.h>
#include "hash.h"

/* NMIs that a run wants, the time it has, and what will do on a slow machine */
#define NMIS		10000
#define RUN_SECONDS	10
#define NMIS_ENOUGH	500
/* keys below STABLE are never deleted */
#define STABLE		8
#define KEYS		32

/**
 * struct nmi_run - one run; a handler has no argument, so there is one at a time
 * @map:	the map, or NULL while no test runs
 * @cpu:	that writes, and gets the NMIs
 * @step:	of the handler, chooses what it does
 * @handled:	NMIs that came
 * @busy:	updates refused because of what was interrupted
 * @wrong:	anything that must not be
 */
static struct nmi_run {
	struct bpf_map	*map;
	int		cpu;
	u32		step;
	atomic_t	handled;
	atomic_t	busy;
	atomic_t	wrong;
} run;

static void one_step(struct bpf_map *map, u32 step)
{
	u32 key = hash_32(step, 32) % KEYS;
	u64 value = key;
	long err;

	if (step & 1 || key < STABLE)
		err = map->ops->update(map, &key, &value, BPF_ANY);
	else
		err = map->ops->remove(map, &key);
	if (err == -EBUSY)
		atomic_inc(&run.busy);
	else if (err && err != -ENOENT && err != -E2BIG && err != -ENOMEM)
		atomic_inc(&run.wrong);
	key %= STABLE;
	if (!map->ops->lookup(map, &key))
		atomic_inc(&run.wrong);
}

static int in_nmi_handler(unsigned int reason, struct pt_regs *regs)
{
	struct bpf_map *map = READ_ONCE(run.map);

	if (!map || smp_processor_id() != run.cpu)
		return NMI_DONE;
	atomic_inc(&run.handled);
	one_step(map, ++run.step);
	return NMI_HANDLED;
}

static int write_until_stopped(void *data)
{
	struct bpf_map *map = data;
	u32 step = 0;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		one_step(map, ++step);
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

static void make_map(struct kunit *test, u32 flags)
{
	struct bpf_map_spec spec = {
		.type = BPF_MAP_TYPE_HASH,
		.key_size = 4,
		.value_size = 8,
		.max_entries = KEYS - 4,
		.flags = flags,
		.numa_node = NUMA_NO_NODE,
	};
	struct bpf_map *map = bpf_map_create(&spec, "nmi");
	u64 value = 0;
	u32 key;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	for (key = 0; key < STABLE; key++)
		map->ops->update(map, &key, &value, BPF_ANY);
	memset(&run, 0, sizeof(run));
	WRITE_ONCE(run.map, map);
}

/* after it the map holds what it promises */
static void expect_whole(struct kunit *test, struct bpf_map *map)
{
	u64 value = 0;
	u32 key;

	for (key = 0; key < KEYS; key++)
		map->ops->remove(map, &key);
	for (key = 0; key < map->max_entries; key++)
		KUNIT_EXPECT_EQ(test, 0, map->ops->update(map, &key, &value,
							  BPF_NOEXIST));
	KUNIT_EXPECT_EQ(test, -E2BIG, map->ops->update(map, &key, &value, BPF_NOEXIST));
}

/* one NMI, and the time until it was handled, or most of it */
static void send_nmi(int cpu)
{
	int before = atomic_read(&run.handled);
	int wait_us = 1000;

	apic->send_IPI_mask(cpumask_of(cpu), NMI_VECTOR);
	while (wait_us-- && atomic_read(&run.handled) == before)
		udelay(1);
}

static void nmi_storm(struct kunit *test, u32 flags)
{
	unsigned long end = jiffies + RUN_SECONDS * HZ;
	struct task_struct *writer;
	struct bpf_map *map;

	make_map(test, flags);
	map = run.map;
	migrate_disable();
	run.cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	writer = kthread_create_on_cpu(write_until_stopped, map, run.cpu, "nmi/%u");
	if (!IS_ERR(writer)) {
		wake_up_process(writer);
		while (atomic_read(&run.handled) < NMIS && time_before(jiffies, end)) {
			send_nmi(run.cpu);
			cond_resched();
		}
		kthread_stop(writer);
	}
	migrate_enable();
	/* the last NMI may be on its way */
	msleep(20);
	WRITE_ONCE(run.map, NULL);
	synchronize_rcu();
	kunit_info(test, "%d NMIs, %d updates refused", atomic_read(&run.handled),
		   atomic_read(&run.busy));
	KUNIT_EXPECT_GT(test, atomic_read(&run.handled), NMIS_ENOUGH);
	KUNIT_EXPECT_EQ(test, atomic_read(&run.wrong), 0);
	expect_whole(test, map);
	bpf_map_put(map);
}

static void preallocated_map_in_nmi(struct kunit *test)
{
	nmi_storm(test, 0);
}

static void allocating_map_in_nmi(struct kunit *test)
{
	nmi_storm(test, BPF_F_NO_PREALLOC);
}

static int hook_nmi(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two processors");
	return register_nmi_handler(NMI_LOCAL, in_nmi_handler, 0, "bpf_map_nmi");
}

static void unhook_nmi(struct kunit *test)
{
	unregister_nmi_handler(NMI_LOCAL, "bpf_map_nmi");
}

static struct kunit_case nmi_cases[] = {
	KUNIT_CASE(preallocated_map_in_nmi),
	KUNIT_CASE(allocating_map_in_nmi),
	{}
};

static struct kunit_suite nmi_suite = {
	.name = "bpf_map_nmi",
	.init = hook_nmi,
	.exit = unhook_nmi,
	.test_cases = nmi_cases,
};

kunit_test_suite(nmi_suite);
