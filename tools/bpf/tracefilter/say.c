// SPDX-License-Identifier: GPL-2.0-only
/* What the user is told, on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include "say.h"

void say(const char *fmt, ...)
{
	va_list args;

	/* in order with what went to stdout */
	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}
