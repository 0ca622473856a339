#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run what Documentation/bpf/tracing.rst shows, and compare what it prints.

    doc_tracing.py KERNEL         TAP, one test point a command

In the document a comment says what the literal block after it is: `.. file: NAME` a
file; `.. host` and `.. guest` commands, after `$ ` or `# `, each with its output, where
`...` stands for any text. Commands of the host run where the files are, those of the
guest afterwards, in one boot, in one shell.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *['..'] * 4))
DOC = os.path.join(TOP, 'Documentation/bpf/tracing.rst')
TOOL = os.path.join(TOP, 'tools/bpf/tracefilter')
BLOCK = re.compile(r'^\.\. (file: \S+|host|guest|include-code: \S+)\n\n::\n\n'
                   r'((?:(?: {4}.*)?\n)+)', re.M)
# the event whose header the host makes, as it was saved
FORMAT = ('skb:kfree_skb', 'tests/formats/skb.kfree_skb.txt')
MARK = '@@'

count = failed = 0


def point(holds, claim, detail=''):
    global count, failed
    count += 1
    if not holds:
        failed += 1
        print(*('# ' + line for line in detail.splitlines()), sep='\n')
    print(f'{"" if holds else "not "}ok {count} - {claim}', flush=True)


def blocks():
    """(kind, argument, text) of each block that is marked."""
    with open(DOC) as f:
        text = f.read()
    for what, body in BLOCK.findall(text):
        kind, _, name = what.partition(': ')
        yield kind, name, textwrap.dedent(body).rstrip('\n') + '\n'


def commands(text, prompt):
    """(command, output) of each line after a prompt."""
    parts = re.split(f'^{re.escape(prompt)} ', text, flags=re.M)
    for part in parts[1:]:
        command, _, output = part.partition('\n')
        yield command, output


def plain(text):
    """Tabs and the ends of lines are no difference."""
    return '\n'.join(line.rstrip() for line in text.expandtabs(8).strip('\n').split('\n'))


def matches(expected, got):
    wanted = re.escape(plain(expected)).replace(r'\.\.\.', '(?:.|\n)*?')
    return re.fullmatch(wanted, plain(got)) is not None


def judge(command, expected, status, got):
    # a command that is shown to fail says so
    good = status == 0 or re.match(r'(tracefilter|cat): ', expected)
    point(bool(good) and matches(expected, got), command,
          f'status {status}, it says:\n{got}')


def host_environment(work):
    system, event = FORMAT[0].split(':')
    folder = f'{work}/tracefs/events/{system}/{event}'
    os.makedirs(folder)
    shutil.copy(os.path.join(TOOL, FORMAT[1]), f'{folder}/format')
    bin_ = f'{work}/bin'
    os.mkdir(bin_)
    with open(f'{bin_}/event_header', 'w') as f:
        f.write(f'#!/bin/sh\nexec {TOOL}/event_header -t {work}/tracefs "$@"\n')
    os.chmod(f'{bin_}/event_header', 0o755)
    arch = subprocess.run(['gcc', '-print-multiarch'], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip()
    return {**os.environ, 'PATH': f'{bin_}:{os.environ["PATH"]}',
            'CPATH': f'{TOP}/include/uapi:/usr/include/{arch}'}


def run_host(work, text, env):
    for command, expected in commands(text, '$'):
        said = subprocess.run(command, shell=True, cwd=f'{work}/files', env=env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        judge(command, expected, said.returncode, said.stdout)


def run_guest(work, kernel, todo):
    script = ['export PATH=$PATH:/samples:/tracefilter HOME=/files', 'cd']
    for n, (command, _) in enumerate(todo):
        script += [f'echo "{MARK} {n}"', command, f'echo "{MARK} status $?"']
    with open(f'{work}/script', 'w') as f:
        f.write('\n'.join(script) + '\n')
    said = subprocess.run(
        [f'{TOP}/series/vm', '--kernel', kernel, '--time', '300',
         '--file', f'{TOP}/out/samples:/samples', '--file', f'{work}/files:/files',
         '--file', f'{TOP}/out/tracefilter/tracefilter:/tracefilter/',
         '--file', f'{work}/script:/script', '--', 'sh', '/script'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
    found = {int(n): (int(status), text) for n, text, status in re.findall(
        rf'^{MARK} (\d+)\n(.*?)^{MARK} status (\d+)$', said.stdout, re.M | re.S)}
    for n, (command, expected) in enumerate(todo):
        status, got = found.get(n, (255, 'not run\n' + said.stdout[-2000:]))
        judge(command, expected, status, got)
    point(said.returncode == 0, 'the guest ends well', said.stdout[-2000:])


def check_included(path, text):
    with open(os.path.join(TOP, path)) as f:
        holds = plain(text) in plain(f.read())
    point(holds, f'{path} has what is shown of it', text)


def main(args):
    if len(args) != 1:
        sys.exit('usage: doc_tracing.py KERNEL')
    for folder in ('tools/bpf/tracefilter', 'samples/bpf'):
        subprocess.run(['make', '-s', '-C', os.path.join(TOP, folder)], check=True)
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(f'{work}/files')
        env = host_environment(work)
        todo = []
        for kind, name, text in blocks():
            if kind == 'file':
                with open(f'{work}/files/{name}', 'w') as f:
                    f.write(text)
            elif kind == 'host':
                run_host(work, text, env)
            elif kind == 'guest':
                todo += commands(text, '#')
            else:
                check_included(name, text)
        run_guest(work, args[0], todo)
    print(f'1..{count}')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
