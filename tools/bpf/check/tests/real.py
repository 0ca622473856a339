#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Whole programs as people write them: does bpfcheck take each, but those that are known
not to load yet?

    real.py BPFCHECK FOLDER LIST    FOLDER has the objects, LIST is real/refused

TAP. One that is in the list and accepted is told of, so that its line goes away.
"""
import json
import os
import subprocess
import sys


def read_list(path):
    """Rules by (object, program)."""
    with open(path) as f:
        lines = (line.split('#')[0].split() for line in f)
        return {(words[0], words[1]): words[2] for words in lines if words}


def check(tool, folder, objects):
    out = subprocess.run([tool, '--json', *(f'{o}.bpf.o' for o in objects)], cwd=folder,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(out.stdout)


def explain(program):
    for line in [program['message'] or '', *(program['lines'] or [])]:
        print('#', line)


def main(tool, folder, path, *objects):
    known = read_list(path)
    failed = 0
    said = check(os.path.abspath(tool), folder, objects)
    for n, program in enumerate(said, 1):
        name = program['object'].removesuffix('.bpf.o'), program['name']
        want, got = known.get(name, 'accepted'), program['reason'] or program['verdict']
        if got == want or got == 'accepted':
            note = '' if got == want else f' # accepted now: {path} need not name it'
            print(f'ok {n} - {name[0]}: {name[1]}: {got}{note}')
            continue
        explain(program)
        print(f'not ok {n} - {name[0]}: {name[1]}: {got}, must be {want}')
        failed += 1
    print(f'1..{len(said)}\n{len(said) - failed} passed, {failed} failed, 0 skipped')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
