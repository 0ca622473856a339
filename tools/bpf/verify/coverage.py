#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Print what gcov counted, as a table: lines and branches of each source file.

    coverage.py FOLDER    of objects compiled with --coverage, after a run
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile


def count(folder):
    """{file: [lines reached, lines, branches taken, branches]} of all objects."""
    found = {}
    with tempfile.TemporaryDirectory() as temp:
        for data in sorted(pathlib.Path(folder).resolve().glob('*.gcda')):
            subprocess.run(['gcov', '-b', '-j', str(data)], cwd=temp, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for report in pathlib.Path(temp).glob('*.gcov.json.gz'):
            with gzip.open(report) as f:
                for part in json.load(f)['files']:
                    add(found, part)
    return found


def add(found, part):
    path = pathlib.Path(part['file'])
    if 'kernel/bpf/verifier' not in str(path.parent) or path.suffix != '.c':
        return
    row = found.setdefault(path.name, [0, 0, 0, 0])
    for line in part['lines']:
        row[0] += line['count'] > 0
        row[1] += 1
        row[2] += sum(b['count'] > 0 for b in line['branches'])
        row[3] += len(line['branches'])


def share(part, whole):
    return f'{100 * part / whole:5.1f} %' if whole else '      -'


def main(folder):
    found = count(folder)
    if not found:
        sys.exit(f'coverage: nothing was counted in {folder}')
    print(f'{"file":14} {"lines":>6} {"reached":>8} {"branches":>9} {"taken":>8}')
    total = [sum(column) for column in zip(*found.values())]
    for name, row in sorted(found.items()) + [('all', total)]:
        print(f'{name:14} {row[1]:6} {share(row[0], row[1]):>8} '
              f'{row[3]:9} {share(row[2], row[3]):>8}')


if __name__ == '__main__':
    main(sys.argv[1])
