#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Proves the verifier's value domains sound for every input, with z3.

    prove.py [-o FOLDER] [-n NAME]... [-w BITS] [-l SECONDS] [-a] [-s] [-q] [-v]

    -o  where the compiled sources go
    -n  only obligations whose name has this in it
    -w  words of so many bits, instead of each obligation's own width
    -l  so long for one question to the solver
    -a  those too that make test has no time for
    -s  only the seeded wrong operators, each of which must be refuted
    -q  no seeded operators
    -v  each question and its time

Prints TAP. An obligation says the width of word it was proved for; the kernel's is 64,
with a half of 32; and how long a processor worked on it. The python is Debian's, for so
is the solver.
"""
import argparse
import os
import sys
import time

import contracts
import facts	# noqa: F401, the lists fill themselves
import llir
import obligation
import parts	# noqa: F401
import product	# noqa: F401
from domain import prove

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.path.join(HERE, '../../../../../..'))
VERIFIER = os.path.join(TOP, 'kernel/bpf/verifier')
SOURCES = [f'{VERIFIER}/{name}.c' for name in ('tnum', 'scalar', 'scalar_grow')]
INCLUDES = [f'-I{TOP}/{path}' for path in
            ('tools/bpf/verify/include', 'kernel/bpf/verifier', 'include', 'include/uapi')]
# the sixth loses precision only: the table of the enumeration finds that
SEEDS = {1: 'tnum add', 2: 'range meet', 3: 'range add', 4: 'range shr', 5: 'sync',
         7: "a jump's bound", 8: 'range within',
         9: 'a division of constants', 10: 'a decision', 11: "sync's verdict",
         12: 'tnum within', 13: 'a shift by half a word', 14: 'neg',
         15: 'range mul', 16: 'range div', 17: 'range mod',
         18: 'range shl', 19: 'the arm of unequal numbers',
         20: 'the arm of numbers without a common bit', 26: 'a 32-bit instruction',
         27: 'a decision on common bits', 28: 'range sdiv', 29: 'range smod',
         30: 'range times a constant', 51: 'the bound of a growing number',
         54: 'low bits that grow', 55: 'bounds to grow from'}
# where products are computed, for the sake of a true case
HARD_WIDTH = 4


class Run:
    def __init__(self, options):
        self.options, self.modules = options, {}
        self.count = self.failed = 0

    def module(self, bits, seed):
        if (bits, seed) not in self.modules:
            self.modules[bits, seed] = llir.build(
                SOURCES, INCLUDES, [f'BV_BITS={bits}', f'BV_SEED={seed}'],
                self.options.o, f'w{bits}s{seed}')
        return self.modules[bits, seed]

    def say(self, good, text):
        self.count += 1
        self.failed += not good
        print(f'{"" if good else "not "}ok {self.count} - {text}', flush=True)

    def decide(self, it, bits, seed):
        start = time.process_time()
        answer = prove(self.module(bits, seed), bits, it, contracts.ALL, self.options.l,
                       self.options.v)
        return (*answer, time.process_time() - start)

    def width(self, it):
        return self.options.w or it.width

    def prove(self, it):
        bits = self.width(it)
        verdict, what, values, ways, took = self.decide(it, bits, 0)
        for name, value in values.items():
            print(f'#   {name} = {value.as_long():#x}')
        narrow = [f'{name} for {self.width(known)}-bit words'
                  for name in it.uses + it.facts for known in obligation.LIST
                  if known.name == name and self.width(known) < bits]
        text = {'proved': 'proved', 'wrong': f'WRONG ({what})',
                'open': f'not decided ({what})'}[verdict]
        self.say(verdict == 'proved', f'{text}, {bits}-bit words: {it.name}'
                 + (f', given {" and ".join(narrow)}' if narrow else '')
                 + f', {ways} way{"s" * (ways > 1)}, {took:.1f} s')

    def refute(self, seed, wanted):
        """A wrong operator must be found by an obligation that is about it."""
        for it in wanted:
            bits = HARD_WIDTH if it.hard else self.width(it)
            verdict, what, values, _, took = self.decide(it, bits, seed)
            if verdict == 'wrong':
                case = ', '.join(f'{name} {value.as_long():#x}'
                                 for name, value in values.items())
                print(f'# seed {seed}: {it.name}: not so: {what}\n#   when {case}')
                return self.say(True, f'wrong operator is refuted: {SEEDS[seed]}, by '
                                f'{it.name}, {took:.1f} s')
        return self.say(False, f'wrong operator is not refuted: {SEEDS[seed]}')


def chosen(options):
    names = {it.name for it in obligation.LIST}
    for it in obligation.LIST:
        for name in it.uses + it.facts:
            if name not in names:
                sys.exit(f'{it.name} uses {name}, which nothing proves')
        if any(part in it.name for part in options.n) if options.n else \
                options.a or not it.slow:
            yield it


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('-o', default=os.path.join(TOP, 'out/domain'))
    parser.add_argument('-n', action='append')
    parser.add_argument('-w', type=int)
    parser.add_argument('-l', type=float, default=600)
    for flag in '-a', '-s', '-q', '-v':
        parser.add_argument(flag, action='store_true')
    options = parser.parse_args()
    os.makedirs(options.o, exist_ok=True)
    run = Run(options)
    for it in chosen(options):
        if not options.s:
            run.prove(it)
    for seed in SEEDS:
        if not options.q and not options.n:
            run.refute(seed, [it for it in obligation.LIST if seed in it.seeds])
    print(f'1..{run.count}')
    print(f'{run.count - run.failed} passed, {run.failed} failed, 0 skipped')
    sys.exit(run.failed > 0)


if __name__ == '__main__':
    main()
