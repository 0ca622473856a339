# SPDX-License-Identifier: GPL-2.0-only
"""What the proofs talk about: numbers known in part, as terms, and how the compiled
functions of the value domains take and give them.

What a known-bits value or a range contains is written here once more, without a look
at the sources under proof, and so is what each instruction computes (RFC 9669).
"""
import time

import z3

from hard import WORD, Hard
from symex import BINARY, UNKNOWN, Guide, Machine, Ptr, State, cell_at, is_known, term

ALU = {'add': 0x00, 'sub': 0x10, 'mul': 0x20, 'div': 0x30, 'or': 0x40, 'and': 0x50,
       'lsh': 0x60, 'rsh': 0x70, 'neg': 0x80, 'mod': 0x90, 'xor': 0xa0, 'arsh': 0xc0}
JUMP = {'jeq': 0x10, 'jgt': 0x20, 'jge': 0x30, 'jset': 0x40, 'jne': 0x50, 'jsgt': 0x60,
        'jsge': 0x70, 'jlt': 0xa0, 'jle': 0xb0, 'jslt': 0xc0, 'jsle': 0xd0}


class Tnum:
    """Known bits of a number of @bits bits."""

    def __init__(self, value, mask, bits):
        self.value, self.mask, self.bits = value, mask, bits

    def has(self, x):
        return (x ^ self.value) & ~self.mask == 0

    def formed(self):
        return self.value & self.mask == 0

    def parts(self):
        return {'value': self.value, 'mask': self.mask}


class Arc:
    """base, base + 1, ... base + len on the circle of @bits bits."""

    def __init__(self, base, length, bits):
        self.base, self.len, self.bits = base, length, bits

    def has(self, x):
        return z3.ULE(x - self.base, self.len)

    def formed(self):
        return z3.Implies(self.len == ones(self.bits), self.base == 0)

    def umin(self):
        return z3.If(self.wraps(), number(0, self.bits), self.base)

    def umax(self):
        return z3.If(self.wraps(), ones(self.bits), self.base + self.len)

    def wraps(self):
        return z3.ULT(self.base + self.len, self.base)

    def parts(self):
        return {'base': self.base, 'len': self.len}


class Scalar:
    """All that is known of a number of @bits bits: known bits, a range, its half's."""

    def __init__(self, bits, r64, r32):
        self.bits, self.r64, self.r32 = bits, r64, r32

    def low(self, x):
        return z3.Extract(self.r32.bits - 1, 0, x)

    def has(self, x):
        return z3.And(self.bits.has(x), self.r64.has(x), self.r32.has(self.low(x)))

    def formed(self):
        return z3.And(self.bits.formed(), self.r64.formed(), self.r32.formed())

    def same(self, other):
        return z3.And(*[x == y for x, y in zip(self.parts().values(),
                                               other.parts().values())])

    def no_wider(self, other):
        """Is no part larger than the other's?"""
        return z3.And(self.bits.mask & ~other.bits.mask == 0,
                      (self.bits.value ^ other.bits.value) & ~other.bits.mask == 0,
                      z3.ULE(self.r64.len, other.r64.len),
                      z3.ULE(self.r32.len, other.r32.len))

    def parts(self):
        return {'bits.value': self.bits.value, 'bits.mask': self.bits.mask,
                'r64.base': self.r64.base, 'r64.len': self.r64.len,
                'r32.base': self.r32.base, 'r32.len': self.r32.len}


def same(x, y):
    """Are these plainly the same?"""
    return x.size() == y.size() and z3.simplify(x).eq(z3.simplify(y))


def number(x, bits):
    return z3.BitVecVal(x, bits)


def ones(bits):
    return number((1 << bits) - 1, bits)


def widen(x, bits):
    """For the sources' own words, which are wider than the width under proof."""
    return x if x.size() == bits else z3.ZeroExt(bits - x.size(), x)


def spread(x):
    """All bits up to the highest one that is set."""
    by = 1
    while by < x.size():
        x |= z3.LShR(x, by)
        by *= 2
    return x


def narrow(x, bits):
    return x if x.size() == bits else z3.Extract(bits - 1, 0, x)


class Proof:
    """One obligation: what is given, what is claimed of it, in words of @bits bits."""

    def __init__(self, module, bits, hard=False):
        self.machine = Machine(*module)
        self.hard = self.machine.hard = Hard(self.machine) if hard else None
        self.logic = 'QF_BV'
        self.bits, self.half = bits, bits // 2
        self.given, self.claims, self.shown = [], [], {}
        self.overflow = []
        self.witnesses = []	# numbers that contracts speak of
        self.ends = []		# bounds that contracts gave: (name, range, bound)
        self.steps = []		# (x, y, x op y)

    def follow(self, *numbers):
        """Contracts are to speak of these."""
        self.witnesses += numbers

    def followed(self, low):
        """The witnesses, or their low halves; as ranges of the half are proved alone,
        their witnesses may be of that width already."""
        if not low:
            return [x for x in self.witnesses if x.size() == self.bits]
        return [narrow(x, self.half) for x in self.witnesses]

    def end_of(self, name, arc):
        """A bound that a contract gave, or has no choice in."""
        for known, of, end in self.ends:
            if known == name and same(of.base, arc.base) and same(of.len, arc.len):
                return end
        return arc.base if same(arc.len, number(0, arc.bits)) else None

    def steps_of(self, op, bits):
        return [(x, y, z) for what, x, y, z in self.steps
                if what == op and x.size() == bits]

    # ---- things that may be anything ------------------------------------

    def number(self, name, bits=None):
        x = z3.BitVec(name, bits or self.bits)
        self.shown[name] = x
        return x

    def show(self, name, thing):
        for part, x in thing.parts().items():
            self.shown[f'{name}.{part}'] = x
        return thing

    def tnum(self, name, bits=None):
        bits = bits or self.bits
        it = Tnum(z3.BitVec(f'{name}.value', bits), z3.BitVec(f'{name}.mask', bits), bits)
        self.given.append(it.formed())
        return self.show(name, it)

    def arc(self, name, bits=None, near=None):
        """Any range. Its base may be told as a distance from that of another."""
        bits = bits or self.bits
        base = z3.BitVec(f'{name}.base' if near is None else f'{name}.skip', bits)
        base = base if near is None else near.base + base
        it = Arc(base, z3.BitVec(f'{name}.len', bits), bits)
        self.given.append(it.formed())
        return self.show(name, it)

    def scalar(self, name, near=None):
        return Scalar(self.tnum(f'{name}.bits'),
                      self.arc(f'{name}.r64', near=near and near.r64),
                      self.arc(f'{name}.r32', self.half, near=near and near.r32))

    def case(self, name):
        """Both: the obligation is gone through once for each."""
        return self.machine.guide.side(z3.Bool(name))

    def pick(self, name, values):
        """Each of these in turn."""
        for value in values[:-1]:
            if self.case(f'{name} {value}'):
                return value
        return values[-1]

    def arc_around(self, name, x):
        """Any range that has @x: so far down from it, and so far up."""
        down, up = (z3.BitVec(f'{name}.{way}', x.size()) for way in ('down', 'up'))
        it = Arc(x - down, down + up, x.size())
        self.given += [z3.ULE(down, it.len), it.formed()]
        return self.show(name, it)

    def scalar_around(self, name, value):
        """Any scalar that has a value, and that value."""
        x = self.number(value)
        it = Scalar(self.tnum(f'{name}.bits'), self.arc_around(f'{name}.r64', x),
                    self.arc_around(f'{name}.r32', narrow(x, self.half)))
        self.given.append(it.bits.has(x))
        return it, x

    def linked_scalar(self, name):
        """Any scalar; the low half of r64's base is told as a distance from r32's."""
        r32 = self.arc(f'{name}.r32', self.half)
        high, low = z3.BitVec(f'{name}.high', self.half), z3.BitVec(f'{name}.low', self.half)
        r64 = Arc(z3.Concat(high, r32.base + low), z3.BitVec(f'{name}.r64.len', self.bits),
                  self.bits)
        self.given.append(r64.formed())
        self.show(f'{name}.r64', r64)
        return Scalar(self.tnum(f'{name}.bits'), r64, r32)

    def member(self, name, of):
        """Any number that is in it. In a range it is so far above the base: the
        solver then sees the bases cancel each other."""
        if isinstance(of, Tnum):
            x = self.number(name, of.bits)
            self.given.append(of.has(x))
            return x
        arc = of.r64 if isinstance(of, Scalar) else of
        above = z3.BitVec(f'{name}.above', arc.bits)
        self.given.append(z3.ULE(above, arc.len))
        x = arc.base + above
        self.shown[name] = x
        if isinstance(of, Scalar):
            self.given += [of.bits.has(x), of.r32.has(of.low(x))]
        return x

    # ---- calling what is proved -----------------------------------------

    def call(self, name, *args, mem=None):
        """Call a function; things are passed as the compiler does.

        Return (result, memory): a number, a list of numbers, or for a function that
        gives a struct scalar the place of it.
        """
        function = self.machine.functions[name]
        mem = dict(mem or {})
        flat, place = [], None
        params = list(function.params)
        if function.result == 'void' and len(params) > self.count(args):
            place = self.machine.object(mem)
            flat.append(place)
        for arg in args:
            flat += self.flatten(arg, params[len(flat):], mem)
        result, mem = self.machine.call(name, flat, [], mem)
        return (place if place is not None else result), mem

    def count(self, args):
        return sum(2 if isinstance(a, Tnum) or isinstance(a, Arc) and not self.is_low(a)
                   else 1 for a in args)

    def is_low(self, arc):
        return arc.bits == self.half

    def flatten(self, arg, params, mem):
        if isinstance(arg, Scalar):
            return [self.place(mem, arg)]
        if isinstance(arg, Tnum):
            return [widen(arg.value, 64), widen(arg.mask, 64)]
        if isinstance(arg, Arc):
            if params[0][0] == 64 and self.packs(params):
                return [z3.Concat(widen(arg.len, 32), widen(arg.base, 32))]
            return [widen(arg.base, 64), widen(arg.len, 64)]
        if isinstance(arg, z3.BitVecRef):
            return [widen(arg, params[0][0])]
        return [arg]

    def packs(self, params):
        """A struct of two u32 comes in one register, and is then called ...coerce"""
        return params[0][1].endswith('.coerce')

    def place(self, mem, it):
        """Put a thing in memory."""
        return self.machine.object(mem, self.cells_of(it))

    def cells_of(self, it):
        if isinstance(it, Scalar):
            return {0: (8, widen(it.bits.value, 64)), 8: (8, widen(it.bits.mask, 64)),
                    16: (8, widen(it.r64.base, 64)), 24: (8, widen(it.r64.len, 64)),
                    32: (4, widen(it.r32.base, 32)), 36: (4, widen(it.r32.len, 32))}
        if isinstance(it, Tnum):
            return {0: (8, widen(it.value, 64)), 8: (8, widen(it.mask, 64))}
        size = 4 if self.is_low(it) else 8
        return {0: (size, widen(it.base, size * 8)), size: (size, widen(it.len, size * 8))}

    # ---- what comes back -------------------------------------------------

    def word(self, x, bits, wide=64):
        """A number that was given, cut to the width; that nothing is cut is claimed."""
        x = term(x, wide)
        if bits < wide:
            self.overflow.append(z3.Extract(wide - 1, bits, x) == 0)
        return narrow(x, bits)

    def tnum_of(self, pair):
        return Tnum(self.word(pair[0], self.bits), self.word(pair[1], self.bits),
                    self.bits)

    def arc_of(self, result, low=False):
        if low:
            base, length = z3.Extract(31, 0, result), z3.Extract(63, 32, result)
            return Arc(self.word(base, self.half, 32), self.word(length, self.half, 32),
                       self.half)
        return Arc(self.word(result[0], self.bits), self.word(result[1], self.bits),
                   self.bits)

    def cell(self, mem, ptr, off, size):
        value = cell_at(mem[ptr.base], ptr.off + off, size)
        return self.machine.fresh(size * 8) if value is UNKNOWN else value

    def tnum_at(self, mem, ptr):
        return self.tnum_of([self.cell(mem, ptr, 0, 8), self.cell(mem, ptr, 8, 8)])

    def arc_at(self, mem, ptr, low=False):
        if low:
            return Arc(self.word(self.cell(mem, ptr, 0, 4), self.half, 32),
                       self.word(self.cell(mem, ptr, 4, 4), self.half, 32), self.half)
        return self.arc_of([self.cell(mem, ptr, 0, 8), self.cell(mem, ptr, 8, 8)])

    def scalar_at(self, mem, ptr):
        return Scalar(self.tnum_at(mem, ptr),
                      self.arc_at(mem, Ptr(ptr.base, ptr.off + 16)),
                      self.arc_at(mem, Ptr(ptr.base, ptr.off + 32), True))

    # ---- deciding --------------------------------------------------------

    def claim(self, what, cond, given=None):
        """@given: all that is needed for it; whatever there is, unless told."""
        if is_known(cond):
            cond = z3.BoolVal(bool(cond))
        self.claims.append((what, cond, given, list(self.given)))

    def lemma(self, what, cond, given=None):
        """A claim that later ones may build on."""
        self.claim(what, cond, given)
        self.given.append(cond)

    def claim_formed(self, what, it, when=None):
        whole = z3.And(it.formed(), *self.overflow)
        self.overflow = []
        self.claim(f'{what} is well formed', z3.Implies(when, whole) if when is not None
                   else whole)

    def decide(self, limit):
        """Return (verdict, what, values): 'proved', 'wrong' with a case, 'open'."""
        bad = [cond for cond, _ in self.machine.undefined]
        if bad:
            self.claim('nothing undefined is done', z3.Not(z3.Or(*[term(c, 1)
                                                                   for c in bad])))
        more = list(self.machine.assumed) + (self.hard.laws if self.hard else [])
        if self.machine.guide:
            more += self.machine.guide.path
        for what, cond, needed, given in self.claims:
            given = given + more if needed is None else needed
            start = time.process_time()
            answer, model = z3.unsat, None
            if not self.follows(given, cond):
                if not self.machine.detail or self.ask(given, cond, 1)[0] != z3.unsat:
                    answer, model = self.ask(given + self.machine.detail, cond, limit)
            if self.trace:
                print(f'#   {what}: {answer}, {time.process_time() - start:.2f} s', flush=True)
            if answer == z3.sat:
                return 'wrong', what, {name: model.eval(x, model_completion=True)
                                       for name, x in self.shown.items()}
            if answer != z3.unsat:
                return 'open', what, {}
        return 'proved', '', {}

    def follows(self, given, cond):
        """Does it follow whatever the numbers are? Contracts mostly fit together so."""
        atoms = {}
        solver = z3.SolverFor('QF_FD')
        solver.add(*[skeleton(fact, atoms) for fact in given],
                   z3.Not(skeleton(cond, atoms)))
        return solver.check() == z3.unsat

    def ask(self, given, cond, limit):
        solver = z3.SolverFor(self.logic) if self.logic else z3.Solver()
        solver.set('timeout', int(limit * 1000))
        solver.add(*given)
        solver.add(z3.Not(cond))
        answer = solver.check()
        return answer, solver.model() if answer == z3.sat else None

    # ---- loops -----------------------------------------------------------

    def loop_head(self, name):
        function = self.machine.functions[name]
        return next(label for label in function.blocks
                    if any(label in function.successors(other)
                           for other in function.blocks
                           if function.order[other] >= function.order[label]))

    def until_loop(self, name, args, mem):
        """Run a function up to its loop: {'ret': state} or {head: state}."""
        function = self.machine.functions[name]
        env = {param: arg for (_, param, _), arg in zip(function.params, args)}
        return self.machine.run(function, next(iter(function.blocks)),
                                State([], env, mem), self.loop_head(name))

    def one_round(self, name, env, mem):
        """From the loop's head, its variables in env, to there again or to the end."""
        function, head = self.machine.functions[name], self.loop_head(name)
        return self.machine.run(function, head, State([], dict(env), mem), head)

    def loop_variables(self, name):
        function = self.machine.functions[name]
        return {insn[0]: insn[2] for insn in function.blocks[self.loop_head(name)]
                if insn[1] == 'phi'}

def prove(module, bits, it, contracts, limit, trace=False):
    """Decide an obligation; return (verdict, what, values, ways).

    What is not so of numbers that stand for products may still be so of products.
    """
    guide, ways = Guide(it.whole, it.choices) if it.split else None, 0
    hard = it.hard and bits == WORD
    while True:
        proof = Proof(module, bits, hard)
        proof.trace = trace
        makers = {}
        for name in it.uses:
            function, maker = contracts[name]
            makers.setdefault(function, []).append(maker)
        for function, some in makers.items():
            proof.machine.contracts[function] = one_of([make(proof) for make in some])
        if guide:
            solver = z3.SolverFor('QF_BV')
            solver.set('timeout', 2000)
            proof.given = Given(solver)
            if hard:
                # signs that follow need not be tried both ways
                proof.machine.assumed = Given(solver)
            guide.start(solver)
            proof.machine.guide = guide
        it.fn(proof)
        ways += 1
        verdict, what, values = proof.decide(limit)
        if hard and verdict == 'wrong':
            verdict = 'open'
        if verdict != 'proved' or not guide or not guide.next():
            return verdict, what, values, ways


LOGIC = (z3.Z3_OP_AND, z3.Z3_OP_OR, z3.Z3_OP_NOT, z3.Z3_OP_IMPLIES, z3.Z3_OP_XOR)


def skeleton(fact, atoms):
    """The fact with each comparison of numbers replaced by a truth value of its own."""
    key = fact.get_id()
    if key not in atoms:
        logic = z3.is_app(fact) and (
            fact.decl().kind() in LOGIC or
            fact.decl().kind() in (z3.Z3_OP_EQ, z3.Z3_OP_ITE) and z3.is_bool(fact.arg(1)))
        if z3.is_true(fact) or z3.is_false(fact):
            out = fact
        elif logic:
            parts = [skeleton(part, atoms) for part in fact.children()]
            kind = fact.decl().kind()
            out = (z3.And(*parts) if kind == z3.Z3_OP_AND else z3.Or(*parts)
                   if kind == z3.Z3_OP_OR else fact.decl()(*parts))
        else:
            out = z3.Bool(f'atom {key}')
        atoms[key] = (fact, out)
    return atoms[key][1]


def one_of(answers):
    """The contract whose operation is called, of several for one function."""
    def answer(*args):
        for one in answers:
            out = one(*args)
            if out is not None:
                return out
        raise NotImplementedError('an operation without contract')
    return answer


class Given(list):
    """What is given, told to the solver that says which ways can be taken, too."""

    def __init__(self, solver):
        super().__init__()
        self.solver = solver

    def append(self, cond):
        super().append(cond)
        self.solver.add(cond)

    def __iadd__(self, conds):
        for cond in conds:
            self.append(cond)
        return self


def alu(op, is_signed, x, y, hard=None):
    """RFC 9669 section 4.1"""
    bits = x.size()
    zero = number(0, bits)
    by = y & number(bits - 1, bits)
    if op == 'mul' and hard:
        return hard.binary('mul', x, y, bits)
    if op in ('div', 'mod'):
        name = ('s' if is_signed else 'u') + ('div' if op == 'div' else 'rem')
        return z3.If(y == 0, zero if op == 'div' else x, hard.binary(name, x, y, bits)
                     if hard else BINARY[name](x, y))
    return {'add': lambda: x + y, 'sub': lambda: x - y, 'mul': lambda: x * y,
            'or': lambda: x | y, 'and': lambda: x & y, 'xor': lambda: x ^ y,
            'lsh': lambda: x << by, 'rsh': lambda: z3.LShR(x, by),
            'arsh': lambda: x >> by, 'neg': lambda: -x}[op]()


def jump(op, x, y):
    """RFC 9669 section 4.3"""
    return {'jeq': x == y, 'jne': x != y, 'jset': x & y != 0, 'jgt': z3.UGT(x, y),
            'jge': z3.UGE(x, y), 'jlt': z3.ULT(x, y), 'jle': z3.ULE(x, y), 'jsgt': x > y,
            'jsge': x >= y, 'jslt': x < y, 'jsle': x <= y}[op]
