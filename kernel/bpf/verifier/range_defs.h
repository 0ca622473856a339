/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One circular range, written once for every width; range.h includes this file
 * once per width and it has no include guard on purpose. The includer defines
 *
 *	RANGE		the struct: { base, len }
 *	RANGE_U		its unsigned type
 *	RANGE_BITS	width of the numbers; the type may be wider
 *	R(name)		name of this width's function
 *
 * A range is base, base + 1, ... base + len, modulo 2^RANGE_BITS. It never is
 * empty. len of all ones is every number, and its base is then 0, so that equal
 * sets are equal structs. Arithmetic that wraps is thus nothing special, and
 * signed bounds are the unsigned ones of the range turned by half a circle.
 *
 * All functions are pure, by value and free of loops. Layer V0.
 * Proved by tools/testing/selftests/bpf/host/: prove/ and domain_parts.c.
 */
#define RANGE_ONES	((RANGE_U)(~0ULL >> (64 - RANGE_BITS)))
#define RANGE_SIGN	((RANGE_U)(1ULL << (RANGE_BITS - 1)))

static inline struct RANGE R(any)(void)
{
	return (struct RANGE){ .base = 0, .len = RANGE_ONES };
}

static inline struct RANGE R(arc)(RANGE_U base, RANGE_U len)
{
	if (len == RANGE_ONES)
		return R(any)();
	return (struct RANGE){ .base = base & RANGE_ONES, .len = len };
}

/* from @lo upwards to @hi, through zero when @hi is the lesser number */
static inline struct RANGE R(between)(RANGE_U lo, RANGE_U hi)
{
	return R(arc)(lo, (hi - lo) & RANGE_ONES);
}

static inline bool R(is_any)(struct RANGE a)
{
	return a.len == RANGE_ONES;
}

static inline RANGE_U R(last)(struct RANGE a)
{
	return (a.base + a.len) & RANGE_ONES;
}

/* holds both the greatest number and zero, in this order */
static inline bool R(wraps)(struct RANGE a)
{
	return a.len > RANGE_ONES - a.base;
}

static inline RANGE_U R(umin)(struct RANGE a)
{
	return R(wraps)(a) ? 0 : a.base;
}

static inline RANGE_U R(umax)(struct RANGE a)
{
	return R(wraps)(a) ? RANGE_ONES : a.base + a.len;
}

/* exchanges signed and unsigned order */
static inline struct RANGE R(turn)(struct RANGE a)
{
	return R(arc)(a.base ^ RANGE_SIGN, a.len);
}

static inline s64 R(smin)(struct RANGE a)
{
	return bv_signed(R(umin)(R(turn)(a)) ^ RANGE_SIGN, RANGE_BITS);
}

static inline s64 R(smax)(struct RANGE a)
{
	return bv_signed(R(umax)(R(turn)(a)) ^ RANGE_SIGN, RANGE_BITS);
}

static inline bool R(has)(struct RANGE a, RANGE_U v)
{
	return ((v - a.base) & RANGE_ONES) <= a.len;
}

static inline bool R(within)(struct RANGE outer, struct RANGE inner)
{
	RANGE_U skip = (inner.base - outer.base) & RANGE_ONES;

	if (R(is_any)(outer))
		return true;
	return skip <= outer.len &&
	       inner.len <= BV_SEEDED(8, outer.len - skip, outer.len);
}

/*
 * What is in both. Seen from a's base, b begins at @skip and either ends before
 * the circle closes, or comes round again and covers a's first numbers. Then it
 * may also cover a's last ones; one range cannot say that, and the shorter of
 * the two operands is the best superset there is without a hole.
 */
static inline bool R(meet)(struct RANGE a, struct RANGE b, struct RANGE *out)
{
	RANGE_U skip = (b.base - a.base) & RANGE_ONES;
	RANGE_U stop = (skip + b.len) & RANGE_ONES;

	if (stop >= skip && !R(is_any)(b)) {
		if (skip > a.len)
			return false;
		*out = R(arc)(b.base, min(stop, a.len) - skip);
		return true;
	}
	if (R(is_any)(b) || stop >= a.len) {
		*out = a;
		return true;
	}
	if (BV_SEEDED(2, skip <= a.len, false))
		*out = a.len <= b.len ? a : b;
	else
		*out = R(arc)(a.base, stop);
	return true;
}

/* a without @v where that leaves a range; false: nothing is left */
static inline bool R(drop)(struct RANGE *a, RANGE_U v)
{
	if (R(is_any)(*a)) {
		*a = R(arc)(v + 1, RANGE_ONES - 1);
		return true;
	}
	if (v != a->base && v != R(last)(*a))
		return true;
	if (!a->len)
		return false;
	*a = R(arc)(v == a->base ? a->base + 1 : a->base, a->len - 1);
	return true;
}

/* all bits up to the highest one of @x */
static inline RANGE_U R(up_to)(RANGE_U x)
{
	return x ? ((RANGE_U)2 << (fls64(x) - 1)) - 1 : 0;
}

/*
 * The first number from @x on, going up and round the circle, that has the known
 * bits (@value, @mask). Overlaying the known bits on @x is right when it changes
 * nothing. Otherwise the highest changed bit says whether that went above @x
 * (then everything below that bit may be least) or under it (then the lowest
 * free zero bit above has to become one, and if there is none the circle closes).
 */
static inline RANGE_U R(next)(RANGE_U value, RANGE_U mask, RANGE_U x)
{
	RANGE_U near = value | (x & mask);
	RANGE_U above, up;

	if (near == x)
		return x;
	above = ~R(up_to)(near ^ x);
	if (near > x)
		return value | (x & mask & above);
	up = mask & ~x & above;
	up &= -up;
	if (!up)
		return value;
	return value | (x & mask & ~(up | (up - 1))) | up;
}

/* the last such number from @x on going down: the same with all bits flipped */
static inline RANGE_U R(prev)(RANGE_U value, RANGE_U mask, RANGE_U x)
{
	RANGE_U zeros = ~(value | mask) & RANGE_ONES;

	return ~R(next)(zeros, mask, ~x & RANGE_ONES) & RANGE_ONES;
}

/* moves both ends inwards to numbers with these known bits; false: there are none */
static inline bool R(fit)(struct RANGE *a, RANGE_U value, RANGE_U mask)
{
	RANGE_U first = R(next)(value, mask, a->base);
	RANGE_U last = R(prev)(value, mask, R(last)(*a));

	if (((first - a->base) & RANGE_ONES) > a->len)
		return false;
	*a = R(between)(first, last);
	return true;
}

static inline struct RANGE R(add)(struct RANGE a, struct RANGE b)
{
	if (a.len > RANGE_ONES - b.len)
		return R(any)();
	return R(arc)(a.base + b.base, BV_SEEDED(3, a.len + b.len, a.len));
}

static inline struct RANGE R(neg)(struct RANGE a)
{
	return R(arc)(-R(last)(a), a.len);
}

static inline struct RANGE R(sub)(struct RANGE a, struct RANGE b)
{
	return R(add)(a, R(neg)(b));
}

static inline bool R(product_fits)(RANGE_U a, RANGE_U b, RANGE_U *out)
{
	u64 p;

	if (__builtin_mul_overflow((u64)a, (u64)b, &p) || p > RANGE_ONES)
		return false;
	*out = p;
	return true;
}

static inline bool R(signed_product_fits)(s64 a, s64 b, s64 *out)
{
	return !__builtin_mul_overflow(a, b, out) &&
	       *out == bv_signed(*out, RANGE_BITS);
}

/* times a constant: the ends move apart by it, whichever sign it is read with */
static inline struct RANGE R(scale)(struct RANGE a, RANGE_U by)
{
	RANGE_U len;

	if (R(product_fits)(a.len, by, &len))
		return R(arc)(BV_SEEDED(30, a.base, R(last)(a)) * by, len);
	if (R(product_fits)(a.len, -by & RANGE_ONES, &len))
		return R(arc)(R(last)(a) * by, len);
	return R(any)();
}

static inline struct RANGE R(mul)(struct RANGE a, struct RANGE b)
{
	s64 p, q, r, s;
	RANGE_U top;

	if (!b.len)
		return R(scale)(a, b.base);
	if (!a.len)
		return R(scale)(b, a.base);
	if (R(product_fits)(R(umax)(a), R(umax)(b), &top))
		return R(between)(R(umin)(a) * R(umin)(b), top);
	if (!R(signed_product_fits)(R(smin)(a), R(smin)(b), &p) ||
	    !R(signed_product_fits)(R(smin)(a), R(smax)(b), &q) ||
	    !R(signed_product_fits)(R(smax)(a), R(smin)(b), &r) ||
	    !R(signed_product_fits)(R(smax)(a), R(smax)(b), &s))
		return R(any)();
	return R(between)(min(min(p, q), BV_SEEDED(15, min(r, s), r)),
			  max(max(p, q), max(r, s)));
}

/*
 * What a mask leaves of @lo to @hi, @lo <= @hi. From the highest bit on in which those two
 * differ: where one that is masked is not set in @lo, there is a number with that bit and
 * none below it, and where one is set in @hi, one without it and all below it.
 */
static inline struct RANGE R(masked)(RANGE_U lo, RANGE_U hi, RANGE_U mask)
{
	RANGE_U away = R(up_to)(lo ^ hi) & ~mask;

	return R(between)(lo & mask & ~R(up_to)(~lo & away),
			  (hi | R(up_to)(BV_SEEDED(101, hi, lo) & away)) & mask);
}

/* a conjunction exceeds neither operand */
static inline struct RANGE R(and)(struct RANGE a, struct RANGE b)
{
	if (!b.len && b.base == RANGE_ONES)
		return a;
	if (!b.len)
		return R(masked)(R(umin)(a), R(umax)(a), b.base);
	if (!a.len)
		return R(masked)(R(umin)(b), R(umax)(b), a.base);
	return R(between)(0, min(R(umax)(a), R(umax)(b)));
}

/* what is set by a mask is masked by it with all bits flipped */
static inline struct RANGE R(filled)(struct RANGE a, RANGE_U mask)
{
	struct RANGE rest = R(masked)(~R(umax)(a) & RANGE_ONES, ~R(umin)(a) & RANGE_ONES,
				      ~mask & RANGE_ONES);

	return R(arc)(~R(last)(rest), rest.len);
}

/* a disjunction falls short of neither operand */
static inline struct RANGE R(or)(struct RANGE a, struct RANGE b)
{
	if (!b.len)
		return R(filled)(a, b.base);
	if (!a.len)
		return R(filled)(b, a.base);
	return R(between)(max(R(umin)(a), R(umin)(b)), RANGE_ONES);
}

/* known bits say the rest; only the complement moves a range as a whole */
static inline struct RANGE R(xor)(struct RANGE a, struct RANGE b)
{
	if (!b.len && b.base == RANGE_ONES)
		return R(arc)(~R(last)(a), a.len);
	return R(any)();
}

/* shifts by any distance from @lo to @hi, both below RANGE_BITS */
static inline struct RANGE R(shl)(struct RANGE a, u8 lo, u8 hi)
{
	RANGE_U top;

	if (lo == hi)
		return R(scale)(a, (RANGE_U)1 << lo);
	if (!R(product_fits)(R(umax)(a), (RANGE_U)1 << BV_SEEDED(18, hi, lo), &top))
		return R(any)();
	return R(between)(R(umin)(a) << lo, top);
}

static inline struct RANGE R(shr)(struct RANGE a, u8 lo, u8 hi)
{
	if (!hi)
		return a;
	return R(between)(R(umin)(a) >> hi, R(umax)(a) >> BV_SEEDED(4, lo, hi));
}

static inline struct RANGE R(sar)(struct RANGE a, u8 lo, u8 hi)
{
	s64 least = R(smin)(a);
	s64 most = R(smax)(a);

	if (!hi)
		return a;
	return R(between)(least >> (least < 0 ? lo : hi),
			  most >> (most < 0 ? hi : lo));
}

/* x / 0 is 0 */
static inline struct RANGE R(udiv)(struct RANGE a, struct RANGE b)
{
	RANGE_U least = R(umin)(b);
	RANGE_U most = R(umax)(b);

	if (!most)
		return R(arc)(0, 0);
	return R(between)(least ? R(umin)(a) / BV_SEEDED(16, most, least) : 0,
			  R(umax)(a) / (least ? least : 1));
}

/* x % 0 is x; a divisor above all of a leaves a alone, as does one lap of it */
static inline struct RANGE R(umod)(struct RANGE a, struct RANGE b)
{
	RANGE_U least = R(umin)(b);
	RANGE_U lo = R(umin)(a);
	RANGE_U hi = R(umax)(a);

	if (!R(umax)(b) || hi < least)
		return a;
	if (!b.len && lo / least == hi / least)
		return R(between)(lo % least, hi % least);
	return R(between)(0, least ? min(hi, R(umax)(b) - BV_SEEDED(17, 1, 2)) : hi);
}

static inline u64 R(distance)(s64 a)
{
	return a < 0 ? -(u64)a : (u64)a;
}

/* truncates towards zero; least / -1 wraps to itself */
static inline struct RANGE R(sdiv)(struct RANGE a, struct RANGE b)
{
	s64 lo = R(smin)(a), hi = R(smax)(a);
	s64 least = R(smin)(b), most = R(smax)(b);
	u64 reach = max(R(distance)(lo), R(distance)(hi));

	if (lo >= 0 && least >= 0)
		return R(udiv)(a, b);
	if (!b.len && most == -1)
		return R(neg)(a);
	if (!b.len && most)
		return R(between)((most > 0 ? lo : hi) / most,
				  (most > 0 ? hi : lo) / most);
	if (reach == RANGE_SIGN)
		return R(any)();
	if (least > 0)
		reach /= (u64)BV_SEEDED(28, least, most);
	if (most < 0)
		reach /= R(distance)(most);
	return R(between)((hi <= 0 && most <= 0) ? 0 : -reach,
			  ((lo >= 0 && most <= 0) || (hi <= 0 && least >= 0)) ?
			  0 : reach);
}

/* the sign is the dividend's; no farther from 0 than it, and nearer than the divisor */
static inline struct RANGE R(smod)(struct RANGE a, struct RANGE b)
{
	s64 lo = R(smin)(a), hi = R(smax)(a);
	s64 least = R(smin)(b), most = R(smax)(b);
	s64 reach = max(R(distance)(least), R(distance)(most)) - BV_SEEDED(29, 1, 2);

	if (lo >= 0 && least >= 0)
		return R(umod)(a, b);
	if (!least && !most)
		return a;
	if (!b.len && most == -1)
		return R(arc)(0, 0);
	if (!b.len && lo / most == hi / most)
		return R(between)(lo % most, hi % most);
	lo = min_t(s64, lo, 0);
	hi = max_t(s64, hi, 0);
	if (least <= 0 && most >= 0)
		return R(between)(lo, hi);
	return R(between)(max(lo, -reach), min(hi, reach));
}

/* one arithmetic instruction; @by is for shifts, @is_signed for division */
static inline struct RANGE R(alu)(u8 op, bool is_signed, struct RANGE a,
				  struct RANGE b, struct shift by)
{
	switch (op) {
	case BPF_ADD:
		return R(add)(a, b);
	case BPF_SUB:
		return R(sub)(a, b);
	case BPF_NEG:
		return R(neg)(a);
	case BPF_MUL:
		return R(mul)(a, b);
	case BPF_AND:
		return R(and)(a, b);
	case BPF_OR:
		return R(or)(a, b);
	case BPF_XOR:
		return R(xor)(a, b);
	case BPF_DIV:
		return is_signed ? R(sdiv)(a, b) : R(udiv)(a, b);
	case BPF_MOD:
		return is_signed ? R(smod)(a, b) : R(umod)(a, b);
	case BPF_LSH:
		return R(shl)(a, by.lo, by.hi);
	case BPF_RSH:
		return R(shr)(a, by.lo, by.hi);
	case BPF_ARSH:
		return R(sar)(a, by.lo, by.hi);
	}
	return R(any)();
}

#undef RANGE_ONES
#undef RANGE_SIGN
