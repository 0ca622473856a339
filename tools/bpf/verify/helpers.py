#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare the tables of helpers in Documentation/bpf/helpers.rst with the code.

    helpers.py BPFCASE

BPFCASE is out/verify/bpfcase: it lists the helpers that each type has in user space,
those of events by the kernel's own tables. The other helpers' descriptions are
read from the kernel's sources, so that user space's own copies are compared too.
Numbers are those of the binary interface. Prints TAP.
"""
import os
import re
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), '../../..'))
RST = 'Documentation/bpf/helpers.rst'
SOURCES = ['kernel/bpf/prog/helpers.c', 'kernel/bpf/prog/trace.c',
           'kernel/bpf/map/ringbuf.c', 'net/core/skb_helpers.c', 'net/core/xdp_ctx.c']
EVENTS = {'kprobe', 'tracepoint', 'raw_tracepoint', 'perf_event', 'tracing'}
TYPES = {'all': EVENTS | {'socket_filter', 'xdp'}, 'packets': {'socket_filter', 'xdp'},
         'events': EVENTS}
WORDS = {'ANY': 'any', 'SCALAR': 'number', 'CTX': 'context', 'MAP': 'map',
         'MAP_KEY': 'key', 'MAP_KEY_FILL': 'room for a key',
         'MAP_VALUE': 'value', 'MEM_READ': 'memory',
         'MEM_READ_OR_NULL': 'memory or null', 'MEM_FILL': 'room', 'SIZE': 'size',
         'SIZE_OR_ZERO': 'size or zero', 'CONST_SIZE': 'constant size',
         'ACQUIRED': 'acquired'}


def text_of(path):
    with open(os.path.join(TOP, path)) as f:
        return f.read()


def documented():
    """Rows of the document: name -> (number, arguments, types, licence)."""
    rows = {}
    for row in re.findall(r'^   \* - (\S+)\n((?:     - .*\n(?:       .*\n)*){5})',
                          text_of(RST), re.M):
        cells = [' '.join(c.split()) for c in re.split(r'^     - ', row[1], flags=re.M)[1:]]
        if row[0] == 'Number':
            continue
        name, args, types, licence, result = cells
        if name in rows or not result:
            sys.exit(f'helpers.py: {RST}: {name}: twice, or no result')
        rows[name] = (int(row[0], 0), '' if args == 'none' else args,
                      frozenset(TYPES.get(types, {types})), licence)
    return rows


def listed(bpfcase):
    """The same as user space has them."""
    rows = {}
    out = subprocess.run([bpfcase, '--helpers'], stdout=subprocess.PIPE, check=True)
    for line in out.stdout.decode().splitlines():
        kind, number, name, licence, args = line.split('|')
        number = int(number)
        was = rows.setdefault(name, (number, args, set(), licence))
        if (number, args, licence) != (was[0], was[1], was[3]):
            sys.exit(f'helpers.py: {name} of {kind} is another one: {line}')
        was[2].add(kind)
    return {name: (r[0], r[1], frozenset(r[2]), r[3]) for name, r in rows.items()}


def numbers():
    found = re.findall(r'\bBPF_FUNC_(\w+) = (\w+),', text_of('include/uapi/linux/bpf.h'))
    return {name: int(number, 0) for name, number in found
            if name not in ('unspec', 'MAX_ID')}


def described():
    """Descriptions in the kernel's sources: name -> (arguments, licence)."""
    rows = {}
    for path in SOURCES:
        for name, body in re.findall(r'\.name\s*= "(\w+)",(.*?)\n\t?\}', text_of(path),
                                     re.S):
            # maps have names too
            if 'BPF_RET_' not in body:
                continue
            arg = re.search(r'\.arg\s*= \{(.*?)\}', body, re.S)
            words = [WORDS[w] for w in re.findall(r'BPF_ARG_(\w+)', arg[1] if arg else '')]
            if re.search(r'\.takes_more\s*= true', body):
                words.append('...')
            gpl = re.search(r'\.gpl_only\s*= true', body)
            rows[name] = (', '.join(words), 'GPL' if gpl else 'any')
    return rows


def with_callbacks(known):
    """Helpers that the verifier writes out as loops and calls, if the document tells of them."""
    names = set(re.findall(r'\bBPF_FUNC_(\w+)', text_of('kernel/bpf/verifier/callback.c')))
    return {name for name in names & known.keys()
            if re.search(rf'``bpf_{name}\(\)`` \({known[name]}\)', text_of(RST))}


def compare(what, one, other):
    """Complaints about entries of two dictionaries that differ."""
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            yield f'{name}: {what[0]} {one.get(name)}, {what[1]} {other.get(name)}'


def point(number, name, complaints):
    complaints = list(complaints)
    for complaint in complaints:
        print(f'# {complaint}')
    print(f'{"not " if complaints else ""}ok {number} - {name}')
    return not complaints


def main():
    doc, user, kernel = documented(), listed(sys.argv[1]), described()
    known = numbers()
    good = [
        point(1, 'the document has the helpers that user space has',
              compare(('document', 'code'), doc, user)),
        point(2, 'and their numbers',
              compare(('document', 'interface'), {n: r[0] for n, r in doc.items()},
                      {n: v for n, v in known.items() if n in doc})),
        point(3, 'and every helper of the interface', sorted(known.keys() - doc.keys() - with_callbacks(known))),
        point(4, 'and says of them what the kernel says',
              compare(('document', 'kernel'),
                      {n: (doc[n][1], doc[n][3]) for n in kernel if n in doc}, kernel)),
        point(5, 'helpers of every type are described where they are looked for',
              [] if len(kernel) > 15 else [f'only {len(kernel)} found']),
    ]
    print(f'1..{len(good)}')
    print(f'{sum(good)} passed, {len(good) - sum(good)} failed, 0 skipped')
    return not all(good)


if __name__ == '__main__':
    sys.exit(main())
