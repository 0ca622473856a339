// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for machine code in User-Mode Linux: ordinary memory of the process, which the
 * host lets be executed and written as all memory of the kernel.
 *
 * Layer K5. Test: kernel/bpf/prog/image_test.c.
 */
#include <linux/bpf_jit.h>
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/numa.h>
#include <linux/pgtable.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/sections.h>

/*
 * A call reaches no further than 2 GiB, and the kernel begins at _text. module_alloc()
 * goes on beyond that while address space that was freed is not yet given back.
 */
static unsigned long reach(void)
{
	return min((unsigned long)_text + SZ_2G, (unsigned long)VMALLOC_END);
}

/* int3, as where the kernel is not a process */
#define TRAP	0xcc

/**
 * bpf_arch_text_alloc() - executable memory
 * @bytes:	whole pages
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 * Return: memory full of int3; NULL where there is none.
 */
void *bpf_arch_text_alloc(unsigned long bytes)
{
	void *text = __vmalloc_node_range(bytes, 1, VMALLOC_START, reach(),
					  GFP_KERNEL | __GFP_NOWARN, PAGE_KERNEL_EXEC, 0,
					  NUMA_NO_NODE, __builtin_return_address(0));

	if (text)
		memset(text, TRAP, bytes);
	return text;
}

/**
 * bpf_arch_text_free() - give executable memory back
 * @text:	from bpf_arch_text_alloc(); nobody runs it
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 */
void bpf_arch_text_free(void *text)
{
	vfree(text);
}

/**
 * bpf_arch_text_write() - put code in place
 * @to:		in executable memory, where nobody runs
 * @from:	the code
 * @bytes:	its length
 *
 * Called by: kernel/bpf/prog/image.c. Any context.
 * Return: true.
 */
bool bpf_arch_text_write(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
	return true;
}

/**
 * bpf_arch_text_erase() - make code trap
 * @at:		in executable memory, where nobody runs
 * @bytes:	its length
 *
 * Called by: kernel/bpf/prog/image.c. Any context.
 */
void bpf_arch_text_erase(void *at, size_t bytes)
{
	memset(at, TRAP, bytes);
}

/**
 * bpf_arch_text_room() - the most that there could be
 *
 * Any context.
 * Return: bytes of the area that machine code is in.
 */
unsigned long bpf_arch_text_room(void)
{
	return reach() - VMALLOC_START;
}

/**
 * bpf_arch_fault_entry() - a row of a fault table
 * @e:		the row
 * @e_at:	where it will stand
 * @code:	where the code does
 * @fault:	the load
 *
 * Never called: code for this machine asks before it loads (bpf_jit_load_nofault()).
 */
void bpf_arch_fault_entry(struct exception_table_entry *e, unsigned long e_at,
			  unsigned long code, const struct bpf_jit_fault *fault)
{
	WARN_ON_ONCE(1);
}
