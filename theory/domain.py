"""Where the variables of a claim live, and how points are drawn from there: in batches, and one at a time.

Domains hold by construction: an ordering or an equal norm is built by `Space.construct`, never filtered for. Every
domain reaches its edges, zero, ties and widely different scales, since that is where claims break.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

import numpy as np
import sympy as sp
from hypothesis import strategies as st

Point = dict[str, np.ndarray]
Batch = dict[str, np.ndarray]
Window = tuple[float, float]

CORNERS = 1 / 16  # share of points whose numbers all lie at an edge, where two of them are often the same


class Domain(Protocol):
    """A set of values of one variable. `says` describes it in the report."""

    @property
    def says(self) -> str:
        """Describe the domain to a reader."""
        ...

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Return n values, shape (n, *shape), float64; `window`, a part of [0, 1], is where half of the scalars lie."""
        ...

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """Return a strategy of values that people can read; it shrinks to the simplest."""
        ...


@dataclass(frozen=True)
class Reals:
    """Numbers of [low, high]; its ends are drawn too, so an open end is given as the nearest number allowed."""

    low: float
    high: float

    @property
    def says(self) -> str:
        """Describe the domain to a reader."""
        return f"[{self.low:g}, {self.high:g}]"

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Mix the window (half), the whole interval (a quarter), small magnitudes and the edges (an eighth each)."""
        width = self.high - self.low
        a, b = sorted(window)
        focus = self.low + width * rng.uniform(a, b, n)
        whole = self.low + width * rng.uniform(0, 1, n)
        tiny = np.clip(rng.choice([-1.0, 1.0], n) * 10.0 ** rng.uniform(-6, 0, n), self.low, self.high)
        return np.choose(rng.integers(0, 8, n), [*[focus] * 4, whole, whole, tiny, self.edges(rng, n)])

    def edges(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Return n of the ends, 0, 1 and -1, or what lies next to these in the interval."""
        return rng.choice(np.clip([self.low, self.high, 0.0, 1.0, -1.0], self.low, self.high), n)

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """Small whole numbers first, then simple fractions, then the interval itself."""
        whole_numbers = sorted(range(-20, 21), key=lambda k: (abs(k), k < 0))
        whole = [k for k in whole_numbers if abs(k) <= 10 and self.low <= k <= self.high]
        parts = [Fraction(k, q) for q in (2, 4, 10) for k in whole_numbers if self.low <= k / q <= self.high]
        choices = [st.sampled_from([float(v) for v in values]) for values in (whole, parts) if values]
        return st.one_of(*choices, st.floats(self.low, self.high, allow_subnormal=False).map(self._readable))

    def _readable(self, value: float) -> float:
        """Keep three digits, and nine decimals: of 0 and 1e-287, 50 digits cannot decide which function value is the larger."""
        return min(max(round(float(f"{value:.3g}"), 9), self.low), self.high)


@dataclass(frozen=True)
class Values:
    """One of a few numbers, such as the labels -1 and 1 or a number of classes."""

    values: tuple[float, ...]

    @property
    def says(self) -> str:
        """Describe the domain to a reader."""
        return "{" + ", ".join(f"{v:g}" for v in self.values) + "}"

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Every value equally often."""
        return rng.choice(np.array(self.values, dtype=float), n)

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """The first value is the simplest."""
        return st.sampled_from([float(v) for v in self.values])


@dataclass(frozen=True)
class Arrays:
    """Vectors and matrices whose entries have magnitudes up to `scale`; all zero only where `zero` says so."""

    scale: float = 3.0
    zero: bool = False

    @property
    def says(self) -> str:
        """Describe the domain to a reader."""
        kinds = "dense, sparse, whole numbers" + (", all zero" if self.zero else "")
        return f"arrays with entries in [{-self.scale:g}, {self.scale:g}] ({kinds})"

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Mix dense arrays of many scales, whole-number arrays, and arrays with a single entry."""
        scale = self.scale * 10.0 ** rng.uniform(-3, 0, (n, *[1] * len(shape)))
        dense = scale * np.clip(rng.standard_normal((n, *shape)), -3, 3) / 3
        whole = np.clip(rng.integers(-2, 3, (n, *shape)).astype(float), -self.scale, self.scale)
        size = int(np.prod(shape))
        single = np.zeros((n, size))
        single[np.arange(n), rng.integers(0, size, n)] = self.scale * rng.choice([-1.0, -0.5, 0.5, 1.0], n)
        kind = rng.integers(0, 4, n).reshape(n, *[1] * len(shape))
        drawn = np.where(kind == 0, whole, np.where(kind == 1, single.reshape(n, *shape), dense))
        empty = ~np.any(drawn.reshape(n, -1) != 0, axis=1)
        drawn[empty] = 0.0 if self.zero else dense[empty]
        if self.zero:
            drawn[rng.random(n) < 0.02] = 0.0
        return drawn

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """One of a few hundred arrays of small whole numbers, simplest first: one choice, which shrinks fast."""
        top = [v for v in (1.0, -1.0, 2.0, -2.0, 0.5, 3.0) if abs(v) <= self.scale] or [self.scale, -self.scale]
        size = int(np.prod(shape))
        if size <= 4:
            entries = itertools.islice(itertools.product([0.0, *top[:4]], repeat=size), 700)
            arrays = [np.array(values) for values in entries]
        else:
            rng = np.random.default_rng(size)
            arrays = [value * row for row in np.eye(size) for value in top]
            arrays += [np.array(top)[rng.integers(0, len(top), size)] * (rng.random(size) < rng.random()) for _ in range(300)]
        allowed = sorted(
            (a for a in arrays if self.zero or np.any(a != 0)), key=lambda a: (np.sum(a != 0), np.sum(np.abs(a)), np.sum(a < 0))
        )
        return st.sampled_from([a.reshape(shape) for a in allowed])


@dataclass(frozen=True)
class OneHot:
    """Unit vectors e_t."""

    says: str = "unit vectors"

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Every class equally often."""
        return np.eye(shape[0])[rng.integers(0, shape[0], n)]

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """The first class is the simplest."""
        return st.integers(0, shape[0] - 1).map(lambda k: np.eye(shape[0])[k])


@cache
def _shape(symbol: sp.MatrixSymbol, sizes: tuple[tuple[sp.Symbol, int], ...]) -> tuple[int, ...]:
    rows, columns = (int(sp.sympify(side).subs(dict(sizes))) for side in symbol.shape)
    return (rows,) if symbol.shape[1] == 1 else (rows, columns)


Construct = Callable[[Batch], Batch]


@dataclass(frozen=True)
class Space:
    """The variables of a claim with their domains, the concrete sizes that stand for its symbolic dimensions, and a construction.

    `sizes` lists assignments of numbers to the dimensions; one batch uses one of them (few shapes, few compilations).
    `construct` maps a batch to a batch, e.g. to give two vectors the same norm; it may add variables.
    """

    domains: Mapping[sp.Symbol | sp.MatrixSymbol, Domain]
    sizes: tuple[Mapping[sp.Symbol, int], ...] = ({},)
    construct: Construct = field(default=lambda batch: batch)
    note: str = ""

    def but(self, **domains: Domain) -> Space:
        """Return the same space with the domains of the named variables replaced."""
        unknown = set(domains) - {s.name for s in self.domains}
        if unknown:
            raise ValueError(f"the space has no variables {sorted(unknown)}; it has {sorted(s.name for s in self.domains)}")
        return Space({s: domains.get(s.name, d) for s, d in self.domains.items()}, self.sizes, self.construct, self.note)

    def shape(self, symbol: sp.Symbol | sp.MatrixSymbol, sizes: Mapping[sp.Symbol, int]) -> tuple[int, ...]:
        """Return the array shape of a variable: () for scalars, (d,) for columns, (r, c) for matrices."""
        return () if isinstance(symbol, sp.Symbol) else _shape(symbol, tuple(sizes.items()))

    def batch(self, rng: np.random.Generator, n: int, sizes: Mapping[sp.Symbol, int], windows: Mapping[str, Window]) -> Batch:
        """Draw n points at once, some of them in the corners; arrays have shape (n, *shape of the variable)."""
        drawn = {s.name: d.sample(rng, n, self.shape(s, sizes), windows.get(s.name, (0.0, 1.0))) for s, d in self.domains.items()}
        corner = rng.random(n) < CORNERS
        edges = {s.name: np.where(corner, d.edges(rng, n), drawn[s.name]) for s, d in self.domains.items() if isinstance(d, Reals)}
        return self.construct({**drawn, **edges})

    def simple_points(self, sizes: Mapping[sp.Symbol, int]) -> st.SearchStrategy[Point]:
        """Return a strategy of single readable points; arrays have the variables' shapes."""
        fields = {s.name: d.simple(self.shape(s, sizes)).map(np.asarray) for s, d in self.domains.items()}

        def construct(drawn: Point) -> Point:
            built = self.construct({name: value[None] for name, value in drawn.items()})
            return {name: value[0] for name, value in built.items()}

        return st.fixed_dictionaries(fields).map(construct)
