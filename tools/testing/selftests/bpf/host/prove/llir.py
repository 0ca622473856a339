# SPDX-License-Identifier: GPL-2.0-only
"""Reads the text of LLVM's intermediate code, as far as the value domains need it.

clang writes that text from the kernel's sources (build() below), without optimising
them, so what is proved of it is what the C says. An instruction is a tuple: the name
of its result (or None), its operation, and what the operation needs. A thing that is
not known raises SyntaxError: nothing is skipped in silence.

Types are ints (bits of an integer, 1 for a truth value), 'void', or tuples:
('ptr', type), ('struct', [types]), ('array', count, type).
"""
import re
import subprocess

TOKEN = re.compile(r'''\s*(?:
    (?P<name>[%@](?:[-\w.$]+|"[^"]*"))
  | (?P<number>-?\d+)
  | (?P<word>[a-zA-Z_][\w.]*)
  | (?P<sign>\.\.\.|[][(){}<>,=*:]))''', re.X)

CASTS = ('zext', 'sext', 'trunc', 'bitcast')
BINARY = ('add', 'sub', 'mul', 'udiv', 'sdiv', 'urem', 'srem', 'and', 'or', 'xor',
          'shl', 'lshr', 'ashr')
FLAGS = ('nuw', 'nsw', 'exact', 'inbounds', 'tail', 'notail')
ARGUMENT_WORDS = ('noundef', 'zeroext', 'signext', 'noalias', 'nocapture', 'readonly',
                  'writeonly', 'immarg', 'nonnull', 'returned')


class Function:
    """One function: its parameters as (type, name), and its blocks in order."""

    def __init__(self, name, result, params):
        self.name, self.result, self.params = name, result, params
        self.blocks = {}
        self.order = {}

    def finish(self):
        """Number the blocks so that, loops aside, each comes after those before it."""
        first = next(iter(self.blocks))
        seen, out, stack = {first}, [], [(first, iter(self.successors(first)))]
        while stack:
            label, rest = stack[-1]
            for after in rest:
                if after not in seen:
                    seen.add(after)
                    stack.append((after, iter(self.successors(after))))
                    break
            else:
                out.append(label)
                stack.pop()
        self.order = {label: i for i, label in enumerate(reversed(out))}

    def successors(self, label):
        last = self.blocks[label][-1]
        if last[1] == 'jump':
            return [last[2]]
        if last[1] == 'branch':
            return [last[3], last[4]]
        if last[1] == 'switch':
            return [last[4]] + list(last[5].values())
        return []


class Text:
    """The tokens of a line, taken one by one."""

    def __init__(self, line, structs):
        self.line, self.structs = line, structs
        self.tokens, at = [], 0
        line = re.sub(r'(,\s*)?!.*$|\s#\d+.*$', '', line).rstrip()
        while at < len(line):
            match = TOKEN.match(line, at)
            if not match:
                raise SyntaxError(line)
            self.tokens.append(match.group(match.lastgroup))
            at = match.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, wanted=None):
        token = self.peek()
        if token is None or wanted is not None and token != wanted:
            raise SyntaxError(f'{wanted} expected: {self.line}')
        self.at += 1
        return token

    def eat(self, *wanted):
        if self.peek() in wanted:
            return self.take()
        return None

    def type(self):
        token = self.take()
        if re.fullmatch(r'i\d+', token):
            it = int(token[1:])
        elif token == 'void':
            it = 'void'
        elif token == '[':
            count = int(self.take())
            self.take('x')
            it = ('array', count, self.type())
            self.take(']')
        elif token == '{':
            parts = [self.type()]
            while self.eat(','):
                parts.append(self.type())
            self.take('}')
            it = ('struct', parts)
        elif token in self.structs:
            it = self.structs[token]
        else:
            raise SyntaxError(f'type {token}: {self.line}')
        while self.eat('*'):
            it = ('ptr', it)
        return it

    def value(self, kind):
        """A constant, or the name of a value."""
        token = self.take()
        if token[0] in '%@':
            return token
        if token in ('true', 'false'):
            return token == 'true'
        if token in ('undef', 'poison', 'zeroinitializer', 'null'):
            return zero_of(kind) if token == 'zeroinitializer' else token
        if token in '{[':
            parts = [self.value(self.type())]
            while self.eat(','):
                parts.append(self.value(self.type()))
            self.take('}' if token == '{' else ']')
            return parts
        if token in self.structs or not re.fullmatch(r'-?\d+', token):
            raise SyntaxError(f'value {token}: {self.line}')
        return int(token) & ((1 << kind) - 1)

    def argument(self):
        """A typed value or a parameter, attributes dropped but byval and sret."""
        kind, copied = self.type(), False
        while True:
            if self.eat(*ARGUMENT_WORDS):
                continue
            if self.peek() in ('byval', 'sret'):
                copied = self.take() == 'byval'
                self.take('(')
                self.type()
                self.take(')')
            elif self.eat('align'):
                self.take()
            else:
                break
        value = None if self.peek() in (',', ')', None) else self.value(kind)
        return kind, value, copied

    def arguments(self):
        self.take('(')
        out = []
        while not self.eat(')'):
            out.append(self.argument())
            self.eat(',')
        return out


def zero_of(kind):
    if isinstance(kind, int):
        return False if kind == 1 else 0
    if kind[0] == 'struct':
        return [zero_of(part) for part in kind[1]]
    if kind[0] == 'array':
        return [zero_of(kind[2]) for _ in range(kind[1])]
    return 'null'


def read_ending(t, op):
    """What ends a block."""
    if op == 'ret':
        kind = t.type()
        return (None, 'ret', kind, None if kind == 'void' else t.value(kind))
    if op == 'unreachable':
        return (None, op)
    if op == 'switch':
        kind = t.type()
        value = t.value(kind)
        t.take(',')
        t.take('label')
        other, cases = t.take(), {}
        t.take('[')
        while not t.eat(']'):
            t.type()
            key = t.value(kind)
            t.take(',')
            t.take('label')
            cases[key] = t.take()
        return (None, 'switch', kind, value, other, cases)
    if t.eat('label'):
        return (None, 'jump', t.take())
    kind = t.type()
    cond = t.value(kind)
    t.take(',')
    t.take('label')
    then = t.take()
    t.take(',')
    t.take('label')
    return (None, 'branch', cond, then, t.take())


def read_call(t, name):
    while t.eat(*FLAGS, *ARGUMENT_WORDS):
        pass
    kind = t.type()
    function = t.take()[1:]
    return (name, 'call', kind, function, t.arguments())


def read_memory(t, name, op):
    if op == 'alloca':
        return (name, op, t.type())
    if op == 'load':
        kind = t.type()
        t.take(',')
        return (name, op, kind, t.argument()[1])
    if op == 'store':
        kind, value, _ = t.argument()
        t.take(',')
        return (None, op, kind, value, t.argument()[1])
    t.eat('inbounds')
    kind = t.type()
    t.take(',')
    place, steps = t.argument()[1], []
    while t.eat(','):
        steps.append(t.argument()[:2])
    return (name, op, kind, place, steps)


def read_phi(t, name):
    kind, ways = t.type(), {}
    while True:
        t.take('[')
        value = t.value(kind)
        t.take(',')
        ways[t.take()] = value
        t.take(']')
        if not t.eat(','):
            return (name, 'phi', kind, ways)


def read_instruction(line, structs):
    t = Text(line, structs)
    name = None
    if t.peek()[0] == '%':
        name = t.take()
        t.take('=')
    while t.eat('tail', 'notail'):
        pass
    op = t.take()
    if op in ('ret', 'br', 'switch', 'unreachable'):
        return read_ending(t, op)
    if op == 'call':
        return read_call(t, name)
    if op in ('alloca', 'load', 'store', 'getelementptr'):
        return read_memory(t, name, op)
    if op == 'phi':
        return read_phi(t, name)
    flags = []
    while t.peek() in FLAGS:
        flags.append(t.take())
    if op == 'icmp':
        op = 'icmp ' + t.take()
    kind = t.type()
    first = t.value(kind)
    if op in CASTS:
        t.take('to')
        return (name, op, kind, first, t.type())
    t.take(',')
    if op in BINARY or op.startswith('icmp '):
        return (name, op, kind, first, t.value(kind), flags)
    if op == 'select':
        kind, then, _ = t.argument()
        t.take(',')
        return (name, op, kind, first, then, t.argument()[1])
    if op == 'extractvalue':
        return (name, op, kind, first, int(t.take()))
    if op == 'insertvalue':
        _, value, _ = t.argument()
        t.take(',')
        return (name, op, kind, first, value, int(t.take()))
    raise SyntaxError(line)


def declare(lines, structs):
    """Named structs, which may be named before they are told."""
    todo = {line.split(' = type ')[0]: line.split(' = type ')[1] for line in lines}
    while todo:
        before = len(todo)
        for name, body in list(todo.items()):
            if not any(part in todo for part in re.findall(r'%[\w.]+', body)):
                structs[name] = Text(body, structs).type()
                del todo[name]
        if len(todo) == before:
            raise SyntaxError(f'structs {list(todo)}')


def join_switches(text):
    return re.sub(r'\[\n(.*?)\n  \]', lambda m: '[' + m[1].replace('\n', ' ') + ' ]',
                  text, flags=re.S)


def read(text, functions, constants):
    """Add the functions and the constants of a module's text to two dicts."""
    structs, function, label = {}, None, None
    lines = join_switches(text).split('\n')
    declare([line for line in lines if re.match(r'%\S+ = type ', line)], structs)
    for line in lines:
        line = re.sub(r'\s*;.*$', '', line)
        if line.startswith('@'):
            name, body = line.split(' = ', 1)
            body = re.sub(r'^(internal|private|unnamed_addr|constant|\s)+', '', body)
            t = Text(re.sub(r', align \d+$', '', body), structs)
            kind = t.type()
            constants[name] = (kind, t.value(kind))
        elif line.startswith('define '):
            line = re.sub(r'^define (dso_local |internal |zeroext |signext )+', '', line)
            t = Text(re.sub(r'\s*(#\d+ )?\{$', '', line), structs)
            result, name = t.type(), t.take()[1:]
            params = [(kind, value, copied) for kind, value, copied in t.arguments()]
            function, label = Function(name, result, params), None
        elif line == '}':
            function.finish()
            functions[function.name] = function
            function = None
        elif function and line:
            if not line.startswith(' '):
                label = '%' + line.rstrip(':')
                function.blocks[label] = []
            else:
                function.blocks[label].append(read_instruction(line, structs))


def build(sources, includes, defines, folder, tag):
    """Compile the sources; return their functions and constants.

    Signed numbers wrap as in the kernel's own build. The only pass that is run
    keeps local variables in registers.
    """
    functions, constants = {}, {}
    for source in sources:
        out = f'{folder}/{tag}-{source.rsplit("/", 1)[-1][:-2]}.ll'
        subprocess.run(
            ['clang', '-std=gnu11', '-O1', '-Xclang', '-disable-llvm-passes',
             '-fno-strict-overflow', '-fno-discard-value-names', '-w', '-S', '-emit-llvm',
             '-o', out + '.raw', *includes, *[f'-D{d}' for d in defines], source],
            check=True)
        subprocess.run(['opt', '-S', '-passes=sroa', '-o', out, out + '.raw'], check=True)
        with open(out) as f:
            read(f.read(), functions, constants)
    return functions, constants
