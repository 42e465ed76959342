"""Search a space for a point at which a comparison fails; shrink that point; let 50 digits decide.

Hypothesis draws batches (a number, and for every scalar a window it can steer by its score), so a property sees ten
thousand points for the price of forty calls. Its first draw is the simplest whatever the seed, so the attack's own seed
goes into the points of every batch. A point that fails is then sought once more one at a time, where Hypothesis can
shrink it to numbers that people can read.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import theory.same_draws  # noqa: F401 - for what it does to Hypothesis
from theory.attack.comparison import Comparison, Ruling
from theory.attack.sides import NEXT, Compiler, Sizes
from theory.domain import Batch, Point, Reals, Space, Window

BATCH = 512
RULED = 40  # points beyond the tolerance that 50 digits rule on
TIED = 12  # and, where the order is strict, points that the tolerance cannot tell from a tie
BANK = 6  # batches kept for the near misses, shared out among the sizes
HEALTH: Any = tuple(HealthCheck)  # a batch is slow by design, and a claim's domain is what it is
FIND = 100  # single points tried while shrinking
ZOOM = (0.0, 0.0, 0.1, 0.01)  # half of the batches look around the worst point so far


@dataclass
class Attack:
    """What a search saw: number of points, worst score, points kept, and the counterexample if there is one."""

    points: int = 0
    exceeded: int = 0
    worst: float = -np.inf
    suspects: list[tuple[float, Point, Sizes]] = field(default_factory=list)
    bank: list[tuple[Batch, Sizes]] = field(default_factory=list)
    counterexample: tuple[Point, Sizes, Ruling] | None = None
    ruled: int = 0
    compiler: Compiler = field(default_factory=Compiler)


def point_of(batch: Batch, row: int) -> Point:
    """Return one point of a batch."""
    return {name: values[row] for name, values in batch.items()}


def draw(
    space: Space, comparison: Comparison, seed: int | Sequence[int], sizes: Sizes, windows: Mapping[str, Window], n: int = BATCH
) -> Batch:
    """Draw a batch; where the comparison runs along a variable, its second, larger value is drawn too."""
    rng = np.random.default_rng(seed)
    batch = space.batch(rng, n, sizes, windows)
    if comparison.along:
        domain = next(d for s, d in space.domains.items() if s.name == comparison.along)
        second_draw = domain.sample(rng, n, (), windows.get(comparison.along, (0.0, 1.0)))
        low, high = np.minimum(batch[comparison.along], second_draw), np.maximum(batch[comparison.along], second_draw)
        # a tie compares a number with itself, and 0 with 1e-200 is beyond what 50 digits tell apart: compare the ends of the drawn values
        tie = high - low <= 1e-12 * (high.max() - low.min())
        low, high = np.where(tie, low.min(), low), np.where(tie, high.max(), high)
        batch[comparison.along], batch[comparison.along + NEXT] = low, high
    return batch


def attack(comparison: Comparison, space: Space, examples: int, seed: int, shrink: bool = True) -> Attack:
    """Attack a comparison with at least `examples` points, the same for the same seed.

    What falls is told by a readable point; with `shrink`, by the simplest that Hypothesis can reach from it.
    """
    state = Attack(compiler=Compiler(comparison.programs()))
    scalars = [s.name for s, domain in space.domains.items() if isinstance(domain, Reals)]
    unit = st.floats(0, 1, allow_subnormal=False)
    turns = _turns(scalars, seed)
    plans = st.tuples(
        st.integers(0, 2**32 - 1),
        st.fixed_dictionaries({s: st.tuples(unit, unit) for s in scalars}),
        st.sampled_from(ZOOM),
    )

    def one_batch(plan: tuple[int, dict[str, Window], float]) -> None:
        number, drawn, radius = plan
        sizes = space.sizes[state.points // BATCH % len(space.sizes)]  # in turn: none is left to chance
        windows = _around(state.suspects[0][1], space, radius) if radius and state.suspects else _turned(drawn, turns)
        batch = draw(space, comparison, [seed, number], sizes, windows)
        scores = comparison.scores(batch, sizes, state.compiler)
        state.points += len(scores)
        state.exceeded += int(np.sum(scores > 1))
        state.worst = max(state.worst, float(scores.max()))
        # every size has its share: a near miss may be false in one of them only
        if sum(banked is sizes for _, banked in state.bank) < -(-BANK // len(space.sizes)):
            state.bank.append((batch, sizes))
        # where the order is strict, an exact tie is as suspect as a point at the tolerance: rounding alone rarely gives one
        suspicion = np.where(scores == 0, 1.0, scores) if comparison.relation == "<" else scores
        for row in np.argsort(-suspicion, kind="stable")[:RULED]:
            state.suspects.append((float(suspicion[row]), point_of(batch, int(row)), sizes))
        state.suspects.sort(key=lambda s: -s[0])
        del state.suspects[RULED:]
        hypothesis.target(float(min(scores.max(), 1e9)), label="score")

    while state.points < examples:
        chosen = settings(
            max_examples=-(-(examples - state.points) // BATCH),
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.target],
            suppress_health_check=HEALTH,
            derandomize=False,
        )
        hypothesis.seed(seed + state.points)(chosen(hypothesis.given(plans)(one_batch)))()
    _rule(state, comparison)
    if state.counterexample:
        state.counterexample = _simpler(state, comparison, space, seed, shrink)
    return state


def _turns(scalars: Sequence[str], seed: int) -> dict[str, Window]:
    """Return how far this seed turns the two ends of every scalar's window."""
    rng = random.Random(seed)
    return {name: (rng.random(), rng.random()) for name in scalars}


def _turned(windows: Mapping[str, Window], turns: Mapping[str, Window]) -> dict[str, Window]:
    """Return the windows, turned around [0, 1]; a turn is one for the whole attack, so that a window near another stays near it."""
    return {name: ((a + turns[name][0]) % 1.0, (b + turns[name][1]) % 1.0) for name, (a, b) in windows.items()}


def _around(point: Point, space: Space, radius: float) -> dict[str, Window]:
    """Return windows about a point, of a radius relative to each interval: where a statement nearly fails, it may fail close by."""
    windows = {}
    for name, domain in ((symbol.name, domain) for symbol, domain in space.domains.items()):
        if isinstance(domain, Reals):
            at = (float(point[name]) - domain.low) / ((domain.high - domain.low) or 1.0)
            windows[name] = (min(max(at - radius, 0.0), 1.0), min(max(at + radius, 0.0), 1.0))
    return windows


def _rule(state: Attack, comparison: Comparison) -> None:
    """Let 50 digits decide the suspects: all that exceed the tolerance up to RULED, ties up to TIED, and never fewer than two."""
    at_risk = -1.0 if comparison.relation == "<" else 1.0
    for index, (score, point, sizes) in enumerate(state.suspects):
        if (index >= 2 and score <= at_risk) or (index >= TIED and score <= 1):
            break
        ruling = comparison.rule(point, sizes)
        state.ruled += 1
        if not ruling.holds:
            state.counterexample = (point, sizes, ruling)
            return


def _simpler(state: Attack, comparison: Comparison, space: Space, seed: int, shrink: bool) -> tuple[Point, Sizes, Ruling]:
    """Look for a simpler point that fails, in the smallest sizes first; keep the one at hand where there is none."""
    assert state.counterexample is not None
    at_risk = -1.0 if comparison.relation == "<" else 1.0
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    for sizes in space.sizes:
        points = space.simple_points(sizes)
        if comparison.along:
            points = _pairs(points, space, comparison.along)

        def fails(point: Point, sizes: Sizes = sizes) -> bool:
            batch = {name: np.repeat(np.asarray(value)[None], BATCH, axis=0) for name, value in point.items()}
            return bool(comparison.scores(batch, sizes, state.compiler)[0] > at_risk and not comparison.rule(point, sizes).holds)

        chosen = settings(max_examples=FIND, database=None, deadline=None, suppress_health_check=HEALTH, phases=phases)
        try:
            point = hypothesis.find(points, fails, settings=chosen, random=random.Random(seed))
        except NoSuchExample:
            continue
        return point, sizes, comparison.rule(point, sizes)
    return state.counterexample


def _pairs(points: st.SearchStrategy[Point], space: Space, along: str) -> st.SearchStrategy[Point]:
    domain = next(d for s, d in space.domains.items() if s.name == along)

    def pair(drawn: tuple[Point, Any]) -> Point:
        point, second_value = drawn
        low, high = sorted((float(point[along]), float(second_value)))
        return {**point, along: np.asarray(low), along + NEXT: np.asarray(high)}

    return st.tuples(points, domain.simple(())).map(pair).filter(lambda p: bool(p[along] < p[along + NEXT]))


def describe(point: Point, sizes: Sizes) -> dict[str, str]:
    """Return a point as text: exact short decimals, arrays in brackets, sizes first."""
    words = {str(size): str(n) for size, n in sizes.items()}
    for name, value in point.items():
        words[name.replace(NEXT, " (second)")] = _plain(np.asarray(value))
    return words


def _plain(value: np.ndarray) -> str:
    if value.ndim == 0:
        return f"{float(value):.12g}"
    return "[" + ", ".join(_plain(item) for item in value) + "]"
