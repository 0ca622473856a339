#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write the patch series of series/manifest to OUT/series, and check it.

    series.py OUT            write, apply with git am, compare with OUT/tree
    series.py --build OUT    the same, and build at every patch
    series.py --list         check only that each file belongs to one patch

The manifest's head says how it is written. The series applies to the stripped base;
its end is OUT/tree byte for byte. Where a Makefile of ours lists what a later patch
brings, the earlier patch has that Makefile without it.
"""
import difflib
import fnmatch
import os
import re
import shutil
import subprocess
import sys

import tree as overlay_tree

TOP = overlay_tree.TOP
AUTHOR = 'Extended BPF <bpf@localhost>'
DATE = 'Thu, 1 Jan 1970 00:00:00 +0000'
SHA = '0' * 40


def fail(message):
    sys.exit(f'series: {message}')


class Patch:
    def __init__(self, subject):
        self.subject, self.message = subject, []
        self.patterns, self.hooks = [], []
        self.builds = None


def manifest():
    cover, patches = None, []
    with open(os.path.join(TOP, 'series/manifest')) as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            mark, rest = line[:1], line[2:]
            if not line or mark == '#':
                continue
            if mark == '=':
                patches.append(Patch(rest))
                cover = cover or patches[0]
            elif not patches:
                fail(f'manifest:{number}: before the first "= subject"')
            elif mark == '|':
                patches[-1].message.append(rest)
            elif mark == '<':
                patches[-1].hooks.append(rest)
            elif mark == '+':
                patches[-1].builds = rest
            else:
                patches[-1].patterns.append(line)
    for before, patch in zip(patches, patches[1:]):
        patch.builds = patch.builds or before.builds
    return cover, patches[1:]


def matches(path, pattern):
    if pattern.endswith('/'):
        return path.startswith(pattern)
    return path.count('/') == pattern.count('/') and \
        fnmatch.fnmatchcase(path, pattern)


def owners(patches):
    """Which patch each file of the overlay belongs to; each to exactly one."""
    found = {}
    ours = overlay_tree.overlay()
    if os.path.exists(os.path.join(TOP, 'MAINTAINERS')):
        ours.append('MAINTAINERS')
    for path in ours:
        # the first pattern that names it wins, a folder last
        named = [(p, q) for p in patches for q in p.patterns if matches(path, q)]
        exact = [p for p, q in named if not q.endswith('/')] or [p for p, _ in named]
        if not exact:
            fail(f'{path}: belongs to no patch of series/manifest')
        if len(set(exact)) > 1:
            fail(f'{path}: belongs to {len(set(exact))} patches: '
                 + '; '.join(sorted(p.subject for p in set(exact))))
        found[path] = exact[0]
    hooks = {os.path.basename(p) for p in overlay_tree.patches()}
    used = [h for p in patches for h in p.hooks]
    for hook in sorted(hooks ^ set(used)):
        fail(f'{hook}: hook patch and manifest do not agree')
    return found


def so_far(path, text, have):
    """A Makefile of ours as it is when only the files in HAVE exist."""
    if os.path.basename(path) != 'Makefile' or not path.startswith('kernel/bpf'):
        return text
    folder = os.path.dirname(path)

    def keep(word):
        if word.endswith('.o'):
            source = f'{folder}/{word[:-2]}'
            return f'{source}.c' in have or f'{source}.S' in have
        if word.endswith('/'):
            return f'{folder}/{word}Makefile' in have
        return True

    lines = []
    for line in text.split('\n'):
        head, mark, rest = line.partition('=')
        if mark and head.startswith('obj-') and not line.endswith('\\'):
            words = [w for w in rest.split() if keep(w)]
            if not words:
                continue
            if words != rest.split():
                line = f'{head}{mark} {" ".join(words)}'
        lines.append(line)
    return '\n'.join(lines)


def read(path):
    with open(path, encoding='utf-8', errors='surrogateescape') as f:
        return f.read()


def diff(path, old, new, executable):
    """One file's part of a patch, as git writes it."""
    if old == new:
        return ''
    head = f'diff --git a/{path} b/{path}\n'
    if old is None:
        head += f'new file mode {"100755" if executable else "100644"}\n'
    a, b = (['/dev/null', f'b/{path}'] if old is None else [f'a/{path}', f'b/{path}'])
    body = ''
    for line in difflib.unified_diff((old or '').splitlines(True),
                                     new.splitlines(True), a, b):
        body += line if line.endswith('\n') else \
            line + '\n\\ No newline at end of file\n'
    return head + body


def mail(number, count, subject, body):
    return (f'From {SHA} Mon Sep 17 00:00:00 2001\nFrom: {AUTHOR}\nDate: {DATE}\n'
            f'Subject: [PATCH {number:0{len(str(count))}}/{count}] {subject}\n'
            'MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n'
            f'Content-Transfer-Encoding: 8bit\n\n{body}\n-- \n2.39\n\n')


def file_name(number, subject):
    return f'{number:04}-' + re.sub(r'[^A-Za-z0-9]+', '-', subject).strip('-')[:52] \
        + '.patch'


def hook_text(name):
    """Message and edited files of a hook patch."""
    path = os.path.join(TOP, 'series/patches', name)
    text = read(path)
    head = text.split('\n---\n')[0]
    return head.partition('\n\n')[2].strip('\n').split('\n'), \
        overlay_tree.touched(path)


def write(out, cover, patches):
    base, tree = os.path.join(out, 'base'), os.path.join(out, 'tree')
    series = os.path.join(out, 'series')
    shutil.rmtree(series, ignore_errors=True)
    os.makedirs(series)
    owner = owners(patches)
    have, state, names = set(), {}, []
    for number, patch in enumerate(patches, 1):
        message = list(patch.message)
        mine = [p for p, q in owner.items() if q is patch]
        for hook in patch.hooks:
            text, edited = hook_text(hook)
            message += ['', *text]
            mine += edited
        have.update(mine)
        again = [p for p in have if os.path.basename(p) == 'Makefile']
        body = ''
        for path in sorted(set(mine) | set(again)):
            target = os.path.join(tree, path)
            original = os.path.join(base, path)
            old = state.get(path)
            if path not in state and os.path.exists(original):
                old = read(original)
            if not os.path.exists(target):
                continue
            new = so_far(path, read(target), have)
            state[path] = new
            body += diff(path, old, new, os.access(target, os.X_OK))
        name = file_name(number, patch.subject)
        names.append(name)
        with open(os.path.join(series, name), 'w', encoding='utf-8',
                  errors='surrogateescape') as f:
            f.write(mail(number, len(patches), patch.subject,
                         '\n'.join(message).strip('\n') + '\n---\n\n' + body))
    listing = [f'  {n:2}: {p.subject}' for n, p in enumerate(patches, 1)]
    with open(os.path.join(series, '0000-cover-letter.patch'), 'w') as f:
        f.write(mail(0, len(patches), cover.subject,
                     '\n'.join(cover.message + [''] + listing) + '\n'))
    return names


def git(repo, *args, **more):
    return subprocess.run(['git', '-C', repo, '-c', 'user.name=Extended BPF',
                           '-c', 'user.email=bpf@localhost', '-c', 'gc.auto=0',
                           '-c', 'core.hooksPath=/dev/null', *args], **more)


def apply(out, names, patches, build):
    """git am onto the base: only its files that the series touches, unless built."""
    series, repo = os.path.join(out, 'series'), os.path.join(out, 'series-tree')
    base, tree = os.path.join(out, 'base'), os.path.join(out, 'tree')
    shutil.rmtree(repo, ignore_errors=True)
    os.makedirs(repo)
    touched = set()
    for name in names:
        touched.update(re.findall(r'^diff --git a/(\S+) ',
                                  read(os.path.join(series, name)), re.M))
    if build:
        subprocess.run(['cp', '-a', base + '/.', repo], check=True)
    for path in sorted(touched):
        if not build and os.path.exists(os.path.join(base, path)):
            os.makedirs(os.path.dirname(os.path.join(repo, path)) or repo,
                        exist_ok=True)
            shutil.copy(os.path.join(base, path), os.path.join(repo, path))
    git(repo, 'init', '-q', '-b', 'base', check=True)
    git(repo, 'add', '-A', '-f', *([] if not build else
                                   sorted(p for p in touched if
                                          os.path.exists(os.path.join(base, p)))),
        check=True)
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'base', check=True)
    for name, patch in zip(names, patches):
        done = git(repo, 'am', '-q', '--keep-cr', '--whitespace=nowarn',
                   os.path.join(series, name), stdout=subprocess.PIPE,
                   stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            fail(f'{name}: git am: {done.stdout}')
        if build:
            build_at(out, repo, name, patch)
    for path in sorted(touched):
        if read(os.path.join(repo, path)) != read(os.path.join(tree, path)):
            fail(f'{path}: the series does not end in the tree')
    return len(touched)


def build_at(out, repo, name, patch):
    config = os.path.join(TOP, 'series/config')
    done = subprocess.run([os.path.join(TOP, 'series/kernel.sh'), repo,
                           os.path.join(out, 'series-build'), 'x86_64',
                           f'{config}/common.config', f'{config}/qemu.config'],
                          env={**os.environ, 'TARGETS': patch.builds})
    if done.returncode:
        fail(f'{name}: does not build')
    print(f'built at {name}', flush=True)


def main(args):
    cover, patches = manifest()
    if args == ['--list']:
        print(f'{len(owners(patches))} files in {len(patches)} patches')
        return
    build = args[:1] == ['--build']
    out = os.path.abspath(args[-1])
    names = write(out, cover, patches)
    touched = apply(out, names, patches, build)
    print(f'{len(names)} patches, {touched} files, apply and end in the tree: '
          f'{out}/series')


if __name__ == '__main__':
    main(sys.argv[1:])
