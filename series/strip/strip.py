#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Take upstream's BPF out of an unpacked Linux 6.1.y, in place.

    strip.py TREE      strip TREE
    strip.py -l TREE   list, for the data files, what a new 6.1.y would need

The rules are the data files beside this script; each says in its head what it
holds. Whatever they rely on is asserted: the first thing that does not hold stops
the strip with the name of the file, and a half-stripped tree is not used.
"""
import fnmatch
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = re.compile(r'bpf|btf|xsk|xdp')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
SOURCE = ('.c', '.h', '.S', '.lds')


class Refused(Exception):
    pass


def rules(name):
    with open(os.path.join(HERE, name)) as f:
        lines = [line.rstrip('\n') for line in f]
    return [line for line in lines if line and not line.startswith('#')]


def read(tree, path):
    try:
        with open(os.path.join(tree, path), encoding='utf-8',
                  errors='surrogateescape') as f:
            return f.read()
    except OSError as e:
        raise Refused(f'{path}: {e.strerror}') from e


def write(tree, path, text):
    with open(os.path.join(tree, path), 'w', encoding='utf-8',
              errors='surrogateescape') as f:
        f.write(text)


def files(tree):
    """Every file of the tree, relative, the ones in tools/ included."""
    for top, dirs, names in os.walk(tree):
        dirs.sort()
        for name in names:
            yield os.path.relpath(os.path.join(top, name), tree)


def delete(tree):
    """Delete what the list names; return the headers gone, as #include names."""
    headers = set()
    for rule in rules('delete'):
        path = os.path.join(tree, rule.lstrip('?'))
        if not os.path.lexists(path):
            if rule.startswith('?'):
                continue
            raise Refused(f'{rule}: listed in delete, but not in this tree')
        if rule.endswith('/'):
            shutil.rmtree(path)
            continue
        os.unlink(path)
        name = re.search(r'include/(?:uapi/)?(.*\.h)$', rule)
        if name:
            headers.add(name.group(1))
    return headers


def edit_config(path, text, symbol):
    """Remove the Kconfig entry of SYMBOL: from its line to the next entry."""
    entry = re.compile(rf'^config {symbol}\n(?:[ \t].*\n|\n)*', re.M)
    text, count = entry.subn('', text)
    if count != 1:
        raise Refused(f'{path}: {count} entries "config {symbol}", not 1')
    return text


def edit_sections(path, text, title):
    """Remove the sections of MAINTAINERS whose title matches a regular expression."""
    sections = text.split('\n\n')
    kept = [s for s in sections if not re.match(title, s)]
    if kept == sections:
        raise Refused(f'{path}: no section "{title}"')
    return '\n\n'.join(kept)


def edit_lines(path, text, choices):
    """Replace consecutive whole lines: one of the choices, there exactly once."""
    wants = ['\n' + ''.join(line + '\n' for line in old) for old, _ in choices]
    counts = [('\n' + text).count(want) for want in wants]
    if sum(counts) != 1:
        line = '" or "'.join(old[0].strip() for old, _ in choices)
        raise Refused(f'{path}: line "{line}" found {sum(counts)} times, '
                      'not once')
    at = counts.index(1)
    have = '\n' + ''.join(line + '\n' for line in choices[at][1])
    return ('\n' + text).replace(wants[at], have)[1:]


def edits(tree):
    with open(os.path.join(HERE, 'edits')) as f:
        lines = [line.rstrip('\n') for line in f] + ['']
    path, text, choices, another = None, None, [], False
    for line in lines:
        if line.startswith('-'):
            if another or not choices:
                choices.append(([], []))
                another = False
            elif choices[-1][1]:
                text = edit_lines(path, text, choices)
                choices = [([], [])]
            choices[-1][0].append(line[1:])
            continue
        if choices and not another:
            if line.startswith('+'):
                choices[-1][1].append(line[1:])
                continue
            if line == 'or':
                another = True
                continue
            text = edit_lines(path, text, choices)
            choices = []
        if another or line.startswith('+') or line == 'or':
            raise Refused(f'{path}: series/strip/edits: "{line}" stands alone')
        if line.startswith('= '):
            if path:
                write(tree, path, text)
            path = line[2:]
            text = read(tree, path)
        elif line.startswith('config '):
            text = edit_config(path, text, line[7:])
        elif line.startswith('sections '):
            text = edit_sections(path, text, line[9:])
    write(tree, path, text)


def resolve_off(tree, symbols):
    """Resolve the symbols as undefined in the implementation files."""
    # unifdef does not know IS_ENABLED() and its kin
    is_enabled = re.compile(r'\bIS_(?:ENABLED|BUILTIN|MODULE|REACHABLE)'
                            rf'\(CONFIG_({"|".join(symbols)})\)')
    undefine = [f'-UCONFIG_{s}{m}' for s in symbols for m in ('', '_MODULE')]
    for path in rules('resolve-off'):
        text = read(tree, path)
        lines = text.split('\n')
        for i, line in enumerate(lines):
            if re.match(r'\s*#\s*(if|elif)\b', line):
                lines[i] = is_enabled.sub(r'defined(CONFIG_\1)', line)
        write(tree, path, '\n'.join(lines))
        done = subprocess.run(['unifdef', '-m', *undefine,
                               os.path.join(tree, path)],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or done.stderr:
            raise Refused(f'{path}: unifdef: {done.stderr.strip()}')
        if done.returncode == 0 and '\n'.join(lines) == text:
            raise Refused(f'{path}: nothing to resolve, no longer gated')


def found(tree, symbols, headers):
    """What the stripped tree still says about BPF: names, gates, includers."""
    gate = re.compile(r'^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b.*'
                      rf'\bCONFIG_(?:{"|".join(symbols)})\b', re.M)
    names, gates, includers = set(), set(), set()
    for path in files(tree):
        base = os.path.basename(path)
        if NAME.search(base) or NAME.search(os.path.dirname(path)):
            names.add(path)
        if not path.endswith(SOURCE) or \
           path.startswith(('tools/', 'samples/', 'Documentation/')):
            continue
        text = read(tree, path)
        if gate.search(text):
            gates.add(path)
        if any(i in headers for i in INCLUDE.findall(text)):
            includers.add(path)
    return {'known-names': names, 'gates-live': gates,
            'known-includers': includers}


def matching(rule, paths):
    return {p for p in paths if fnmatch.fnmatchcase(p, rule.lstrip('?'))}


def check(tree, symbols, headers):
    says = {'known-names': 'a file named for BPF',
            'gates-live': 'an #ifdef on a symbol of symbols-off',
            'known-includers': 'an #include of a deleted header'}
    for listing, paths in found(tree, symbols, headers).items():
        new = set(paths)
        for rule in rules(listing):
            if not matching(rule, paths) and not rule.startswith('?'):
                raise Refused(f'{rule}: in series/strip/{listing}, but not '
                              f'{says[listing]} in this tree')
            new -= matching(rule, paths)
        if new:
            raise Refused(f'{min(new)}: {says[listing]}, not classified in '
                          f'series/strip/{listing} ({len(new)} such)')


def main(args):
    listing = args[:1] == ['-l']
    tree = args[-1]
    symbols = rules('symbols-off')
    try:
        headers = delete(tree)
        edits(tree)
        resolve_off(tree, symbols)
        if listing:
            for name, paths in found(tree, symbols, headers).items():
                print(f'== {name}', *sorted(paths), sep='\n')
        else:
            check(tree, symbols, headers)
    except Refused as e:
        sys.exit(f'strip: {e}')


if __name__ == '__main__':
    main(sys.argv[1:])
