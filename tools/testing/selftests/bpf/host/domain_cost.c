// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one operation of the value domain costs, for domain_cost.sh to count:
 * does one operation COUNT times on operands of one shape.
 *
 * usage: domain_cost OPERATION SHAPE COUNT
 */
#include "domain_test.h"

static struct scalar shape_of(const char *name)
{
	struct scalar src = bv_scalar_const(100);
	struct scalar a = bv_scalar_any();

	if (!strcmp(name, "const"))
		return bv_scalar_const(7);
	if (!strcmp(name, "byte"))
		return bv_scalar_bytes(1);
	if (!strcmp(name, "word"))
		return bv_scalar_bytes(4);
	if (!strcmp(name, "signed"))
		return bv_scalar_alu(BPF_SUB, true, false, bv_scalar_bytes(1), src);
	return a;
}

static struct scalar alu_once(const struct alu_form *f, struct scalar a, struct scalar b)
{
	return bv_scalar_alu(f->op, true, f->is_signed, a, b);
}

int main(int argc, char **argv)
{
	struct scalar a, b, x, y;
	unsigned int k, sum = 0;
	long n, count;

	if (argc != 4)
		return 2;
	a = shape_of(argv[2]);
	b = bv_scalar_const(13);
	count = strtol(argv[3], NULL, 0);
	for (n = 0; n < count; n++) {
		for (k = 0; k < ARRAY_LEN(alu_forms); k++)
			if (!strcmp(argv[1], alu_forms[k].name))
				sum += alu_once(&alu_forms[k], a, b).r32.base;
		for (k = 0; k < ARRAY_LEN(jump_forms); k++) {
			if (strcmp(argv[1], jump_forms[k].name))
				continue;
			x = a;
			y = b;
			if (bv_scalar_decide(jump_forms[k].op, true, x, y) < 0)
				sum += bv_scalar_refine(jump_forms[k].op, true,
							n & 1, &x, &y);
		}
	}
	return sum == 12345;
}
