"""No rule takes what only looks like a theorem, nor a relation that says more than its words."""

from types import SimpleNamespace

import pytest
import sympy as sp

from theory.kernel.propositions import solution
from theory.kernel.rules import (
    all_of,
    along,
    at_unit,
    cases,
    cited,
    cut,
    decided,
    equal,
    for_every,
    induction,
    monotone,
    passed,
    put,
    relation,
    replaced,
    square,
    squeezed,
    summed,
    tends,
    witnessed,
)
from theory.kernel.terms import Exists, Refused, Rel
from theory.symbols import Inner, column, positive, real, size, unit

x, y, v, e = real("x y v e")
n, d = size("n"), size("d")
i, a, a_n = unit("i", n), column("a", d), column("b", n)
HERE = real(".x")
POSITIVE = relation("<", 0, x)
GROWS, TRUE = decided(relation("<", 0, sp.exp(x))), decided(relation("<", 0, 1))
VANISHES = tends(sp.S.Zero, x, sp.oo, 0, e, decided(relation("<", 0, e), given=(relation("<", 0, e),)))


def forged(conclusion):
    """Return what has all parts of a theorem, and was made by no rule."""
    return SimpleNamespace(hypotheses=frozenset(), conclusion=conclusion, cites=(), steps=())


FALSE = relation("<", x, x)
ENTRY = relation("<", Inner(i, a_n), Inner(i, a_n))
FORGERIES = {
    "cut": lambda: cut(forged(FALSE)),
    "cut, lemma": lambda: cut(GROWS, forged(FALSE)),
    "put": lambda: put(forged(FALSE), {x: y}),
    "cases": lambda: cases(forged(FALSE), forged(FALSE), relation("<", y, 0)),
    "induction, base": lambda: induction(relation("<", n, n), n, forged(relation("<", 1, 1)), forged(relation("<", n + 1, n + 1))),
    "all of": lambda: all_of(GROWS, forged(FALSE)),
    "witnessed": lambda: witnessed(Exists((x,), (relation("<", x, 0),)), {x: sp.S.One}, forged(relation("<", 1, 0))),
    "decided": lambda: decided(relation("<", x, x + y), forged(relation("<", 0, y))),
    "replaced": lambda: replaced(forged(FALSE), equal(x, x)),
    "replaced, equation": lambda: replaced(GROWS, forged(relation("=", x, y))),
    "for every": lambda: for_every(forged(ENTRY), i),
    "at a unit vector": lambda: at_unit(forged(for_every(decided(relation("<=", Inner(i, a_n), Inner(i, a_n))), i).conclusion), i),
    "summed": lambda: summed(forged(ENTRY), i),
    "monotone": lambda: monotone(-sp.exp(x), x, y, forged(relation("<", 0, -sp.exp(x)))),
    "tends": lambda: tends(sp.S.Half, x, sp.oo, 0, e, forged(relation("<", sp.Abs(sp.S.Half), e))),
    "squeezed": lambda: squeezed(sp.S.Half, 0, x, forged(relation("<=", sp.Abs(sp.S.Half), 0)), VANISHES),
    "along": lambda: along(-x, x, (), forged(relation("<", 0, -1)), decided(relation("<=", 0, 0))),
    "passed": lambda: passed(forged(relation("<", y, y)), y, solution(sp.S.One, HERE, real(".q"), x, v)),
}


@pytest.mark.parametrize("rule", FORGERIES)
def test_no_rule_takes_what_only_looks_like_a_theorem(rule):
    with pytest.raises(Refused, match="not a theorem of this kernel"):
        FORGERIES[rule]()


LOOSE = Rel("<", sp.S.Zero, positive("p"))  # with a flag of SymPy, which would be an assumption that nobody states
UNFIXED = {
    "put": lambda: put(GROWS, {x: y}, LOOSE),
    "cases": lambda: cases(TRUE, TRUE, LOOSE),
    "cited": lambda: cited(LOOSE, "a book"),
    "cited, given": lambda: cited(POSITIVE, "a book", LOOSE),
    "equal": lambda: equal(x, x, LOOSE),
    "decided": lambda: decided(relation("<", 0, sp.exp(x)), given=(LOOSE,)),
    "square": lambda: square(a, LOOSE),
    "induction": lambda: induction(LOOSE, n, TRUE, TRUE),
    "witnessed": lambda: witnessed(Exists((x,), (relation("<", 0, x),)), {x: sp.S.One}, TRUE, given=(LOOSE,)),
    "replaced": lambda: replaced(all_of(GROWS, TRUE), equal(x, x)),
    "for every": lambda: for_every(all_of(GROWS, TRUE), i),
    "monotone": lambda: monotone(sp.exp(x), x, y, all_of(GROWS, TRUE)),
    "along": lambda: along(y, x, (solution(sp.S.One, HERE, real(".q"), x, y),), all_of(GROWS, GROWS), decided(relation("<=", 0, 0))),
}


@pytest.mark.parametrize("rule", UNFIXED)
def test_a_relation_with_more_than_its_words_is_refused(rule):
    with pytest.raises(Refused, match="fixed form"):
        UNFIXED[rule]()
