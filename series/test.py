#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the tests that series/tests lists, and sum them up.

    test.py [NAME...]    all but those marked ? in the list, or those of these names

Those marked + run beside their neighbours that are, as many as there are processors;
what they print comes when each has ended.

A test is a command, run in the top folder. It prints TAP: each `ok` and `not ok` at
the start of a line counts, `# SKIP` makes it a skip. A command without TAP is one
test itself: 0 passed, 4 skipped, else failed. A command that fails although every
line said ok counts as one failure more. The last line is the sum.
"""
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
POINT = re.compile(rb'(not ok|ok)\b(.*)')
SKIP = re.compile(rb'#\s*skip', re.I)


def tests():
    with open(os.path.join(TOP, 'series/tests')) as f:
        for line in f:
            line = line.strip()
            if line and not line.startswith('#'):
                name, command = line.split(None, 1)
                yield name, command


def run(command, show):
    """Run one command, give its output to show(); return (passed, failed, skipped)."""
    count = {'pass': 0, 'fail': 0, 'skip': 0}
    process = subprocess.Popen(['sh', '-c', command], cwd=TOP,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL)
    for line in process.stdout:
        show(line)
        point = POINT.match(line)
        if not point:
            continue
        kind = 'pass' if point[1] == b'ok' else 'fail'
        count['skip' if SKIP.search(point[2]) else kind] += 1
    status = process.wait()
    if not any(count.values()):
        count['pass' if status == 0 else 'skip' if status == 4 else 'fail'] += 1
    elif status not in (0, 4) and not count['fail']:
        show(b'not ok - ended with status %d\n' % status)
        count['fail'] += 1
    return count['pass'], count['fail'], count['skip']


def pass_on(line):
    sys.stdout.buffer.write(line)
    sys.stdout.flush()


def timed(name, command, show):
    """Run one test; return its counts and its line of the sums."""
    show(f'# ---- {name}: {command}\n'.encode())
    start = time.monotonic()
    counts = run(command, show)
    return counts, (f'# {name:12} {counts[0]:6} passed {counts[1]:4} failed '
                    f'{counts[2]:4} skipped {time.monotonic() - start:6.0f} s')


def beside(group):
    """Run tests beside each other; yield what timed() gives, in order, output first."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = [[] for _ in group]
        runs = [pool.submit(timed, *test, text.append) for test, text in zip(group, texts)]
        for one, text in zip(runs, texts):
            result = one.result()
            pass_on(b''.join(text))
            yield result


def main(only):
    sums, lines = [0, 0, 0], []
    known = list(tests())
    names = [n.lstrip('?+') for n, _ in known]
    for name in only:
        if name not in names:
            sys.exit(f'test: no test "{name}"; there are: ' + ' '.join(names))
    wanted = [(n, c) for n, c in known
              if (n.lstrip('?+') in only if only else not n.startswith('?'))]
    for together, group in groupby(wanted, lambda test: test[0].startswith('+')):
        group = [(n.lstrip('?+'), c) for n, c in group]
        results = beside(group) if together else (timed(*test, pass_on) for test in group)
        for counts, line in results:
            sums = [a + b for a, b in zip(sums, counts)]
            lines.append(line)
    print(*lines, sep='\n')
    print(f'{sums[0]} passed, {sums[1]} failed, {sums[2]} skipped')
    sys.exit(1 if sums[1] else 0)


if __name__ == '__main__':
    main(sys.argv[1:])
