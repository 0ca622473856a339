// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log: text on its way to the user's buffer. The only printer of the verifier.
 *
 * Text gathers in log->line and goes out when that is full and at the end. The
 * user's buffer ends with a NUL after every write, so what arrived is readable
 * whatever comes after. When the buffer is full the head is kept and the rest is
 * counted out. Nothing may depend on what has been logged.
 *
 * Layer V1. Tests: tools/testing/selftests/bpf/cases/log, tools/bpf/verify.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include "host.h"
#include "vlog.h"

/* will more text come to anything? */
static bool log_is_open(const struct bv_log *log)
{
	return log->level && log->ubuf && !log->truncated && !log->fault;
}

/* @text with a NUL behind it, at log->pos; the NUL is where the next text starts */
static void write_out(struct bv_log *log, const char *text, u32 len)
{
	if (bv_host_log_write(log->ubuf, log->pos, text, len) ||
	    bv_host_log_write(log->ubuf, log->pos + len, "", 1)) {
		log->fault = true;
		return;
	}
	log->pos += len;
}

static void flush_line(struct bv_log *log)
{
	u32 room, len = log->line_len;

	log->line_len = 0;
	if (!len || !log_is_open(log))
		return;
	room = log->size - 1 - log->pos;
	if (len > room) {
		len = room;
		log->truncated = true;
	}
	write_out(log, log->line, len);
}

/**
 * bv_log_start() - begin a log
 * @log:	to be set up
 * @ubuf:	user's buffer, or NULL: text is dropped
 * @size:	its bytes
 * @level:	bit mask of BV_LOG_*, 0: text is dropped
 *
 * The buffer becomes an empty string at once.
 */
void bv_log_start(struct bv_log *log, char __user *ubuf, u32 size, u32 level)
{
	log->ubuf = ubuf;
	log->size = size;
	log->level = level;
	log->pos = 0;
	log->line_len = 0;
	log->fault = false;
	log->truncated = level && ubuf && !size;
	if (log_is_open(log))
		write_out(log, "", 0);
}

/**
 * bv_log() - add text to the log
 * @log:	the log
 * @fmt:	format, as for printf()
 *
 * One call adds at most sizeof(log->line) - 1 bytes; longer text is cut. The caller
 * asks for the level it belongs to.
 */
void bv_log(struct bv_log *log, const char *fmt, ...)
{
	u32 room;
	va_list args;
	int len;

	if (!log_is_open(log))
		return;
	room = sizeof(log->line) - log->line_len;
	va_start(args, fmt);
	len = vsnprintf(log->line + log->line_len, room, fmt, args);
	va_end(args);
	if (len < 0)
		return;
	if ((u32)len < room) {
		log->line_len += len;
		return;
	}
	flush_line(log);
	va_start(args, fmt);
	log->line_len = vscnprintf(log->line, sizeof(log->line), fmt, args);
	va_end(args);
}

/**
 * bv_log_finish() - send out the rest and tell how it went
 * @log:	the log
 *
 * Return: 0, -EFAULT where the buffer could not be written, -ENOSPC where it was
 * too small; it then holds the head of the log.
 */
int bv_log_finish(struct bv_log *log)
{
	flush_line(log);
	if (log->fault)
		return -EFAULT;
	return log->truncated ? -ENOSPC : 0;
}
