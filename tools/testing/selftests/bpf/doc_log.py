#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Keep the examples of Documentation/bpf/log.rst what the verifier really says.

    doc_log.py            compare: TAP, one test point an example
    doc_log.py --write    put in what it says now

An example is a comment in the document, `.. refused: CASE`, up to `.. end`; between
them stand the program of the case and its log of level 1, both literal.
"""
import os
import re
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *['..'] * 4))
DOC = os.path.join(TOP, 'Documentation/bpf/log.rst')
CASES = os.path.join(TOP, 'tools/testing/selftests/bpf/cases')
BPFCASE = os.path.join(TOP, 'out/verify/bpfcase')
EXAMPLE = re.compile(r'(\.\. refused: (\S+)\n)(.*?)(\.\. end\n)', re.S)
# what differs between runs and machines
TOTALS = re.compile(r'^(time|stack depth|processed) ')


def program(path):
    """The maps and the program of a case, as written."""
    with open(path) as f:
        parts = re.split(r'^-- ', f.read(), flags=re.M)
    shown = [p for p in parts if p.startswith(('maps', 'prog', 'options', 'source'))]
    return [line for part in shown
            for line in ('-- ' + part.rstrip()).split('\n')]


def log(path):
    out = subprocess.run([BPFCASE, '--log1', path], capture_output=True, text=True)
    return [line for line in out.stdout.split('\n')
            if line and not TOTALS.match(line) and not line.startswith(path)]


def literal(lines):
    return '::\n\n' + ''.join(f'    {line}\n' if line else '\n' for line in lines) + '\n'


def example(name):
    path = os.path.join(CASES, name)
    said = [line.replace('\t', '        ') for line in log(path)]
    return '\n' + literal(program(path)) + 'is answered ' + literal(said)


def main(args):
    with open(DOC) as f:
        text = f.read()
    found = EXAMPLE.findall(text)
    if args == ['--write']:
        text = EXAMPLE.sub(lambda m: m[1] + example(m[2]) + m[4], text)
        with open(DOC, 'w') as f:
            f.write(text)
        return 0
    failed = 0
    for n, (_, name, shown, _) in enumerate(found, 1):
        same = shown == example(name)
        failed += not same
        print(f'{"ok" if same else "not ok"} {n} - log.rst shows what is said of {name}')
    print(f'1..{len(found)}')
    print(f'{len(found) - failed} passed, {failed} failed, 0 skipped')
    return 1 if failed or len(found) < 10 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
