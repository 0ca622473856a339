# SPDX-License-Identifier: GPL-2.0-only
"""Facts of arithmetic that the proofs of products and quotients build on.

They are about numbers only, no line of the kernel's is in them. Products and quotients of
64 bits are too hard for the solver, so where a proof needs one it takes any number of which
these are known. What is a matter of order is proved of all whole numbers, what is a matter
of bits of words; by distances and powers of two one after the other.
"""
import z3

import laws
from domain import alu, number
from hard import Hard, low
from obligation import obligation


def at_most(x, y):
    return x <= y


@obligation('fact product')
def product(p):
    """In whole numbers, so of any width."""
    p.logic = None
    a, b, c, d = z3.Ints('a b c d')
    p.given += [x >= 0 for x in (a, b, c, d)]
    p.claim('order', laws.product_order(at_most, a, b, a * b, c, d, c * d))


@obligation('fact product, with signs')
def signed_product(p):
    p.logic = None
    (x, least, most), (y, lesser, greater) = sides = z3.Ints('x l m'), z3.Ints('y n g')
    p.claim('between the products of ends', laws.product_corners(
        at_most, *sides, x * y, [u * v for u in (least, most) for v in (lesser, greater)]))


@obligation('fact quotient')
def quotient(p):
    p.logic = None
    one, two = z3.Ints('u v q r'), z3.Ints('x y p s')
    for u, v, q, r in one, two:
        p.given += [u >= 0, v > 0, q >= 0, r >= 0, r < v, u == q * v + r]
    p.claim('bounds', laws.quotient_plain(at_most, *one))
    p.claim('order of quotients', laws.quotient_order(at_most, *one, *two))
    p.claim('order of remainders', laws.remainder_order(at_most, *one, *two))


@obligation('fact product of words')
def product_of_words(p):
    """What does not hang on how words are read, so that it is of whole numbers' low bits:
    the laws that hard.py is asked for."""
    for bits in (p.bits, p.half):
        a, b, c, d = (p.number(f'{name}{bits}', bits) for name in 'abcd')
        wide = 2 * p.bits
        with_sign, without = ([extend(wide - bits, x) for x in (a, b)]
                              for extend in (z3.SignExt, z3.ZeroExt))
        p.claim('the low bits are the same with signs and without',
                low(with_sign[0] * with_sign[1], bits) == low(without[0] * without[1], bits))
        p.claim('signs come out', (-a) * b == -(a * b))
        p.claim('of a sum', (c + d) * b == c * b + d * b)
        p.claim('of a difference', (c - d) * b == c * b + d * -b)


@obligation('fact quotient, with signs')
def signed_quotient(p):
    """Without them too, as distances from zero."""
    p.logic = None
    one, two, plain = z3.Ints('u v q r'), z3.Ints('x y p s'), z3.Ints('k l m n')
    for u, v, q, r in one, two:
        p.given += [v != 0, u == q * v + r, z3.Implies(u >= 0, r >= 0),
                    z3.Implies(u <= 0, r <= 0), r < abs_of(v), -r < abs_of(v)]
    u, v, q, r = plain
    p.given += [u >= 0, v > 0, q >= 0, r >= 0, r < v, u == q * v + r]
    for what, laws_of in (('bounds', laws.signed_plain(*one)),
                          ('order', laws.signed_order(*one, *two)),
                          ('reach', [laws.signed_reach(*one, *plain)]),
                          ('without signs', [laws.signed_same(*one, *plain)])):
        for i, law in enumerate(laws_of):
            p.claim(f'{what} {i + 1}', law)


def abs_of(x):
    return z3.If(x < 0, -x, x)


@obligation('fact inside')
def inside(p):
    for bits in (p.bits, p.half):
        for law in laws.inside(*(p.number(f'{name}{bits}', bits) for name in ('base', 'len', 'x'))):
            p.claim('between the ends', law)


@obligation('fact power')
def power(p):
    for bits in (p.bits, p.half):
        x, d, e = (p.number(f'{name}{bits}', bits) for name in 'xde')
        p.claim('order', z3.Implies(z3.ULT(e, bits), laws.power_order(
            d, e, number(1, bits) << d, number(1, bits) << e)))
        for i in range(bits):
            p.claim(f'by 2^{i}', low(z3.ZeroExt(bits, x) * number(1 << i, 2 * bits), bits)
                    == x << i)


def computed(p, hard):
    """What hard.py knows, of products and quotients that are computed."""
    places = []
    for kept, extend in (hard.products, z3.ZeroExt), (hard.signed, z3.SignExt):
        places += [(w, extend(p.bits, a) * extend(p.bits, b)) for a, b, w in kept]
    for u, v, q, r in hard.quotients:
        places += [(q, z3.UDiv(u, v)), (r, z3.URem(u, v))]
    for u, v, q, r in hard.signed_quotients:
        more = [z3.SignExt(1, x) for x in (u, v)]
        places += [(q, more[0] / more[1]), (r, z3.SRem(u, v))]
    for i, law in enumerate(hard.laws):
        p.claim(f'law {i + 1}', z3.substitute(law, *places))


def computed_products(p):
    hard = Hard(p.machine, p.bits)
    a, b, c, d, e, f = (p.number(name) for name in 'abcdef')
    hard.order(a, b, c, d)
    hard.corners(a, c, d, b, e, f)
    hard.parts(c + d, c, d, b)
    hard.short(c - d, c, d, b)
    computed(p, hard)


def computed_quotients(p):
    hard = Hard(p.machine, p.bits)
    u, v, x, y = (p.number(name) for name in 'uvxy')
    for divided in hard.divided, hard.divided_signed:
        divided(u, v)
        divided(x, y)
    computed(p, hard)


for _name, _fn, _widths in (('products', computed_products, (6, 7)),
                            ('quotients', computed_quotients, (8, 11))):
    for _width in _widths:
        obligation(f'fact {_name}, computed at {_width}', _fn, width=_width,
                   slow=_width != _widths[0])


def by_powers(op, fact):
    def fn(p):
        for bits in (p.bits, p.half):
            x = p.number(f'x{bits}', bits)
            for i in range(bits):
                y = number(1 << i, bits)
                p.claim(f'of 2^{i}', fact(x, y, alu(op, False, x, y)))
    return fn


obligation('fact div', by_powers('div', laws.division))
obligation('fact mod, by a power of two', by_powers('mod', laws.masking))


@obligation('fact mod')
def low_bits_stay(p):
    """A remainder z of x by y is x less some times y, whether read with signs or without;
    by zero it is x. Of each y, by the place of its lowest bit."""
    for bits in (p.bits, p.half):
        z, times = p.number(f'z{bits}', bits), p.number(f'times{bits}', bits)
        for at in range(bits + 1):
            y = number(1 << at if at < bits else 0, bits)
            if at < bits - 1:
                y = z3.Concat(z3.BitVec(f'y{at}', bits - at - 1), number(1 << at, at + 1))
            p.claim(f'from bit {at}', laws.remainder(times * y + z, y, z))
