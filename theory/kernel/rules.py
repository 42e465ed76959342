"""The rules: the only code that makes a Theorem, and so all in this one file.

A sequent says: hypotheses imply the conclusion, for all values of the free variables.

A relation, as hypothesis and as conclusion, also says that both its sides are defined; a rule that brings in terms owes that.
"""

# This file is longer than others, on purpose. `_make` lets only functions of its own file make a theorem, so that a sceptic who has read
# this one file has read every rule; in two files `_make` would have to be open to others.

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable
from typing import Any

import sympy as sp

from theory.kernel.balls import look
from theory.kernel.deciders import holds, is_zero
from theory.kernel.normal_form import explicit, normal, words
from theory.kernel.propositions import defined, every, fits, fixed, instance, one_meaning, put_in, relation, told, written
from theory.kernel.terms import All, Every, Exists, Refused, Rel, Slope, Solution, Tends, bound, free, loose, plain, shape
from theory.symbols import Inner, MatrixTotal, Sign, Total, Unit

_made: weakref.WeakKeyDictionary[Theorem, tuple[Any, ...]] = weakref.WeakKeyDictionary()
Hypotheses = tuple[Rel, ...]


class Theorem:
    """hypotheses |- conclusion, and what it rests on. It holds nothing itself, so there is nothing to overwrite."""

    __slots__ = ("__weakref__",)
    hypotheses: Any = property(lambda self: _made[self][0])
    conclusion: Any = property(lambda self: _made[self][1])
    cites: Any = property(lambda self: _made[self][2])
    steps: Any = property(lambda self: _made[self][3])  # (rule, hypotheses, conclusion) of every application, first to last

    def __init__(self, *_: Any, **__: Any) -> None:
        """Refuse: rules make theorems."""
        raise Refused("a theorem is made by rules, not by its class")

    def __init_subclass__(cls) -> None:
        """Refuse: a subclass could say what it likes."""
        raise Refused("Theorem has no subclasses")

    def __reduce_ex__(self, _: Any) -> Any:
        """Refuse to be copied and pickled."""
        raise Refused("a theorem is neither copied nor pickled; prove it again")


def _make(rule: str, hypotheses: Iterable[Any], conclusion: Any, *given: Theorem, cites: tuple[str, ...] = ()) -> Theorem:
    if sys._getframe(1).f_globals is not globals():  # noqa: SLF001 - a rule of this file calls, and nobody else
        raise Refused("a theorem is made by rules, not from outside")
    hypotheses = frozenset(hypotheses)
    one_meaning(*hypotheses, conclusion)
    steps = dict.fromkeys([s for g in given for s in g.steps] + [(rule, hypotheses, conclusion)])
    theorem = object.__new__(Theorem)
    cited = tuple(sorted({*cites, *(c for g in given for c in g.cites)}))
    _made[theorem] = (hypotheses, conclusion, cited, tuple(steps), frozenset(map(written, hypotheses)), written(conclusion))
    return theorem


def is_theorem(candidate: Any) -> bool:
    """Tell whether a rule made this very object."""
    return type(candidate) is Theorem and candidate in _made


def proves(theorem: Any, hypotheses: frozenset[str], conclusion: str) -> bool:
    """Tell whether it is a theorem with exactly this conclusion, from no more than these hypotheses, all `written` before the proof ran."""
    return is_theorem(theorem) and _made[theorem][5] == conclusion and _made[theorem][4] <= hypotheses


def _ours(*theorems: Any) -> None:
    if not all(map(is_theorem, theorems)):
        raise Refused("not a theorem of this kernel")


# ---- logic ----------------------------------------------------------------------------------------------------------------------------
def assumed(h: Rel) -> Theorem:
    """h |- h."""
    fixed(h)
    return _make("hypothesis", [h], h)


def cut(theorem: Theorem, *lemmas: Theorem) -> Theorem:
    """From A, h |- c and B |- h: A, B |- c; for several h."""
    _ours(theorem, *lemmas)
    left = theorem.hypotheses - {t.conclusion for t in lemmas}
    return _make("cut", left.union(*(t.hypotheses for t in lemmas)), theorem.conclusion, theorem, *lemmas)


def put(theorem: Theorem, values: Any, *given: Rel) -> Theorem:
    """From A |- c: A, c with terms in place of variables, all at once. The terms must be defined wherever `given` holds, which is added."""
    _ours(theorem)
    fixed(*given)
    terms = told(values, given)
    return _make("substitution", [*(put_in(h, terms) for h in theorem.hypotheses), *given], put_in(theorem.conclusion, terms), theorem)


def cases(if_true: Theorem, if_false: Theorem, h: Rel) -> Theorem:
    """From A, h |- c and B, not h |- c: A, B |- c, where both sides of h are defined whenever A and B hold."""
    _ours(if_true, if_false)
    fixed(h)
    opposite = {
        "<": Rel("<=", h.right, h.left),
        "<=": Rel("<", h.right, h.left),
        "=": Rel("!=", h.left, h.right),
        "!=": Rel("=", h.left, h.right),
    }
    hypotheses = (if_true.hypotheses - {h}) | (if_false.hypotheses - {opposite[h.op]})
    if if_true.conclusion != if_false.conclusion:
        raise Refused("both cases must end in the same conclusion")
    defined(hypotheses, h.left, h.right)
    return _make("case split", hypotheses, if_true.conclusion, if_true, if_false)


def induction(claim: Rel, n: sp.Symbol, base: Theorem, step: Theorem) -> Theorem:
    """From A |- claim at n = 1 and B, claim |- claim at n + 1: A, B |- claim for every size n, where neither A nor B speaks of n."""
    _ours(base, step)
    fixed(claim)
    hypotheses = base.hypotheses | (step.hypotheses - {claim})
    if not (n.is_Symbol and n.is_integer and n.is_positive) or any(n in free(h) for h in hypotheses) or _matrices(claim):
        raise Refused("induction runs over a size, of which no other hypothesis speaks, and over numbers alone")
    if base.conclusion != put_in(claim, {n: sp.S.One}) or step.conclusion != put_in(claim, {n: n + 1}):
        raise Refused("induction needs the claim at 1, and at n + 1 from the claim at n")
    return _make("induction", hypotheses, claim, base, step)


def _matrices(r: Rel) -> set[Any]:
    return {s for s in free(r) if isinstance(s, sp.MatrixSymbol)}


def all_of(*theorems: Theorem) -> Theorem:
    """From A |- c and B |- d: A, B |- c and d; for several."""
    _ours(*theorems)
    return _make("conjunction", frozenset().union(*(t.hypotheses for t in theorems)), All(tuple(t.conclusion for t in theorems)), *theorems)


def witnessed(there_is: Exists, witness: Any, *theorems: Theorem, given: Hypotheses = ()) -> Theorem:
    """From A |- each part at the witness: A |- there are such values."""
    _ours(*theorems)
    there_is, given = Exists(tuple(map(plain, there_is.variables)), tuple(there_is.parts)), tuple(given)
    fixed(*there_is.parts, *given)
    terms = told(witness, given)
    if set(terms) != set(there_is.variables) or [t.conclusion for t in theorems] != [put_in(part, terms) for part in there_is.parts]:
        raise Refused("a witness must be shown to have every property, in their order")
    return _make("witness", frozenset(given).union(*(t.hypotheses for t in theorems)), there_is, *theorems)


def cited(conclusion: Rel, source: str, *given: Rel) -> Theorem:
    """A theorem of others, taken on trust: whatever uses it says so."""
    fixed(conclusion, *given)
    return _make("citation", given, conclusion, cites=(source,))


# ---- equations and inequalities ---------------------------------------------------------------------------------------------------------
def equal(left: Any, right: Any, *given: Rel) -> Theorem:
    """given |- left = right: both have one normal form; matrices by their words, for all sizes."""
    claim = relation("=", left, right)
    fixed(*given)
    defined(given, claim.left, claim.right)
    if shape(claim.left):
        a, b = words(explicit(claim.left)), words(explicit(claim.right))
        gaps = [a.get(w, sp.S.Zero) - b.get(w, sp.S.Zero) for w in {**a, **b}]
    else:
        gaps = [normal(explicit(claim.left)) - normal(explicit(claim.right))]
    for gap in gaps:
        if not is_zero(given, gap):
            raise Refused("{} and {} differ by {}", left, right, gap)
    look(claim, given)
    return _make("identity", given, claim)


def decided(claim: Rel, *theorems: Theorem, given: Hypotheses = ()) -> Theorem:
    """given, and what the theorems' conclusions say |- claim, by signs (SymPy) or real arithmetic (z3)."""
    given = tuple(given)  # it is read more than once, and must say the same each time
    _ours(*theorems)
    fixed(claim, *given, *(t.conclusion for t in theorems))
    if type(claim) is not Rel:
        raise Refused("decides one relation")
    known = [*given, *(t.conclusion for t in theorems)]
    defined(known, *(() if claim in known else (claim.left, claim.right)))
    if not holds(known, claim):
        raise Refused("{} {} {} does not follow from {}", claim.left, claim.op, claim.right, known or "nothing")
    hypotheses = frozenset(given).union(*(t.hypotheses for t in theorems))
    look(claim, hypotheses)
    return _make("arithmetic", hypotheses, claim, *theorems)


def square(matrix: Any, *given: Rel) -> Theorem:
    """given |- 0 <= <M, M>."""
    fixed(*given)
    defined(given, plain(matrix))
    return _make("square", given, relation("<=", sp.S.Zero, Inner(plain(matrix), plain(matrix))))


def replaced(theorem: Theorem, equation: Theorem) -> Theorem:
    """From A |- P(a) and B |- a = b: A, B |- P(b)."""
    _ours(theorem, equation)
    fixed(theorem.conclusion, equation.conclusion)
    _, left, right = equation.conclusion if type(equation.conclusion) is Rel and equation.conclusion.op == "=" else ("", sp.S.Zero, None)
    if left.is_Integer or left.is_Rational or (left.is_Symbol and left.is_integer):
        raise Refused("needs an equation, and not one that replaces a number or a size: matrices have sizes")
    new = put_in(theorem.conclusion, {left: right})
    return _make("rewriting", theorem.hypotheses | equation.hypotheses, new, theorem, equation)


# ---- sums over unit vectors: over the examples, the classes, the entries of a column ------------------------------------------------
def _one_by_one(theorem: Theorem, index: Unit) -> tuple[Unit, list[Any]]:
    """Return the bound name of a unit vector of the theorem, and its hypotheses: those that speak of it hold for every one."""
    index = plain(index)
    if type(index) is not Unit or bound(index):
        raise Refused(f"{index} must be a unit vector that stands for each of them")
    inner = Unit(f".{index.name}", *index.shape)
    given = [every(inner, _renamed(h, index, inner)) if index in free(h) else h for h in theorem.hypotheses]
    return inner, given


def _renamed(proposition: Any, index: Unit, inner: Unit) -> Any:
    if isinstance(proposition, Every):
        return Every(proposition.index, _renamed(proposition.part, index, inner))
    if type(proposition) is not Rel:
        raise Refused(f"a solution speaks of {index}: it cannot hold for every unit vector")
    return Rel(proposition.op, proposition.left.xreplace({index: inner}), proposition.right.xreplace({index: inner}))


def for_every(theorem: Theorem, index: Unit) -> Theorem:
    """From A, B(e) |- c(e) for a unit vector e of which A does not speak: A, B(e) for every e |- c(e) for every e."""
    _ours(theorem)
    fixed(theorem.conclusion)
    inner, given = _one_by_one(theorem, index)
    return _make("for every unit vector", given, every(inner, _renamed(theorem.conclusion, plain(index), inner)), theorem)


def at_unit(theorem: Theorem, e: Unit) -> Theorem:
    """From A |- c(e) for every e: A |- c at this unit vector."""
    _ours(theorem)
    e = plain(e)
    if type(theorem.conclusion) is not Every or bound(e):
        raise Refused("needs what holds for every unit vector, and one of them")
    return _make("one unit vector", theorem.hypotheses, instance(theorem.conclusion, e), theorem)


def summed(theorem: Theorem, index: Unit) -> Theorem:
    """From A, B(e) |- a(e) op b(e), op one of < <= =: A, B(e) for every e |- the sum of a(e) over all e op the sum of b(e)."""
    _ours(theorem)
    c, index = theorem.conclusion, plain(index)
    inner, given = _one_by_one(theorem, index)
    if type(c) is not Rel or c.op == "!=" or (c.op == "<" and not fits(sp.Symbol("size", integer=True, positive=True), index.shape[0])):
        raise Refused("adds up equations and inequalities, those with < over at least one unit vector")
    sides = [(MatrixTotal if shape(side) else Total)(side.xreplace({index: inner}), inner) for side in (c.left, c.right)]
    return _make("sum", given, relation(c.op, *sides), theorem)


# ---- calculus ---------------------------------------------------------------------------------------------------------------------------
def _side(h: Rel, z: Any) -> str:
    """Return "below" or "above" where h bounds z from there by a term without z, and "" where it does not speak of z."""
    if z not in free(h):
        return ""
    if type(h) is Rel and h.op in ("<", "<=") and (h.left == z) != (h.right == z) and z not in free(h.left if h.right == z else h.right):
        return "below" if h.right == z else "above"
    raise Refused(f"{h} does not bound {z} on one side")


def monotone(quantity: Any, z: sp.Symbol, second: sp.Symbol, slope: Theorem, closed: Hypotheses = ()) -> Theorem:
    """From A |- 0 < q', the derivative in z, where A bounds z to an interval: A at z, A at z2, z < z2 |- q(z) < q(z2).

    Likewise from q' < 0, and with <=. `closed`: strict bounds of z in A that become <=, as far as q is continuous there.
    """
    _ours(slope)
    q, z, second, c = plain(quantity), plain(z), plain(second), slope.conclusion
    fixed(c)
    ends = set(closed)
    hypotheses = {Rel("<=", h.left, h.right) if h in ends and _side(h, z) else h for h in slope.hypotheses}
    if any(second in free(h) for h in hypotheses) or second in free(q) or z == second or not (z.is_Symbol and second.is_Symbol):
        raise Refused(f"{second} must be new")
    if z.is_integer or second.is_integer or isinstance(z, Sign) or isinstance(second, Sign) or loose(q) or c.op not in ("<", "<="):
        raise Refused("needs the sign of a derivative along a real number")
    inside = [h for h in slope.hypotheses if _side(h, z) or True]  # _side refuses hypotheses that bound no interval
    defined(inside, q, smooth=True)
    defined(hypotheses, q)
    rises = c.left == 0
    if not rises and c.right != 0:
        raise Refused("needs the sign of a derivative")
    inner = sp.Symbol(f".{z.name}", real=True)
    if q.has(inner):
        raise Refused(f"{inner} is bound in {q} already; rename {z}")
    equal(Slope(q.xreplace({z: inner}), inner, z), c.right if rises else c.left, *inside)
    low, high = q, q.xreplace({z: second})
    at_both_ends = [*hypotheses, *(put_in(h, {z: second}) for h in hypotheses), relation("<", z, second)]
    return _make("derivative", at_both_ends, relation(c.op, *((low, high) if rises else (high, low))), slope)


def tends(expression: Any, z: sp.Symbol, to: Any, value: Any, epsilon: sp.Symbol, near: Theorem) -> Theorem:
    """From A, 0 < epsilon, z near `to` |- |expression - value| < epsilon: A |- expression tends to value.

    Near oo is N < z (any number of them, N without z), near -oo z < N, near a number a: 0 < |z - a| and |z - a| < r, where r > 0.
    """
    _ours(near)
    e, z, value, epsilon = plain(expression), plain(z), plain(value), plain(epsilon)
    to = to if to in (sp.oo, -sp.oo) else plain(to)
    if to not in (sp.oo, -sp.oo) and {z, epsilon} & free(to):
        raise Refused(f"{z} cannot tend to {to}, which moves with it")
    if near.conclusion != relation("<", sp.Abs(e - value), epsilon) or {z, epsilon} & free(value) or epsilon in free(e) | {z}:
        raise Refused("needs |expression - value| < epsilon, with a value that does not move")
    if any(s.is_integer or isinstance(s, Sign) or not s.is_Symbol for s in (z, epsilon)):
        raise Refused("a limit runs along a real number")
    positive = relation("<", sp.S.Zero, epsilon)
    kept = {h for h in near.hypotheses if z not in free(h) and h != positive}
    if any(epsilon in free(h) for h in kept):
        raise Refused("a hypothesis speaks of epsilon")
    if any(type(h) is not Rel and z in free(h) for h in near.hypotheses):
        raise Refused(f"a hypothesis speaks of {z} for every unit vector")
    for h in near.hypotheses:
        if z in free(h) and to in (sp.oo, -sp.oo):
            if _side(h, z) != ("below" if to == sp.oo else "above"):
                raise Refused(f"{h.left} {h.op} {h.right} says more than that {z} is near {to}")
            defined([*kept, positive], h.left if h.right == z else h.right)
        elif z in free(h):
            away = sp.Abs(z - to)
            if h != relation("<", sp.S.Zero, away) and not (h.op == "<" and h.left == away and z not in free(h.right)):
                raise Refused(f"{h.left} {h.op} {h.right} says more than that {z} is near {to}")
            if h.left == away and not holds([*kept, positive], Rel("<", sp.S.Zero, h.right)):
                raise Refused(f"{h.right} must be positive")
    inner = sp.Symbol(f".{z.name}", real=True)
    if e.has(inner):
        raise Refused(f"{inner} is bound in {e} already; rename {z}")
    return _make("limit", kept, Tends(e.xreplace({z: inner}), inner, to, value), near)


def squeezed(expression: Any, value: Any, z: sp.Symbol, bounded: Theorem, limit: Theorem) -> Theorem:
    """From A |- |expression - value| <= b, and B |- b tends to 0 as z tends to oo: A, B |- expression tends to value.

    A may say of z that it is large, and no more.
    """
    _ours(bounded, limit)
    e, value, z, c = plain(expression), plain(value), plain(z), limit.conclusion
    if type(c) is not Tends or c.to != sp.oo or c.value != 0 or z in free(value) or z.is_integer or isinstance(z, Sign):
        raise Refused("needs a bound that tends to 0 as a real number tends to oo")
    if bounded.conclusion != relation("<=", sp.Abs(e - value), c.expression.xreplace({c.variable: z})) or z in free(c):
        raise Refused("needs |expression - value| <= what tends to 0")
    kept = {h for h in bounded.hypotheses if z not in free(h)}
    for h in bounded.hypotheses - kept:
        if _side(h, z) != "below":
            raise Refused(f"{h.left} {h.op} {h.right} says more than that {z} is large")
        defined(kept, h.left)
    if e.has(c.variable):
        raise Refused(f"{c.variable} is bound in {e} already; rename {z}")
    kept |= limit.hypotheses
    return _make("squeeze", kept, Tends(e.xreplace({z: c.variable}), c.variable, c.to, value), bounded, limit)


# ---- solutions of differential equations --------------------------------------------------------------------------------------------
def along(quantity: Any, z: sp.Symbol, solutions: tuple[Solution, ...], rate: Theorem, start: Theorem, op: str = "<") -> Theorem:
    """From A, 0 < z, solutions to (z, y), q <= 0 |- 0 < q' along them, and B |- 0 <= q at 0: A, B, the solutions, 0 < z |- 0 < q.

    Why: if q <= 0 at z, then from the last point before z with q > 0 on, or from 0 on, q would rise, and from a value >= 0.
    With `op` "<=": A, B, the solutions, 0 <= z |- 0 <= q.
    """
    _ours(rate, start)
    q, z, solutions, c = plain(quantity), plain(z), tuple(solutions), rate.conclusion
    fixed(c, *solutions)
    moving = [z, *(h.value for h in solutions)]
    if any(type(v) is not sp.Symbol or v.is_integer or bound(v) for v in moving) or len({*moving}) < len(moving) or op not in ("<", "<="):
        raise Refused("needs solutions through a real variable, each with a value that is a variable, and says < or <=")
    if any(type(h) is not Solution or h.at != z or free(h._replace(at=sp.S.Zero, value=sp.S.Zero)) & {*moving} for h in solutions):
        raise Refused(f"each solution must reach {z}, and what it solves may not speak of {moving}")
    kept = rate.hypotheses - {*solutions, relation("<", 0, z), relation("<=", q, 0)}
    if any(free(h) & {*moving} for h in kept):
        raise Refused(f"a hypothesis says more of {moving} than that they lie on the solutions, where the quantity is not positive")
    defined([*kept, relation("<=", 0, z)], q, smooth=True)
    inner = {v: sp.Symbol(f".{v.name}", real=True) for v in moving}
    slopes = [Slope(q.xreplace({v: inner[v]}), inner[v], v) for v in moving]
    moves = [sp.S.One, *(h.slope.xreplace({h.s: z, h.y: h.value}) for h in solutions)]
    at_start = put_in(relation("<=", 0, q), dict.fromkeys(moving, sp.S.Zero))
    if type(c) is not Rel or (c.op, c.left) != ("<", 0) or start.conclusion != at_start:
        raise Refused("needs that the quantity rises where it is not positive, and is not negative at 0")
    equal(sp.Add(*map(sp.Mul, slopes, moves)), c.right, *(h for h in rate.hypotheses if type(h) is not Solution))
    hypotheses = {*kept, *start.hypotheses, *solutions, relation(op, 0, z)}
    look(claim := relation(op, 0, q), hypotheses)
    return _make("along solutions", hypotheses, claim, rate, start)


def passed(theorem: Theorem, y: sp.Symbol, whole: Solution) -> Theorem:
    """From A, the solution to (u, y), what holds along it there |- c, no y in A, c, u: A, it as a whole, 0 <= u <= its end |- c."""
    _ours(theorem)
    fixed(whole)
    y, here = plain(y), [h for h in theorem.hypotheses if type(h) is Solution and h.value == plain(y)]
    if type(whole) is not Solution or len(here) != 1 or here[0] != whole._replace(at=here[0].at, value=y, along=()):
        raise Refused("needs one solution to the value, the same as the whole one")
    u = here[0].at
    there = {here[0]} | ({put_in(whole.along, {whole.s: u, whole.y: y})} if whole.along else set())
    kept = theorem.hypotheses - there
    if type(y) is not sp.Symbol or y.is_integer or bound(y) or any(y in free(p) for p in (u, *kept, theorem.conclusion, whole)):
        raise Refused(f"nothing else may speak of {y}, which must be a real variable")
    before_end = [relation("<=", 0, u), relation("<=", u, whole.at)]
    return _make("a point of a solution", [*kept, whole, *before_end], theorem.conclusion, theorem)
