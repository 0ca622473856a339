// SPDX-License-Identifier: GPL-2.0-only
/*
 * printf for programs: formats that a program supplies, on values that may be
 * anything.
 *
 * One conversion at a time is taken from the format, checked, rebuilt as a format
 * of our own and printed with its one argument. So nothing the program wrote
 * reaches the kernel's printf, and memory is read only in ways that may fail. Must
 * never read memory but through copy_*_nofault().
 *
 * Layer K4. Test: kernel/bpf/prog/prog_test.c.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "prog.h"

/* longest string that %s brings */
#define STRING_BYTES	128
/*
 * "%-+ 0#" a width of three digits, "ll", the conversion, and a pointer's kind. No
 * conversion, and the byte behind it, is longer as a program writes it either.
 */
#define SPEC_BYTES	24

/**
 * struct conversion - one %..., checked
 * @spec:	format for snprintf()
 * @kind:	'd' signed, 'u' unsigned, 'c' character, 's' string, 'p' pointer, 'i' IP
 *		address, '%' a percent sign
 * @bytes:	of the argument: 4 or 8; of an address: 4 or 16
 * @user:	's': 'k' kernel memory, 'u' user memory, 0 whichever the address is
 */
struct conversion {
	char	spec[SPEC_BYTES];
	char	kind;
	u8	bytes;
	char	user;
};

static bool is_separator(char c)
{
	return !c || c == '%' || isspace(c) || ispunct(c);
}

/* what follows %p: a symbol, an IP address, a string, or nothing */
static const char *parse_pointer(const char *at, struct conversion *conv, u32 len)
{
	conv->kind = 'p';
	conv->bytes = 8;
	if ((at[0] == 'k' || at[0] == 'u') && at[1] == 's') {
		conv->kind = 's';
		conv->user = at[0];
		conv->spec[len] = 's';
		return at + 2;
	}
	conv->spec[len++] = 'p';
	if (*at && strchr("KxsSB", *at)) {
		conv->spec[len] = *at;
		return at + 1;
	}
	if ((at[0] == 'i' || at[0] == 'I') && (at[1] == '4' || at[1] == '6')) {
		conv->kind = 'i';
		conv->bytes = at[1] == '4' ? 4 : 16;
		conv->spec[len] = at[0];
		conv->spec[len + 1] = at[1];
		return at + 2;
	}
	return is_separator(*at) ? at : NULL;
}

static const char *parse_number(const char *at, struct conversion *conv, u32 len)
{
	conv->bytes = 4;
	if (*at == 'l') {
		at++;
		conv->bytes = sizeof(long);
		if (*at == 'l') {
			at++;
			conv->bytes = 8;
		}
	}
	if (!*at || !strchr("diuxX", *at))
		return NULL;
	conv->kind = *at == 'd' || *at == 'i' ? 'd' : 'u';
	/* every argument is printed as 64 bits, cut or extended beforehand */
	conv->spec[len++] = 'l';
	conv->spec[len++] = 'l';
	conv->spec[len] = *at;
	return at + 1;
}

/* @at is behind the percent sign; the end of the conversion, or NULL */
static const char *parse(const char *at, struct conversion *conv)
{
	u32 len = 0, digits = 0;

	*conv = (struct conversion) { .spec = "%" };
	len = 1;
	if (*at == '%') {
		conv->kind = '%';
		return at + 1;
	}
	for (; *at && strchr("-+ 0#", *at) && len < 6; at++)
		conv->spec[len++] = *at;
	for (; isdigit(*at) && digits < 3; at++, digits++)
		conv->spec[len++] = *at;

	switch (*at) {
	case 'p':
		return parse_pointer(at + 1, conv, len);
	case 's':
	case 'c':
		conv->kind = *at;
		conv->bytes = 4;
		conv->spec[len] = *at;
		return at + 1;
	default:
		return parse_number(at, conv, len);
	}
}

/*
 * The conversion behind the percent sign before @fmt: how many bytes it has, or
 * -EINVAL. It is looked at in a copy, so that it is the same from look to look.
 */
static int take_conversion(const char *fmt, const char *end, struct conversion *conv)
{
	u32 len = min_t(size_t, end - fmt, SPEC_BYTES - 1);
	char copy[SPEC_BYTES];
	const char *behind;

	memcpy(copy, fmt, len);
	copy[len] = 0;
	behind = parse(copy, conv);
	return behind ? behind - copy : -EINVAL;
}

/* an unreadable string is an empty one */
static void fetch_string(char *buf, const struct conversion *conv, u64 arg)
{
	const void *addr = (const void *)(unsigned long)arg;
	bool user = conv->user == 'u';
	long got;

	if (!conv->user && IS_ENABLED(CONFIG_ARCH_HAS_NON_OVERLAPPING_ADDRESS_SPACE))
		user = (unsigned long)arg < TASK_SIZE;
	if (user)
		got = strncpy_from_user_nofault(buf, (const void __user *)addr,
						STRING_BYTES);
	else
		got = strncpy_from_kernel_nofault(buf, addr, STRING_BYTES);
	if (got < 0)
		buf[0] = 0;
}

static int print_address(char *out, u32 room, const struct conversion *conv,
			 u64 arg)
{
	u8 address[16];

	if (copy_from_kernel_nofault(address, (void *)(unsigned long)arg,
				     conv->bytes))
		memset(address, 0, sizeof(address));
	return snprintf(out, room, conv->spec, address);
}

static int print(char *out, u32 room, const struct conversion *conv, u64 arg)
{
	char string[STRING_BYTES];

	switch (conv->kind) {
	case 'd':
		return snprintf(out, room, conv->spec,
				conv->bytes == 4 ? (s64)(s32)arg : (s64)arg);
	case 'u':
		return snprintf(out, room, conv->spec,
				conv->bytes == 4 ? (u64)(u32)arg : arg);
	case 'c':
		return snprintf(out, room, conv->spec, (int)(u8)arg);
	case 'p':
		return snprintf(out, room, conv->spec, (void *)(unsigned long)arg);
	case 'i':
		return print_address(out, room, conv, arg);
	case 's':
		fetch_string(string, conv, arg);
		return snprintf(out, room, conv->spec, string);
	default:
		return snprintf(out, room, "%%");
	}
}

/* printable text of ASCII, ended by zero within its size */
static bool is_text(const char *fmt, u32 size)
{
	u32 i;

	for (i = 0; i < size && fmt[i]; i++) {
		if (!isascii(fmt[i]) || (!isprint(fmt[i]) && !isspace(fmt[i])))
			return false;
	}
	return i < size;
}

/**
 * bpf_format() - print values by a program's format
 * @out:	takes the text, ended by zero, cut to @room
 * @room:	bytes of @out, at least 1
 * @fmt:	format, in memory of the program: where that is a map's, others may
 *		write to it while this runs
 * @fmt_size:	bytes of @fmt
 * @args:	the values
 * @count:	how many
 *
 * Conversions: %d %i %u %x %X with l or ll, %c, %s, %p, %pK %px %ps %pS %pB,
 * %pks and %pus (string in kernel, user memory), %pi4 %pI4 %pi6 %pI6, %%, with
 * flags and width. More values than conversions are ignored.
 *
 * Context: any.
 * Return: length of the text; -EINVAL for a format that is no text or not ended, an
 * unknown conversion, or more conversions than values.
 */
int bpf_format(char *out, u32 room, const char *fmt, u32 fmt_size,
	       const u64 *args, u32 count)
{
	const char *end = fmt + fmt_size;
	struct conversion conv;
	u32 used = 0, next = 0;
	int taken;
	char c;

	if (!is_text(fmt, fmt_size))
		return -EINVAL;
	while (fmt < end && (c = READ_ONCE(*fmt++))) {
		if (c != '%') {
			if (used + 1 < room)
				out[used++] = c;
			continue;
		}
		taken = take_conversion(fmt, end, &conv);
		if (taken < 0 || (conv.kind != '%' && next >= count))
			return -EINVAL;
		fmt += taken;
		used += print(out + used, room - used, &conv,
			      conv.kind == '%' ? 0 : args[next++]);
		used = min(used, room - 1);
	}
	out[used] = 0;
	return used;
}
