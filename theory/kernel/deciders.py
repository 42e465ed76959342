"""What decides that a number is zero, and what follows from signs and arithmetic: SymPy and z3, told the hypotheses and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
import z3

from theory.kernel.named_words import WORDS, spelled, temporary
from theory.kernel.normal_form import explicit, normal, renamed, veiled
from theory.kernel.terms import BINDERS, Every, Refused, Rel, shape
from theory.symbols import Inner, Sign, Total, Unit

EFFORT = 3_000_000  # in z3's own units: a clock would make a proof depend on the machine


def _is_square(word: Any) -> bool:
    half = len(word) // 2
    return len(word) % 2 == 0 and word[half:] == tuple((m, not t) for m, t in reversed(word[:half]))


def _pair(word: Any) -> bool:
    """Tell whether a word is the inner product of two unit vectors: 1 where they are the same, else 0."""
    return len(word) == 2 and all(isinstance(m, Unit) for m, _ in word)


def at_units(hypotheses: Iterable[Any], *claims: Any) -> list[Rel]:
    """Return the relations among hypotheses, and those for every unit vector at each one that stands in any of them or in the claims."""
    out, wide = [h for h in hypotheses if isinstance(h, Rel)], [h for h in hypotheses if isinstance(h, Every)]
    units = {u for r in (*out, *claims) for side in (r.left, r.right) for u in _open(side)} if wide else set()
    while wide:
        h = wide.pop()
        for u in sorted(units, key=str):
            if u.shape == h.index.shape and u.name not in _binders(h):
                at_unit = _instance(h.part, h.index, u)
                if isinstance(at_unit, Every):
                    wide.append(at_unit)
                else:
                    out.append(at_unit)
    return out


def _open(term: Any) -> set[Any]:
    """Return the unit vectors that stand outside sums over themselves, also the variable of a sum around the term."""
    if isinstance(term, Unit):
        return {term}
    inside = set().union(*map(_open, term.args))
    return inside - {term.args[1]} if isinstance(term, BINDERS) else inside


def _binders(h: Any) -> set[str]:
    if isinstance(h, Every):
        return {h.index.name} | _binders(h.part)
    return {b.args[1].name for side in (h.left, h.right) for b in side.atoms(*BINDERS)}


def _instance(part: Any, index: Any, u: Any) -> Any:
    if isinstance(part, Every):
        return Every(part.index, _instance(part.part, index, u))
    return Rel(part.op, part.left.xreplace({index: u}), part.right.xreplace({index: u}))


def _flagged(hypotheses: Iterable[Rel], term: Any) -> Any:
    """Put in symbols that SymPy knows to be positive, where a hypothesis says so: 0 < s, 0 <= s, s < 0, s != 0, and M != 0 for <M, M>."""
    known: dict[Any, set[str]] = {}
    for h in hypotheses:
        if not isinstance(h, Rel):
            continue
        left, right = (h.left, h.right) if not shape(h.left) else (normal(Inner(h.left - h.right, h.left - h.right)), sp.S.Zero)
        for s, constant, below in ((right, left, True), (left, right, False)):
            if not s.is_Symbol or h.op == "=" or not constant.is_Rational:
                continue
            if h.op == "!=":
                known.setdefault(s, set()).update({"nonzero"} if constant == 0 else set())
            elif below and constant >= 0:
                known.setdefault(s, set()).add("positive" if h.op == "<" or constant > 0 else "nonnegative")
            elif not below and constant <= 0:
                known.setdefault(s, set()).add("negative" if h.op == "<" or constant < 0 else "nonpositive")
    put = {}
    for s in term.free_symbols:
        flags = known.get(s, set()) | ({"nonnegative"} if s in WORDS and _is_square(WORDS[s]) else set())
        if flags and not s.is_integer:
            put[s] = sp.Dummy(s.name, real=True, **dict.fromkeys(sorted(flags), True))
    return term.xreplace(put)


def is_zero(hypotheses: Iterable[Rel], gap: Any) -> bool:
    """Tell whether SymPy shows that a normal scalar is zero; labels go through both their values."""
    hypotheses = list(hypotheses)
    for label in sorted(gap.atoms(Sign), key=str):
        return all(is_zero(hypotheses, normal(gap.xreplace({label: sp.Integer(value)}))) for value in (1, -1))
    for pair in sorted((s for s in veiled(gap)[0].free_symbols if _pair(WORDS.get(s, ()))), key=str):
        (u, _), (e, _) = WORDS[pair]
        return is_zero(hypotheses, normal(gap.xreplace({pair: sp.S.Zero}))) and is_zero(hypotheses, normal(spelled(gap).xreplace({u: e})))
    e = _flagged(hypotheses, veiled(gap)[0])
    if e == 0 or (gap.has(Total) and _zero_term_by_term(hypotheses, gap)):
        return True
    point = {
        s: sp.Rational(7 + 5 * i, 11 + 2 * i) if not s.is_integer else sp.Integer(2 + i)
        for i, s in enumerate(sorted(e.free_symbols, key=str))
    }
    value = e.xreplace(point).evalf(30)
    if value.is_number and value.is_finite and abs(value) > sp.Float("1e-15"):  # spares a long search for a proof that cannot exist
        return False
    return any(rule(e) == 0 for rule in (sp.expand, sp.factor, sp.simplify))


def _zero_term_by_term(hypotheses: list[Any], gap: Any) -> bool:
    """Tell whether a gap is a combination of sums over one size whose terms cancel: sum a - sum b = sum (a - b)."""
    outside, sums = veiled(gap)
    outside = sp.expand(outside)
    factors = {letter: outside.coeff(letter) for letter in sums}
    alone = outside - sp.Add(*[c * letter for letter, c in factors.items()])
    sizes = {term.args[1].shape[0] for term in sums.values()}
    if len(sizes) != 1 or len(sums) < 2 or sp.expand(alone) != 0 or any(c.free_symbols & set(sums) for c in factors.values()):
        return False
    index = temporary(next(iter(sums.values())).args[1])
    return is_zero(hypotheses, sp.Add(*[c * renamed(sums[letter].args[0], sums[letter].args[1], index) for letter, c in factors.items()]))


def holds(hypotheses: Iterable[Rel], claim: Rel) -> bool:
    """Tell whether the claim follows: by the sign of a difference that SymPy sees, or by z3, to which a part beyond algebra is a letter."""
    hypotheses = list(hypotheses)
    if claim in hypotheses or (claim.op == "<=" and claim.left == 0 and isinstance(claim.right, Inner) and len({*claim.right.args}) == 1):
        return True
    hypotheses = at_units(hypotheses, claim)
    if shape(claim.left):  # by the sum of the squares of the entries of the difference, positive or zero
        squares = Inner(claim.left - claim.right, claim.left - claim.right)
        return holds(hypotheses, Rel("<", sp.S.Zero, squares) if claim.op == "!=" else Rel("=", squares, sp.S.Zero))
    gap = _flagged(hypotheses, normal(explicit(claim.right)) - normal(explicit(claim.left)))
    flag = {"<": "is_positive", "<=": "is_nonnegative", "!=": "is_nonzero", "=": "is_zero"}[claim.op]
    if getattr(gap, flag):
        return True
    letters = _Letters()
    known = [letters.relation(h) for h in hypotheses]
    wanted = letters.relation(claim)
    solver = z3.Solver()
    solver.set("rlimit", EFFORT)
    solver.add(*known, *letters.facts, z3.Not(wanted))
    return solver.check() == z3.unsat


class _Letters:
    """Write terms for z3: e^u, roots, magnitudes, logarithms and words are letters, with the facts that hold of each."""

    def __init__(self) -> None:
        self.known: dict[Any, Any] = {}
        self.facts: list[Any] = []

    def letter(self, term: Any) -> Any:
        if term not in self.known:
            self.known[term] = z3.Real(f"{len(self.known)} {term}")
        return self.known[term]

    def relation(self, r: Rel) -> Any:
        if shape(r.left):
            size = self.term(normal(Inner(r.left - r.right, r.left - r.right)))
            return size > 0 if r.op == "!=" else size == 0
        a, b = self.term(normal(explicit(r.left))), self.term(normal(explicit(r.right)))
        return {"<": a < b, "<=": a <= b, "=": a == b, "!=": a != b}[r.op]

    def term(self, e: Any) -> Any:
        if e.is_Rational:
            return z3.RealVal(f"{e.p}/{e.q}")
        if e.is_Add or e.is_Mul:
            return (z3.Sum if e.is_Add else z3.Product)([self.term(a) for a in e.args])
        if isinstance(e, sp.Pow) and e.exp.is_Rational and (e.exp.is_Integer or e.exp.q == 2):
            base = self.term(e.base) if e.exp.is_Integer else self._with_facts(sp.sqrt(e.base, evaluate=False))
            power = z3.Product([base] * abs(int(e.exp.p)))
            return power if e.exp > 0 else 1 / power
        if isinstance(e, sp.exp):
            whole, unit = sp.expand(e.args[0]), sp.S.One
            if whole.is_Add:
                return z3.Product([self.term(sp.exp(a)) for a in whole.args])
            factor, unit = whole.as_coeff_Mul()
            if factor.is_Integer and abs(factor) <= 4:
                power = z3.Product([self._with_facts(sp.exp(unit))] * abs(int(factor)))
                return power if factor > 0 else 1 / power
            return 1 / self._with_facts(sp.exp(-whole)) if factor < 0 else self._with_facts(sp.exp(whole))
        return self._with_facts(e)

    def _with_facts(self, e: Any) -> Any:
        new = e not in self.known
        a = self.letter(e)
        if not new:
            return a
        if isinstance(e, Sign):
            self.facts.append(a * a == 1)
        elif e.is_Symbol and e.is_integer:
            self.facts.append(a >= 1)
        elif e in WORDS and _is_square(WORDS[e]):
            self.facts.append(a >= 0)
        elif e in WORDS and _pair(WORDS[e]):
            self.facts.append(z3.Or(a == 0, a == 1))
        elif isinstance(e, sp.exp):
            u = self.term(e.args[0])
            self.facts += [a > 0, z3.Or(u == 0, a > 1 + u), z3.Implies(u == 0, a == 1), z3.Implies(u < 0, a < 1)]
        elif e in (sp.pi, sp.E):
            self.facts += [a > 2, a < 4]
        elif isinstance(e, sp.Pow) and e.exp == sp.S.Half:
            self.facts += [a >= 0, a * a == self.term(e.base)]
        elif isinstance(e, sp.Abs):
            u = self.term(e.args[0])
            self.facts += [a >= 0, z3.Or(a == u, a == -u)]
        elif isinstance(e, sp.erf):
            self.facts += [a > -1, a < 1]
        elif not (e.is_Symbol or isinstance(e, sp.log | sp.Pow | Total)):
            raise Refused(f"z3 cannot be told of {e}")
        return a
