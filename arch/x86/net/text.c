// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for machine code, on a processor that the kernel runs on itself: never writable
 * where it is executable. It is written through another mapping, which only the CPU that
 * writes has, and only while it writes.
 *
 * Layer K5. Test: kernel/bpf/prog/image_test.c.
 */
#include <linux/bpf_jit.h>
#include <linux/moduleloader.h>
#include <linux/pgtable.h>
#include <linux/set_memory.h>
#include <linux/string.h>
#include <asm/text-patching.h>

/**
 * bpf_arch_text_alloc() - executable memory
 * @bytes:	whole pages
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 * Return: memory within reach of the kernel's calls, full of int3; NULL where there is
 * none.
 */
void *bpf_arch_text_alloc(unsigned long bytes)
{
	void *text = module_alloc(bytes);
	int pages = bytes >> PAGE_SHIFT;

	if (!text)
		return NULL;
	memset(text, INT3_INSN_OPCODE, bytes);
	if (!set_memory_ro((unsigned long)text, pages) &&
	    !set_memory_x((unsigned long)text, pages))
		return text;
	module_memfree(text);
	return NULL;
}

/**
 * bpf_arch_text_free() - give executable memory back
 * @text:	from bpf_arch_text_alloc(); nobody runs it
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 */
void bpf_arch_text_free(void *text)
{
	/* module_alloc() has said that permissions go back to normal */
	module_memfree(text);
}

/**
 * bpf_arch_text_write() - put code in place
 * @to:		in executable memory, where nobody runs
 * @from:	the code
 * @bytes:	its length
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 * Return: true where it is there.
 */
bool bpf_arch_text_write(void *to, const void *from, size_t bytes)
{
	return text_poke_copy(to, from, bytes);
}

/**
 * bpf_arch_text_erase() - make code trap
 * @at:		in executable memory, where nobody runs
 * @bytes:	its length
 *
 * Called by: kernel/bpf/prog/image.c. Context: may sleep.
 */
void bpf_arch_text_erase(void *at, size_t bytes)
{
	text_poke_set(at, INT3_INSN_OPCODE, bytes);
}

/**
 * bpf_arch_text_room() - the most that there could be
 *
 * Any context.
 * Return: bytes of the area that module_alloc() takes memory from.
 */
unsigned long bpf_arch_text_room(void)
{
	return MODULES_END - MODULES_VADDR;
}
