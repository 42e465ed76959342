"""Evaluate a SymPy tree on a batch of points, with a bound on its own rounding error, or at one point in 50 digits.

Scalars have shape (N, 1, 1), matrices (N, rows, columns). `evaluate` runs a first-order error analysis beside the
value: every operation adds half an ulp and passes on the errors of its operands, so the tolerance of a comparison is
derived from the formula and the point, not chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from scipy.special import expit, ndtr
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.symbols import Inner, MatrixTotal, Phi, Total, Unit, sigma

EPS = float(np.finfo(np.float64).eps)
DIGITS = 100  # reported as 50: the other half is room for cancellation

LEAVES = (sp.Symbol, sp.MatrixSymbol, sp.Number, sp.NumberSymbol, sp.ZeroMatrix)
NODES = (sp.Add, sp.Mul, sp.Pow, sp.MatAdd, sp.MatMul, sp.Transpose, Inner, Total, MatrixTotal)

Values = Mapping[sp.Basic, Any]


# function -> (value, |derivative|) in float64
FLOAT: dict[Any, tuple[Callable[..., Any], Callable[..., Any]]] = {
    sigma: (expit, lambda u: expit(u) * expit(-u)),
    Phi: (ndtr, lambda u: np.exp(-u * u / 2) / np.sqrt(2 * np.pi)),
    sp.exp: (np.exp, np.exp),
    sp.log: (np.log, lambda u: 1 / np.abs(u)),
    sp.Abs: (np.abs, np.ones_like),
    sp.tanh: (np.tanh, lambda u: 1 - np.tanh(u) ** 2),
}
MP: dict[Any, Callable[..., Any]] = {
    sigma: lambda u: 1 / (1 + mpmath.exp(-u)),
    Phi: mpmath.ncdf,
    sp.exp: mpmath.exp,
    sp.log: mpmath.log,
    sp.Abs: abs,
    sp.tanh: mpmath.tanh,
}


def supported(expression: sp.Basic) -> bool:
    """Tell whether every node of the tree can be evaluated here."""
    if isinstance(expression, LEAVES):
        return True
    if isinstance(expression, sp.MatPow):
        return bool(expression.exp.is_Integer and expression.exp > 0) and supported(expression.base)
    return (isinstance(expression, NODES) or expression.func in FLOAT) and all(map(supported, expression.args))


Known = dict[sp.Basic, tuple[Any, Any]]


def evaluate(expression: sp.Basic, values: Values, known: Known | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return (value, bound on its rounding error), each (N, rows, columns), in float64.

    `values` maps every symbol of the expression to an array (N, rows, columns), taken as exact.
    `known` receives what every part of the tree came to; pass it again with the same values, and no part is worked out twice.
    Overflow and division by zero give inf or nan, which the caller must look for.
    """
    known = {} if known is None else known
    with np.errstate(all="ignore"):
        return _float(expression, values, known)


def _zeros(e: Any, values: Values) -> np.ndarray:
    """Return a zero matrix of the sizes at hand, (rows, columns)."""
    sides = [sp.sympify(side) for side in e.shape]
    return np.zeros([int(side.xreplace({s: int(np.ravel(values[s])[0]) for s in side.free_symbols})) for side in sides])


def _unit_vectors(index: Any, values: Values) -> list[np.ndarray]:
    """Return all unit vectors that the index of a sum stands for, each (n, 1)."""
    sizes = {s: int(np.ravel(values[s])[0]) for s in sp.sympify(index.shape[0]).free_symbols}
    return list(np.eye(int(sp.sympify(index.shape[0]).xreplace(sizes)))[:, :, None])


@lru_cache(maxsize=10_000)
def _fixed_parts(term: Any, moving: frozenset[Any]) -> tuple[Any, ...]:
    """Return the largest parts of a summand that have one value for all unit vectors which the moving indices stand for."""
    if isinstance(term, LEAVES):
        return ()
    if moving.isdisjoint(_units(term)):
        return (term,)
    inside = moving | {term.args[1]} if isinstance(term, Total | MatrixTotal) else moving
    return tuple(dict.fromkeys(part for argument in term.args for part in _fixed_parts(argument, inside)))


@lru_cache(maxsize=10_000)
def _units(term: Any) -> frozenset[Any]:
    """Return the unit vectors that stand in a term, also as the index of a sum."""
    if isinstance(term, LEAVES):
        return frozenset({term}) if isinstance(term, Unit) else frozenset()
    return frozenset().union(*map(_units, term.args))


def _float(e: Any, values: Values, known: Known) -> tuple[Any, Any]:
    if isinstance(e, sp.ZeroMatrix):
        return _zeros(e, values)[None], np.zeros((1, 1, 1))
    if e not in known and isinstance(e, Total | MatrixTotal):
        summand, index = e.args
        fixed = {part: _float(part, values, known) for part in _fixed_parts(summand, frozenset({index}))}
        terms = [_float(summand, {**values, index: unit[None]}, {**fixed}) for unit in _unit_vectors(index, values)]
        size = sum(np.abs(v) for v, _ in terms)
        known[e] = sum(v for v, _ in terms), sum(err for _, err in terms) + EPS * len(terms) * size
    if e not in known:
        known[e] = _worked_out(e, values, lambda part: _float(part, values, known))
    return known[e]


def _worked_out(e: Any, values: Values, of: Callable[[Any], tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return (value, error bound) of one node; `of` returns the pairs of the parts below it."""
    if isinstance(e, sp.Symbol | sp.MatrixSymbol):
        value = values[e]
        return value, np.zeros_like(value)
    if isinstance(e, sp.Number | sp.NumberSymbol):
        value = np.full((1, 1, 1), float(e))
        held = isinstance(e, sp.Rational) and sp.Rational(float(e)) == e
        return value, np.zeros_like(value) if held else EPS * np.abs(value)
    if isinstance(e, sp.Add | sp.MatAdd):
        terms = [of(a) for a in e.args]
        value = sum(v for v, _ in terms)
        return value, sum(err for _, err in terms) + EPS * sum(np.abs(v) for v, _ in terms)
    if isinstance(e, sp.Transpose):
        value, err = of(e.args[0])
        return np.swapaxes(value, 1, 2), np.swapaxes(err, 1, 2)
    if isinstance(e, sp.Mul | sp.MatMul):
        return _product(e, [of(a) for a in e.args])
    if isinstance(e, sp.MatPow):
        return of(sp.MatMul(*[e.base] * int(e.exp)))
    if isinstance(e, Inner):
        (a, da), (b, db) = (of(arg) for arg in e.args)
        value = np.sum(a * b, axis=(1, 2), keepdims=True)
        spread = np.sum(np.abs(a) * db + da * np.abs(b) + EPS * a[0].size * np.abs(a * b), axis=(1, 2), keepdims=True)
        return value, spread
    if isinstance(e, sp.Pow):
        base, err = of(e.base)
        power, power_err = of(e.exp)
        value = np.sqrt(base) if e.exp == sp.S.Half else base**power
        # the steepest slope within the error of the base, so that a square of what cancelled is covered too
        steepest = np.abs(base) + np.where(power > 1, err, 0.0)
        slope = np.where(err == 0, 0.0, np.abs(power) * steepest ** (power - 1))
        twist = np.where(power_err == 0, 0.0, np.abs(value * np.log(np.abs(base))))
        return value, slope * err + twist * power_err + 2 * EPS * np.abs(value)
    function, slope = FLOAT[e.func]
    u, err = of(e.args[0])
    value = function(u)
    # the library's own error is a few ulps of the result; the error of Phi, a few ulps of its argument too
    own = 4 * EPS * (np.abs(value) + (slope(u) * np.abs(u) if e.func is Phi else 0.0))
    return value, slope(u) * err + own


def _product(e: Any, factors: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    value, err = factors[0]
    scalar = not isinstance(e.args[0], MatrixExpr)
    for argument, (v, de) in zip(e.args[1:], factors[1:], strict=True):
        is_matrix = isinstance(argument, MatrixExpr)
        if is_matrix and not scalar:
            err = err @ np.abs(v) + np.abs(value) @ de + EPS * value.shape[2] * (np.abs(value) @ np.abs(v))
            value = value @ v
        else:
            err = err * np.abs(v) + np.abs(value) * de + EPS * np.abs(value * v)
            value = value * v
            scalar = scalar and not is_matrix
    return value, err


def evaluate_exactly(expression: sp.Basic, values: Values) -> np.ndarray:
    """Return the value at one point as an object array (rows, columns) of mpmath numbers with 50 digits.

    `values` maps symbols to object arrays (rows, columns). Raises ZeroDivisionError or ValueError where undefined.
    """
    with mpmath.workdps(DIGITS):
        return _mp(expression, values, {})


def _mp(e: Any, values: Values, known: dict[Any, np.ndarray]) -> np.ndarray:
    if isinstance(e, sp.Symbol | sp.MatrixSymbol):
        return values[e]
    if e not in known:
        known[e] = _total_mp(e, values, known) if isinstance(e, Total | MatrixTotal) else _worked_out_mp(e, values, known)
    return known[e]


def _total_mp(e: Any, values: Values, known: dict[Any, np.ndarray]) -> np.ndarray:
    summand, index = e.args
    exact = np.frompyfunc(mpmath.mpf, 1, 1)
    fixed = {part: _mp(part, values, known) for part in _fixed_parts(summand, frozenset({index}))}
    vectors = (np.asarray(exact(unit), dtype=object) for unit in _unit_vectors(index, values))
    return np.asarray(sum(_mp(summand, {**values, index: vector}, {**fixed}) for vector in vectors), dtype=object)


def _worked_out_mp(e: Any, values: Values, known: dict[Any, np.ndarray]) -> np.ndarray:
    if isinstance(e, sp.ZeroMatrix):
        return np.asarray(np.frompyfunc(mpmath.mpf, 1, 1)(_zeros(e, values)), dtype=object)
    if isinstance(e, sp.Number | sp.NumberSymbol):
        number = mpmath.mpf(e.p) / e.q if isinstance(e, sp.Rational) else mpmath.mpf(str(sp.N(e, DIGITS + 5)))
        return _scalar(number)
    if isinstance(e, sp.Transpose):
        return _mp(e.args[0], values, known).T
    if isinstance(e, sp.MatPow):
        return _mp(sp.MatMul(*[e.base] * int(e.exp)), values, known)
    parts = [_mp(a, values, known) for a in e.args]
    if isinstance(e, sp.Add | sp.MatAdd):
        return sum(parts[1:], parts[0])
    if isinstance(e, sp.Mul | sp.MatMul):
        value, scalar = parts[0], not isinstance(e.args[0], MatrixExpr)
        for argument, part in zip(e.args[1:], parts[1:], strict=True):
            is_matrix = isinstance(argument, MatrixExpr)
            value = value.dot(part) if is_matrix and not scalar else value * part
            scalar = scalar and not is_matrix
        return value
    if isinstance(e, Inner):
        return _scalar(sum((parts[0] * parts[1]).ravel(), mpmath.mpf(0)))
    if isinstance(e, sp.Pow):
        value = mpmath.power(parts[0][0, 0], parts[1][0, 0])
    else:
        value = MP[e.func](parts[0][0, 0])
    if isinstance(value, mpmath.mpc):
        raise ValueError(f"{e} is not real here")
    return _scalar(value)


def _scalar(number: Any) -> np.ndarray:
    return np.array([[number]], dtype=object)
