"""The nearest false neighbours of a formula, made systematically from its SymPy tree.

Each node is rewritten in every way below, one at a time. A check that accepts such a variant would also have accepted a
misprint; so every variant must be rejected at some point, or be shown equal to the formula.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.matrices.exceptions import ShapeError
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.symbols import Inner, MatrixTotal, Phi, Total, sigma
from theory.text import text


@dataclass(frozen=True)
class NearMiss:
    """One variant: the change, and the formula that results."""

    change: str
    formula: sp.Basic


FEWEST = 10  # a formula too short for this many variants is confused with the other variables of its claim, too


def near_misses(formula: sp.Basic, swaps: tuple[sp.Basic, ...] = (), space: tuple[sp.Basic, ...] = ()) -> list[NearMiss]:
    """Return the distinct variants of a formula, in the order of its tree.

    `swaps` are symbols that may be swapped in; the variables of the `space` join them where fewer than FEWEST variants result.
    """
    misses = _distinct(formula, swaps)
    if len(misses) < FEWEST and space:
        known = {miss.formula for miss in misses}
        for miss in [*_distinct(formula, (*swaps, *space)), *_additions(formula, space)]:
            if miss.formula not in known:
                known.add(miss.formula)
                misses.append(miss)
    return misses


def _additions(formula: Any, space: tuple[sp.Basic, ...]) -> list[NearMiss]:
    """Return the formula plus or minus each variable of the same shape, and other multiples of itself."""
    made = [NearMiss(f"multiplied by {k}", k * formula) for k in (3, -1, -2, sp.S.Half, -sp.S.Half, sp.Rational(3, 2))]
    for symbol in space:
        if getattr(symbol, "shape", None) == getattr(formula, "shape", None):
            made += [NearMiss(f"{symbol} added", formula + symbol), NearMiss(f"{symbol} subtracted", formula - symbol)]
    factors = [symbol for symbol in space if isinstance(symbol, sp.Symbol) and not symbol.is_integer]
    made += [NearMiss(f"multiplied by {k}", k * formula) for k in factors]
    made += [NearMiss(f"divided by 1 + {k}^2", formula / (1 + k**2)) for k in factors]
    made += [NearMiss(f"multiplied by 1 + ||{k}||^2", (1 + Inner(k, k)) * formula) for k in space if isinstance(k, sp.MatrixSymbol)]
    if not isinstance(formula, MatrixExpr):
        made += [NearMiss(f"{k} added", formula + k) for k in (1, -1, 2, -2, 3, -3, sp.S.Half, -sp.S.Half)]
        made += [NearMiss(f"raised to the power {k}", formula**k) for k in (2, 3, sp.S.Half)]
    return [m for m in made if m.formula != formula and not _degenerate(m.formula)]


def _distinct(formula: sp.Basic, swaps: tuple[sp.Basic, ...]) -> list[NearMiss]:
    symbols = sorted(formula.atoms(sp.Symbol, sp.MatrixSymbol) | set(swaps), key=lambda symbol: symbol.name)
    symbols = [s for s in symbols if not (isinstance(s, sp.Symbol) and s.is_integer) and not s.name.startswith(".")]  # bound by a sum
    misses: dict[sp.Basic, NearMiss] = {}
    for change, variant in _variants(formula, symbols):
        if variant != formula and variant not in misses and not _degenerate(variant):
            misses[variant] = NearMiss(change, variant)
    return list(misses.values())


def _degenerate(e: sp.Basic) -> bool:
    return e.has(sp.nan, sp.zoo, sp.oo, sp.I) or e.has(-sp.oo)


def _variants(e: sp.Basic, symbols: list[Any]) -> Iterator[tuple[str, sp.Basic]]:
    """Yield (change, whole tree with one node changed), for this node and then for each below it."""
    yield from _rewrites(e, symbols)
    if isinstance(e, sp.Symbol | sp.MatrixSymbol | sp.Number | sp.NumberSymbol):
        return
    parts = e.args[:1] if isinstance(e, Total | MatrixTotal) else e.args  # the second part of a sum is its index
    for index, argument in enumerate(parts):
        for change, variant in _variants(argument, symbols):
            rebuilt = _rebuild(e, (*e.args[:index], variant, *e.args[index + 1 :]))
            if rebuilt is not None:
                yield change, rebuilt


def _rebuild(e: sp.Basic, args: tuple[Any, ...]) -> sp.Basic | None:
    """Return the node with other arguments, or None where the shapes no longer fit."""
    try:
        if isinstance(e, sp.MatMul) and not _chained([a for a in args if isinstance(a, MatrixExpr)]):
            return None
        if isinstance(e, sp.MatMul | sp.MatAdd) or any(isinstance(a, MatrixExpr) for a in args):
            return e.func(*args).doit(deep=False) if not isinstance(e, Inner) else Inner(*args)
        return e.func(*args)
    except (ShapeError, TypeError, ValueError):
        return None


def _chained(factors: list[MatrixExpr]) -> bool:
    """Tell whether each factor has as many columns as the next has rows, for all sizes; SymPy asks only that some sizes allow it."""
    return all(a.shape[1] == b.shape[0] for a, b in itertools.pairwise(factors))


def _rewrites(e: Any, symbols: list[Any]) -> Iterator[tuple[str, Any]]:
    if not isinstance(e, sp.Number):
        yield f"the sign of {_short(e)} flipped", -e
        yield f"{_short(e)} doubled", 2 * e
    if isinstance(e, sp.Add | sp.MatAdd):
        for term in e.args:
            without = _rebuild(e, tuple(a for a in e.args if a is not term))
            if without is not None:
                yield f"the term {_short(term)} dropped", without
                yield f"the sign of the term {_short(term)} flipped", without - term
    if isinstance(e, sp.Mul | sp.MatMul):
        for factor in e.args:
            without = _rebuild(e, tuple(a for a in e.args if a is not factor))
            if without is not None and factor != -1 and getattr(without, "shape", None) == getattr(e, "shape", None):
                yield f"the factor {_short(factor)} dropped", without
    if isinstance(e, sp.Pow):
        yield f"the exponent of {_short(e)} raised by one", e.base ** (e.exp + 1)
        yield f"the exponent of {_short(e)} negated", e.base ** (-e.exp)
        yield f"the exponent of {_short(e)} dropped", e.base
    if isinstance(e, sigma | Phi | sp.exp | sp.tanh):
        yield f"{e.func.__name__}(u) turned into {e.func.__name__}(-u)", e.func(-e.args[0])
        yield f"{e.func.__name__} dropped", e.args[0]
    if isinstance(e, sp.log):
        yield "log dropped", e.args[0]
        yield "the argument of log doubled", sp.log(2 * e.args[0])
    if isinstance(e, Inner):
        yield f"{_short(e)} turned into its root", sp.sqrt(Inner(e.args[0], e.args[0]))
        yield f"{_short(e)} squared", e**2
    if isinstance(e, sp.Integer) and e not in (-1, 0):
        yield f"{e} turned into {e + 1}", e + 1
    if isinstance(e, sp.Rational) and not isinstance(e, sp.Integer):
        yield f"{e} inverted", 1 / e
    if isinstance(e, sp.Symbol | sp.MatrixSymbol):
        for substitute in symbols:
            if (
                substitute != e
                and isinstance(substitute, sp.MatrixSymbol) == isinstance(e, sp.MatrixSymbol)
                and getattr(substitute, "shape", 0) == getattr(e, "shape", 0)
            ):
                yield f"{e} replaced by {substitute}", substitute


def _short(e: sp.Basic) -> str:
    written = text(e)
    return written if len(written) <= 40 else f"{written[:37]}..."
