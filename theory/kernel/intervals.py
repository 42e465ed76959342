"""The value of a term at a point, as an interval (python-flint) that surely holds it; a matrix of intervals where the term is a matrix."""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import Any

import flint
import sympy as sp

from theory.symbols import Inner, MatrixTotal, Phi, Total, sigma


def ball(term: Any, at: dict[Any, Any]) -> Any:
    """Return an interval (a matrix of them) that holds the term's value; not finite where it is undefined.

    `at` holds the value of every variable, the sizes, and, once asked, the values of all parts: relations of one proof share most of them.
    """
    if term in at:
        return at[term]
    known = at.setdefault("known", {})
    if term not in known:
        known[term] = _worked_out(term, at)
    return known[term]


def _worked_out(term: Any, at: dict[Any, Any]) -> Any:
    if isinstance(term, sp.Rational):
        return flint.arb(flint.fmpq(int(term.p), int(term.q)))
    if isinstance(term, sp.Identity | sp.ZeroMatrix):
        rows, columns = (int(sp.sympify(side).xreplace(at["sizes"])) for side in term.shape)
        diagonal = int(isinstance(term, sp.Identity))
        return flint.arb_mat([[diagonal * (i == j) for j in range(columns)] for i in range(rows)])
    if isinstance(term, Total | MatrixTotal):
        return reduce(add, [ball(term.args[0], at_unit) for at_unit in instances(term.args[1], at)])
    if term in (sp.pi, sp.E):
        return flint.arb.pi() if term == sp.pi else flint.arb(1).exp()
    parts = [ball(part, at) for part in term.args]
    if isinstance(term, sp.Add | sp.MatAdd):
        return reduce(add, parts)
    if isinstance(term, sp.Mul | sp.MatMul):
        return reduce(mul, [p for p in parts if isinstance(p, flint.arb)] + [p for p in parts if not isinstance(p, flint.arb)])
    if isinstance(term, sp.Transpose):
        return parts[0].transpose()
    if isinstance(term, Inner):
        return reduce(add, map(mul, parts[0].entries(), parts[1].entries()), flint.arb(0))
    if isinstance(term, sp.Pow):
        return parts[0].sqrt() if term.exp == sp.S.Half else parts[0] ** (int(term.exp) if term.exp.is_Integer else parts[1])
    if isinstance(term, Phi):
        return (1 + (parts[0] / flint.arb(2).sqrt()).erf()) / 2
    if isinstance(term, sigma):
        return 1 / (1 + (-parts[0]).exp())
    return getattr(parts[0], {sp.exp: "exp", sp.log: "log", sp.Abs: "__abs__", sp.erf: "erf"}[term.func])()


def units(index: Any, at: dict[Any, Any]) -> list[Any]:
    """Return all unit vectors that an index stands for."""
    n = int(sp.sympify(index.shape[0]).xreplace(at["sizes"]))
    return [flint.arb_mat([[int(i == k)] for i in range(n)]) for k in range(n)]


def instances(index: Any, at: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Return the point once for every unit vector that an index stands for, without the values that were worked out at other ones."""
    return [{**at, "known": {}, index: e} for e in units(index, at)]
