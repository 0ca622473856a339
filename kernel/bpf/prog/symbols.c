// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machine code of programs as text of the kernel: names for its addresses, the list in
 * /proc/kallsyms, what happens where it faults, how its stack is unwound.
 *
 *	bpf_prog_<tag>_<name>	loaded by who may load any program
 *	no name			classic programs, and those of users without privilege
 *
 * All is asked with an address from wherever the kernel may stop, NMIs included, and
 * so takes no lock. Must never decide who may see an address: kallsyms does.
 *
 * Layer K4. Tests: image_test.c, selftests/bpf/jit_test.c.
 */
#include <linux/bpf.h>
#include <linux/extable.h>
#include <linux/filter.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "image.h"

/* what all names begin with */
#define NAME_START	"bpf_prog_"

/* of nm(1): a function that is not global */
#define SYMBOL_TYPE	't'

/* named images, oldest first; a program's last reference may go with interrupts off */
static LIST_HEAD(names);
static DEFINE_SPINLOCK(names_lock);

/* ---- names ----------------------------------------------------------------------- */

/**
 * bpf_image_set_name() - choose the symbol of an image
 * @image:	not shown yet
 * @tag:	BPF_TAG_SIZE bytes
 * @name:	the program's name; may be empty
 *
 * Any context.
 */
void bpf_image_set_name(struct bpf_image *image, const u8 *tag, const char *name)
{
	char *end = image->name + sizeof(image->name);
	char *at = image->name + strlen(NAME_START);

	strcpy(image->name, NAME_START);
	at = bin2hex(at, tag, BPF_TAG_SIZE);
	*at = '\0';
	if (!*name)
		return;
	*at++ = '_';
	strscpy(at, name, end - at);
}

/**
 * bpf_image_show() - put an image into the list of symbols
 * @image:	written, with a name
 *
 * Any context.
 */
void bpf_image_show(struct bpf_image *image)
{
	unsigned long irq;

	spin_lock_irqsave(&names_lock, irq);
	list_add_tail_rcu(&image->link, &names);
	image->shown = true;
	spin_unlock_irqrestore(&names_lock, irq);
}

/**
 * bpf_image_hide() - take an image out of the list of symbols
 * @image:	may not be in it. Its addresses keep their name as long as it exists
 *
 * Any context.
 */
void bpf_image_hide(struct bpf_image *image)
{
	unsigned long irq;

	spin_lock_irqsave(&names_lock, irq);
	if (image->shown)
		list_del_rcu(&image->link);
	image->shown = false;
	spin_unlock_irqrestore(&names_lock, irq);
}

/* hardening hides where programs are, whatever the other sysctl says */
static bool is_list_public(void)
{
	return READ_ONCE(bpf_jit_knobs.listing) && !READ_ONCE(bpf_jit_knobs.blinding);
}

/**
 * bpf_get_kallsym() - a line of /proc/kallsyms
 * @symnum:	which of the named programs, from 0
 * @value:	takes its address
 * @type:	takes the letter of its kind
 * @sym:	takes its name, KSYM_NAME_LEN bytes
 *
 * Called by: kernel/kallsyms.c. Any context.
 * Return: 0; -ERANGE where there are no more, or net.core.bpf_jit_kallsyms or
 * bpf_jit_harden forbid to show any.
 */
int bpf_get_kallsym(unsigned int symnum, unsigned long *value, char *type, char *sym)
{
	const struct bpf_image *image;
	int ret = -ERANGE;

	if (!is_list_public())
		return ret;
	rcu_read_lock();
	list_for_each_entry_rcu(image, &names, link) {
		if (symnum--)
			continue;
		*value = image->start;
		*type = SYMBOL_TYPE;
		strscpy(sym, image->name, KSYM_NAME_LEN);
		ret = 0;
		break;
	}
	rcu_read_unlock();
	return ret;
}

/* ---- addresses --------------------------------------------------------------------- */

/**
 * is_bpf_text_address() - is it in the code of a program?
 * @addr:	any address
 *
 * Called by: kernel/extable.c, for unwinders and many others. Any context, NMI too.
 * Return: true where @addr is in an image, named or not.
 */
bool is_bpf_text_address(unsigned long addr)
{
	bool found;

	rcu_read_lock();
	found = bpf_image_find(addr);
	rcu_read_unlock();
	return found;
}

/**
 * __bpf_address_lookup() - symbol of an address
 * @addr:	any address
 * @size:	takes the bytes of the program's code; may be NULL
 * @off:	takes the distance from its start; may be NULL
 * @sym:	takes the name, KSYM_NAME_LEN bytes
 *
 * Called by: kernel/kallsyms.c. Any context, NMI too.
 * Return: @sym, or NULL where @addr is in no program that has a name.
 */
const char *__bpf_address_lookup(unsigned long addr, unsigned long *size,
				 unsigned long *off, char *sym)
{
	const struct bpf_image *image;
	const char *found = NULL;

	rcu_read_lock();
	image = bpf_image_find(addr);
	if (image && READ_ONCE(image->name[0])) {
		strscpy(sym, image->name, KSYM_NAME_LEN);
		if (size)
			*size = image->bytes;
		if (off)
			*off = addr - image->start;
		found = sym;
	}
	rcu_read_unlock();
	return found;
}

/**
 * bpf_image_frame() - how the stack looks while an address is executed
 * @addr:	any address
 *
 * Called by: unwinders. Any context, NMI too.
 * Return: BPF_FRAME_POINTER: the frame pointer is that of the code's own frame;
 * BPF_FRAME_NONE: it has none, and the return address is on top of the stack;
 * BPF_FRAME_UNKNOWN: @addr is in no program.
 */
enum bpf_frame_kind bpf_image_frame(unsigned long addr)
{
	enum bpf_frame_kind kind = BPF_FRAME_UNKNOWN;
	const struct bpf_image *image;

	rcu_read_lock();
	image = bpf_image_find(addr);
	if (image)
		kind = image->has_frame ? BPF_FRAME_POINTER : BPF_FRAME_NONE;
	rcu_read_unlock();
	return kind;
}

/**
 * search_bpf_extables() - what to do about a fault in a program
 * @addr:	address of the instruction that faulted
 *
 * Called by: kernel/extable.c. Any context, NMI too; the program runs, so it stays.
 * Return: the entry of its fault table, or NULL.
 */
const struct exception_table_entry *search_bpf_extables(unsigned long addr)
{
	const struct exception_table_entry *entry = NULL;
	const struct bpf_image *image;

	rcu_read_lock();
	image = bpf_image_find(addr);
	if (image && image->fault_count)
		entry = search_extable(image->faults, image->fault_count, addr);
	rcu_read_unlock();
	return entry;
}
