"""Each condition of a rule by itself: a use that no other condition refuses, and from which most often a false theorem would follow."""

import pytest
import sympy as sp

from theory.kernel import rules
from theory.kernel.propositions import every, solution
from theory.kernel.rules import (
    all_of,
    assumed,
    cases,
    cut,
    decided,
    equal,
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
from theory.kernel.terms import All, Exists, Refused, Rel, Slope
from theory.symbols import Inner, Sign, column, real, size, unit

x, y, z, v, e = real("x y z v e")
n, d = size("n"), size("d")
t, i, a, a_n = Sign("t"), unit("i", n), column("a", d), column("b", n)
HERE = real(".x")
POSITIVE, SMALL = relation("<", 0, x), relation("<", 0, e)
GROWS, TRUE = decided(relation("<", 0, sp.exp(x))), decided(relation("<", 0, 1))


def vanishes():
    """Return that e^(x - v) tends to 0 as v tends to oo, for each x."""
    start = relation("<", x - sp.log(e), v)
    grown = put(monotone(sp.exp(z), z, y, decided(relation("<", 0, sp.exp(z)))), {z: x - v, y: sp.log(e)}, SMALL)
    less = replaced(grown, equal(sp.exp(sp.log(e)), e, SMALL))
    small = cut(less, decided(relation("<", x - v, sp.log(e)), given=(start, SMALL)))
    return tends(sp.exp(x - v), v, sp.oo, 0, e, decided(relation("<", sp.Abs(sp.exp(x - v)), e), small))


def constant(value):
    """Return that a number tends to itself as x tends to oo."""
    return tends(value, x, sp.oo, value, e, decided(relation("<", sp.Abs(value - value), e), given=(SMALL,)))


def near(distance, *given):
    """Return 0 < e and what is given |- |distance| < e."""
    return decided(relation("<", sp.Abs(distance), e), given=(SMALL, *given))


BY_SLOPES = {
    "a second value of which a hypothesis speaks": (
        "must be new",
        lambda: monotone(sp.exp(x), x, y, decided(relation("<", 0, sp.exp(x)), given=(relation("<", y, x),))),
    ),
    "a second value that is the first": ("must be new", lambda: monotone(sp.S.One, x, x, decided(relation("<=", 0, 0)))),
    "a second value that is a number": ("must be new", lambda: monotone(sp.exp(x), x, sp.Integer(3), GROWS)),
    "from a real number to a size": ("along a real number", lambda: monotone(sp.exp(x), x, n, GROWS)),
    "along a label": ("along a real number", lambda: monotone(sp.exp(t), t, y, decided(relation("<", 0, sp.exp(t))))),
    "from a real number to a label": ("along a real number", lambda: monotone(sp.exp(x), x, t, GROWS)),
    "a quantity with a loose variable": ("along a real number", lambda: monotone(sp.exp(x) + real(".s"), x, y, GROWS)),
    "a slope that is only equal to 0": ("along a real number", lambda: monotone(sp.S.One, x, y, decided(relation("=", 0, 0)))),
    "a slope that is more than 1, not less than 0": (
        "sign of a derivative",
        lambda: monotone(x, x, y, decided(relation("<", 1, sp.exp(x) + 1))),
    ),
    "a quantity that binds the name": ("is bound in", lambda: monotone(Slope(HERE**2, HERE, x), x, y, decided(relation("<", 0, 2)))),
}
LIMITS = {
    "towards what moves with it": ("cannot tend to", lambda: tends(x, x, x, 0, e, near(0))),
    "a value that moves": ("a value that does not move", lambda: tends(x, x, sp.oo, x, e, near(x - x))),
    "an expression that holds epsilon": ("needs", lambda: tends(e / 2, x, sp.oo, 0, e, near(e / 2))),
    "along a size": ("along a real number", lambda: tends(sp.S.Zero, n, sp.oo, 0, e, near(0))),
    "a hypothesis on epsilon": ("speaks of epsilon", lambda: tends(sp.S.Half, x, sp.oo, 0, e, near(sp.S.Half, relation("<", 1, e)))),
    "an expression that binds the name": (
        "is bound in",
        lambda: tends(Slope(HERE, HERE, y), x, sp.oo, 1, e, near(Slope(HERE, HERE, y) - 1)),
    ),
}
LIMITS |= {
    "a bound of the variable that may be undefined": (
        "undefined",
        lambda: tends(sp.S.Zero, x, sp.oo, 0, e, near(0, relation("<", sp.log(y), x))),
    ),
    "a neighbourhood that is empty": (
        "must be positive",
        lambda: tends(sp.S.Half, x, sp.S.Zero, 0, e, near(sp.S.Half, relation("<", sp.Abs(x), -1))),
    ),
}
NO_BOUND, NO_MATCH = "needs a bound that tends to 0", r"needs \|expression - value\| <= what tends to 0"
SQUEEZES = {
    "no limit at all": (NO_BOUND, lambda: squeezed(x, 0, x, GROWS, GROWS)),
    "a limit at a number": (
        NO_BOUND,
        lambda: squeezed(
            x, 0, x, decided(relation("<=", sp.Abs(x), x), given=(POSITIVE,)), tends(x, x, 0, 0, e, near(x, relation("<", sp.Abs(x), e)))
        ),
    ),
    "a bound that tends to 1": (
        NO_BOUND,
        lambda: squeezed(sp.S.Half, 0, x, decided(relation("<=", sp.Abs(sp.S.Half), 1)), constant(sp.S.One)),
    ),
    "a value that moves": (
        NO_BOUND,
        lambda: squeezed(v + sp.exp(x - v), v, v, decided(relation("<=", sp.Abs(sp.exp(x - v)), sp.exp(x - v))), vanishes()),
    ),
    "along a size": (
        NO_BOUND,
        lambda: squeezed(sp.exp(x - n), 0, n, decided(relation("<=", sp.Abs(sp.exp(x - n)), sp.exp(x - n))), vanishes()),
    ),
    "along a label": (
        NO_BOUND,
        lambda: squeezed(sp.exp(x - t), 0, t, decided(relation("<=", sp.Abs(sp.exp(x - t)), sp.exp(x - t))), vanishes()),
    ),
    "a bound of the variable that may be undefined": (
        "undefined",
        lambda: squeezed(
            sp.exp(x - v),
            0,
            v,
            decided(relation("<=", sp.Abs(sp.exp(x - v)), sp.exp(x - v)), given=(relation("<", sp.log(y), v),)),
            vanishes(),
        ),
    ),
    "no bound": (NO_MATCH, lambda: squeezed(sp.exp(v), 0, v, decided(relation("<", 0, sp.exp(v))), vanishes())),
    "a bound that holds the variable twice": (
        NO_MATCH,
        lambda: squeezed(sp.S.One, 0, x, decided(relation("<=", sp.Abs(sp.S.One), sp.exp(x - x))), vanishes()),
    ),
}
STEPS = relation("<=", 0, x)
COLUMN = column("c", n)
LOGIC = {
    "cases of what may be undefined": (
        "undefined|nothing shows",
        lambda: cases(
            decided(relation("<", 0, sp.exp(y)), given=(relation("<", 1 / x, 0),)),
            decided(relation("<", 0, sp.exp(y)), given=(relation("<=", 0, 1 / x),)),
            relation("<", 1 / x, 0),
        ),
    ),
    "induction over a real number": (
        "over a size",
        lambda: induction(STEPS, x, decided(relation("<=", 0, 1)), decided(relation("<=", 0, x + 1), given=(STEPS,))),
    ),
    "induction over a matrix": (
        "over numbers alone",
        lambda: induction(relation("<=", 0, Inner(COLUMN, COLUMN)), n, square(column("c", sp.S.One)), square(column("c", n + 1))),
    ),
    "induction from another start": (
        "needs the claim at 1",
        lambda: induction(
            relation("<", 0, n), n, decided(relation("<", 0, 2)), decided(relation("<", 0, n + 1), given=(relation("<", 0, n),))
        ),
    ),
    "induction by another step": (
        "needs the claim at 1",
        lambda: induction(relation("<", 0, n), n, TRUE, decided(relation("<", 0, n + 2), given=(relation("<", 0, n),))),
    ),
    "a bound variable replaced": ("must be of its sort", lambda: put(GROWS, {real(".s"): x})),
    "a relation of another kind": ("no relation", lambda: relation(">", x, y)),
    "matrices in order": ("no relation", lambda: relation("<", a, a)),
    "a column beside a number": ("no relation", lambda: relation("=", a, x)),
    "every one of a column that is no unit vector": ("must be a bound unit vector", lambda: every(column(".c", n), POSITIVE)),
    "every one of two relations": ("is no relation", lambda: every(unit(".j", n), All((POSITIVE, SMALL)))),
    "a solution with a column for its slope": ("must be a number at each point", lambda: solution(a, HERE, real(".q"), x, y)),
    "a solution along two relations": ("is no relation", lambda: solution(sp.S.One, HERE, real(".q"), x, y, All((POSITIVE, SMALL)))),
    "a witness for a variable that is not there": (
        "every property",
        lambda: witnessed(Exists((x,), (relation("<", 0, x),)), {x: sp.S.One, z: sp.S.One}, decided(relation("<", 0, 1))),
    ),
    "two relations decided at once": ("fixed form", lambda: decided(All((POSITIVE, SMALL)), given=(POSITIVE, SMALL))),
    "a square of what may be undefined": ("undefined|nothing shows", lambda: square(sp.MatMul(1 / x, a))),
    "a number replaced": (
        "not one that replaces a number",
        lambda: replaced(GROWS, decided(relation("=", sp.S.Half, x), given=(relation("=", sp.S.Half, x),))),
    ),
    "a sum of two relations at once": ("adds up", lambda: summed(all_of(GROWS, GROWS), i)),
    "a point of what is no solution": ("needs one solution", lambda: passed(GROWS, y, POSITIVE)),
}


USES = {
    **BY_SLOPES,
    **{f"limit: {name}": use for name, use in LIMITS.items()},
    **{f"squeeze: {name}": use for name, use in SQUEEZES.items()},
    **LOGIC,
}


@pytest.mark.parametrize(("words", "use"), USES.values(), ids=USES)
def test_a_condition_refuses_by_itself(words, use):
    with pytest.raises(Refused, match=words):
        use()


@pytest.mark.parametrize(
    ("decider", "use"),
    [
        ("holds", lambda: decided(relation("<", x, 0))),
        ("is_zero", lambda: equal(x, x + 1)),
    ],
)
def test_balls_refuse_what_a_decider_takes_in_error(monkeypatch, decider, use):
    monkeypatch.setattr(rules, decider, lambda *_: True)
    with pytest.raises(Refused, match="balls refute"):
        use()


def test_the_theorems_that_are_misused_above_are_theorems():
    assert rules.is_theorem(vanishes())
    assert rules.is_theorem(constant(sp.S.One))
    assert assumed(Rel("<", sp.S.Zero, x)).conclusion == POSITIVE
