"""Whether SymPy can show that two formulas are the same: a near miss that is the formula itself cannot be rejected.

Matrices of any size are compared by their words (`theory.attack.chains`).
"""

from __future__ import annotations

import sympy as sp

from theory.attack import chains
from theory.symbols import Inner, Phi, Sign, sigma


def equal(a: sp.Basic, b: sp.Basic) -> bool:
    """Tell whether two formulas are provably the same, for all values and sizes."""
    if isinstance(a, sp.MatrixExpr) and isinstance(b, sp.MatrixExpr):
        left, right = chains.terms(a), chains.terms(b)
        return all(is_zero(left.get(w, sp.S.Zero) - right.get(w, sp.S.Zero)) for w in {**left, **right})
    return is_zero(sp.sympify(a) - sp.sympify(b))


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


def _plain(expression: sp.Expr) -> sp.Expr:
    """Write sigma and Phi out."""
    return expression.replace(sigma, lambda u: 1 / (1 + sp.exp(-u))).replace(Phi, lambda u: (1 + sp.erf(u / sp.sqrt(2))) / 2)


def _visibly_nonzero(expression: sp.Expr) -> bool:
    """Refute equality to zero at one arbitrary point, which spares SymPy a long search for a proof that cannot exist."""
    symbols = sorted(expression.free_symbols, key=str)
    if expression.has(sp.Sum, sp.Derivative, sp.Integral) or any(isinstance(s, sp.MatrixSymbol) for s in symbols):
        return False
    point = {s: sp.Rational(7 + 5 * i, 11 + 2 * i) if not s.is_integer else sp.Integer(2 + i) for i, s in enumerate(symbols)}
    value = expression.xreplace(point).evalf(30)
    return bool(value.is_number and value.is_finite and abs(value) > sp.Float("1e-20"))
