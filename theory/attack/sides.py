"""One side of a statement at a batch or at a point: a SymPy formula with its error bound, or a JAX definition, compiled once a shape.

In 50 digits a definition is run by `exact.py`; both remember what they worked out, since near misses share points and definitions.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import jax
import mpmath
import numpy as np
import sympy as sp

from theory.attack.evaluate import EPS, Known, evaluate, evaluate_exactly
from theory.attack.exact import run_exactly
from theory.compile_options import quick_compile
from theory.domain import Batch, Point
from theory.statement import Definition

Sizes = Mapping[sp.Symbol, int]

KEPT = 16  # batches: those that the near misses are held against, twice where a variable takes two values
T = TypeVar("T")
NEXT = "__next"  # the second value of the variable along which monotonicity is tested


class Side:
    """One side at a batch or at a point; `shift` names the variable that takes its second value on this side."""

    def __init__(self, content: sp.Basic | Definition, atoms: Mapping[Any, Definition], shift: str = "") -> None:
        self.formula: Any = content if isinstance(content, sp.Basic) else None
        self.definition: Any = None if isinstance(content, sp.Basic) else content
        self.shift = shift
        self.symbols: set[Any] = self.formula.free_symbols if self.formula is not None else set()
        self.atoms = {symbol: f for symbol, f in atoms.items() if symbol in self.symbols}

    def _shifted(self, point: Mapping[str, Any]) -> dict[str, Any]:
        visible = {name: value for name, value in point.items() if not name.endswith(NEXT)}
        if self.shift:
            visible[self.shift] = point[self.shift + NEXT]
        return visible

    def float64(self, batch: Batch, sizes: Sizes, compiler: Compiler) -> tuple[np.ndarray, np.ndarray]:
        """Return (values, error bounds), each (N, rows, columns)."""
        seen = self._shifted(batch)
        read = _readable(seen)
        if self.formula is None:
            value = _matrices(compiler(self.definition, read))
            return value, EPS * np.abs(value)
        values: dict[Any, Any] = {size: np.full((1, 1, 1), float(n)) for size, n in sizes.items()}
        for symbol in self.symbols:
            if symbol in self.atoms:
                values[symbol] = _matrices(compiler(self.atoms[symbol], read))
            elif symbol not in values:
                values[symbol] = _matrices(seen[symbol.name])
        value, err = evaluate(self.formula, values, compiler.parts(seen))
        n = len(next(iter(seen.values())))
        return np.broadcast_to(value, (n, *value.shape[1:])), np.broadcast_to(err, (n, *err.shape[1:]))

    def exact(self, point: Point, sizes: Sizes) -> np.ndarray:
        """Return the value at one point, an object array (rows, columns) of 50-digit numbers."""
        seen = self._shifted(point)
        read = _readable(seen)
        if self.formula is None:
            return _exact_definition(self.definition, read)
        values: dict[Any, Any] = {size: _matrix(_exact_array(np.asarray(float(n)))) for size, n in sizes.items()}
        for symbol in self.symbols:
            if symbol in self.atoms:
                values[symbol] = _exact_definition(self.atoms[symbol], read)
            elif symbol not in values:
                values[symbol] = _matrix(_exact_array(seen[symbol.name]))
        return evaluate_exactly(self.formula, values)


class Compiler:
    """Runs definitions on batches, compiled once a shape, and remembers its last batches, since near misses share them.

    One serves the comparisons of one statement, in which a symbol stands for one definition. `together` holds definitions that are one
    program: they have much in common, and to compile it once takes less time than all the points of an attack.
    """

    def __init__(self, together: Iterable[Definition] = ()) -> None:
        self._results: _Last[dict[Definition, np.ndarray]] = _Last(dict)
        self._parts: _Last[Known] = _Last(dict)  # apart: a batch has other parts at each unit vector of a hypothesis
        self._together = tuple(dict.fromkeys(together))

    def __call__(self, definition: Definition, batch: Batch) -> np.ndarray:
        """Return the definition's values at a batch."""
        results = self._results.at(batch)
        if definition not in results:
            run = self._together if definition in self._together else (definition,)
            results.update(zip(run, map(np.asarray, _compiled(run)(batch)), strict=True))
        return results[definition]

    def parts(self, batch: Batch) -> Known:
        """Return what parts of formulas came to at this batch; `evaluate` adds to it."""
        return self._parts.at(batch)


class _Last(Generic[T]):
    """What was worked out at the last batches; it keeps them, so that no other arrays can take on the identity of their arrays."""

    def __init__(self, fresh: Callable[[], T]) -> None:
        self._fresh = fresh
        self._known: OrderedDict[Any, tuple[Batch, T]] = OrderedDict()

    def at(self, batch: Batch) -> T:
        key = tuple((name, id(values)) for name, values in batch.items())
        if key not in self._known:
            self._known[key] = batch, self._fresh()
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[key][1]


def _readable(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a definition can read, by attribute; a unit vector of a hypothesis has another name, and asks for no new value."""
    return {name: value for name, value in point.items() if name.isidentifier()}


@cache
def _compiled(definitions: tuple[Definition, ...]) -> Callable[[Batch], Any]:
    def run(point: dict[str, Any]) -> list[Any]:
        return [_named(definition)(point) for definition in definitions]

    return jax.jit(jax.vmap(run), compiler_options=quick_compile())


def _exact_definition(definition: Definition, point: Mapping[str, Any]) -> np.ndarray:
    """Run a definition in 50 digits; the near misses of one formula ask for the same points again and again."""
    return _exact_known(
        definition, tuple((name, np.shape(value), np.asarray(value, dtype=float).tobytes()) for name, value in sorted(point.items()))
    )


@lru_cache(maxsize=4096)
def _exact_known(definition: Definition, point: tuple[tuple[str, tuple[int, ...], bytes], ...]) -> np.ndarray:
    return _matrix(run_exactly(_named(definition), {name: np.frombuffer(raw).reshape(shape) for name, shape, raw in point}))


@cache
def _named(definition: Definition) -> Callable[[dict[str, Any]], Any]:
    return lambda point: definition(SimpleNamespace(**point))


def _matrices(values: Any) -> np.ndarray:
    """Give a batch of scalars, columns or matrices the shape (N, rows, columns)."""
    array = np.asarray(values, dtype=float)
    return array.reshape(*array.shape, *[1] * (3 - array.ndim))


def _matrix(values: Any) -> np.ndarray:
    array = np.asarray(values, dtype=object)
    return array.reshape(*array.shape, *[1] * (2 - array.ndim))


def _exact_array(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.frompyfunc(lambda v: mpmath.mpf(float(v)), 1, 1)(np.asarray(values)), dtype=object)
