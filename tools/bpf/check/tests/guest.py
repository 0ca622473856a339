#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What bpfcheck says of a folder of objects, for selftests/bpf/bpfcheck_test.c.

    guest.py BPFCHECK FOLDER    writes FOLDER/list

Lines are `program OBJECT NAME ERRNO RULE`, each program checked alone, and
`object OBJECT ERRNO`, all of them together: 0 and - where accepted. What cannot be
checked is left out. Objects are relocated against the types of FOLDER/types.bpf.o.
"""
import errno
import json
import os
import subprocess
import sys


def check(tool, folder, *args):
    out = subprocess.run([tool, '--json', '--btf', 'types.bpf.o', *args], cwd=folder,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(out.stdout)


def number(verdict):
    return getattr(errno, verdict['errno']) if verdict['errno'] else 0


def lines(tool, folder):
    objects = sorted(f for f in os.listdir(folder) if f.endswith('.bpf.o'))
    together = check(tool, folder, *objects)
    for name in objects:
        programs = [p for p in together if p['object'] == name and p['name']]
        for program in programs:
            alone = program
            if len(programs) > 1:
                alone = check(tool, folder, '--prog', program['name'], name)[0]
            if alone['verdict'] != 'unreadable':
                yield f'program {name} {program["name"]} {number(alone)} {alone["reason"] or "-"}'
        if programs and all(p['verdict'] != 'unreadable' for p in programs):
            refused = [number(p) for p in programs if p['verdict'] == 'refused']
            yield f'object {name} {(refused or [0])[0]}'


def main(tool, folder):
    said = list(lines(tool, folder))
    with open(os.path.join(folder, 'list'), 'w') as f:
        f.writelines(line + '\n' for line in said)


if __name__ == '__main__':
    main(*sys.argv[1:])
