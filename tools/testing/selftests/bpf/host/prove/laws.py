# SPDX-License-Identifier: GPL-2.0-only
"""What is known of products and quotients, as formulas: of whole numbers in facts.py,
which proves them, and of words in hard.py, which uses them.

A product is told with twice the bits of its operands and a quotient without a sign, so
that words are the whole numbers that they stand for.
"""
import z3


def product_order(leq, a, b, w, c, d, v):
    """w is a * b, v is c * d"""
    return z3.Implies(z3.And(leq(a, c), leq(b, d)), leq(w, v))


def product_corners(leq, first, second, w, ends):
    """w is the product of two numbers, each told with one below and one above; ends are
    the products of these. Of numbers with signs."""
    between = [z3.And(leq(least, x), leq(x, most)) for x, least, most in (first, second)]
    return z3.Implies(z3.And(*between), z3.And(z3.Or(*[leq(end, w) for end in ends]),
                                               z3.Or(*[leq(w, end) for end in ends])))


def quotient_plain(leq, u, v, q, r):
    """u is q * v + r, and r less than v"""
    return z3.Implies(v != 0, z3.And(
        leq(q, u), leq(r, u), leq(r, v), r != v, z3.Implies(v == 1, q == u),
        z3.Implies(z3.Not(leq(v, u)), q == 0), z3.Implies(q == 0, r == u)))


def quotient_order(leq, u, v, q, _r, x, y, p, _s):
    """q is u / v, p is x / y"""
    return z3.Implies(z3.And(leq(u, x), leq(y, v), y != 0), leq(q, p))


def remainder_order(leq, u, v, q, r, x, y, p, s):
    """r is u % v, s is x % y"""
    return z3.Implies(z3.And(v == y, v != 0, q == p, leq(u, x)), leq(r, s))


def signed_plain(u, v, q, r):
    """q is u / v, cut towards zero, and r the rest; all with signs"""
    alike = z3.Or(z3.And(u >= 0, v > 0), z3.And(u <= 0, v < 0))
    unlike = z3.Or(z3.And(u >= 0, v < 0), z3.And(u <= 0, v > 0))
    return [z3.Implies(v != 0, law) for law in (
        z3.Implies(u >= 0, z3.And(0 <= r, r <= u)), z3.Implies(u <= 0, z3.And(u <= r, r <= 0)),
        z3.Implies(v > 0, z3.And(-v < r, r < v)), z3.Implies(v < 0, z3.And(v < r, r < -v)),
        z3.Implies(alike, q >= 0), z3.Implies(unlike, q <= 0),
        z3.Implies(u >= 0, z3.And(-u <= q, q <= u)),
        z3.Implies(u <= 0, z3.And(u <= q, q <= -u)),
        z3.Implies(v == -1, q == -u))]


def signed_order(u, v, q, r, x, y, p, s):
    """q is u / v, p is x / y, with signs"""
    return [z3.Implies(z3.And(v == y, v != 0, u <= x), law) for law in (
        z3.Implies(v > 0, q <= p), z3.Implies(v < 0, p <= q), z3.Implies(q == p, r <= s))]


def signed_reach(u, v, q, _r, x, y, p, _s):
    """q is u / v with signs, p is x / y without"""
    return z3.Implies(z3.And(-x <= u, u <= x, y > 0, z3.Or(v >= y, v <= -y)),
                      z3.And(-p <= q, q <= p))


def signed_same(u, v, q, r, x, y, p, s):
    """q is u / v with signs, p is x / y without"""
    return z3.Implies(z3.And(u == x, v == y, v > 0), z3.And(q == p, r == s))


def power_order(d, e, p, q):
    """p is 2^d, q is 2^e"""
    return z3.Implies(z3.ULE(d, e), z3.ULE(p, q))


def inside(base, length, x):
    """What is between the ends of a range is in it, with signs or without."""
    last = base + length
    return [z3.Implies(z3.And(base <= x, x <= last), z3.ULE(x - base, length)),
            z3.Implies(z3.And(z3.ULE(base, x), z3.ULE(x, last)), z3.ULE(x - base, length))]


def is_power(y):
    return z3.And(y != 0, y & (y - 1) == 0)


def log2(y):
    """of a power of two"""
    out = z3.BitVecVal(0, y.size())
    for i in range(y.size()):
        out = z3.If(z3.Extract(i, i, y) == 1, z3.BitVecVal(i, y.size()), out)
    return out


def division(x, y, z):
    """By a power of two it is a shift."""
    return z3.Implies(is_power(y), z == z3.LShR(x, log2(y)))


def masking(x, y, z):
    """The remainder by a power of two is the bits below it."""
    return z3.Implies(is_power(y), z == x & (y - 1))


def remainder(x, y, z):
    """It differs by a multiple of the divisor, so not in bits where that has zeros."""
    return (z ^ x) & ((y & -y) - 1) == 0
