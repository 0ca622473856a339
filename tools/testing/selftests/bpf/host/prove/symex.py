# SPDX-License-Identifier: GPL-2.0-only
"""Executes functions of llir.py on terms of z3 instead of numbers.

All ways through a function are walked at once: where two meet, each value becomes an
if-then-else over the condition that tells them apart. So a function without loops gives
one term for its result, and one with a loop is unrolled as long as its condition is not
plainly false. Calls are executed the same way, or answered by a contract.

Values are Python numbers and truth values where known, terms where not, Ptr, lists for
structs in registers, and UNKNOWN for what was never written. Memory is objects of typed
cells; places within objects are always known.

What C leaves undefined is collected as conditions that must not be possible.
"""
import z3

UNKNOWN = object()
ANYWHERE = object()	# an index that is not known: what is read there may be anything
VISITS = 80
CHOOSING = ('load', 'zext', 'sext', 'trunc', 'bitcast', 'add', 'sub')


class Ptr:
    """A place: byte @off of the object @base."""

    def __init__(self, base, off):
        self.base, self.off = base, off

    def same(self, other):
        return isinstance(other, Ptr) and (self.base, self.off) == (other.base, other.off)


def bytes_of(kind):
    if isinstance(kind, int):
        return max(kind, 8) // 8
    if kind[0] == 'ptr':
        return 8
    if kind[0] == 'array':
        return kind[1] * bytes_of(kind[2])
    return offset_of(kind, len(kind[1]))


def align_of(kind):
    if isinstance(kind, int) or kind[0] == 'ptr':
        return bytes_of(kind)
    if kind[0] == 'array':
        return align_of(kind[2])
    return max(align_of(part) for part in kind[1])


def offset_of(kind, index):
    """Where a struct's member begins; index len(members): the size of it all."""
    at = 0
    for part in kind[1][:index]:
        at = -(-at // align_of(part)) * align_of(part) + bytes_of(part)
    align = align_of(kind[1][index]) if index < len(kind[1]) else align_of(kind)
    return -(-at // align) * align


def is_known(x):
    return isinstance(x, (int, bool))


def signed(x, bits):
    return x - (1 << bits) if x >> (bits - 1) & 1 else x


def term(x, bits):
    """A term for z3, whatever x is."""
    if isinstance(x, bool):
        return z3.BoolVal(x)
    if isinstance(x, int):
        return z3.BoolVal(bool(x)) if bits == 1 else z3.BitVecVal(x, bits)
    return x


def both(a, b):
    if is_known(a):
        return b if a else False
    if is_known(b):
        return a if b else False
    return z3.And(a, b)


def opposite(a):
    if is_known(a):
        return not a
    return a.arg(0) if z3.is_not(a) else z3.Not(a)


def same(a, b):
    if a is b:
        return True
    if is_known(a) and is_known(b):
        return a == b
    if isinstance(a, z3.ExprRef) and isinstance(b, z3.ExprRef):
        return a.eq(b)
    return isinstance(a, Ptr) and a.same(b)


def choose(cond, a, b, bits):
    """cond ? a : b"""
    if is_known(cond):
        return a if cond else b
    if same(a, b):
        return a
    if isinstance(a, list):
        return [choose(cond, x, y, bits[1][i]) for i, (x, y) in enumerate(zip(a, b))]
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if isinstance(a, Ptr) or isinstance(b, Ptr):
        raise NotImplementedError('a choice of pointers')
    if bits == 1:
        if is_known(a) and is_known(b):
            return cond if a else opposite(cond)
    return z3.If(cond, term(a, bits), term(b, bits))


def width_of(x):
    if z3.is_bool(x):
        return 1
    return x.size() if isinstance(x, z3.ExprRef) else None


class State:
    """A way so far: the literals that led here, values of names, memory."""

    def __init__(self, path, env, mem):
        self.path, self.env, self.mem = path, env, mem

    def copy(self):
        return State(list(self.path), dict(self.env), dict(self.mem))


def conjunction(literals):
    out = True
    for literal in literals:
        out = both(out, literal)
    return out


def cell_at(cells, off, size):
    """The value of exactly these bytes, cut from or joined of what is there."""
    if off in cells and cells[off][0] == size:
        return cells[off][1]
    parts, at = [], off
    while at < off + size:
        for start, (length, value) in cells.items():
            if start <= at < start + length:
                break
        else:
            return UNKNOWN
        stop = min(start + length, off + size)
        if value is UNKNOWN:
            return UNKNOWN
        parts.append(cut(value, length * 8, (at - start) * 8, (stop - start) * 8))
        at = stop
    if all(is_known(value) for value, _ in parts):
        out, shift = 0, 0
        for value, bits in parts:
            out |= value << shift
            shift += bits
        return out
    terms = [term(value, bits) for value, bits in reversed(parts)]
    return z3.Concat(*terms) if len(terms) > 1 else terms[0]


def cut(value, bits, low, high):
    if is_known(value):
        return int(value) >> low & ((1 << (high - low)) - 1), high - low
    if (low, high) == (0, bits):
        return value, bits
    return z3.Extract(high - 1, low, value), high - low


def store_at(cells, off, size, value):
    """Cells with this one written; those that it overlaps in part are cut."""
    out = {}
    for start, (length, old) in cells.items():
        if start + length <= off or start >= off + size:
            out[start] = (length, old)
            continue
        if start < off:
            out[start] = (off - start, cell_at(cells, start, off - start))
        if start + length > off + size:
            rest = start + length - off - size
            out[off + size] = (rest, cell_at(cells, off + size, rest))
    out[off] = (size, value)
    return out


def merge_cells(cond, a, b):
    if a is b:
        return a
    out = {}
    edges = sorted({e for cells in (a, b) for s, (n, _) in cells.items()
                    for e in (s, s + n)})
    for start, stop in zip(edges, edges[1:]):
        size = stop - start
        x, y = cell_at(a, start, size), cell_at(b, start, size)
        if x is not UNKNOWN or y is not UNKNOWN:
            x = z3.FreshConst(z3.BitVecSort(size * 8)) if x is UNKNOWN else x
            y = z3.FreshConst(z3.BitVecSort(size * 8)) if y is UNKNOWN else y
            out[start] = (size, choose(cond, x, y, size * 8))
    return out


def merge(a, b):
    """One state for two: what is not common to both paths is chosen by a's rest."""
    common = 0
    while (common < min(len(a.path), len(b.path))
           and same(a.path[common], b.path[common])):
        common += 1
    rest_a, rest_b = a.path[common:], b.path[common:]
    cond = conjunction(rest_a)
    path = a.path[:common]
    if not (len(rest_a) == len(rest_b) == 1 and same(rest_a[0], opposite(rest_b[0]))):
        path = path + [z3.Or(cond, conjunction(rest_b))]
    env = {}
    for name, x in a.env.items():
        if name not in b.env:
            continue
        y = b.env[name]
        if same(x, y):
            env[name] = x
        elif not isinstance(x, (Ptr, list)) and x is not UNKNOWN and y is not UNKNOWN:
            bits = width_of(x) or width_of(y) or (1 if isinstance(x, bool) else 64)
            env[name] = choose(cond, x, y, bits)
    mem = {base: merge_cells(cond, a.mem[base], b.mem[base])
           for base in a.mem if base in b.mem}
    return State(path, env, mem)


class Guide:
    """Leads the execution along one way at a time, for terms without a choice in them.

    The whole is executed again for each way; side() says which way it is at a fork, and
    next() whether there is one more. Ways that cannot be taken are left out.
    """

    def __init__(self, whole=(), choices=False):
        self.whole = whole	# functions whose ways are still merged
        self.choices = choices	# whether a ? b : c of values is one way
        self.script = []	# (side, is the other one still to be done?)
        self.at, self.path = 0, []
        self.solver = None

    def start(self, solver):
        """Begin the next execution; the solver knows what is given."""
        self.at, self.path, self.solver = 0, [], solver

    def possible(self, literal):
        return self.solver.check(*self.path, literal) != z3.unsat

    def side(self, cond):
        for literal in self.path:
            if same(literal, cond):
                return True
            if same(literal, opposite(cond)):
                return False
        if self.at == len(self.script):
            if not self.possible(cond):
                self.script.append((False, False))
            else:
                self.script.append((True, self.possible(opposite(cond))))
        side = self.script[self.at][0]
        self.at += 1
        self.path.append(cond if side else opposite(cond))
        return side

    def next(self):
        while self.script and not self.script[-1][1]:
            self.script.pop()
        if self.script:
            self.script[-1] = (False, False)
        return bool(self.script)


class Machine:
    """Functions, the contracts that stand for some, and what was met on the way."""

    def __init__(self, functions, constants):
        self.functions, self.constants = functions, constants
        self.contracts = {}
        self.assumed = []	# what contracts promise
        self.detail = []	# promised too, but seldom of use
        self.undefined = []	# (condition, what), none may be possible
        self.count = 0
        self.roots = {}
        self.hard = None	# a Hard, for products and quotients
        self.guide = None	# a Guide, to take ways one by one

    def fresh(self, bits, name='v'):
        self.count += 1
        name = f'{name}!{self.count}'
        return z3.Bool(name) if bits == 1 else z3.BitVec(name, bits)

    def object(self, mem, cells=None):
        """A new object in this memory; cells: {offset: (bytes, value)}"""
        self.count += 1
        mem[self.count] = cells or {}
        return Ptr(self.count, 0)

    def bad(self, state, cond, what):
        self.bad_on(state.path, cond, what)

    def bad_on(self, path, cond, what):
        cond = both(conjunction(path), cond)
        if not (is_known(cond) and not cond):
            self.undefined.append((cond, what))

    # ---- running ---------------------------------------------------------

    def call(self, name, args, path, mem):
        """Return (result, memory)."""
        if name in self.contracts:
            return self.contracts[name](self, args, path, mem)
        function = self.functions[name]
        start = next(iter(function.blocks))
        env = {}
        for (kind, param, copied), arg in zip(function.params, args, strict=True):
            if copied:
                mem = dict(mem)
                copy = self.object(mem)
                mem[copy.base] = self.slice(mem, arg, bytes_of(kind[1]))
                arg = copy
            env[param] = arg
        ended = self.run(function, start, State(list(path), env, mem))['ret']
        return ended.env.get('ret'), {base: ended.mem[base] for base in mem}

    def slice(self, mem, ptr, size):
        return {off - ptr.off: cell for off, cell in mem[ptr.base].items()
                if ptr.off <= off and off + cell[0] <= ptr.off + size}

    def run(self, function, start, state, cut=None):
        """Execute from a block on; return the states at the end, {'ret': ..., cut: ...}.

        Ways that come to the block @cut stop there, before its first instruction.
        """
        pending, out, visits = {start: state}, {}, {}
        while pending:
            label = min(pending, key=function.order.get)
            state = pending.pop(label)
            visits[label] = visits.get(label, 0) + 1
            if visits[label] > VISITS:
                raise RecursionError(f'{function.name} {label} is unrolled without end')
            for target, after in self.block(function, label, state):
                where = out if target in ('ret', cut) else pending
                where[target] = merge(where[target], after) if target in where else after
        return out

    def block(self, function, label, state):
        """Execute one block; give the ways out of it."""
        env = state.env
        for insn in function.blocks[label]:
            name, op = insn[0], insn[1]
            if op == 'phi':
                continue	# done on the way in
            if op in ('ret', 'jump', 'branch', 'switch', 'unreachable'):
                return list(self.leave(function, label, state, insn))
            if op == 'call':
                value = self.do_call(state, insn)
            elif op in ('alloca', 'load', 'store', 'getelementptr'):
                value = self.do_memory(state, insn)
            else:
                value = self.do_value(state, insn)
            if name:
                env[name] = value
        raise SyntaxError(f'{function.name} {label} has no end')

    def leave(self, function, label, state, insn):
        op = insn[1]
        if op == 'ret':
            end = State(state.path, {}, state.mem)
            if insn[3] is not None:
                end.env['ret'] = self.get(state, insn[3], insn[2])
            yield 'ret', end
        elif op == 'unreachable':
            self.bad(state, True, 'unreachable code')
        elif op == 'jump':
            yield insn[2], self.enter(function, label, insn[2], state)
        elif op == 'branch':
            yield from self.fork(function, label, state, self.get(state, insn[2], 1),
                                 insn[3], insn[4])
        else:
            value = self.get(state, insn[3], insn[2])
            if not is_known(value):
                raise NotImplementedError('a switch on what is not known')
            target = insn[5].get(value, insn[4])
            yield target, self.enter(function, label, target, state)

    def fork(self, function, label, state, cond, then, other):
        if cond is UNKNOWN:
            cond = self.fresh(1)
        for literal in state.path:
            if same(literal, cond):
                cond = True
            elif same(literal, opposite(cond)):
                cond = False
        if not is_known(cond) and self.guide and function.name not in self.guide.whole and \
                not (self.guide.choices and is_choice(function, then, other)):
            cond = self.guide.side(cond)
        if is_known(cond):
            target = then if cond else other
            yield target, self.enter(function, label, target, state)
            return
        for target, literal in (then, cond), (other, opposite(cond)):
            way = state.copy()
            way.path.append(literal)
            yield target, self.enter(function, label, target, way)

    def enter(self, function, label, target, state):
        values = {}
        for insn in function.blocks[target]:
            if insn[1] != 'phi':
                break
            values[insn[0]] = self.get(state, insn[3][label], insn[2])
        if not values:
            return state
        return State(state.path, {**state.env, **values}, state.mem)

    # ---- instructions ----------------------------------------------------

    def get(self, state, value, kind):
        if isinstance(value, str):
            if value[0] == '%':
                return state.env[value]
            if value[0] == '@':
                return self.root(value)
            if value in ('undef', 'poison'):
                if kind[0] == 'struct' if isinstance(kind, tuple) else False:
                    return [UNKNOWN] * len(kind[1])
                return UNKNOWN
        return value

    def root(self, name):
        if name not in self.roots:
            cells = {}
            self.flatten(*self.constants[name], 0, cells)
            self.roots[name] = cells
        return Ptr(name, 0)

    def flatten(self, kind, value, at, cells):
        if isinstance(kind, int):
            cells[at] = (bytes_of(kind), value)
            return
        for i, part in enumerate(value):
            inner = kind[2] if kind[0] == 'array' else kind[1][i]
            step = i * bytes_of(inner) if kind[0] == 'array' else offset_of(kind, i)
            self.flatten(inner, part, at + step, cells)

    def cells(self, mem, ptr):
        return self.roots[ptr.base] if isinstance(ptr.base, str) else mem[ptr.base]

    def do_memory(self, state, insn):
        op, kind = insn[1], insn[2]
        if op == 'alloca':
            state.mem = dict(state.mem)
            return self.object(state.mem)
        if op == 'load' and self.get(state, insn[3], None).off is ANYWHERE:
            return self.fresh(kind)
        if op == 'load':
            value = cell_at(self.cells(state.mem, self.get(state, insn[3], None)),
                            self.get(state, insn[3], None).off, bytes_of(kind))
            return self.fresh(kind) if value is UNKNOWN else value
        if op == 'store':
            ptr = self.get(state, insn[4], None)
            state.mem = dict(state.mem)
            state.mem[ptr.base] = store_at(state.mem[ptr.base], ptr.off, bytes_of(kind),
                                           self.get(state, insn[3], kind))
            return None
        ptr, off = self.get(state, insn[3], None), 0
        for i, (bits, step) in enumerate(insn[4]):
            step = self.get(state, step, bits)
            if not is_known(step):
                return Ptr(ptr.base, ANYWHERE)
            if i == 0:
                off += signed(step, bits) * bytes_of(kind)
            elif kind[0] == 'array':
                kind = kind[2]
                off += step * bytes_of(kind)
            else:
                off += offset_of(kind, step)
                kind = kind[1][step]
        return Ptr(ptr.base, ptr.off + off)

    def do_call(self, state, insn):
        name = insn[3]
        args = [self.get(state, value, kind) for kind, value, _ in insn[4]]
        if name.startswith('llvm.'):
            return self.intrinsic(state, name.split('.'), args)
        value, state.mem = self.call(name, args, state.path, state.mem)
        return value

    def do_value(self, state, insn):
        op, kind = insn[1], insn[2]
        if op == 'extractvalue':
            return self.get(state, insn[3], kind)[insn[4]]
        if op == 'insertvalue':
            out = list(self.get(state, insn[3], kind))
            out[insn[5]] = self.get(state, insn[4], kind[1][insn[5]])
            return out
        if op == 'select':
            return choose(self.get(state, insn[3], 1), self.get(state, insn[4], kind),
                          self.get(state, insn[5], kind), kind)
        a = self.get(state, insn[3], kind)
        if op == 'bitcast':
            return a
        if a is UNKNOWN:
            a = self.fresh(kind)
        if op in ('zext', 'sext', 'trunc'):
            return cast(op, a, kind, insn[4])
        b = self.get(state, insn[4], kind)
        if b is UNKNOWN:
            b = self.fresh(kind)
        if op.startswith('icmp '):
            return compare(op[5:], a, b, kind)
        self.check(state, op, a, b, kind, insn[5])
        if self.hard and self.hard.takes(op, a, b):
            return self.hard.binary(op, term(a, kind), term(b, kind), kind)
        return binary(op, a, b, kind)

    def check(self, state, op, a, b, bits, flags):
        """What C does not define, as conditions."""
        if flags:
            raise NotImplementedError(f'{op} {flags}')
        if op in ('shl', 'lshr', 'ashr'):
            self.bad(state, compare('uge', b, bits, bits), 'shift by the width or more')
        if op in ('udiv', 'sdiv', 'urem', 'srem'):
            self.bad(state, compare('eq', b, 0, bits), 'division by zero')
        if op in ('sdiv', 'srem'):
            least = compare('eq', a, 1 << (bits - 1), bits)
            minus = compare('eq', b, (1 << bits) - 1, bits)
            self.bad(state, both(least, minus), 'division overflows')

    def intrinsic(self, state, name, args):
        what = name[1]
        if what == 'lifetime':
            return None
        if what in ('memcpy', 'memset'):
            state.mem = dict(state.mem)
            size, target = args[2], args[0]
            for off in range(0, size, 4 if size % 4 == 0 else 1):
                step = 4 if size % 4 == 0 else 1
                if what == 'memset':
                    value = int.from_bytes(bytes([args[1]] * step), 'little')
                else:
                    value = cell_at(self.cells(state.mem, args[1]), args[1].off + off,
                                    step)
                state.mem[target.base] = store_at(state.mem[target.base],
                                                  target.off + off, step, value)
            return None
        bits = int(name[-1][1:])
        if what in ('ctlz', 'cttz'):
            if args[1]:
                self.bad(state, compare('eq', args[0], 0, bits), f'{what} of zero')
            return count_zeros(what, term(args[0], bits), bits)
        if what == 'ctpop':
            return count_ones(term(args[0], bits), bits)
        if what == 'bswap':
            return swap_bytes(term(args[0], bits), bits)
        if what in ('umul', 'smul') and self.hard:
            return self.hard.overflowing(what == 'smul', term(args[0], bits),
                                         term(args[1], bits), bits)
        if what in ('umul', 'smul'):
            return product(what == 'smul', term(args[0], bits), term(args[1], bits), bits)
        raise NotImplementedError('.'.join(name))


def is_choice(function, then, other):
    """Does a branch no more than choose between two values?"""
    ends = []
    for label in then, other:
        *before, last = function.blocks[label]
        if last[1] != 'jump' or any(insn[1] not in CHOOSING for insn in before):
            return False
        ends.append(last[2])
    return ends[0] == ends[1]


# ---- meaning of single operations ---------------------------------------------

def is_truth(a):
    """a truth value that was made a number?"""
    return (z3.is_app_of(a, z3.Z3_OP_ITE) and z3.is_bv_value(a.arg(1))
            and z3.is_bv_value(a.arg(2)) and a.arg(1).as_long() == 1
            and a.arg(2).as_long() == 0)


def truth_of(a):
    return a.arg(0)


def cast(op, a, bits, to):
    if is_known(a):
        if op == 'sext':
            a = signed(int(a), bits)
        a = int(a) & ((1 << to) - 1)
        return bool(a) if to == 1 else a
    if bits == 1:
        return z3.If(a, term(1 if op == 'zext' else (1 << to) - 1, to), term(0, to))
    if op == 'trunc':
        if to == 1:
            return truth_of(a) if is_truth(a) else z3.Extract(0, 0, a) == 1
        return z3.Extract(to - 1, 0, a)
    return z3.ZeroExt(to - bits, a) if op == 'zext' else z3.SignExt(to - bits, a)


COMPARE = {
    'eq': lambda a, b: a == b, 'ne': lambda a, b: a != b,
    'ult': z3.ULT, 'ule': z3.ULE, 'ugt': z3.UGT, 'uge': z3.UGE,
    'slt': lambda a, b: a < b, 'sle': lambda a, b: a <= b,
    'sgt': lambda a, b: a > b, 'sge': lambda a, b: a >= b,
}


def compare(how, a, b, bits):
    if isinstance(a, Ptr):
        return a.same(b) == (how == 'eq')
    if is_known(a) and is_known(b):
        if how[0] == 's':
            a, b = signed(a, bits), signed(b, bits)
        return {'eq': a == b, 'ne': a != b, 'lt': a < b, 'le': a <= b, 'gt': a > b,
                'ge': a >= b}[how[-2:]]
    if how in ('eq', 'ne') and is_known(b) and not b and bits > 1 and is_truth(a):
        return truth_of(a) if how == 'ne' else opposite(truth_of(a))
    return COMPARE[how](term(a, bits), term(b, bits))


BINARY = {
    'add': lambda a, b: a + b, 'sub': lambda a, b: a - b, 'mul': lambda a, b: multiply(a, b),
    'and': lambda a, b: a & b, 'or': lambda a, b: a | b, 'xor': lambda a, b: a ^ b,
    'shl': lambda a, b: a << b, 'lshr': z3.LShR, 'ashr': lambda a, b: a >> b,
    'udiv': z3.UDiv, 'urem': z3.URem, 'sdiv': lambda a, b: a / b, 'srem': z3.SRem,
}


def binary(op, a, b, bits):
    if bits == 1:
        return {'and': both(a, b), 'or': opposite(both(opposite(a), opposite(b))),
                'xor': choose(a, opposite(b), b, 1)}[op]
    if is_known(a) and is_known(b):
        if op in ('add', 'sub', 'mul', 'and', 'or', 'xor'):
            return BINARY[op](a, b) & ((1 << bits) - 1)
        if op in ('shl', 'lshr') and b < bits:
            return (a << b if op == 'shl' else a >> b) & ((1 << bits) - 1)
        if op == 'ashr' and b < bits:
            return signed(a, bits) >> b & ((1 << bits) - 1)
    out = BINARY[op](term(a, bits), term(b, bits))
    if is_known(a) and is_known(b):
        return z3.simplify(out).as_long()
    return out


def count_zeros(what, x, bits):
    """ctlz or cttz, as a search by halves."""
    count, half = z3.BitVecVal(0, bits), bits // 2
    while half:
        low = (1 << half) - 1
        mask = low << (bits - half) if what == 'ctlz' else low
        none = x & z3.BitVecVal(mask, bits) == 0
        count = z3.If(none, count + half, count)
        x = z3.If(none, x << half if what == 'ctlz' else z3.LShR(x, half), x)
        half //= 2
    last = z3.Extract(bits - 1, bits - 1, x) if what == 'ctlz' else z3.Extract(0, 0, x)
    return z3.If(last == 0, count + 1, count)


def count_ones(x, bits):
    out = z3.BitVecVal(0, bits)
    for i in range(bits):
        out = out + z3.ZeroExt(bits - 1, z3.Extract(i, i, x))
    return out


def swap_bytes(x, bits):
    return z3.Concat(*[z3.Extract(at + 7, at, x) for at in range(0, bits, 8)])


def multiply(a, b):
    """By a power of two, or one less a greater power, with shifts: no rows to add."""
    for x, y in (a, b), (b, a):
        if isinstance(y, int):
            y = z3.BitVecVal(y, 64) if isinstance(x, int) else z3.BitVecVal(y, x.size())
        if isinstance(x, int):
            continue
        y = z3.simplify(y)
        if z3.is_bv_value(y):
            value = y.as_long()
            lowest = value & -value
            rest = value + lowest
            if value and rest & (rest - 1) == 0:
                least = x << (lowest.bit_length() - 1)
                return least if value == lowest else (x << (rest.bit_length() - 1)) - least
    return a * b


def product(is_signed, a, b, bits):
    extend = z3.SignExt if is_signed else z3.ZeroExt
    wide = multiply(extend(bits, a), extend(bits, b))
    low = z3.Extract(bits - 1, 0, wide)
    return [low, wide != extend(bits, low)]
