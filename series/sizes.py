#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check files and functions of the overlay against their limits (STYLE: 900, 120).

    sizes.py         say what is over a limit
    sizes.py -a      also functions over the aim of 70 lines
"""
import os
import re
import sys

import tree

FILE, FUNCTION, AIM = 900, 120, 70
OPENS = re.compile(r'^[A-Za-z_].*?\b([A-Za-z_0-9]+)\s*\(')


def functions(lines):
    """(name, first line, length) of what starts with a '{' in the first column."""
    start = name = None
    for n, line in enumerate(lines, 1):
        if line.startswith('{') and start is None:
            start = n
        elif line.startswith('}') and start is not None:
            yield name, start, n - start - 1
            start = None
        elif start is None and OPENS.match(line) and not line.rstrip().endswith(';'):
            name = OPENS.match(line)[1]


def main(args):
    bad = False
    limit = AIM if args == ['-a'] else FUNCTION
    for path in tree.overlay():
        if not path.endswith(('.c', '.h')) or path.startswith('include/uapi/'):
            continue
        with open(os.path.join(tree.TOP, path)) as f:
            lines = f.read().split('\n')
        if len(lines) > FILE + 1:
            print(f'sizes: {path}: {len(lines) - 1} lines, limit {FILE}')
            bad = True
        if not path.endswith('.c'):
            continue
        for name, first, length in functions(lines):
            if length > limit:
                print(f'sizes: {path}:{first}: {name}() has {length} lines, '
                      f'limit {limit}')
                bad = bad or length > FUNCTION
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main(sys.argv[1:])
