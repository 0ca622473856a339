# SPDX-License-Identifier: GPL-2.0-only
"""Answers in place of functions that are proved on their own.

A contract gives back something new and says of it only what the function's own
obligation proves, for the witnesses at hand: the concrete numbers that the proof in
progress follows through the domain. What a function asks of its arguments becomes a
condition that the caller must meet, proved along with it.
"""
import z3

from domain import ALU, Arc, Scalar, Tnum, narrow, number, spread, widen
from symex import store_at, term


def new_tnum(p):
    bits = p.bits
    it = Tnum(p.machine.fresh(bits, 'value'), p.machine.fresh(bits, 'mask'), bits)
    p.machine.assumed.append(it.formed())
    return it


def new_arc(p, low):
    bits = p.half if low else p.bits
    it = Arc(p.machine.fresh(bits, 'base'), p.machine.fresh(bits, 'len'), bits)
    p.machine.assumed.append(it.formed())
    return it


def need(p, path, cond, what):
    p.machine.bad_on(path, z3.Not(z3.And(cond, *p.overflow)), what)
    p.overflow = []


def write(p, mem, ptr, it):
    """Memory with this thing at that place."""
    cells = p.cells_of(it)
    mem = dict(mem)
    for off, (size, value) in cells.items():
        mem[ptr.base] = store_at(mem[ptr.base], ptr.off + off, size, value)
    return mem


def pair(it):
    return [widen(it.value, 64), widen(it.mask, 64)] if isinstance(it, Tnum) else \
        [widen(it.base, 64), widen(it.len, 64)]


def packed(it):
    return z3.Concat(widen(it.len, 32), widen(it.base, 32))


def given_arcs(p, args, low, count):
    if low:
        return [p.arc_of(x, True) for x in args[:count]]
    return [p.arc_of(args[2 * i:2 * i + 2]) for i in range(count)]


# ---- ranges ---------------------------------------------------------------------

def next_or_prev(low, down):
    def make(p):
        def answer(machine, args, path, mem):
            wide = 32 if low else 64
            bits = p.half if low else p.bits
            value, mask, x = (narrow(term(a, wide), bits) for a in args)
            known = Tnum(value, mask, bits)
            need(p, path, known.formed(), 'known bits are well formed')
            # it is told by its distance from a witness, which then cancels itself
            way, at = machine.fresh(bits, 'way'), (p.followed(low) or [x])[0]
            out = at + way if down else at - way
            machine.detail.append(known.has(out))
            for i, t in enumerate(p.followed(low)):
                near, far = (x - out, x - t) if down else (out - x, t - x)
                machine.assumed.append(z3.Implies(known.has(t),
                                                  z3.ULE(near if i else way, far)))
            p.follow(out)
            return widen(out, wide), mem
        return answer
    return make


def fit(low):
    def make(p):
        def answer(machine, args, path, mem):
            wide = 32 if low else 64
            bits = p.half if low else p.bits
            was = p.arc_at(mem, args[0], low)
            known = Tnum(*(narrow(term(a, wide), bits) for a in args[1:]), bits)
            need(p, path, z3.And(known.formed(), was.formed()), 'operands of fit')
            out, ok = new_arc(p, low), machine.fresh(1, 'ok')
            for t in p.followed(low):
                machine.assumed.append(z3.Implies(z3.And(was.has(t), known.has(t)),
                                                  z3.And(ok, out.has(t))))
            machine.assumed.append(z3.ULE(out.len, was.len))
            return ok, write(p, mem, args[0], out)
        return answer
    return make


def meet(low):
    def make(p):
        def answer(machine, args, path, mem):
            a, b = given_arcs(p, args, low, 2)
            need(p, path, z3.And(a.formed(), b.formed()), 'operands of meet')
            out, ok = new_arc(p, low), machine.fresh(1, 'ok')
            for t in p.followed(low):
                machine.assumed.append(z3.Implies(z3.And(a.has(t), b.has(t)),
                                                  z3.And(ok, out.has(t))))
            machine.assumed += [z3.ULE(out.len, a.len), z3.ULE(out.len, b.len)]
            machine.assumed.append(z3.Implies(ok, z3.And(a.has(out.base), b.has(out.base))))
            return ok, write(p, mem, args[-1], out)
        return answer
    return make


def drop(low):
    def make(p):
        def answer(machine, args, path, mem):
            wide = 32 if low else 64
            was = p.arc_at(mem, args[0], low)
            v = narrow(term(args[1], wide), was.bits)
            need(p, path, was.formed(), 'a well-formed range')
            out, ok = new_arc(p, low), machine.fresh(1, 'ok')
            for t in p.followed(low):
                machine.assumed.append(z3.Implies(z3.And(was.has(t), t != v),
                                                  z3.And(ok, out.has(t))))
            machine.assumed.append(z3.ULE(out.len, was.len))
            return ok, write(p, mem, args[0], out)
        return answer
    return make


def bound(low, name):
    """umin, umax, smin or smax of a range: no member is beyond. One has a bound once."""
    def make(p):
        def answer(machine, args, path, mem):
            arc, = given_arcs(p, args, low, 1)
            need(p, path, arc.formed(), 'a well-formed range')
            end = p.end_of(name, arc)
            if end is None:
                end = machine.fresh(arc.bits, name)
                machine.assumed.append(arc.has(end))
                for t in p.followed(low):
                    lesser, greater = (end, t) if name[1:] == 'min' else (t, end)
                    machine.assumed.append(z3.Implies(
                        arc.has(t), z3.ULE(lesser, greater) if name[0] == 'u'
                        else lesser <= greater))
                p.ends.append((name, arc, end))
            if name[0] == 'u':
                return widen(end, 32 if low else 64), mem
            return (z3.SignExt(64 - arc.bits, end) if arc.bits < 64 else end), mem
        return answer
    return make


def within(low):
    def make(p):
        def answer(machine, args, path, mem):
            outer, inner = given_arcs(p, args, low, 2)
            need(p, path, z3.And(outer.formed(), inner.formed()), 'operands of within')
            inside = machine.fresh(1, 'inside')
            for t in p.followed(low):
                machine.assumed.append(z3.Implies(z3.And(inside, inner.has(t)),
                                                  outer.has(t)))
            return inside, mem
        return answer
    return make


def arc_alu(low, op, kind='binary'):
    """An instruction on ranges: of members of the operands, its result has op's."""
    def make(p):
        bits = p.half if low else p.bits

        def answer(machine, args, path, mem):
            count = 2 if kind == 'binary' else 1
            operands = given_arcs(p, args, low, count)
            for it in operands:
                need(p, path, it.formed(), f'operands of {op}')
            out, given = new_arc(p, low), []
            if kind == 'shift':
                lo, hi = (term(x, 8) for x in args[-2:])
                need(p, path, z3.And(z3.ULE(lo, hi), z3.ULT(hi, bits)), 'distances')
            for x, y, z in p.steps_of(op, bits):
                if kind == 'shift':
                    given = [z3.ULE(z3.ZeroExt(bits - 8, lo), y),
                             z3.ULE(y, z3.ZeroExt(bits - 8, hi))]
                elif kind == 'binary':
                    given = [operands[1].has(y)]
                machine.assumed.append(z3.Implies(z3.And(operands[0].has(x), *given),
                                                  out.has(z)))
            return (packed(out) if low else pair(out)), mem
        return answer
    return make


def distances(p):
    """By how much a shift can shift: of the source's members, modulo the width."""
    def answer(machine, args, path, mem):
        src, width = p.scalar_at(mem, args[0]), args[1]
        need(p, path, src.formed(), 'a well-formed source')
        lo, hi = machine.fresh(8, 'lo'), machine.fresh(8, 'hi')
        machine.assumed += [z3.ULE(lo, hi), z3.ULT(hi, width)]
        for y in p.followed(False):
            by = z3.Extract(7, 0, y & (width - 1))
            machine.assumed.append(z3.Implies(src.has(y), z3.And(z3.ULE(lo, by),
                                                                 z3.ULE(by, hi))))
        return z3.Concat(hi, lo), mem
    return answer


def up_to(low):
    """All bits up to the highest one, in a form that solvers find easy."""
    def make(p):
        def answer(machine, args, path, mem):
            wide = 32 if low else 64
            x = p.word(args[0], p.half if low else p.bits, wide)
            need(p, path, z3.BoolVal(True), 'a word')
            return widen(spread(x), wide), mem
        return answer
    return make


def masked(low):
    def make(p):
        def answer(machine, args, path, mem):
            lo, hi, mask = (p.word(x, p.half if low else p.bits, 32 if low else 64)
                            for x in args)
            need(p, path, z3.ULE(lo, hi), 'bounds in order')
            out = new_arc(p, low)
            for t in p.followed(low):
                machine.assumed.append(z3.Implies(z3.And(z3.ULE(lo, t), z3.ULE(t, hi)),
                                                  out.has(t & mask)))
            return (packed(out) if low else pair(out)), mem
        return answer
    return make


# ---- known bits -----------------------------------------------------------------

def tnum_span(p):
    def answer(machine, args, path, mem):
        lo, hi = (p.word(x, p.bits) for x in args)
        need(p, path, z3.ULE(lo, hi), 'ends of span in order')
        out = new_tnum(p)
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(z3.And(z3.ULE(lo, t), z3.ULE(t, hi)),
                                              out.has(t)))
        return pair(out), mem
    return answer


def tnum_pair(op):
    def make(p):
        def answer(machine, args, path, mem):
            a, b = p.tnum_of(args[:2]), p.tnum_of(args[2:])
            need(p, path, z3.And(a.formed(), b.formed()), f'operands of tnum {op}')
            out = new_tnum(p)
            for x, y, z in p.steps_of(op, p.bits):
                machine.assumed.append(z3.Implies(z3.And(a.has(x), b.has(y)), out.has(z)))
            return pair(out), mem
        return answer
    return make


# ---- the product ----------------------------------------------------------------

def step(changes, asks=None):
    """A step of sync(), or all of it: @changes names the parts that it may change."""
    def make(p):
        def answer(machine, args, path, mem):
            was = p.scalar_at(mem, args[0])
            need(p, path, was.formed(), 'a well-formed scalar')
            if asks:
                need(p, path, z3.Implies(term(args[1], 1), asks(was)), 'a true is_low')
            parts = {'bits': was.bits, 'r64': was.r64, 'r32': was.r32}
            for name in changes:
                parts[name] = new_tnum(p) if name == 'bits' else new_arc(p, name == 'r32')
            out, ok = Scalar(**parts), machine.fresh(1, 'ok')
            for t in p.followed(False):
                machine.assumed.append(z3.Implies(was.has(t), z3.And(ok, out.has(t))))
            machine.assumed.append(z3.Implies(ok, out.no_wider(was)))
            return ok, write(p, mem, args[0], out)
        return answer
    return make


def scalar_bound(name):
    """bv_scalar_umin() and so on: no value is beyond."""
    def make(p):
        low = name.endswith('32')

        def answer(machine, args, path, mem):
            it = p.scalar_at(mem, args[0])
            need(p, path, it.formed(), 'a well-formed scalar')
            bits, wide = (p.half, 32) if low else (p.bits, 64)
            end = machine.fresh(bits, name)
            for t in p.followed(False):
                v = it.low(t) if low else t
                lesser, greater = (end, v) if 'min' in name else (v, end)
                machine.assumed.append(z3.Implies(it.has(t), z3.ULE(lesser, greater)
                                                  if name[0] == 'u' else lesser <= greater))
            if name[0] == 's' and bits < wide:
                return z3.SignExt(wide - bits, end), mem
            return widen(end, wide), mem
        return answer
    return make


def scalar_within(p):
    def answer(machine, args, path, mem):
        outer, inner = (p.scalar_at(mem, arg) for arg in args)
        need(p, path, z3.And(outer.formed(), inner.formed()), 'well-formed operands')
        inside = machine.fresh(1, 'inside')
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(z3.And(inside, inner.has(t)), outer.has(t)))
        return inside, mem
    return answer


def scalar_meet(p):
    def answer(machine, args, path, mem):
        a, b = (p.scalar_at(mem, arg) for arg in args[:2])
        need(p, path, z3.And(a.formed(), b.formed()), 'well-formed operands')
        out = Scalar(new_tnum(p), new_arc(p, False), new_arc(p, True))
        ok = machine.fresh(1, 'ok')
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(z3.And(a.has(t), b.has(t)),
                                              z3.And(ok, out.has(t))))
        return ok, write(p, mem, args[2], out)
    return answer


def scalar_span(p):
    def answer(machine, args, path, mem):
        lo, hi = (p.word(x, p.bits) for x in args[1:])
        need(p, path, z3.BoolVal(True), 'bounds are words')
        out = Scalar(new_tnum(p), new_arc(p, False), new_arc(p, True))
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(z3.ULE(t - lo, hi - lo), out.has(t)))
        return None, write(p, mem, args[0], out)
    return answer


def stop(is_above):
    def make(p):
        def answer(machine, args, path, mem):
            key, _ = (p.word(x, p.bits) for x in args[:2])
            need(p, path, z3.BoolVal(True), 'keys are words')
            out = machine.fresh(p.bits, 'stop')
            machine.assumed.append(z3.ULE(key, out) if is_above else z3.ULE(out, key))
            return widen(out, 64), mem
        return answer
    return make


def common_low_bits(p):
    def answer(machine, args, path, mem):
        a, b = (p.scalar_at(mem, arg) for arg in args)
        need(p, path, z3.And(a.formed(), b.formed()), 'well-formed operands')
        out = new_tnum(p)
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(z3.Or(a.bits.has(t), b.bits.has(t)),
                                              out.has(t)))
        return pair(out), mem
    return answer


def bounds_of(p):
    def answer(machine, args, path, mem):
        it, is_signed = p.scalar_at(mem, args[0]), term(args[1], 1)
        need(p, path, it.formed(), 'a well-formed scalar')
        least, most = (machine.fresh(p.bits, name) for name in ('least', 'most'))
        flip = z3.If(is_signed, number(1 << (p.bits - 1), p.bits), number(0, p.bits))
        for t in p.followed(False):
            machine.assumed.append(z3.Implies(it.has(t), z3.And(
                z3.ULE(least, t ^ flip), z3.ULE(t ^ flip, most))))
        return [widen(least, 64), widen(most, 64)], mem
    return answer


def instruction(op, is64):
    """bv_scalar_alu() for one operation."""
    def make(p):
        def answer(machine, args, path, mem):
            if args[1] != ALU[op] or args[2] != is64 or args[3]:
                return None
            a, b = p.scalar_at(mem, args[4]), p.scalar_at(mem, args[5])
            need(p, path, z3.And(a.formed(), b.formed()), 'well-formed operands')
            out = Scalar(new_tnum(p), new_arc(p, False), new_arc(p, True))
            for x, y, z in p.steps_of(op, p.bits):
                machine.assumed.append(z3.Implies(z3.And(a.has(x), b.has(y)), out.has(z)))
            return None, write(p, mem, args[0], out)
        return answer
    return make


def is_low_of_word(it):
    half = it.r32.bits
    return z3.And(widen(it.r32.len, it.r64.bits) == it.r64.len,
                  it.r32.base == z3.Extract(half - 1, 0, it.r64.base))


def compute(x, y, z, unary=False):
    """The instruction on two numbers: of x and y it is z. A unary one ignores y."""
    def make(p):
        def answer(machine, args, path, mem):
            v, w = (term(arg, 64) for arg in args[3:])
            out = machine.fresh(p.bits, 'number')
            same = [v == widen(x, 64)] + [w == widen(y, 64)] * (not unary)
            machine.assumed.append(z3.Implies(z3.And(*same), out == z))
            return widen(out, 64), mem
        return answer
    return make


ALL = {
    'range64 next': ('range64_next', next_or_prev(False, False)),
    'range32 next': ('range32_next', next_or_prev(True, False)),
    'range64 prev': ('range64_prev', next_or_prev(False, True)),
    'range32 prev': ('range32_prev', next_or_prev(True, True)),
    'range64 up_to': ('range64_up_to', up_to(False)),
    'range32 up_to': ('range32_up_to', up_to(True)),
    'range64 masked': ('range64_masked', masked(False)),
    'range32 masked': ('range32_masked', masked(True)),
    'range64 fit': ('range64_fit', fit(False)),
    'range32 fit': ('range32_fit', fit(True)),
    'range64 meet': ('range64_meet', meet(False)),
    'range32 meet': ('range32_meet', meet(True)),
    'range64 drop': ('range64_drop', drop(False)),
    'range32 drop': ('range32_drop', drop(True)),
    'tnum add': ('bv_tnum_add', tnum_pair('add')),
    'tnum span': ('bv_tnum_span', tnum_span),
    'tnum mul': ('bv_tnum_mul', tnum_pair('mul')),
    'range64 within': ('range64_within', within(False)),
    'range32 within': ('range32_within', within(True)),
    'sync tell_low_half': ('tell_low_half', step(['r32'])),
    'sync tell_word': ('tell_word', step(['r64', 'r32'])),
    'sync tell_bits': ('tell_bits', step(['bits'])),
    'sync tell_low_bits': ('tell_low_bits', step(['bits'])),
    'sync fit_bits': ('fit_bits', step(['r64', 'r32'], is_low_of_word)),
    'alu lsh64': ('bv_scalar_alu', instruction('lsh', True)),
    'alu arsh64': ('bv_scalar_alu', instruction('arsh', True)),
    'scalar within': ('bv_scalar_within', scalar_within),
    'scalar meet': ('bv_scalar_meet', scalar_meet),
    'scalar span': ('bv_scalar_span', scalar_span),
    'grow, low bits': ('common_low_bits', common_low_bits),
    'grow, bounds': ('bounds_of', bounds_of),
    'grow, stop above': ('stop_above', stop(True)),
    'grow, stop below': ('stop_below', stop(False)),
    'sync': ('bv_scalar_sync', step(['bits', 'r64', 'r32'])),
}
for _op in ('sub', 'and', 'or', 'xor'):
    ALL[f'tnum {_op}'] = (f'bv_tnum_{_op}', tnum_pair(_op))
for _n, _low in (('64', False), ('32', True)):
    for _op, _function in (('mul', 'mul'), ('div', 'udiv'), ('mod', 'umod'),
                           ('sdiv', 'sdiv'), ('smod', 'smod'), ('add', 'add'),
                           ('sub', 'sub'), ('and', 'and'), ('or', 'or'), ('xor', 'xor')):
        ALL[f'range{_n} {_op}'] = (f'range{_n}_{_function}', arc_alu(_low, _op))
    for _op in ('umin', 'umax', 'smin', 'smax'):
        ALL[f'range{_n} {_op}'] = (f'range{_n}_{_op}', bound(_low, _op))
    ALL[f'range{_n} neg'] = (f'range{_n}_neg', arc_alu(_low, 'neg', 'unary'))
    for _op, _function in (('lsh', 'shl'), ('rsh', 'shr'), ('arsh', 'sar')):
        ALL[f'range{_n} {_function}'] = (f'range{_n}_{_function}',
                                         arc_alu(_low, _op, 'shift'))
for _op in ('umin', 'umax', 'smin', 'smax', 'umin32', 'umax32', 'smin32', 'smax32'):
    ALL[f'scalar {_op}'] = (f'bv_scalar_{_op}', scalar_bound(_op))
ALL['alu distances'] = ('distances', distances)
