# SPDX-License-Identifier: GPL-2.0-only
"""Obligations of the product: sync and its steps, instructions, both arms of jumps."""
import z3

import contracts
import laws
from domain import ALU, JUMP, Arc, Scalar, alu, jump, narrow, number, widen
from obligation import obligation
from symex import term

MEETS = ['range64 meet', 'range32 meet']
DROPS = ['range64 drop', 'range32 drop']
FITS = ['range64 fit', 'range32 fit']
# what make test proves; prove-all proves the others, which take longer
QUICK_ALU = {*((op, 64) for op in ALU if op != 'lsh'), ('sdiv', 64), ('smod', 64), ('neg', 32),
             ('add', 32), ('rsh', 32), ('sdiv', 32)}
QUICK_ARMS = {('jeq', 64, False), ('jne', 64, True), ('jne', 32, False), ('jset', 64, False),
              ('jset', 32, False), ('jlt', 64, True), ('jslt', 32, True)}
ALU_SEEDS = {('lsh', 64): (13,), ('neg', 64): (14,), ('add', 32): (26,)}
ARM_SEEDS = {('jlt', 64, True): (7,), ('jne', 64, True): (19,), ('jset', 64, False): (20,)}
FACTS = {'div': ['fact div'], 'mod': ['fact mod', 'fact mod, by a power of two'],
         'smod': ['fact mod']}
STEPS = ('tell_low_half', 'tell_word', 'tell_bits', 'tell_low_bits', 'fit_bits')
FORMS = [(op, False) for op in ALU] + [('div', True), ('mod', True)]
ORDERS = ('jgt', 'jge', 'jlt', 'jle', 'jsgt', 'jsge', 'jslt', 'jsle')


def result(p, out, mem, *members):
    """Claim that the scalar at this place is well formed and has these values."""
    it = p.scalar_at(mem, out)
    p.claim_formed('the result', it)
    for x in members:
        p.claim('known bits have the value', it.bits.has(x))
        p.claim('the range has the value', it.r64.has(x))
        p.claim("the half's range has the value", it.r32.has(it.low(x)))
    return it


# ---- making, asking ---------------------------------------------------------------

@obligation('scalar const, any')
def making(p):
    x, y = p.number('x'), p.number('y')
    result(p, *p.call('bv_scalar_const', x), x)
    result(p, *p.call('bv_scalar_any'), y)


@obligation('scalar span', uses=['sync'])
def span(p):
    lo, hi, x = p.number('lo'), p.number('hi'), p.number('x')
    p.given.append(z3.ULE(x - lo, hi - lo))
    p.follow(x)
    result(p, *p.call('bv_scalar_span', lo, hi), x)


@obligation('scalar bytes', uses=['sync'])
def of_bytes(p):
    for size in (1, 2, 4, 8):
        x = p.number(f'x{size}')
        cut = z3.LShR(x, p.bits - size * p.bits // 8)
        p.follow(cut)
        result(p, *p.call('bv_scalar_bytes', size), cut)


@obligation('scalar has')
def has(p):
    a, x = p.scalar('a'), p.number('x')
    p.claim('has', p.call('bv_scalar_has', a, x)[0] == a.has(x))


@obligation('scalar is_const')
def is_const(p):
    a, x = p.scalar('a'), p.number('x')
    p.claim('a constant is one number', z3.Implies(
        z3.And(p.call('bv_scalar_is_const', a)[0], a.has(x)), x == a.bits.value))


@obligation('scalar is_any')
def is_any(p):
    a, x = p.scalar('a'), p.number('x')
    p.claim('anything is every number',
            z3.Implies(p.call('bv_scalar_is_any', a)[0], a.has(x)))


def bound(name):
    def fn(p):
        a = p.scalar('a')
        x = p.member('x', a)
        wide = 32 if name.endswith('32') else 64
        x = a.low(x) if wide == 32 else x
        extend = z3.SignExt if name[0] == 's' else z3.ZeroExt
        x = extend(wide - x.size(), x) if x.size() < wide else x
        got = term(p.call(f'bv_scalar_{name}', a)[0], wide)
        lesser, greater = (got, x) if 'min' in name else (x, got)
        p.claim('it bounds', lesser <= greater if name[0] == 's'
                else z3.ULE(lesser, greater))
    return fn


for _name in ('umin', 'umax', 'smin', 'smax', 'umin32', 'umax32', 'smin32', 'smax32'):
    obligation(f'scalar {_name}', bound(_name))


@obligation('scalar within', uses=['range64 within', 'range32 within'], seeds=(12,))
def within(p):
    a = p.scalar('outer')
    b = p.scalar('inner', near=a)
    x = p.member('x', b)
    p.follow(x)
    inside, _ = p.call('bv_scalar_within', a, b)
    p.claim('within is a subset', z3.Implies(inside, a.has(x)))


# ---- mutual refinement ------------------------------------------------------------

def refining(p, a, x, name, *args):
    """One function that narrows a scalar in place."""
    mem = {}
    place = p.place(mem, a)
    ok, mem = p.call(name, place, *args, mem=mem)
    out = p.scalar_at(mem, place)
    claim_refined(p, a, x, ok, out)
    return (None if ok is False else out), ok


def claim_refined(p, a, x, ok, out):
    if x is not None:
        p.claim('a value in all parts opens it', z3.Implies(a.has(x), ok))
    if ok is False:
        p.overflow = []
        return
    ok = term(ok, 1)
    p.claim_formed('the result', out, ok)
    if x is not None:
        p.claim('it keeps the value', z3.Implies(a.has(x), out.has(x)))
    p.claim('no part grows', z3.Implies(ok, out.no_wider(a)))


def step(name, around):
    """Once for a scalar with a value, once for any."""
    changes = {'tell_low_half': ['r32'], 'tell_word': ['r64', 'r32']}.get(name, ['bits'])

    def fn(p):
        if around and name in ('tell_bits', 'tell_low_bits'):
            a = p.scalar('a')
            x = p.member('x', a)
        elif around:
            a, x = ends_to_move(p) if name == 'tell_word' else p.scalar_around('a', 'x')
        else:
            a, x = p.linked_scalar('a'), None
        p.follow(*[x] * around)
        out, ok = refining(p, a, x, name)
        for part in ('bits', 'r64', 'r32'):
            if out and part not in changes:
                was, now = getattr(a, part).parts(), getattr(out, part).parts()
                p.claim(f'{part} stays', z3.Implies(ok, z3.And(*[
                    was[k] == now[k] for k in was])))
    return fn


def ends_to_move(p):
    """Any scalar with a value x, told by how tell_word() moves the ends of its range.

    In r32, x lies @down32 above the first and @up32 below the last number. If r64's
    first number is outside of r32, it is moved up by some @low, and lies @low and
    @down32 and some laps of the half below x: moved() proves that of every scalar.
    Likewise the other end.
    """
    x = p.number('x')
    parts, half = [], p.bits - p.half
    r32 = p.arc_around('a.r32', narrow(x, p.half))
    for way, inside in (('down', narrow(x, p.half) - r32.base),
                        ('up', r32.base + r32.len - narrow(x, p.half))):
        laps, short = z3.BitVec(f'{way}.laps', half), z3.BitVec(f'{way}.short', p.half)
        if p.case(f'{way} moves'):
            short_of, rest = z3.ZeroExt(half, short), z3.Concat(laps, inside)
            p.given += [z3.UGT(-short if way == 'down' else r32.len + short, r32.len),
                        z3.ULE(rest, short_of + rest), short != 0]
            parts.append(short_of + rest)
        else:
            # it is @short above the first number of r32, or of its last below
            p.given.append(z3.ULE(short, r32.len))
            parts.append(z3.Concat(laps, inside - short if way == 'down'
                                   else short - (r32.len - inside)))
    r64 = Arc(x - parts[0], parts[0] + parts[1], p.bits)
    p.given += [z3.ULE(parts[0], r64.len), r64.formed()]
    a = Scalar(p.tnum('a.bits'), p.show('a.r64', r64), r32)
    p.given.append(a.bits.has(x))
    return a, x


@obligation('sync tell_word, how far')
def moved(p):
    """An end that tell_word() moves does not get past a value of the scalar."""
    a, x = p.scalar_around('a', 'x')
    down, up = x - a.r64.base, a.r64.base + a.r64.len - x
    first = narrow(a.r64.base, p.half) - a.r32.base
    last = narrow(a.r64.base + a.r64.len, p.half) - a.r32.base
    half = p.bits - p.half
    low, high = z3.ZeroExt(half, -first), z3.ZeroExt(half, last - a.r32.len)
    p.claim('from below', z3.Implies(z3.UGT(first, a.r32.len), z3.And(
        z3.ULE(low, down), narrow(down - low, p.half) == narrow(x, p.half) - a.r32.base)))
    p.claim('from above', z3.Implies(z3.UGT(last, a.r32.len), z3.And(
        z3.ULE(high, up), narrow(up - high, p.half) ==
        a.r32.base + a.r32.len - narrow(x, p.half))))


for _name in STEPS[:4]:
    _uses = [] if _name in ('tell_bits', 'tell_low_bits') else MEETS
    _uses = ['sync tell_low_half'] if _name == 'tell_word' else _uses
    obligation(f'sync {_name}', step(_name, True), uses=_uses,
               seeds=(5,) if _name == 'tell_word' else ())
    obligation(f'sync {_name}, of none', step(_name, False), uses=_uses)


@obligation('sync fit_bits', uses=FITS)
def fit_bits(p):
    a, is_low = p.scalar('a'), p.machine.fresh(1, 'is_low')
    p.given.append(z3.Implies(is_low, contracts.is_low_of_word(a)))
    x = p.member('x', a)
    p.follow(x)
    out, ok = refining(p, a, x, 'fit_bits', is_low)
    if out:
        p.claim('bits stay', z3.And(a.bits.value == out.bits.value,
                                    a.bits.mask == out.bits.mask))


@obligation('sync is_low_of_word')
def is_low(p):
    a = p.scalar('a')
    p.claim('as contracts have it', p.call('is_low_of_word', a)[0] ==
            contracts.is_low_of_word(a))


@obligation('sync', uses=[f'sync {name}' for name in STEPS], seeds=(11,))
def sync(p):
    """Up to the loop, and one round of it from any state: by induction, any number."""
    a, mem = p.scalar('a'), {}
    x = p.member('x', a)
    p.follow(x)
    place = p.place(mem, a)
    ends = p.until_loop('bv_scalar_sync', [place], mem)
    for where, state in list(ends.items()):
        if where != 'ret':
            claim_refined(p, a, x, True, p.scalar_at(state.mem, place))
            env = {**state.env, **{name: p.machine.fresh(bits, 'round') for name, bits in
                                   p.loop_variables('bv_scalar_sync').items()}}
            ends = p.one_round('bv_scalar_sync', env, mem)
    for where, state in ends.items():
        ok = state.env['ret'] if where == 'ret' else True
        claim_refined(p, a, x, ok, p.scalar_at(state.mem, place))


@obligation('scalar meet', uses=['sync', *MEETS])
def meet(p):
    a, b, mem = p.scalar('a'), p.scalar('b'), {}
    x = p.member('x', a)
    p.follow(x)
    out = p.machine.object(mem)
    ok, mem = p.call('bv_scalar_meet', a, b, out, mem=mem)
    p.claim('a common member opens it', z3.Implies(b.has(x), ok))
    if ok is not False:
        it = p.scalar_at(mem, out)
        p.claim_formed('the result', it, ok)
        p.claim('it has the value', z3.Implies(b.has(x), it.has(x)))


# ---- growing ----------------------------------------------------------------------

def next_stop(name, is_above):
    """However many stops there are: by induction over the rounds, the key is not beyond
    the best so far."""
    def fn(p):
        key, mem = p.number('key'), {}
        flip = number(1 << (p.bits - 1) if p.case('signed') else 0, p.bits)
        count, stops = z3.BitVec('count', 32), p.machine.object(mem)
        args = [widen(key, 64), widen(flip, 64), stops, count]

        def not_beyond(x):
            x = p.word(x, p.bits)
            p.claim('it is a word', z3.And(*p.overflow))
            p.overflow = []
            p.claim('the key is not beyond', z3.ULE(key, x) if is_above else z3.ULE(x, key))

        (head, state), = p.until_loop(name, args, mem).items()
        best = next(v for v in p.loop_variables(name) if 'best' in v)
        not_beyond(state.env[best])
        so_far = p.number('best')
        p.given.append(z3.ULE(key, so_far) if is_above else z3.ULE(so_far, key))
        env = {**state.env, **{v: p.machine.fresh(bits, 'round') for v, bits in
                               p.loop_variables(name).items()}, best: widen(so_far, 64)}
        for where, state in p.one_round(name, env, mem).items():
            not_beyond(state.env['ret' if where == 'ret' else best])
    return fn


for _name, _above in (('above', True), ('below', False)):
    obligation(f'grow, stop {_name}', next_stop(f'stop_{_name}', _above),
               whole=[f'stop_{_name}'])


@obligation('grow, low bits', seeds=(54,))
def common_low_bits(p):
    """Of numbers of either."""
    a, b, x = p.scalar('a'), p.scalar('b'), p.number('x')
    p.given.append(z3.Or(a.bits.has(x), b.bits.has(x)))
    known = p.tnum_of(p.call('common_low_bits', a, b)[0])
    p.claim_formed('the result', known)
    p.claim('it has the value', known.has(x))


@obligation('grow, bounds', seeds=(55,),
            uses=[f'scalar {end}' for end in ('umin', 'umax', 'smin', 'smax')])
def bounds_of(p):
    a, is_signed = p.scalar('a'), p.case('signed')
    x = p.member('x', a)
    p.follow(x)
    least, most = (p.word(v, p.bits) for v in p.call('bounds_of', a, is_signed)[0])
    p.claim('they are words', z3.And(*p.overflow))
    key = x ^ number(is_signed << (p.bits - 1), p.bits)
    p.claim('they bound the key', z3.And(z3.ULE(least, key), z3.ULE(key, most)))


@obligation('grow', uses=['scalar within', 'scalar span', 'scalar meet', 'scalar smin',
                          *(f'grow, {part}' for part in ('stop above', 'stop below',
                                                         'low bits', 'bounds'))],
            seeds=(51,))
def grow(p):
    """With any number of stops."""
    a, b, x, mem = p.scalar('a'), p.scalar('b'), p.number('x'), {}
    p.given.append(z3.Or(a.has(x), b.has(x)))
    p.follow(x)
    stops, count = p.machine.object(mem), z3.BitVec('count', 32)
    result(p, *p.call('bv_scalar_grow', a, b, stops, count, mem=mem), x)


# ---- arithmetic -------------------------------------------------------------------

def compute(op, is64, is_signed):
    def fn(p):
        x, y = p.number('x'), p.number('y')
        value, _ = p.call('bv_scalar_compute', ALU[op], is64, is_signed, x, y)
        p.claim('the number', p.word(value, p.bits) == meaning(p, op, is64, is_signed, x, y))
    return fn


def meaning(p, op, is64, is_signed, x, y):
    if is64:
        return alu(op, is_signed, x, y, p.hard)
    return z3.ZeroExt(p.bits - p.half, alu(op, is_signed, narrow(x, p.half),
                                           narrow(y, p.half), p.hard))


def steps_of(p, op, is64, is_signed, a, x, y):
    """What the parts compute on the way, each a fact that its contract tells."""
    name = ('s' if is_signed else '') + op
    lows = [narrow(v, p.half) for v in (x, y)]
    words = (x, y) if is64 else [widen(v, p.bits) for v in lows]
    zero = number(0, p.bits)
    for v, w in (words, lows):
        by = w & number(v.size() - 1, v.size())
        if op in ('lsh', 'rsh', 'arsh'):
            # the low half of a word is shifted by the word's distance
            by = by if is64 is False or v.size() == p.bits else \
                narrow(y & (p.bits - 1), p.half)
            z = {'lsh': v << by, 'rsh': z3.LShR(v, by), 'arsh': v >> by}[op]
            p.steps.append((op, v, by, z))
        else:
            p.steps.append((name, v, w, alu(op, is_signed, v, w)))
    v, w = words
    if op == 'neg':
        p.steps.append(('sub', zero, v, -v))
    elif op in ('or', 'xor'):
        for v, w in (words, lows):
            p.steps.append(('add', v, w, v + w))
            p.lemma('nothing carries', z3.Implies(v & w == 0, v + w == alu(op, False, v, w)),
                    [])
    elif op == 'lsh' and is64:
        # the range of the low half may go on behind it, where nothing is left of it
        low = widen(a.r32.base, p.bits) + widen(lows[0] - a.r32.base, p.bits)
        by = y & (p.bits - 1)
        p.steps.append((op, low, by, low << by))
        p.lemma('half is shifted out', z3.Implies(z3.UGE(by, p.half), low << by == x << by),
                [])


def hard_steps(p, op, is64, is_signed, x, y):
    """Of multiplication and division the result is any number, of which only is said
    what the parts' contracts say, and laws.py. Return it."""
    name, bits = ('s' if is_signed else '') + op, p.bits if is64 else p.half
    v, w = narrow(x, bits), narrow(y, bits)
    z = p.number('z', bits)
    p.steps.append((name, v, w, z))
    if op == 'mul' and is64:
        p.steps.append((name, narrow(x, p.half), narrow(y, p.half), narrow(z, p.half)))
    elif op == 'mul':
        p.steps.append((name, widen(v, p.bits), widen(w, p.bits),
                        z3.Concat(z3.BitVec('z.high', p.half), z)))
    if op == 'div' and not is_signed:
        p.given.append(laws.division(v, w, z))
    if op == 'mod':
        p.given.append(laws.remainder(v, w, z))
        if not is_signed:
            p.given.append(laws.masking(v, w, z))
            ones_below = widen(w, p.bits) - 1
            p.steps.append(('and', widen(v, p.bits), ones_below,
                            widen(v, p.bits) & ones_below))
    return widen(z, p.bits)


def arithmetic(op, is64, is_signed):
    def fn(p):
        a, b = p.scalar('a'), p.scalar('b')
        x, y = p.number('x'), p.number('y')
        p.given += [a.has(x), b.has(y)]
        if op in ('mul', 'div', 'mod'):
            z = hard_steps(p, op, is64, is_signed, x, y)
        else:
            z = meaning(p, op, is64, is_signed, x, y)
            steps_of(p, op, is64, is_signed, a, x, y)
        p.follow(z, y)
        told = contracts.compute(x, y, z, op == 'neg')(p)
        p.machine.contracts['bv_scalar_compute'] = told
        result(p, *p.call('bv_scalar_alu', ALU[op], is64, is_signed, a, b), z)
    return fn


def parts_of(op, n, text):
    """The contracts that one instruction needs."""
    shift = {'lsh': 'shl', 'rsh': 'shr', 'arsh': 'sar'}.get(op)
    halves = ['range64', 'range32'] if n == 64 else ['range32']
    uses = ['sync'] + [f'{r} {shift or text}' for r in halves]
    if op in ('div', 'mod'):
        uses = ['sync', f'range{n} {text}']
    if op in ('add', 'sub', 'and', 'or', 'xor', 'mul'):
        uses.append(f'tnum {op}')
    if op in ('or', 'xor'):
        uses += ['tnum add'] + [f'{r} add' for r in halves]
    if n == 32:
        uses += ['range32 umin', 'range32 umax']
    return uses + {'neg': ['tnum sub'], 'mod': ['tnum and']}.get(op, []) + \
        (['alu distances'] if shift else [])


@obligation('alu distances')
def distances(p):
    for width in (p.bits, p.half):
        src = p.scalar(f'src{width}')
        y = p.member(f'y{width}', src)
        both, _ = p.call('distances', src, width)
        by, lo, hi = y & (width - 1), z3.Extract(7, 0, both), z3.Extract(15, 8, both)
        p.claim('lo is least', z3.ULE(z3.ZeroExt(p.bits - 8, lo), by))
        p.claim('hi is greatest', z3.ULE(by, z3.ZeroExt(p.bits - 8, hi)))
        p.claim('both are distances', z3.And(z3.ULE(lo, hi), z3.ULT(hi, width)))


for _op, _signed in FORMS:
    _text = ('s' if _signed else '') + _op
    for _n in (64, 32):
        obligation(f'compute {_text}{_n}', compute(_op, _n == 64, _signed),
                   seeds=(9,) if _text == 'div' else (),
                   hard=_signed and _n == 32,
                   facts=['fact quotient, with signs'] * (_signed and _n == 32))
        obligation(f'alu {_text}{_n}', arithmetic(_op, _n == 64, _signed),
                   uses=parts_of(_op, _n, _text), facts=FACTS.get(_text, ()),
                   seeds=ALU_SEEDS.get((_text, _n), ()),
                   slow=(_text, _n) not in QUICK_ALU)


def low(eighths):
    def fn(p):
        a = p.scalar('a')
        x = p.member('x', a)
        bits = p.bits * eighths // 8
        z = x & number((1 << bits) - 1, p.bits)
        p.follow(z)
        result(p, *p.call('bv_scalar_low', a, bits), z)
    return fn


def extend(eighths):
    def fn(p):
        a = p.scalar('a')
        x = p.member('x', a)
        bits = p.bits * eighths // 8
        by = number(p.bits - bits, p.bits)
        out = z3.SignExt(p.bits - bits, narrow(x, bits))
        p.steps += [('lsh', x, by, x << by), ('arsh', x << by, by, out)]
        p.follow(out)
        result(p, *p.call('bv_scalar_sext', a, bits), out)
    return fn


for _eighths in (1, 2, 4, 8):
    obligation(f'scalar low{8 * _eighths}', low(_eighths), uses=['sync'])
    if _eighths < 8:
        obligation(f'scalar sext{8 * _eighths}', extend(_eighths),
                   uses=['sync', 'alu lsh64', 'alu arsh64'])


@obligation('scalar zext32', uses=['sync'])
def zext32(p):
    a = p.scalar('a')
    x = p.member('x', a)
    z = z3.ZeroExt(p.bits - p.half, narrow(x, p.half))
    p.follow(z)
    result(p, *p.call('bv_scalar_zext32', a), z)


def swap(bits):
    def fn(p):
        a = p.scalar('a')
        x = p.member('x', a)
        z = z3.Concat(*[z3.Extract(at + 7, at, x) for at in range(0, bits, 8)])
        z = widen(z, p.bits)
        p.follow(z)
        result(p, *p.call('bv_scalar_swap', a, bits), z)
    return fn


for _bits in (16, 32, 64):
    obligation(f'scalar swap{_bits}', swap(_bits), uses=['sync'])


# ---- branches ---------------------------------------------------------------------

def taken(p, op, is64, x, y):
    return jump(op, x, y) if is64 else jump(op, narrow(x, p.half), narrow(y, p.half))


def decide(op, is64):
    def fn(p):
        a, b = p.scalar('dst'), p.scalar('src')
        x, y = p.number('x'), p.number('y')
        p.given += [a.has(x), b.has(y)]
        p.follow(x, y)
        said, _ = p.call('bv_scalar_decide', JUMP[op], is64, a, b)
        said = said if isinstance(said, z3.ExprRef) else number(said, 32)
        does = taken(p, op, is64, x, y)
        p.claim('always is always', z3.Implies(said == 1, does))
        p.claim('never is never', z3.Implies(said == 0, z3.Not(does)))
        p.claim('nothing else is said', z3.Or(said == 1, said == 0, said == -1))
    return fn


def refine(op, is64, arm):
    def fn(p):
        a, b, mem = p.scalar('dst'), p.scalar('src'), {}
        x, y = p.number('x'), p.number('y')
        p.given += [a.has(x), b.has(y)]
        p.follow(x, y)
        dst, src = p.place(mem, a), p.place(mem, b)
        ok, mem = p.call('bv_scalar_refine', JUMP[op], is64, arm, dst, src, mem=mem)
        does = taken(p, op, is64, x, y) == z3.BoolVal(arm)
        p.claim('an arm that is run is open', z3.Implies(does, ok))
        for what, was, at, value in (('dst', a, dst, x), ('src', b, src, y)):
            now = p.scalar_at(mem, at)
            p.claim_formed(what, now)
            p.claim(f'{what} keeps the value', z3.Implies(does, now.has(value)))
            p.claim(f'{what} is untouched if closed', z3.Implies(z3.Not(ok), now.same(was)))
    return fn


for _op in JUMP:
    for _is64 in (True, False):
        _n = 64 if _is64 else 32
        _uses = MEETS if _op not in ORDERS else [
            f'scalar {"s" if "s" in _op else "u"}{end}{"" if _is64 else "32"}'
            for end in ('min', 'max')]
        obligation(f'decide {_op}{_n}', decide(_op, _is64), uses=_uses,
                   seeds={('jlt', 64): (10,), ('jset', 64): (27,)}.get((_op, _n), ()))
        for _arm in (True, False):
            obligation(f'refine {_op}{_n} {"taken" if _arm else "passed"}',
                       refine(_op, _is64, _arm),
                       uses=sorted({'sync', *MEETS, *DROPS, *_uses}),
                       seeds=ARM_SEEDS.get((_op, _n, _arm), ()),
                       slow=(_op, _n, _arm) not in QUICK_ARMS)
