# SPDX-License-Identifier: GPL-2.0-only
"""The list of what is to be proved; parts.py and product.py fill it."""

LIST = []


class Obligation:
    """One function, or a few small ones, and what is claimed of it.

    fn		says it, given a Proof
    uses	contracts that answer for functions it calls; each is the name of another
		obligation
    split	whether ways through the functions are taken one by one, or as one term
    whole	functions that are one term all the same
    choices	whether what only chooses between two values is one term, as min() is
    width	the greatest width that `make test` has time for; it is said in the output
    facts	obligations of facts.py that it takes for granted
    seeds	the wrong operators that must make it fail
    slow	too slow for `make test`: prove.py -a
    hard	products and quotients of words are what hard.py knows of them; at other
		widths they are computed
    """

    def __init__(self, name, fn, uses=(), split=True, whole=('fls64',), width=64, facts=(),
                 seeds=(), slow=False, hard=False, choices=False):
        self.name, self.fn = name, fn
        self.uses, self.split, self.whole = list(uses), split, whole
        self.width, self.facts, self.seeds = width, list(facts), seeds
        self.slow, self.hard, self.choices = slow, hard, choices


def obligation(name, fn=None, **how):
    if fn is None:
        return lambda it: obligation(name, it, **how)
    LIST.append(Obligation(name, fn, **how))
    return fn
