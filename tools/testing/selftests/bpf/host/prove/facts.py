# SPDX-License-Identifier: GPL-2.0-only
"""Facts of arithmetic that the proofs of division and remainder build on.

They are about numbers only, no line of the kernel's is in them. Divisions of 64 bits are
too hard for the solver, so where a proof needs one it takes any number of which these are
known; and these are proved here of the true quotient and remainder, by powers of two at
full width, else at a narrow one.
"""
import z3

from domain import alu, number
from obligation import obligation


def is_power(y):
    return z3.And(y != 0, y & (y - 1) == 0)


def log2(y):
    """of a power of two"""
    out = number(0, y.size())
    for i in range(y.size()):
        out = z3.If(z3.Extract(i, i, y) == 1, number(i, y.size()), out)
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


def fact_by_powers(op, fact):
    def fn(p):
        for bits in (p.bits, p.half):
            x = p.number(f'x{bits}', bits)
            for i in range(bits):
                y = number(1 << i, bits)
                p.claim(f'of 2^{i}', fact(x, y, alu(op, False, x, y)))
    return fn


def fact_remainder(is_signed):
    def fn(p):
        x, y = p.number('x'), p.number('y')
        z = alu('mod', is_signed, x, y)
        p.claim('low bits stay', remainder(x, y, z))
    return fn


obligation('fact div', fact_by_powers('div', division))
obligation('fact mod, by a power of two', fact_by_powers('mod', masking))
obligation('fact mod', fact_remainder(False), width=8, slow=True)
obligation('fact smod', fact_remainder(True), width=8, slow=True)
