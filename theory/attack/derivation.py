"""A proof as a list of steps, each checked by a machine when the proof runs, and shown in the report as it stands.

Four checkers, from readable to strong: SymPy (identities of scalars, and of matrices of any size through
`theory.attack.chains`), python-flint (identities of rational functions, as exact polynomials), z3 (real arithmetic with
the negation and a control that must be satisfiable), and citation, which proves nothing and is counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import flint
import sympy as sp
import z3
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.attack import chains
from theory.kernel.rules import is_theorem
from theory.kernel.sentence import sentence
from theory.symbols import Inner, Phi, Sign, sigma
from theory.text import text

Z3_MILLISECONDS = 10_000


class ProofBroken(Exception):
    """A step that its checker did not accept; the message names the step and the difference that remains."""


@dataclass(frozen=True)
class Step:
    """One checked step: what it says, which checker accepted it, and what the checker saw."""

    says: str
    by: str
    detail: str


@dataclass
class Derivation:
    """Collects checked steps. Every method raises ProofBroken where its checker does not accept the step."""

    steps: list[Step] = field(default_factory=list)

    def equal(self, says: str, left: Any, right: Any) -> None:
        """left = right for all values: SymPy brings the difference to zero; matrices of any size by their words."""
        _refuse_two_meanings(says, left, right)
        if getattr(left, "shape", None) != getattr(right, "shape", None):
            raise ProofBroken(f"{says}: the two sides, {left} and {right}, have different shapes")
        for gap in _differences(left, right):
            if not is_zero(gap):
                raise ProofBroken(f"{says}: the two sides differ by {gap}")
        kind = "SymPy, matrices of any size" if isinstance(left, MatrixExpr) else "SymPy"
        self.steps.append(Step(says, kind, f"{text(left)} = {text(right)}"))

    def polynomial(self, says: str, left: sp.Expr, right: sp.Expr) -> None:
        """left = right as rational functions of their symbols, by exact polynomial arithmetic (python-flint)."""
        _refuse_two_meanings(says, left, right)
        numerator = _flint_numerator(chains.scalar(sp.sympify(left) - sp.sympify(right)))
        if numerator != 0:
            raise ProofBroken(f"{says}: as polynomials the two sides differ by {numerator}")
        self.steps.append(Step(says, "python-flint", f"{text(left)} = {text(right)}"))

    def decided(self, says: str, given: Sequence[sp.Basic], then: sp.Basic) -> None:
        """Decide `given implies then` over the reals (z3).

        The negation must be unsatisfiable; as a control the hypotheses alone must be satisfiable, and dropping them all must
        make the negation satisfiable unless there are none, so that neither side is empty talk.
        """
        _refuse_two_meanings(says, *given, then)
        hypotheses, conclusion = [_z3(g) for g in given], _z3(then)
        if _check(hypotheses) != z3.sat:
            raise ProofBroken(f"{says}: the hypotheses {list(given)} contradict one another, or z3 gave up on them")
        verdict = _check([*hypotheses, z3.Not(conclusion)])
        if verdict != z3.unsat:
            raise ProofBroken(f"{says}: z3 found {'a counterexample' if verdict == z3.sat else 'no answer'} for {list(given)} => {then}")
        if given and _check([z3.Not(conclusion)]) != z3.sat:
            raise ProofBroken(f"{says}: {then} holds without any hypothesis; state it so")
        self.steps.append(Step(says, "z3", f"{', '.join(map(str, given)) or 'always'} => {then}"))

    def positive(self, says: str, expression: sp.Expr) -> None:
        """expression > 0 by SymPy's assumptions on its symbols."""
        if not (expression.is_positive or sp.factor(expression).is_positive or sp.simplify(expression).is_positive):
            raise ProofBroken(f"{says}: SymPy does not see that {expression} is positive")
        self.steps.append(Step(says, "SymPy, assumptions", f"{text(expression)} > 0"))

    def increasing(self, says: str, expression: sp.Expr, symbol: sp.Symbol) -> None:
        """The expression is strictly increasing in `symbol`: its derivative is positive by SymPy's assumptions."""
        slope = sp.factor(sp.diff(expression, symbol))
        if not slope.is_positive:
            raise ProofBroken(f"{says}: SymPy does not see that the derivative {slope} is positive")
        self.steps.append(Step(says, "SymPy, derivative", f"d/d{symbol} ({text(expression)}) = {text(slope)} > 0"))

    def tends(self, says: str, expression: sp.Expr, symbol: sp.Symbol, to: Any, value: Any) -> None:
        """The limit of `expression` as `symbol` tends to `to` is `value` (SymPy)."""
        limit = sp.limit(_plain(expression), symbol, to)
        if sp.simplify(limit - value) != 0:
            raise ProofBroken(f"{says}: the limit is {limit}, not {value}")
        self.steps.append(Step(says, "SymPy, limit", f"lim {text(expression)} = {text(value)} as {symbol} -> {to}"))

    def holds(self, says: str, fact: Callable[[], bool], detail: str) -> None:
        """A finite fact that plain exact arithmetic decides."""
        if fact() is not True:
            raise ProofBroken(f"{says}: it does not hold ({detail})")
        self.steps.append(Step(says, "exact arithmetic", detail))

    def shown(self, says: str, theorem: Any) -> None:
        """A theorem of the kernel."""
        if not is_theorem(theorem):
            raise ProofBroken(f"{says}: this takes a theorem of the kernel, got {theorem}")
        self.steps.append(Step(says, "a theorem of the kernel", sentence(theorem.hypotheses, theorem.conclusion)))

    def cited(self, says: str, source: str) -> None:
        """A theorem of others that is used and not checked here; the report shows it as such."""
        self.steps.append(Step(says, "cited, not checked", source))


def _refuse_two_meanings(says: str, *expressions: Any) -> None:
    """Words and z3 know a symbol by its name alone, so two symbols of one name would be taken for one number."""
    symbols = {symbol for expression in expressions for symbol in sp.sympify(expression).free_symbols}
    named: dict[tuple[bool, str], Any] = {}
    for symbol in symbols:
        if named.setdefault((isinstance(symbol, MatrixExpr), symbol.name), symbol) != symbol:
            raise ProofBroken(f"{says}: two different symbols are called {symbol.name}; rename one")


def _differences(left: Any, right: Any) -> list[sp.Expr]:
    if isinstance(left, MatrixExpr) or isinstance(right, MatrixExpr):
        a, b = chains.terms(left), chains.terms(right)
        return [a.get(word, sp.S.Zero) - b.get(word, sp.S.Zero) for word in {**a, **b}]
    return [chains.scalar(sp.sympify(left) - sp.sympify(right))]


def _plain(expression: sp.Expr) -> sp.Expr:
    """Write sigma and Phi out."""
    return expression.replace(sigma, lambda u: 1 / (1 + sp.exp(-u))).replace(Phi, lambda u: (1 + sp.erf(u / sp.sqrt(2))) / 2)


def is_zero(expression: sp.Expr) -> bool:
    """Tell whether SymPy can show that a scalar expression is zero; labels go through both their values."""
    expression = chains.scalar(expression) if expression.has(Inner) else expression
    if expression == 0:
        return True
    for label in sorted(expression.atoms(Sign), key=str):
        return all(is_zero(expression.xreplace({label: sp.Integer(value)})) for value in (1, -1))
    plain = _plain(expression)
    if _visibly_nonzero(plain):
        return False
    return any(rule(plain) == 0 for rule in (sp.expand, lambda e: sp.expand(sp.powsimp(sp.expand(e))), sp.factor, sp.simplify))


def _visibly_nonzero(expression: sp.Expr) -> bool:
    """Refute equality to zero at one arbitrary point, which spares SymPy a long search for a proof that cannot exist."""
    symbols = sorted(expression.free_symbols, key=str)
    if expression.has(sp.Sum, sp.Derivative, sp.Integral) or any(isinstance(s, sp.MatrixSymbol) for s in symbols):
        return False
    point = {s: sp.Rational(7 + 5 * i, 11 + 2 * i) if not s.is_integer else sp.Integer(2 + i) for i, s in enumerate(symbols)}
    value = expression.xreplace(point).evalf(30)
    return bool(value.is_number and value.is_finite and abs(value) > sp.Float("1e-20"))


def _flint_numerator(expression: sp.Expr) -> Any:
    """Return the numerator of a rational expression, computed in python-flint's polynomials over the rationals."""
    symbols = sorted(expression.free_symbols, key=str)
    context = flint.fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(symbols))], flint.Ordering.lex)
    gens = dict(zip(symbols, context.gens(), strict=True))
    unity = context.constant(1)

    def fraction(e: Any) -> tuple[Any, Any]:
        if e.is_Symbol:
            return gens[e], unity
        if e.is_Rational:
            return context.constant(flint.fmpq(int(e.p), int(e.q))), unity
        if e.is_Add:
            top, bottom = context.constant(0), unity
            for a in e.args:
                n, d = fraction(a)
                top, bottom = top * d + n * bottom, bottom * d
            return top, bottom
        if e.is_Mul:
            top, bottom = unity, unity
            for a in e.args:
                n, d = fraction(a)
                top, bottom = top * n, bottom * d
            return top, bottom
        if e.is_Pow and e.exp.is_Integer:
            n, d = fraction(e.base)
            k = int(e.exp)
            return (n**k, d**k) if k >= 0 else (d**-k, n**-k)
        raise ProofBroken(f"{e} is not a rational function of symbols; substitute first")

    numerator, denominator = fraction(expression)
    if denominator == 0:
        raise ProofBroken(f"{expression} divides by zero identically")
    return numerator


def _check(constraints: list[Any]) -> Any:
    solver = z3.Solver()
    solver.set("timeout", Z3_MILLISECONDS)
    solver.add(*constraints)
    return solver.check()


def _z3(e: Any) -> Any:
    if e.is_Symbol:
        return z3.Real(str(e))
    if e.is_Rational:
        return z3.RealVal(f"{e.p}/{e.q}")
    parts = {sp.Lt: "<", sp.Le: "<=", sp.Gt: ">", sp.Ge: ">=", sp.Eq: "==", sp.Ne: "!="}
    for relation, sign in parts.items():
        if isinstance(e, relation):
            a, b = _z3(e.lhs), _z3(e.rhs)
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[sign]
    if isinstance(e, sp.And):
        return z3.And(*[_z3(a) for a in e.args])
    if isinstance(e, sp.Or):
        return z3.Or(*[_z3(a) for a in e.args])
    if isinstance(e, sp.Not):
        return z3.Not(_z3(e.args[0]))
    if e.is_Add:
        return z3.Sum([_z3(a) for a in e.args])
    if e.is_Mul:
        return z3.Product([_z3(a) for a in e.args])
    if e.is_Pow and e.exp.is_Integer:
        base = _z3(e.base)
        return base ** int(e.exp) if e.exp > 0 else 1 / base ** int(-e.exp)
    raise ProofBroken(f"{e} is not a polynomial relation; substitute first")
