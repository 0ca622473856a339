# SPDX-License-Identifier: GPL-2.0-only
"""Products, quotients and remainders of 64 bits, which the solver cannot compute in
reasonable time: numbers of which is known no more than facts.py proves.

The same operation on the same numbers may come from the sources and from the claim, of
32 bits here and of 64 there. Each is made one of WORD bits; where C or the instruction
wants less than the whole result, it is cut. Signed division is that of the distances from
zero, with the sign put back.
"""
import z3

import laws
from symex import is_known

WORD = 64
WIDE = 2 * WORD


def low(x, bits):
    return z3.Extract(bits - 1, 0, x)


def extended(x, bits, is_signed=False):
    if x.size() == bits:
        return x
    return (z3.SignExt if is_signed else z3.ZeroExt)(bits - x.size(), x)


def same(*pairs):
    return all(z3.simplify(x).eq(z3.simplify(y)) for x, y in pairs)


def shed(x, y):
    """Two numbers without what extends both, as others speak of them."""
    for kind in z3.Z3_OP_ZERO_EXT, z3.Z3_OP_SIGN_EXT:
        if z3.is_app_of(x, kind) and z3.is_app_of(y, kind):
            a, b = x.arg(0), y.arg(0)
            if a.size() == b.size():
                return a, b
    return x, y


def at_most(x, y):
    return z3.ULE(*shed(x, y))


class Hard:
    def __init__(self, machine):
        self.machine = machine
        self.laws = []		# what is known of all this
        self.products = []	# (a, b, a * b), factors of WORD bits, product of WIDE
        self.signed = []	# the same with signs
        self.quotients = []	# (u, v, u / v, u % v), all of WORD bits
        self.distances = []	# (x, |x|, is x below zero?)

    # ---- products ----------------------------------------------------------

    def wide(self, a, b, is_signed=False):
        """The whole product of two numbers."""
        a, b = (extended(x, WORD, is_signed) for x in (a, b))
        kept = self.signed if is_signed else self.products
        for c, d, w in kept:
            if same((a, c), (b, d)) or same((a, d), (b, c)):
                return w
        kept.append((a, b, self.machine.fresh(WIDE, 'product')))
        return kept[-1][-1]

    def overflowing(self, is_signed, a, b, bits):
        """[the word, does it overflow?]"""
        whole = self.wide(a, b, is_signed)
        return [low(whole, bits), whole != extended(low(whole, bits), WIDE, is_signed)]

    def order(self, a, b, c, d):
        """a * b and c * d, where a is at most c, and b at most d"""
        a, b, c, d = (extended(x, WORD) for x in (a, b, c, d))
        self.laws.append(laws.product_order(at_most, a, b, self.wide(a, b),
                                            c, d, self.wide(c, d)))

    def corners(self, a, least, most, b, lesser, greater):
        """Of factors with signs, between two numbers each. The low bits of a product are
        the same with signs and without."""
        whole = self.wide(a, b, True)
        ends = [self.wide(x, y, True) for x in (least, most) for y in (lesser, greater)]
        self.laws += [low(self.wide(a, b), a.size()) == low(whole, a.size()),
                      laws.product_corners(lambda x, y: x <= y, (a, least, most),
                                           (b, lesser, greater), whole, ends)]

    def parts(self, a, c, d, b):
        """a is c + d: (c + d) * b is c * b + d * b."""
        bits = a.size()
        self.laws.append(low(self.wide(a, b), bits) ==
                         low(self.wide(c, b), bits) + low(self.wide(d, b), bits))

    def short(self, a, c, d, b):
        """a is c - d: (c - d) * b is c * b + d * -b."""
        bits = a.size()
        self.laws.append(low(self.wide(a, b), bits) ==
                         low(self.wide(c, b), bits) + low(self.wide(d, -b), bits))

    # ---- quotients ---------------------------------------------------------

    def divided(self, u, v):
        """Quotient and remainder; the divisor is not zero where they are used. The first
        is what the proof is about: to it all others are compared."""
        u, v = extended(u, WORD), extended(v, WORD)
        for x, y, q, r in self.quotients:
            if same((u, x), (v, y)):
                return q, r
        this = (u, v, self.machine.fresh(WORD, 'quotient'),
                self.machine.fresh(WORD, 'rest'))
        self.laws.append(laws.quotient_plain(at_most, *this))
        for that in self.quotients[:1]:
            for one, two in (this, that), (that, this):
                self.laws += [laws.quotient_order(at_most, *one, *two),
                              laws.remainder_order(at_most, *one, *two)]
        self.quotients.append(this)
        return this[2:]

    def distance(self, x):
        """[from zero, is it below?]; each sign is a way of its own. The least number is
        its own negative, and is read without a sign then."""
        x = extended(x, WORD, True)
        for y, far, below in self.distances:
            if same((x, y)):
                return far, below
        below = self.machine.guide.side(x < 0)
        far = -x if below else x
        for y, other, under in self.distances:
            if below == under:
                a, b = shed(y, x) if below else shed(x, y)
                self.laws.append(laws.distance_order(a, b, far, other))
        self.distances.append((x, far, below))
        return far, below

    def binary(self, op, a, b, bits):
        if op == 'mul':
            return low(self.wide(a, b), bits)
        if op in ('udiv', 'urem'):
            return low(self.divided(a, b)[op == 'urem'], bits)
        (a, below), (b, under) = self.distance(a), self.distance(b)
        q, r = self.divided(a, b)
        if op == 'sdiv':
            return low(-q if below != under else q, bits)
        return low(-r if below else r, bits)

    def takes(self, op, a, b):
        return op in ('mul', 'udiv', 'urem', 'sdiv', 'srem') and not (
            is_known(a) and is_known(b))
