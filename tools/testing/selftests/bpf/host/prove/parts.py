# SPDX-License-Identifier: GPL-2.0-only
"""Obligations of the parts: known bits, and the ranges of a word and of half a word."""
import z3

import laws
from domain import Arc, alu, narrow, number, ones, spread, widen
from obligation import obligation
from symex import count_zeros, same, term

ARC_OPS = ('add', 'sub', 'and', 'or', 'xor')
HARD_OPS = {'mul': ('mul', False), 'div': ('udiv', False), 'mod': ('umod', False),
            'sdiv': ('sdiv', True), 'smod': ('smod', True)}
HARD_SEEDS = {'mul': (15,), 'div': (16,), 'mod': (17,), 'sdiv': (28,), 'smod': (29,)}
QUOTIENT_FACTS = ['fact quotient', 'fact quotient, with signs', 'fact inside']
PRODUCT_FACTS = ['fact product', 'fact product of words', 'fact inside']

SHIFT_FACTS = ['fact power', *PRODUCT_FACTS]


def holds(p, what, it, *members):
    """Claim that the result of an operation is well formed and has these."""
    p.claim_formed(what, it)
    for x in members:
        p.claim(f'{what} has the value', it.has(x))


# ---- known bits -----------------------------------------------------------------

def tnum_pair(name):
    def fn(p):
        a, b = p.tnum('a'), p.tnum('b')
        x, y = p.member('x', a), p.member('y', b)
        out = p.tnum_of(p.call(f'bv_tnum_{name}', a, b)[0])
        holds(p, 'the result', out, alu(name, False, x, y))
    return fn


for _name in ARC_OPS:
    obligation(f'tnum {_name}', tnum_pair(_name), seeds=(1,) if _name == 'add' else ())


@obligation('tnum const, any')
def tnum_making(p):
    x = p.number('x')
    holds(p, 'const', p.tnum_of(p.call('bv_tnum_const', x)[0]), x)
    holds(p, 'any', p.tnum_of(p.call('bv_tnum_any')[0]), x)


@obligation('tnum span', whole=['fls64'])
def tnum_span(p):
    lo, hi, x = p.number('lo'), p.number('hi'), p.number('x')
    p.given += [z3.ULE(lo, x), z3.ULE(x, hi)]
    holds(p, 'span', p.tnum_of(p.call('bv_tnum_span', lo, hi)[0]), x)


def tnum_shift(name, op, low):
    def fn(p):
        bits = p.half if low else p.bits
        a, by = p.tnum('a'), p.number('by', 8)
        x = p.member('x', a)
        p.given.append(z3.ULT(by, bits))
        if low:
            p.given.append(z3.Extract(p.bits - 1, bits, a.value | a.mask) == 0)
        args = (bits,) if name == 'sar' else ()
        out = p.tnum_of(p.call(f'bv_tnum_{name}', a, by, *args)[0])
        distance = z3.ZeroExt(bits - 8, by) if bits >= 8 else narrow(by, bits)
        value = alu(op, False, narrow(x, bits), distance)
        holds(p, 'the result', out, z3.ZeroExt(p.bits - bits, value) if low else value)
    return fn


for _name, _op in (('shl', 'lsh'), ('shr', 'rsh'), ('sar', 'arsh')):
    obligation(f'tnum {_name}', tnum_shift(_name, _op, False))
obligation('tnum sar of the half', tnum_shift('sar', 'arsh', True))


@obligation('tnum low')
def tnum_low(p):
    a, bits = p.tnum('a'), p.number('bits', 8)
    x = p.member('x', a)
    p.given += [z3.UGE(bits, 1), z3.ULE(bits, p.bits)]
    keep = z3.LShR(ones(p.bits), p.bits - (z3.ZeroExt(p.bits - 8, bits) if p.bits > 8
                                            else narrow(bits, p.bits)))
    holds(p, 'low', p.tnum_of(p.call('bv_tnum_low', a, bits)[0]), x & keep)


@obligation('tnum meet')
def tnum_meet(p):
    a, b, x, mem = p.tnum('a'), p.tnum('b'), p.number('x'), {}
    place = p.machine.object(mem)
    ok, mem = p.call('bv_tnum_meet', a, b, place, mem=mem)
    p.claim('a common member opens it', z3.Implies(z3.And(a.has(x), b.has(x)), ok))
    if ok is not False:
        out = p.tnum_at(mem, place)
        p.claim_formed('the result', out)
        p.claim('it holds what both do, and no more',
                z3.And(a.has(x), b.has(x)) == out.has(x))


@obligation('tnum within, has', seeds=(12,))
def tnum_within(p):
    a, b = p.tnum('outer'), p.tnum('inner')
    x = p.member('x', b)
    inside, _ = p.call('bv_tnum_within', a, b)
    # the member of inner that is farthest from outer's value, bit by bit
    far = b.value | b.mask & ~a.value
    p.claim('within is a subset', z3.Implies(inside, a.has(x)))
    p.claim('a subset is within', z3.Implies(a.has(far), inside))
    p.claim('has', p.call('bv_tnum_has', a, x)[0] == a.has(x))


# ---- known bits, multiplication: by induction over its rounds ---------------------

@obligation('tnum mul', uses=['tnum add'])
def tnum_mul(p):
    """Each round adds to @sum what one more bit of an operand contributes.

    Before a round, @sum has x' * y, where x' is x without the bits still to do. A round
    takes the lowest of these, 2^at: x' grows by x & 2^at, and x' * y by y << at or by
    nothing. That is the distributive law, so x' * y need not be computed: it is any
    number, partial. In the end nothing is to do, and x' is x.
    """
    a, b = p.tnum('a'), p.tnum('b')
    x, y = p.member('x', a), p.member('y', b)
    args = p.flatten(a, None, None) + p.flatten(b, None, None)
    ends = p.until_loop('bv_tnum_mul', args, {})
    if 'ret' in ends:
        p.claim('without a round it is anything',
                z3.And(*[term(part, 64) == want for part, want in
                         zip(ends['ret'].env['ret'], (0, widen(ones(p.bits), 64)))]))
        return
    env = next(iter(ends.values())).env
    names = p.loop_variables('bv_tnum_mul')
    todo = next(name for name in names if 'todo' in name)
    sums = sorted(name for name in names if 'sum' in name)
    p.claim('the sum begins with zero', z3.And(*[term(env[s], 64) == 0 for s in sums]))
    # the sparser operand is the one that is gone through
    if not same(z3.simplify(env[todo]), z3.simplify(widen(a.value | a.mask, 64))):
        a, b, x, y = b, a, y, x
    p.claim('all its bits are to do', env[todo] == widen(a.value | a.mask, 64))
    left, partial = p.number('todo'), p.number('partial')
    total = p.tnum('sum')
    bit = left & -left
    at = narrow(count_zeros('cttz', widen(left, 64), 64), p.bits)
    row = z3.If(x & bit != 0, y << at, number(0, p.bits))
    p.steps.append(('add', partial, row, partial + row))
    p.given += [left & ~(a.value | a.mask) == 0, total.has(partial)]
    env = {**env, todo: widen(left, 64), sums[0]: widen(total.value, 64),
           sums[1]: widen(total.mask, 64)}
    for end in p.one_round('bv_tnum_mul', env, {}).items():
        after_round(p, end, (todo, *sums), left, partial + row, total)


def after_round(p, end, names, left, now, total):
    where, state = end
    if where == 'ret':
        out = p.tnum_of(state.env['ret'])
        p.claim('it ends when nothing is to do, with the sum',
                z3.And(left == 0, out.value == total.value, out.mask == total.mask))
        return
    todo, value, mask = (state.env[name] for name in names)
    out = p.tnum_of((value, mask))
    p.claim('one bit less is to do', p.word(todo, p.bits) == left & (left - 1))
    holds(p, 'the sum', out, now)


# ---- ranges ---------------------------------------------------------------------

def arc_pair(n, name):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        a, b = p.arc('a', bits), p.arc('b', bits)
        x, y = p.member('x', a), p.member('y', b)
        p.follow(x, y, ~x, ~y)
        result, _ = p.call(f'range{n}_{name}', a, b)
        holds(p, 'the result', p.arc_of(result, n == 32), alu(name, False, x, y))
    return fn


def hard_facts(name):
    return PRODUCT_FACTS if name == 'mul' else QUOTIENT_FACTS[:3 if name[0] == 's' else 1]


def arc_hard(n, name):
    function, is_signed = HARD_OPS[name]

    def fn(p):
        bits = p.half if n == 32 else p.bits
        a, b = p.arc('a', bits), p.arc('b', bits)
        if p.case('the second is one number'):
            b = Arc(b.base, number(0, bits), bits)
        else:
            p.given.append(b.len != 0)
            if name == 'mul' and p.case('the first is one number'):
                a = Arc(a.base, number(0, bits), bits)
            elif name == 'mul':
                p.given.append(a.len != 0)
        x, y = members(p, a, b)
        op = name.lstrip('s') if is_signed else name
        z = alu(op, is_signed, x, y, p.hard)
        if is_signed:
            p.steps.append((op, x, y, alu(op, False, x, y, p.hard)))
        p.follow(x, y)
        result, _ = p.call(f'range{n}_{function}', a, b)
        if p.hard and name == 'mul':
            laws_of_product(p, a, b, x, y)
        out = p.arc_of(result, n == 32)
        if is_signed or name == 'mul':
            p.given += laws.inside(out.base, out.len, z)
        holds(p, 'the result', out, z)
    return fn


def members(p, a, b):
    """Where one is one number, the other's is told by how far above the first it is."""
    if is_range(a) and is_range(b):
        x, y = p.number('x', a.bits), p.number('y', b.bits)
        p.given += [a.has(x), b.has(y)]
        return x, y
    return (p.member(name, it) if is_range(it) else it.base
            for name, it in (('x', a), ('y', b)))


def laws_of_product(p, a, b, x, y):
    """A range times one number: its ends move apart, seen from either. Of two ranges the
    least and the greatest product are those of two ends."""
    for arc, member, other in (a, x, b), (b, y, a):
        if not is_range(other):
            one = other.base
            last = arc.base + arc.len
            above = z3.simplify(member - arc.base)
            below = arc.len - above
            p.lemma('so far below the last', z3.ULE(below, arc.len), [z3.ULE(above, arc.len)])
            p.hard.parts(member, arc.base, above, one)
            p.hard.short(member, last, below, one)
            p.hard.order(above, one, arc.len, one)
            p.hard.order(below, -one, arc.len, -one)
            return
    ends = {name: [p.end_of(name, arc) for arc in (a, b)] for name in
            ('umin', 'umax', 'smin', 'smax')}
    if None not in ends['umin']:
        p.hard.order(*ends['umin'], x, y)
        p.hard.order(x, y, *ends['umax'])
    if None not in ends['smax']:
        p.hard.corners(x, ends['smin'][0], ends['smax'][0],
                       y, ends['smin'][1], ends['smax'][1])


def is_range(arc):
    return not z3.is_bv_value(arc.len)


def arc_shift(n, name, op):
    """Right: the bounds shifted by the least or greatest distance, whichever is further
    out. The lemmas go there in two steps, value and distance."""
    def fn(p):
        bits = p.half if n == 32 else p.bits
        x, lo, hi, by = (p.number(name, bits) for name in ('x', 'lo', 'hi', 'by'))
        a = p.arc('a', bits)
        p.given += [a.has(x), z3.ULE(lo, by), z3.ULE(by, hi), z3.ULT(hi, bits)]
        p.follow(x)
        result, _ = p.call(f'range{n}_{name}', a, *(narrow(widen(d, 64), 8)
                                                    for d in (lo, hi)))
        if p.ends:
            least, most = (p.end_of(op_sign(op) + end, a) for end in ('min', 'max'))
            shorter(p, op, least, x, least, by, lo, hi)
            shorter(p, op, x, most, most, by, lo, hi)
        out, z = p.arc_of(result, n == 32), alu(op, False, x, by)
        p.given += laws.inside(out.base, out.len, z)
        holds(p, 'the result', out, z)
    return fn


def op_sign(op):
    return 's' if op == 'arsh' else 'u'


def shorter(p, op, lesser, greater, end, by, lo, hi):
    """Lemmas: shifting keeps the order; a bound shifted by its own distance is beyond."""
    def shift(x, d):
        return alu(op, False, x, d)

    order = z3.ULE if op == 'rsh' else lambda v, w: v <= w
    p.lemma('order is kept', z3.Implies(order(lesser, greater),
                                        order(shift(lesser, by), shift(greater, by))),
            [z3.ULT(by, end.size())])
    far = [z3.ULE(lo, by), z3.ULE(by, hi), z3.ULT(hi, end.size())]
    if end is lesser:
        own = hi if op == 'rsh' else z3.If(end < 0, lo, hi)
        p.lemma('distance', order(shift(end, own), shift(end, by)), far)
    else:
        own = lo if op == 'rsh' else z3.If(end < 0, hi, lo)
        p.lemma('distance', order(shift(end, by), shift(end, own)), far)


def arc_shl(n, single):
    """Left, by one distance or by a range of them: what is shifted is the product with a
    power of two, and powers are ordered as distances are."""
    def fn(p):
        bits = p.half if n == 32 else p.bits
        lo = p.number('lo', 8)
        by, hi = (lo, lo) if single else (p.number('by', 8), p.number('hi', 8))
        a = p.arc('a', bits)
        p.given.append(z3.ULT(hi, bits))
        if single:
            x = p.member('x', a)
        else:
            x = p.number('x', bits)
            p.given += [a.has(x), z3.ULE(lo, by), z3.ULE(by, hi), z3.ULT(lo, hi)]
            p.follow(x)
        if p.hard:
            p.hard.shifts = True
        z = p.hard.binary('shl', x, by, bits) if p.hard else \
            x << (widen(by, bits) if bits >= 8 else narrow(by, bits))
        result, _ = p.call(f'range{n}_shl', a, lo, hi)
        if p.hard:
            laws_of_shift(p, a, x, lo, by, hi, single)
        holds(p, 'the result', p.arc_of(result, n == 32), z)
    return fn


def laws_of_shift(p, a, x, lo, by, hi, single):
    least, own, most = (p.hard.power(d, a.bits) for d in (lo, by, hi))
    if single:
        laws_of_product(p, a, Arc(own, number(0, a.bits), a.bits), x, own)
        return
    ends = [p.end_of(end, a) for end in ('umin', 'umax')]
    if ends[0] is not None:
        p.hard.order(ends[0], least, x, own)
    if ends[1] is not None:
        p.hard.order(x, own, ends[1], most)


def arc_making(n):
    def fn(p):
        bits, low = (p.half, True) if n == 32 else (p.bits, False)
        lo, hi, x = p.number('lo', bits), p.number('hi', bits), p.number('x', bits)
        any_arc = p.arc_of(p.call(f'range{n}_any')[0], low)
        holds(p, 'any', any_arc, x)
        arc = p.arc_of(p.call(f'range{n}_arc', lo, hi)[0], low)
        p.claim_formed('arc', arc)
        p.claim('arc has the numbers from base on', arc.has(x) == z3.ULE(x - lo, hi))
        arc = p.arc_of(p.call(f'range{n}_between', lo, hi)[0], low)
        p.claim_formed('between', arc)
        p.claim('between has the numbers between', arc.has(x) == z3.ULE(x - lo, hi - lo))
    return fn


def arc_bound(n, name):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        a = p.arc('a', bits)
        x = p.member('x', a)
        got = term(p.call(f'range{n}_{name}', a)[0], n if name[0] == 'u' else 64)
        if name[0] == 's':
            x = z3.SignExt(64 - bits, x) if bits < 64 else x
            p.claim('it bounds', got <= x if name == 'smin' else x <= got)
        else:
            x = z3.ZeroExt(n - bits, x) if bits < n else x
            p.claim('it bounds', z3.ULE(got, x) if name == 'umin' else z3.ULE(x, got))
        p.claim('it is a member', a.has(narrow(got, bits)))
    return fn


def arc_has(n):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        a, y = p.arc('a', bits), p.number('y', bits)
        p.claim('has', p.call(f'range{n}_has', a, y)[0] == a.has(y))
        last = p.call(f'range{n}_last', a)[0]
        p.claim('the last is the last', narrow(last, bits) == a.base + a.len)
    return fn


def arc_neg(n):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        a = p.arc('a', bits)
        x = p.member('x', a)
        holds(p, 'neg', p.arc_of(p.call(f'range{n}_neg', a)[0], n == 32), -x)
        turned = p.arc_of(p.call(f'range{n}_turn', a)[0], n == 32)
        holds(p, 'turn', turned, x ^ number(1 << (bits - 1), bits))
    return fn


def arc_within(n):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        a = p.arc('outer', bits)
        b = p.arc('inner', bits, near=a)
        x = p.member('x', b)
        inside, _ = p.call(f'range{n}_within', a, b)
        p.claim('within is a subset', z3.Implies(inside, a.has(x)))
        # a range that leaves another does so behind its end, or begins outside
        behind = a.base + a.len + 1
        p.claim('a subset is within',
                z3.Implies(z3.And(a.has(b.base), z3.Or(z3.Not(b.has(behind)),
                                                       a.len == ones(bits))), inside))
    return fn


def arc_meet(n):
    def fn(p):
        bits, low = (p.half, True) if n == 32 else (p.bits, False)
        a, mem = p.arc('a', bits), {}
        b = p.arc('b', bits, near=a)
        x = p.member('x', a)
        place = p.machine.object(mem)
        ok, mem = p.call(f'range{n}_meet', a, b, place, mem=mem)
        p.claim('a common member opens it', z3.Implies(b.has(x), ok))
        if ok is not False:
            out = p.arc_at(mem, place, low)
            p.claim_formed('the result', out)
            p.claim('it has what both have', z3.Implies(b.has(x), out.has(x)))
            p.claim('it begins in both', z3.And(a.has(out.base), b.has(out.base)))
            p.claim('it is no longer than either', z3.And(z3.ULE(out.len, a.len),
                                                          z3.ULE(out.len, b.len)))
    return fn


def arc_drop(n):
    def fn(p):
        bits, low = (p.half, True) if n == 32 else (p.bits, False)
        a, v, mem = p.arc('a', bits), p.number('v', bits), {}
        x = p.member('x', a)
        place = p.place(mem, a)
        ok, mem = p.call(f'range{n}_drop', place, v, mem=mem)
        p.claim('another member opens it', z3.Implies(x != v, ok))
        if ok is not False:
            out = p.arc_at(mem, place, low)
            p.claim_formed('the result', out)
            p.claim('it has the others', z3.Implies(x != v, out.has(x)))
            p.claim('it is no longer', z3.ULE(out.len, a.len))
    return fn


def arc_next(n, down):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        known, x = p.tnum('known', bits), p.number('x', bits)
        t = p.member('t', known)
        p.follow(~t if down else t)
        out, _ = p.call(f'range{n}_{"prev" if down else "next"}', known.value, known.mask,
                        x)
        out = p.word(out, bits, n)
        p.claim('it has the known bits', z3.And(known.has(out), *p.overflow))
        p.claim('no other is nearer', z3.ULE(x - out, x - t) if down
                else z3.ULE(out - x, t - x))
    return fn


def arc_up_to(n):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        x = p.number('x', bits)
        out, _ = p.call(f'range{n}_up_to', x)
        out = p.word(out, bits, n)
        p.claim('all bits up to the highest', z3.And(out == spread(x), *p.overflow))
    return fn


def arc_masked(n):
    def fn(p):
        bits = p.half if n == 32 else p.bits
        lo, hi, mask, x = (p.number(name, bits) for name in ('lo', 'hi', 'mask', 'x'))
        p.given += [z3.ULE(lo, x), z3.ULE(x, hi)]
        result, _ = p.call(f'range{n}_masked', lo, hi, mask)
        holds(p, 'the result', p.arc_of(result, n == 32), x & mask)
    return fn


def arc_fit(n, around):
    """Once for a range with a member that has the bits, once for any."""
    def fn(p):
        bits, low = (p.half, True) if n == 32 else (p.bits, False)
        known, mem = p.tnum('known', bits), {}
        if around:
            x = p.number('x', bits)
            a = p.arc_around('a', x)
            p.given.append(known.has(x))
            p.follow(x)
        else:
            a = p.arc('a', bits)
        place = p.place(mem, a)
        ok, mem = p.call(f'range{n}_fit', place, known.value, known.mask, mem=mem)
        if around:
            p.claim('a member with the bits opens it', ok)
        if ok is not False:
            out = p.arc_at(mem, place, low)
            p.claim_formed('the result', out)
            if not around:
                p.claim('it is no longer', z3.ULE(out.len, a.len))
            else:
                p.claim('it has the member', out.has(x))
    return fn


for _n in (64, 32):
    _r = f'range{_n}'
    obligation(f'{_r} any, arc, between', arc_making(_n))
    obligation(f'{_r} has, last', arc_has(_n))
    for _name in ('umin', 'umax', 'smin', 'smax'):
        obligation(f'{_r} {_name}', arc_bound(_n, _name))
    obligation(f'{_r} within', arc_within(_n), seeds=(8,))
    obligation(f'{_r} meet', arc_meet(_n), seeds=(2,))
    obligation(f'{_r} drop', arc_drop(_n))
    obligation(f'{_r} next', arc_next(_n, False), split=False)
    obligation(f'{_r} prev', arc_next(_n, True), split=False)
    obligation(f'{_r} up_to', arc_up_to(_n), split=False)
    obligation(f'{_r} masked', arc_masked(_n), uses=[f'{_r} up_to'], seeds=(101,))
    obligation(f'{_r} fit', arc_fit(_n, True), uses=[f'{_r} next', f'{_r} prev'])
    obligation(f'{_r} fit, of none', arc_fit(_n, False), uses=[f'{_r} next', f'{_r} prev'])
    for _name in ARC_OPS:
        obligation(f'{_r} {_name}', arc_pair(_n, _name),
                   uses=[f'{_r} {it}' for it in ('masked', 'umin', 'umax')
                         if _name in ('and', 'or')],
                   seeds=(3,) if _name == 'add' else ())
    obligation(f'{_r} neg', arc_neg(_n))
    for _name, _op in (('shr', 'rsh'), ('sar', 'arsh')):
        obligation(f'{_r} {_name}', arc_shift(_n, _name, _op), uses=[
            f'{_r} {op_sign(_op)}min', f'{_r} {op_sign(_op)}max'], facts=['fact inside'],
            choices=True,
            seeds=(4,) if _name == 'shr' else ())
    obligation(f'{_r} shl, by one distance', arc_shl(_n, True), hard=True,
               facts=SHIFT_FACTS, seeds=(30,))
    obligation(f'{_r} shl', arc_shl(_n, False), uses=[f'{_r} umin', f'{_r} umax'],
               hard=True, facts=SHIFT_FACTS, seeds=(18,) if _n == 32 else ())
    for _name, (_, _signed) in HARD_OPS.items():
        obligation(f'{_r} {_name}', arc_hard(_n, _name), hard=True, choices=True,
                   seeds=HARD_SEEDS.get(_name, ()), facts=hard_facts(_name),
                   slow=_signed and _n == 32,
                   uses=[f'{_r} {end}' for end in ('umin', 'umax', 'smin', 'smax')]
                   + [f'{_r} {_name[1:]}'] * _signed)
