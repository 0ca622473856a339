#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What bpfcheck does with objects that are damaged.

    damage.py BPFCHECK ROUNDS SEED OBJECT...

Each round takes an object and cuts it off, or changes bytes of one of its sections or of
the tables that describe it, and asks for the verdict. However it is damaged, the answer
has to be a verdict, or that it cannot be read and why: status 0, 1 or 2, no signal, no
sanitizer's report, and an end within LIMIT seconds. Prints TAP; objects that fail are kept.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

LIMIT = 60
BATCH = 25	# objects of one call
VALUES = (0, 1, 0x7f, 0x80, 0xff)

HERE = os.path.dirname(os.path.abspath(__file__))


def places(data):
    """The parts of an ELF object of 64 bits: (offset, bytes) of header, tables, sections."""
    table, = struct.unpack_from('<Q', data, 40)
    size, count = struct.unpack_from('<HH', data, 58)
    out = [(0, 64), (table, size * count)]
    for i in range(count):
        kind, = struct.unpack_from('<I', data, table + i * size + 4)
        offset, length = struct.unpack_from('<QQ', data, table + i * size + 24)
        if kind != 8 and length:	# not SHT_NOBITS
            out.append((offset, length))
    return out


def damaged(rng, data):
    data = bytearray(data)
    how = rng.randrange(6)
    if how == 0:
        return data[:rng.randrange(len(data))]
    at, length = rng.choice(places(data))
    for _ in range(rng.choice((1, 1, 2, 8))):
        to = at + rng.randrange(length)
        if how == 1:
            data[to] ^= 1 << rng.randrange(8)
        elif how == 2:
            data[to] = rng.choice(VALUES)
        elif how == 3:
            to &= ~3	# a size, an offset or an index
            data[to:to + 4] = struct.pack('<I', rng.choice((
                0, 1, len(data), len(data) - 1, 1 << 31, (1 << 32) - 1,
                rng.randrange(len(data)))))
        elif how == 4:
            data[to] = rng.randrange(256)
        else:
            run = rng.randrange(1, 64)
            data[to:to + run] = bytes(len(data[to:to + run]))
    return data


def ask(tool, folder, names):
    """None, or what is wrong with the answer."""
    env = {**os.environ, 'ASAN_OPTIONS': 'exitcode=99:allocator_may_return_null=1',
           'UBSAN_OPTIONS': 'exitcode=99',
           # libbpf's own loss, where it gives up on damaged types half way
           'LSAN_OPTIONS': 'print_suppressions=0:suppressions=' + os.path.join(HERE, 'leaks')}
    try:
        run = subprocess.run([tool, '--json', *names], cwd=folder, env=env, timeout=LIMIT,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired:
        return f'no end in {LIMIT} seconds', {}
    if run.returncode not in (0, 1, 2):
        return f'status {run.returncode}\n{run.stderr.decode(errors="replace")}', {}
    try:
        said = json.loads(run.stdout)
    except ValueError as error:
        return f'no JSON: {error}', {}
    for name in names:
        answers = [p for p in said if p['object'] == name]
        if not answers or any(p['verdict'] != 'accepted' and not p['message']
                              for p in answers):
            return f'{name}: no reason is given', {}
    count = {}
    for p in said:
        count[p['verdict']] = count.get(p['verdict'], 0) + 1
    return None, count


def main():
    tool, rounds, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    originals = []
    for path in sys.argv[4:]:
        with open(path, 'rb') as f:
            originals.append((os.path.basename(path).split('.')[0], f.read()))
    rng, count, failed, folder = random.Random(seed), {}, [], tempfile.mkdtemp()
    for first in range(0, rounds, BATCH):
        names = []
        for i in range(first, min(first + BATCH, rounds)):
            name, data = originals[i % len(originals)]
            names.append(f'{name}-{seed}-{i}.o')
            with open(os.path.join(folder, names[-1]), 'wb') as f:
                f.write(damaged(rng, data))
        wrong, some = ask(tool, folder, names)
        for kind, n in some.items():
            count[kind] = count.get(kind, 0) + n
        for name in names:
            why = ask(tool, folder, [name])[0] if wrong else None
            if why:
                failed.append(name)
                print(f'# {folder}/{name}: ' + why[:3000].replace('\n', '\n# '), flush=True)
            else:
                os.unlink(os.path.join(folder, name))
    print(f'# seed {seed}, {rounds} objects: ' + ', '.join(
        f'{n} programs or objects {kind}' for kind, n in sorted(count.items())))
    print(f'{"not " if failed else ""}ok 1 - a damaged object has a verdict or cannot be read')
    print('1..1')
    print(f'{not failed:d} passed, {bool(failed):d} failed, 0 skipped')
    if not failed:
        shutil.rmtree(folder)
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
