#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What bpfcheck says of the programs in errors/, and Documentation/bpf/errors.rst.

    doc_errors.py            compare: TAP
    doc_errors.py --write    put in what it says now

errors/NAME.bpf.c is a program with a mistake, refused as errors/NAME.txt has it word for
word; with FIXED defined it is accepted. The document has the program, the answer and the
change between the lines `.. error: NAME` and `.. end`.
"""
import difflib
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.path.join(HERE, *['..'] * 4))
DOC = os.path.join(TOP, 'Documentation/bpf/errors.rst')
ERRORS = os.path.join(HERE, 'errors')
OBJECTS = os.path.join(TOP, 'out/check/errors')
BPFCHECK = os.path.join(TOP, 'out/check/bpfcheck_san')
EXAMPLE = re.compile(r'(\.\. error: (\S+)\n)(.*?)(\.\. end\n)', re.S)
PROGRAMS = 30    # at least


def text_of(path):
    with open(path) as f:
        return f.read()


def check(name):
    """What bpfcheck says, and its status."""
    out = subprocess.run([BPFCHECK, name + '.bpf.o'], cwd=OBJECTS, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return out.stdout, out.returncode


def variant(lines, fixed):
    """The source as one or the other compiler run sees it: no #if nests here."""
    shown = [True]
    for line in lines:
        word = line.split()[:1]
        if word in (['#ifdef'], ['#ifndef']):
            shown = [(word == ['#ifdef']) == fixed]
        elif word == ['#else']:
            shown = [not shown[0]]
        elif word == ['#endif']:
            shown = [True]
        elif shown[0]:
            yield line.expandtabs(8)


def literal(lines):
    return '::\n\n' + ''.join(f'    {line}\n' if line else '\n' for line in lines) + '\n'


def strip(lines):
    """Without the licence line and the comment that says what is wrong, which is text."""
    return '\n'.join(lines).split('*/\n', 1)[1].strip('\n').split('\n')


def comment(source):
    return re.sub(r'\s*\n \* ?', '\n', re.search(r'/\* (.*?)\s*\*/', source, re.S)[1]).strip()


def example(name):
    source = text_of(os.path.join(ERRORS, name + '.bpf.c'))
    wrong, fixed = (strip(variant(source.split('\n'), f)) for f in (False, True))
    change = '\n'.join(line.rstrip() for line in
                       difflib.unified_diff(wrong, fixed, n=1, lineterm='')
                       if not line.startswith(('---', '+++', '@@'))).strip('\n').split('\n')
    answer = text_of(os.path.join(ERRORS, name + '.txt')).rstrip('\n').split('\n')
    return ('\n' + comment(source) + '\n\n' + literal(wrong) + 'is answered ' +
            literal(answer) + 'and this is what to change ' + literal(change))


def compare(names, doc):
    """Yields whether, and what."""
    for name in names:
        said, status = check(name)
        path = os.path.join(ERRORS, name + '.txt')
        same = os.path.exists(path) and said == text_of(path)
        if not same:
            print(''.join(f'# {line}\n' for line in said.split('\n')), end='')
        yield same and status == 1, f'{name} is refused, with its text'
        said, status = check(name + '.fixed')
        if status:
            print(''.join(f'# {line}\n' for line in said.split('\n')), end='')
        yield status == 0, f'{name} is accepted when it is mended'
    for _, name, shown, _ in EXAMPLE.findall(doc):
        yield name in names and shown == example(name), f'errors.rst shows {name} as it is'
    missing = set(names) - {m[1] for m in EXAMPLE.findall(doc)}
    yield not missing, f'errors.rst has every program {" ".join(sorted(missing))}'.strip()
    yield len(names) >= PROGRAMS, f'there are {PROGRAMS} programs'


def write(names, doc):
    for name in names:
        with open(os.path.join(ERRORS, name + '.txt'), 'w') as f:
            f.write(check(name)[0])
    with open(DOC, 'w') as f:
        f.write(EXAMPLE.sub(lambda m: m[1] + example(m[2]) + m[4], doc))


def main(args):
    names = sorted(f[:-len('.bpf.c')] for f in os.listdir(ERRORS) if f.endswith('.bpf.c'))
    doc = text_of(DOC)
    if args == ['--write']:
        write(names, doc)
        return 0
    passed = count = 0
    for good, claim in compare(names, doc):
        count += 1
        passed += good
        print(f'{"ok" if good else "not ok"} {count} - {claim}')
    print(f'1..{count}')
    print(f'{passed} passed, {count - passed} failed, 0 skipped')
    return 0 if passed == count else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
