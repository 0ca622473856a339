#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Lay the overlay and the hook patches over the stripped base.

    tree.py OUT            make OUT/tree = OUT/base + patches + overlay
    tree.py -l             list the overlay's files

Only files whose content changes get a new time, so that the kernel's own make
rebuilds what depends on them and nothing else. A file that left the overlay leaves
the tree, or becomes the base's again.
"""
import fcntl
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# the overlay's own top level: the driver, never part of a kernel
DRIVER = re.compile(r'(README\.md|Makefile|MAINTAINERS|\.git[^/]*|\.ci/.*|series/.*'
                    r'|out/.*)$')
STATE = '.bpf-overlay'


def fail(message):
    sys.exit(f'tree: {message}')


def overlay():
    """Paths of the overlay that go into a kernel tree."""
    if os.path.isdir(os.path.join(TOP, '.git')):
        listed = subprocess.run(
            ['git', '-C', TOP, 'ls-files', '-z', '-co', '--exclude-standard'],
            stdout=subprocess.PIPE, check=True).stdout.decode().split('\0')
    else:
        listed = [os.path.relpath(os.path.join(d, f), TOP)
                  for d, _, fs in os.walk(TOP) for f in fs]
    return sorted(p for p in set(listed) if p and not DRIVER.match(p) and
                  os.path.lexists(os.path.join(TOP, p)))


def patches():
    folder = os.path.join(TOP, 'series/patches')
    if not os.path.isdir(folder):
        return []
    return sorted(os.path.join(folder, p) for p in os.listdir(folder)
                  if p.endswith('.patch'))


def touched(patch):
    """Files a hook patch edits; it may not add, delete or rename any."""
    with open(patch) as f:
        text = f.read()
    old = re.findall(r'^--- (\S+)', text, re.M)
    new = re.findall(r'^\+\+\+ (\S+)', text, re.M)
    for a, b in zip(old, new):
        if a.removeprefix('a/') != b.removeprefix('b/'):
            fail(f'{patch}: {a} to {b}: a hook patch only edits')
    return [b.removeprefix('b/') for b in new]


def merge_maintainers(base, ours):
    """Put our sections in order into the kernel's list, which is not quite sorted."""
    head, mark, rest = base.partition('\n3C59X NETWORK DRIVER\n')
    if not mark:
        fail('MAINTAINERS: section "3C59X NETWORK DRIVER", the first, not found')
    sections = (mark.lstrip('\n') + rest).split('\n\n')
    for section in ours.strip('\n').split('\n\n'):
        title = section.split('\n')[0]
        sections = [s for s in sections if s.split('\n')[0] != title]
        # where the fewest neighbours are on the wrong side
        wrong = sum(s.split('\n')[0].upper() <= title.upper() for s in sections)
        at, least = 0, wrong
        for n, s in enumerate(sections, 1):
            wrong += -1 if s.split('\n')[0].upper() <= title.upper() else 1
            if wrong < least:
                at, least = n, wrong
        sections.insert(at, section)
    return head + '\n' + '\n\n'.join(sections)


def hooked(out, base):
    """Files of the base as the hook patches and MAINTAINERS leave them."""
    stage = os.path.join(out, 'hooked')
    shutil.rmtree(stage, ignore_errors=True)
    os.makedirs(stage)
    paths = set()
    for patch in patches():
        for path in touched(patch):
            if path not in paths:
                if not os.path.exists(os.path.join(base, path)):
                    fail(f'{patch}: {path} is not in the base')
                os.makedirs(os.path.dirname(os.path.join(stage, path)) or stage,
                            exist_ok=True)
                shutil.copy(os.path.join(base, path), os.path.join(stage, path))
            paths.add(path)
        done = subprocess.run(['patch', '-p1', '-F0', '-s', '--no-backup-if-mismatch',
                               '-r', '-', '-d', stage, '-i', patch],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if done.returncode:
            fail(f'{patch}: does not apply\n{done.stdout}')
    ours = os.path.join(TOP, 'MAINTAINERS')
    if os.path.exists(ours):
        with open(os.path.join(base, 'MAINTAINERS')) as b, open(ours) as o, \
             open(os.path.join(stage, 'MAINTAINERS'), 'w') as f:
            f.write(merge_maintainers(b.read(), o.read()))
        paths.add('MAINTAINERS')
    return stage, sorted(paths)


def rsync(source, tree, paths):
    subprocess.run(['rsync', '-lpc', '--from0',
                    '--files-from=-', source + '/', tree + '/'],
                   input='\0'.join(paths).encode(), check=True)


def leave(base, tree, path):
    """PATH is no longer ours: what does the base have there?"""
    at, original = os.path.join(tree, path), os.path.join(base, path)
    if os.path.lexists(original):
        shutil.copyfile(original, at)
        return
    if os.path.lexists(at):
        os.unlink(at)
    folder = os.path.dirname(at)
    while folder != tree and not os.listdir(folder):
        os.rmdir(folder)
        folder = os.path.dirname(folder)


def make_tree(out):
    base, tree = os.path.join(out, 'base'), os.path.join(out, 'tree')
    os.makedirs(tree, exist_ok=True)
    with open(os.path.join(out, '.lock-tree'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(os.path.join(base, '.bpf-base')) as f:
            base_id = f.read().strip()
        state = os.path.join(tree, STATE)
        before = ['']
        if os.path.exists(state):
            with open(state) as f:
                before = f.read().split('\0')
        if before[0] != base_id:
            keep = ''.join(f'- /{p}\n' for p in before[1:] + [STATE])
            subprocess.run(['rsync', '-rlpc', '--delete', '--exclude-from=-',
                            base + '/', tree + '/'], input=keep.encode(),
                           check=True)
        ours = overlay()
        stage, edited = hooked(out, base)
        both = set(ours) & set(edited)
        if both:
            fail(f'{min(both)}: both in the overlay and edited by a hook patch')
        for path in sorted(set(before[1:]) - set(ours) - set(edited)):
            leave(base, tree, path)
        rsync(stage, tree, edited)
        rsync(TOP, tree, ours)
        with open(state, 'w') as f:
            f.write('\0'.join([base_id] + ours + edited))


if __name__ == '__main__':
    if sys.argv[1:] == ['-l']:
        print(*overlay(), sep='\n')
    elif len(sys.argv) == 2:
        make_tree(os.path.abspath(sys.argv[1]))
    else:
        sys.exit(__doc__)
