#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check that #include arrows between our rooms point downwards only.

    layers.py        check the tree this script is in
    layers.py -g     print the arrows between layers, with how often each is used

tools/bpf/LAYERS holds the order. Every .c and .h of the kernel side must be in it.
"""
import collections
import fnmatch
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOTS = ('include', 'kernel', 'net', 'arch')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
KERNEL_ONLY = ('kernel/bpf/verifier/host_kernel.c', 'kernel/bpf/verifier/host_map.h')


def layers():
    order, rules = [], []
    with open(os.path.join(TOP, 'tools/bpf/LAYERS')) as f:
        for line in f:
            words = line.split('#')[0].split()
            if not words:
                continue
            if words[0] not in order:
                order.append(words[0])
            rules += [(pattern, order.index(words[0])) for pattern in words[1:]]
    return order, rules


def layer_of(path, rules):
    return next((n for pattern, n in reversed(rules)
                 if fnmatch.fnmatchcase(path, pattern)), None)


def sources():
    for root in ROOTS:
        for top, dirs, names in os.walk(os.path.join(TOP, root)):
            dirs.sort()
            for name in sorted(names):
                if name.endswith(('.c', '.h', '.def')):
                    yield os.path.relpath(os.path.join(top, name), TOP)


def target(path, kind, name, ours):
    """Our file that an #include names, or None for the rest of the kernel."""
    folders = ['include', 'include/uapi', 'kernel/bpf']
    if kind == '"':
        folders.insert(0, os.path.dirname(path))
    for folder in folders:
        found = os.path.normpath(os.path.join(folder, name))
        if found in ours:
            return found
    return None


def main(args):
    order, rules = layers()
    ours = list(sources())
    arrows, bad = collections.Counter(), []
    for path in ours:
        mine = layer_of(path, rules)
        if mine is None:
            bad.append(f'{path}: in no layer of tools/bpf/LAYERS')
            continue
        with open(os.path.join(TOP, path)) as f:
            text = f.read()
        for kind, name in INCLUDE.findall(text):
            to = target(path, kind, name, set(ours))
            if path.startswith('kernel/bpf/verifier/') and path not in KERNEL_ONLY and \
               not path.endswith('_test.c') and name in ('linux/bpf.h', 'linux/filter.h'):
                bad.append(f'{path}: includes {name}; only host_kernel.c may')
            theirs = layer_of(to, rules) if to else None
            if theirs is None:
                continue
            arrows[order[mine], order[theirs]] += 1
            if theirs > mine:
                bad.append(f'{path} ({order[mine]}) includes {to} ({order[theirs]}),'
                           ' which is above it')
    bad += cycles(ours)
    if args == ['-g']:
        for (a, b), n in sorted(arrows.items()):
            print(f'{a} -> {b}\t{n}')
    for line in bad:
        print(f'layers: {line}')
    sys.exit(1 if bad else 0)


def cycles(ours):
    """Headers that include themselves by way of others."""
    edges, known = {}, set(ours)
    for path in ours:
        if path.endswith('.h'):
            with open(os.path.join(TOP, path)) as f:
                found = (target(path, k, n, known) for k, n in INCLUDE.findall(f.read()))
                edges[path] = sorted({t for t in found if t and t.endswith('.h')})
    done, bad = set(), []

    def visit(path, trail):
        if path in trail:
            bad.append('cycle: ' + ' -> '.join(trail[trail.index(path):] + [path]))
        elif path not in done:
            for to in edges.get(path, ()):
                visit(to, trail + [path])
            done.add(path)

    for path in edges:
        visit(path, [])
    return bad


if __name__ == '__main__':
    main(sys.argv[1:])
