// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random proof of the whole product domain, at the kernel's own width and at 8
 * bits, where the shapes of 64 bits are met often.
 *
 * Operands are built around a few concrete numbers, so that it is known what
 * they must hold; then every instruction and jump is done on both.
 *
 * usage: domain_random [ROUNDS [SEED]]
 */
#include "domain_test.h"

#define MEMBERS		4

struct sample {
	u64		x[MEMBERS];
	struct scalar	known;
};

static u64 random_number(void)
{
	u64 x = random_u64();

	switch (random_below(8)) {
	case 0:
		x = random_below(16);
		break;
	case 1:
		x = -random_below(16);
		break;
	case 2:
		x = (1ULL << random_below(BV_BITS)) + random_below(5) - 2;
		break;
	case 3:
		x = BV_HALF_SIGN + random_below(9) - 4;
		break;
	case 4:
		x = (u64)BV_HALF_ONES + random_below(9) - 4;
		break;
	case 5:
		x = BV_SIGN + random_below(9) - 4;
		break;
	case 6:
		x &= BV_ONES >> random_below(BV_BITS);
		break;
	}
	return x & BV_ONES;
}

static u64 random_relative(u64 x)
{
	switch (random_below(8)) {
	case 0:
		return x;
	case 1:
		return (x ^ 1ULL << random_below(BV_BITS)) & BV_ONES;
	case 2:
		return (x + (u64)BV_HALF_ONES + 1) & BV_ONES;
	case 3:
		return (x ^ (random_u64() & random_u64() & random_u64())) & BV_ONES;
	case 4:
		return random_number();
	default:
		return (x + random_below(33) - 16) & BV_ONES;
	}
}

/* a range that holds all numbers of @s, seen in @width bits */
static void random_range(const struct sample *s, int width, u64 *base, u64 *len)
{
	u64 cut = ~0ULL >> (64 - width);
	u64 slack = random_below(3) ? 0 : random_below(4);
	int i;

	*base = (s->x[random_below(MEMBERS)] - slack) & cut;
	*len = 0;
	for (i = 0; i < MEMBERS; i++)
		*len = max(*len, (s->x[i] - *base) & cut);
	if (random_below(3) == 0)
		*len = *len + 2 > *len && *len + 2 < cut ? *len + 2 : cut;
	if (*len == cut || random_below(4) == 0) {
		*len = cut;
		*base = 0;
	}
}

static struct sample random_sample(void)
{
	bool is_const = random_below(4) == 0;
	struct sample s;
	u64 base, len;
	int i;

	s.x[0] = random_number();
	for (i = 1; i < MEMBERS; i++)
		s.x[i] = is_const ? s.x[0] : random_relative(s.x[0]);
	s.known.bits = bv_tnum_const(s.x[0]);
	for (i = 1; i < MEMBERS; i++)
		s.known.bits.mask |= s.x[0] ^ s.x[i];
	if (!is_const && random_below(2))
		s.known.bits.mask |= random_u64() & random_u64() & BV_ONES;
	if (random_below(4) == 0)
		s.known.bits.mask = BV_ONES;
	s.known.bits.value &= ~s.known.bits.mask;
	random_range(&s, BV_BITS, &base, &len);
	s.known.r64.base = base;
	s.known.r64.len = len;
	random_range(&s, BV_HALF, &base, &len);
	s.known.r32.base = base;
	s.known.r32.len = len;
	return s;
}

static void check_holds(const char *what, struct scalar a, u64 v)
{
	tap_checks++;
	if (!bv_scalar_has(a, v))
		wrong("%s: %s has not %llx", what, scalar_text(a),
		      (unsigned long long)v);
}

static void check_form(const char *what, struct scalar a)
{
	struct scalar again = a;

	tap_checks++;
	if (!scalar_well_formed(a))
		wrong("%s: %s is malformed", what, scalar_text(a));
	if (!bv_scalar_sync(&again) || !scalar_same(a, again))
		wrong("%s: sync of %s changes it to %s", what, scalar_text(a),
		      scalar_text(again));
}

static void check_sync(struct sample *s)
{
	struct scalar was = s->known;
	int i;

	if (!bv_scalar_sync(&s->known))
		wrong("sync finds %s empty", scalar_text(was));
	if (!scalar_no_wider(was, s->known))
		wrong("sync widens %s to %s", scalar_text(was),
		      scalar_text(s->known));
	check_form("sync", s->known);
	for (i = 0; i < MEMBERS; i++)
		check_holds("sync", s->known, s->x[i]);
}

static void check_bounds(const struct sample *s)
{
	struct scalar a = s->known;
	int i;

	for (i = 0; i < MEMBERS; i++) {
		u64 x = s->x[i];
		s64 sx = bv_signed(x, BV_BITS);
		u32 low = x & BV_HALF_ONES;
		s32 slow = bv_signed(x, BV_HALF);

		tap_checks += 8;
		if (x < bv_scalar_umin(a) || x > bv_scalar_umax(a) ||
		    sx < bv_scalar_smin(a) || sx > bv_scalar_smax(a) ||
		    low < bv_scalar_umin32(a) || low > bv_scalar_umax32(a) ||
		    slow < bv_scalar_smin32(a) || slow > bv_scalar_smax32(a))
			wrong("%llx is out of bounds of %s",
			      (unsigned long long)x, scalar_text(a));
	}
}

static void check_alu(const struct sample *a, const struct sample *b)
{
	struct scalar got;
	int i, j, form, is64;

	for (form = 0; form < (int)ARRAY_LEN(alu_forms) * 2; form++) {
		const struct alu_form *f = &alu_forms[form / 2];

		is64 = form & 1;
		got = bv_scalar_alu(f->op, is64, f->is_signed, a->known, b->known);
		check_form(f->name, got);
		for (i = 0; i < MEMBERS; i++)
			for (j = 0; j < MEMBERS; j++)
				check_holds(f->name, got,
					    alu_meaning(f->op, is64, f->is_signed,
							a->x[i], b->x[j]));
	}
}

static void check_arm(const struct jump_form *f, bool is64, bool taken,
		      const struct sample *a, const struct sample *b)
{
	int said = bv_scalar_decide(f->op, is64, a->known, b->known);
	struct scalar dst = a->known, src = b->known;
	bool open = bv_scalar_refine(f->op, is64, taken, &dst, &src);
	int i, j;

	check_form(f->name, dst);
	check_form(f->name, src);
	if (!scalar_no_wider(a->known, dst) || !scalar_no_wider(b->known, src))
		wrong("%s%d %d widens %s or %s", f->name, is64, taken,
		      scalar_text(a->known), scalar_text(b->known));
	for (i = 0; i < MEMBERS; i++) {
		for (j = 0; j < MEMBERS; j++) {
			tap_checks++;
			if (jump_meaning(f->op, is64, a->x[i], b->x[j]) != taken)
				continue;
			if (!open || said == !taken)
				wrong("%s%d %s %s says never %d", f->name, is64,
				      scalar_text(a->known),
				      scalar_text(b->known), taken);
			check_holds(f->name, dst, a->x[i]);
			check_holds(f->name, src, b->x[j]);
		}
	}
}

static void check_jumps(const struct sample *a, const struct sample *b)
{
	int form;

	for (form = 0; form < (int)ARRAY_LEN(jump_forms) * 4; form++)
		check_arm(&jump_forms[form / 4], form & 1, form & 2, a, b);
}

static u64 swapped(u64 x, int bytes)
{
	u64 r = 0;

	for (; bytes; bytes--, x >>= 8)
		r = r << 8 | (x & 0xff);
	return r;
}

static void check_unary(const struct sample *a)
{
	struct scalar got;
	int i, bits;

	for (bits = BV_BITS / 8; bits <= BV_BITS; bits *= 2) {
		for (i = 0; i < MEMBERS; i++) {
			u64 cut = ~0ULL >> (64 - bits);

			got = bv_scalar_low(a->known, bits);
			check_holds("low", got, a->x[i] & cut);
			got = bv_scalar_sext(a->known, bits);
			check_holds("sext", got, (u64)as_signed(a->x[i] & cut, bits) &
				    BV_ONES);
		}
		check_form("low", bv_scalar_low(a->known, bits));
		check_form("sext", bv_scalar_sext(a->known, bits));
	}
	for (i = 0; i < MEMBERS; i++)
		check_holds("zext32", bv_scalar_zext32(a->known),
			    a->x[i] & BV_HALF_ONES);
	for (bits = 16; BV_BITS == 64 && bits <= 64; bits *= 2) {
		got = bv_scalar_swap(a->known, bits);
		check_form("swap", got);
		for (i = 0; i < MEMBERS; i++)
			check_holds("swap", got, swapped(a->x[i], bits / 8));
	}
}

static void check_pair(const struct sample *a, const struct sample *b)
{
	struct scalar both;
	int i, j;

	for (i = 0; i < MEMBERS; i++)
		for (j = 0; j < MEMBERS; j++) {
			tap_checks++;
			if (!bv_scalar_has(b->known, a->x[i]))
				continue;
			if (!bv_scalar_meet(a->known, b->known, &both))
				wrong("meet of %s and %s is empty",
				      scalar_text(a->known), scalar_text(b->known));
			else
				check_holds("meet", both, a->x[i]);
		}
	for (i = 0; i < MEMBERS; i++)
		if (bv_scalar_within(b->known, a->known) &&
		    !bv_scalar_has(b->known, a->x[i]))
			wrong("%s is not within %s", scalar_text(a->known),
			      scalar_text(b->known));
}

int main(int argc, char **argv)
{
	unsigned long long rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000;
	unsigned long long i;
	static const char * const parts[] = {
		"making, sync, bounds, low, sext, swap", "meet and within",
		"arithmetic", "jumps, both arms, both operands",
	};
	struct sample a, b;
	int part;

	if (argc > 2)
		random_state = strtoull(argv[2], NULL, 0) | 1;
	for (part = 0; part < 4; part++) {
		printf("# seed 0x%llx\n", (unsigned long long)random_state);
		for (i = 0; i < rounds; i++) {
			a = random_sample();
			b = random_sample();
			check_sync(&a);
			if (part == 0) {
				check_bounds(&a);
				check_unary(&a);
				continue;
			}
			check_sync(&b);
			if (part == 1)
				check_pair(&a, &b);
			else if (part == 2)
				check_alu(&a, &b);
			else
				check_jumps(&a, &b);
		}
		tap_end("random: %s", parts[part]);
	}
	return tap_finish();
}
