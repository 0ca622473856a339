# SPDX-License-Identifier: GPL-2.0-only
"""Products, quotients and remainders of 64 bits, which the solver cannot compute in
reasonable time: numbers of which is known no more than facts.py proves.

The same operation on the same numbers may come from the sources and from the claim, of
32 bits here and of 64 there. Each is made one of a word's bits; where C or the instruction
wants less than the whole result, it is cut.
"""
import z3

import laws
from symex import is_known

WORD = 64


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


def number_of(x, bits):
    return z3.BitVecVal(x, bits)


class Hard:
    def __init__(self, machine, word=WORD):
        self.machine, self.word = machine, word
        self.laws = []		# what is known of all this
        self.products = []	# (a, b, a * b), factors of a word, product of two
        self.signed = []	# the same with signs
        self.quotients = []	# (u, v, u / v, u % v), all of a word
        self.signed_quotients = []	# the same with signs
        self.powers = []	# (distance, 2^distance)
        self.shifts = False	# whether shifts are products with powers of two

    def roomy(self, numbers, is_signed):
        """With room for each to be told, and turned, as a number with sign."""
        return [extended(x, self.word + 2, is_signed) for x in numbers]

    # ---- products ----------------------------------------------------------

    def wide(self, a, b, is_signed=False):
        """The whole product of two numbers."""
        a, b = (extended(x, self.word, is_signed) for x in (a, b))
        kept = self.signed if is_signed else self.products
        for c, d, w in kept:
            if same((a, c), (b, d)) or same((a, d), (b, c)):
                return w
        kept.append((a, b, self.machine.fresh(2 * self.word, 'product')))
        return kept[-1][-1]

    def overflowing(self, is_signed, a, b, bits):
        """[the word, does it overflow?]"""
        whole = self.wide(a, b, is_signed)
        return [low(whole, bits), whole != extended(low(whole, bits), 2 * self.word, is_signed)]

    def order(self, a, b, c, d):
        """a * b and c * d, where a is at most c, and b at most d"""
        a, b, c, d = (extended(x, self.word) for x in (a, b, c, d))
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
        u, v = extended(u, self.word), extended(v, self.word)
        for x, y, q, r in self.quotients:
            if same((u, x), (v, y)):
                return q, r
        this = (u, v, self.machine.fresh(self.word, 'quotient'),
                self.machine.fresh(self.word, 'rest'))
        self.laws.append(laws.quotient_plain(at_most, *this))
        for that in self.quotients[:1]:
            for one, two in (this, that), (that, this):
                self.laws += [laws.quotient_order(at_most, *one, *two),
                              laws.remainder_order(at_most, *one, *two)]
        self.quotients.append(this)
        self.between_signs(this)
        return this[2:]

    def divided_signed(self, u, v):
        """The same with signs; the quotient has one bit more, for the least by -1."""
        u, v = extended(u, self.word, True), extended(v, self.word, True)
        for x, y, q, r in self.signed_quotients:
            if same((u, x), (v, y)):
                return q, r
        this = (u, v, self.machine.fresh(self.word + 1, 'quotient'),
                self.machine.fresh(self.word, 'rest'))
        self.laws += laws.signed_plain(*self.roomy(this, True))
        for that in self.signed_quotients[:1]:
            for one, two in (this, that), (that, this):
                self.laws += laws.signed_order(*self.roomy(one, True), *self.roomy(two, True))
        self.signed_quotients.append(this)
        for that in self.quotients:
            self.between_signs(that)
        return this[2:]

    def between_signs(self, plain):
        for with_sign in self.signed_quotients[:1]:
            both = *self.roomy(with_sign, True), *self.roomy(plain, False)
            self.laws += [laws.signed_reach(*both), laws.signed_same(*both)]

    # ---- shifts: products with powers of two --------------------------------

    def power(self, by, bits):
        """2^by, a number of so many bits."""
        by = extended(by, self.word)
        for distance, out in self.powers:
            if out.size() == bits and same((distance, by)):
                return out
        out = self.machine.fresh(bits, 'power')
        for distance, other in self.powers:
            if other.size() == bits:
                for d, e, p, q in (by, distance, out, other), (distance, by, other, out):
                    self.laws.append(z3.Implies(z3.ULT(e, bits), laws.power_order(d, e, p, q)))
        self.powers.append((by, out))
        return out

    def binary(self, op, a, b, bits):
        if op == 'shl':
            power = self.power(b, bits)
            return power if same((a, number_of(1, bits))) else low(self.wide(a, power), bits)
        if op == 'mul':
            return low(self.wide(a, b), bits)
        if op in ('udiv', 'urem'):
            return low(self.divided(a, b)[op == 'urem'], bits)
        return low(self.divided_signed(a, b)[op == 'srem'], bits)

    def takes(self, op, a, b):
        if op == 'shl':
            return self.shifts and not is_known(b)
        return op in ('mul', 'udiv', 'urem', 'sdiv', 'srem') and not (
            is_known(a) and is_known(b))
