"""Where a printed statement is attacked: the ledger's words decide, so that a narrower space in the code cannot save a false statement.

The ledger names, for each printed statement, what the paper assumes of its variables ("0 < ρ", "x is not zero"). A domain in the code
that excludes more than these words is widened, a construction that leaves out more is a fault, and so is a hypothesis they do not name.
A point at which a printed statement fell before is tried again, in its space or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import numpy as np
import sympy as sp

from reports import evidence, record
from reports.evidence import Evidence, EvidenceError
from theory.attack.search import Attack
from theory.attack.sides import NEXT, Sizes
from theory.domain import Arrays, Domain, Point, Reals, Space, Values
from theory.goal import hypotheses_of
from theory.kernel.sentence import clause
from theory.statement import Claim, Limit
from theory.symbols import Sign

FAR = 2.0  # where no word bounds an end of an interval, points lie at least this far from 0
NEAR = 0.5  # and where a word bounds it, at least this near to the bound
LARGE = 0.5  # entries of arrays are at least as large
EDGE = 0.1  # share of an interval at each end in which a drawn point must lie
NUMBER = r"(-?\d+(?:\.\d+|/\d+)?)"
BETWEEN = re.compile(rf"(?:{NUMBER} [<≤] )?(\w+)(?: [<≤] {NUMBER})?")
NOT_ZERO = re.compile(r"(\w+) is not zero")
EQUAL = re.compile(rf"(\w+) = {NUMBER}")
AMONG = re.compile(r"(\w+) in \{(.+)\}")


class Bounds(NamedTuple):
    """The words that bound a number, None at an end that no word bounds."""

    low: float | None = None
    high: float | None = None


class Words:
    """What the ledger's words say of each variable; words about several variables at once stay as they are."""

    def __init__(self, assumes: Collection[str]) -> None:
        self.text = frozenset(assumes)
        self._bounds: dict[str, Bounds] = {}
        self.not_zero: set[str] = set()
        self.listed: dict[str, tuple[float, ...]] = {}
        self.joint: set[str] = set()  # variables of words about several of them
        for words in assumes:
            self._read(words.replace("ρ", "rho"))

    def _read(self, words: str) -> None:
        if match := NOT_ZERO.fullmatch(words):
            self.not_zero.add(match[1])
        elif match := EQUAL.fullmatch(words) or AMONG.fullmatch(words):
            self.listed[match[1]] = tuple(float(Fraction(value)) for value in match[2].split(", "))
        elif match := BETWEEN.fullmatch(words):
            known = self.bounds(match[2])
            low, high = (float(Fraction(end)) if end else None for end in (match[1], match[3]))
            self._bounds[match[2]] = Bounds(known.low if low is None else low, known.high if high is None else high)
        else:
            self.joint.update(re.findall(r"\w+", words))

    def bounds(self, name: str) -> Bounds:
        """Return the bounds of a number."""
        return self._bounds.get(name, Bounds())


def unnamed(claim: Claim, statement: Any, assumes: Collection[str]) -> list[str]:
    """Return the hypotheses of a printed statement that the ledger does not name."""
    named = {words.replace("rho", "ρ") for words in assumes}
    return sorted({clause(h) for h in hypotheses_of(claim, statement)} - named)


def widened(statement: Any, space: Space, assumes: Collection[str]) -> Space:
    """Return the space with each domain as wide as the ledger's words let it be; where they say as much as the code, it stays the same."""
    words = Words(assumes)
    read = variables_of(statement, space)
    domains = {s: _widened(s, d, words) if s.name in read and s != _along(statement) else d for s, d in space.domains.items()}
    return space if domains == dict(space.domains) else replace(space, domains=domains)


def _along(statement: Any) -> Any:
    """Return the variable that tends to infinity: a rate is a bound from some value on."""
    return statement.along if isinstance(statement, Limit) else None


def _widened(symbol: Any, domain: Domain, words: Words) -> Domain:
    name = symbol.name
    if name in words.listed and isinstance(symbol, sp.Symbol):
        values = words.listed[name]
        return domain if isinstance(domain, Values) and set(values) == set(domain.values) else Values(values)
    if isinstance(symbol, Sign):
        return domain if isinstance(domain, Values) and {1.0, -1.0} <= set(domain.values) else Values((1.0, -1.0))
    if isinstance(domain, Arrays):
        zero_drawn = domain.zero or name in words.not_zero or name in words.joint
        return domain if zero_drawn and domain.scale >= LARGE else Arrays(max(domain.scale, LARGE), zero=domain.zero or not zero_drawn)
    if isinstance(domain, Values) and isinstance(symbol, sp.Symbol):
        domain = Reals(min(domain.values), max(domain.values))
    if not isinstance(domain, Reals):
        return domain
    bounds = words.bounds(name)
    high = _end(domain.high, bounds.high, FAR)
    low = -_end(-domain.low, None if bounds.low is None else -bounds.low, max(FAR, high) if bounds.low is None and domain.low > -1 else FAR)
    return domain if (low, high) == (domain.low, domain.high) else Reals(low, high)


def _end(high: float, bound: float | None, far: float) -> float:
    """Return the upper end of an interval: near its bound, far out where it has none."""
    if bound is None:
        return max(high, far)
    return high if bound - high <= NEAR else bound - NEAR / 2


def left_out(statement: Any, space: Space, assumes: Collection[str], state: Attack) -> list[str]:
    """Return, in words, what a printed statement's points leave out: in a widened domain, since its construction narrows it, or a size."""
    read, words = variables_of(statement, space), Words(assumes)
    lines = [
        f"every {size} but {sizes[size]}"
        for sizes in space.sizes[:1]
        for size in sizes
        if str(size) not in words.listed and len({choice[size] for choice in space.sizes}) == 1
    ]
    for symbol, domain in space.domains.items():
        if symbol.name not in read or symbol == _along(statement):
            continue
        drawn = np.concatenate([np.abs(b[symbol.name]).reshape(len(b[symbol.name]), -1).max(axis=1) for b, _ in state.bank])
        if isinstance(domain, Arrays):
            lines += [f"{symbol} = 0"] if domain.zero and drawn.min() > 0 and symbol.name not in words.not_zero | words.joint else []
            lines += [f"{symbol} with entries above {domain.scale / 2:g}"] if drawn.max() < domain.scale / 2 else []
        elif isinstance(domain, Reals):
            values = np.concatenate([v.ravel() for b, _ in state.bank for n, v in b.items() if n in (symbol.name, symbol.name + NEXT)])
            step = EDGE * (domain.high - domain.low)
            lines += [f"{symbol} below {domain.low + step:g}"] if values.min() > domain.low + step else []
            lines += [f"{symbol} above {domain.high - step:g}"] if values.max() < domain.high - step else []
    return lines


def variables_of(statement: Any, space: Space) -> set[str]:
    """Return the names of the variables that a statement speaks of: in its formulas, and where its programs read them."""
    sides = [
        getattr(statement, name, None) for name in ("defined_by", "formula", "smaller", "larger", "quantity", "value", "rate", "along")
    ]
    formulas = [statement.expand(side) for side in sides if isinstance(side, sp.Basic)]
    names = {s.name for formula in formulas for s in formula.free_symbols}
    batch = space.batch(np.random.default_rng(0), 1, space.sizes[0], {})
    point = {name: value[0].astype(float) for name, value in batch.items()}

    class Reading(SimpleNamespace):
        """A point that notes which of its variables a program reads; a program that copies it reads them all."""

        def __getattribute__(self, name: str) -> Any:
            names.update(point if name == "__dict__" else {name})
            return super().__getattribute__(name)

    for program in [*(side for side in sides if side is not None and not isinstance(side, sp.Basic)), *statement.atoms.values()]:
        jax.eval_shape(lambda at, program=program: program(Reading(**at)), point)
    return names


def kept(claim: str, part: str) -> Point | None:
    """Return where a printed statement fell when evidence was last published, sizes among the values; None where it did not fall."""
    path = evidence.path_of(record.PUBLISHED, "theory", claim)
    if not path.is_file():
        return None
    try:
        known: Sequence[Evidence] = evidence.read(path).evidence
    except EvidenceError:  # `reports check` tells of a file that cannot be read
        return None
    for item in known:
        if (item.form, item.part, item.method) == ("printed", part, "counterexample") and "point" in item.details:
            words = item.details["point"].items()
            return {name.replace(" (second)", NEXT): np.asarray(json.loads(text), dtype=float) for name, text in words}
    return None


def point_in(space: Space, words: Point) -> tuple[Point, Sizes]:
    """Return a kept point as the variables' values and the sizes of the space."""
    names = {str(size): size for sizes in space.sizes for size in sizes}
    sizes = {size: int(words[name]) for name, size in names.items() if name in words}
    return {name: value for name, value in words.items() if name not in names}, sizes
