"""J-SAM on one example does not bound the output: from outside the dead zone f grows without end. What it bounds is the speed.

Statement.  One example of a two-layer linear network. With p, q = (W x/|x| +- t v)/sqrt 2 and R = J/|x| = sqrt(|p|^2 + |q|^2), the J-SAM
            flow is p' = sigma |x| (1 - rho/R) p and q' = -sigma |x| (1 + rho/R) q, sigma = sigma(-t f), and t f = |x| (|p|^2 - |q|^2)/2.
            So t f + e^(t f) grows at least at the rate |x|^2 |p| (|p| - rho), and where |p| > rho, |p| never shrinks:
            t f tends to infinity, as it does for SGD (rho = 0).
Idea.       f is half the difference of two squares, J the root of their sum; the flow is (p, q) times numbers. sigma(-u) (1 + e^u) = 1.
Assumes.    R > 0 (else eps is undefined); |p| > rho for the growth of |p|. All widths and input dimensions.
            That t f tends to infinity follows from the last rate, which does not fall as |p| grows.
Source.     Beyond Section 4.4, which says that the penalty keeps the output small.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import sympy as sp

from theory.deep_linear.network import (
    NONZERO_INPUT,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    W,
    rho,
    t,
    v,
    x,
)
from theory.domain import Arrays, Batch, Reals, Space
from theory.goal import Goal
from theory.jacobian.halves import (
    LENGTH,
    MEANT_GROWTH,
    MEANT_MOVES,
    MEANT_SPEED,
    OUTPUT,
    WHERE,
    P,
    Q,
    R,
    f,
    margin,
    minus,
    minus_moves,
    no_input,
    nothing,
    p,
    plus,
    plus_grows,
    plus_moves,
    q,
    share,
    speed,
    squared_ratio,
)
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.tactics import by_definition
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Inner, norm, real, sigma

BEYOND = relation("<", rho, norm(P))
GIVEN = (NONZERO_SLOPE, NONZERO_INPUT, POSITIVE_RADIUS)
b, a, r, k, c = real("b a r k c")  # |q|, |p|, R, |x| and sigma
TOLD = {b: norm(Q), a: norm(P), r: LENGTH, k: norm(x), c: sigma(-t * OUTPUT)}
SQUARES = relation("=", r**2, a**2 + b**2)
SIGNS = (relation("<", 0, r), relation("<=", 0, b), relation("<", 0, k), relation("<", 0, c))
OUTSIDE = (relation("<", 0, rho), relation("<", rho, a))


def settled(theorem: Theorem) -> Theorem:
    """Return a theorem on the numbers with their terms put in, and without what always holds of these."""
    at = put(theorem, TOLD, *GIVEN)
    squares = equal(TOLD[r] ** 2, TOLD[a] ** 2 + TOLD[b] ** 2, *GIVEN)
    return cut(at, squares, *(decided(relation(h.op, h.left, TOLD[h.right]), given=GIVEN) for h in SIGNS))


@cache
def moves(sign: int) -> Theorem:
    """Return the flow of p, of q for sign -1."""
    own = P if sign == 1 else Q
    factor = sign * sigma(-t * OUTPUT) * norm(x) * (1 - sign * rho / LENGTH)
    return equal(MEANT_MOVES[0 if sign == 1 else 1], factor * own, *GIVEN)


def prove_moves(sign: int) -> Callable[[Goal], Theorem]:
    """Return the proof for p, for q with sign -1: the flow, with the factor as the goal writes it."""

    def prove(goal: Goal) -> Theorem:
        known = moves(sign)
        return replaced(known, equal(known.conclusion.right, goal.conclusion.right, *GIVEN))

    return prove


@cache
def grown() -> Theorem:
    """Return 0 < <p, p'> where |p| > rho: R is at least |p|, which exceeds rho."""
    larger = decided(relation("<=", a, r), given=(SQUARES, *SIGNS, *OUTSIDE))
    share = decided(relation("<", 0, 1 - rho / r), larger, given=(*SIGNS, *OUTSIDE))
    grows = decided(relation("<", 0, c * k * (1 - rho / r) * a**2), share, given=(*SIGNS, *OUTSIDE))
    grows = settled(grows)
    return replaced(grows, equal(grows.conclusion.right, MEANT_GROWTH, *GIVEN))


@cache
def sped() -> Theorem:
    """Return |x|^2 |p| (|p| - rho) <= the derivative of t f + e^(t f).

    The derivative of t f is sigma |x|^2 ((1 - rho/R) |p|^2 + (1 + rho/R) |q|^2), sigma (1 + e^(t f)) is 1, and |p| <= R.
    """
    signs = (*SIGNS, relation("<", 0, rho), relation("<=", 0, a))
    larger = decided(relation("<=", a, r), given=(SQUARES, *signs))
    share = decided(relation("<", 0, rho / r), given=signs)
    less = decided(relation("<=", a * (rho / r), rho), larger, given=signs)
    own = decided(relation("<=", a * (a - rho), (1 - rho / r) * a**2), less, given=signs)
    claim = relation("<=", a * (a - rho), (1 - rho / r) * a**2 + (1 + rho / r) * b**2)
    with_last = decided(claim, own, share, given=signs)
    times = relation("<=", k**2 * claim.left, k**2 * claim.right)
    times = cut(settled(decided(times, with_last, given=signs)), decided(relation("<=", 0, TOLD[a]), given=GIVEN))
    return replaced(times, equal(times.conclusion.right, MEANT_SPEED, *GIVEN))


def prove_speed(goal: Goal) -> Theorem:
    """The theorem above, with the rate as the goal writes it."""
    known = sped()
    return replaced(known, equal(known.conclusion.left, goal.conclusion.left, *GIVEN))


def beyond_rho(batch: Batch) -> Batch:
    """Build W and v from the drawn p and q, p with the length share * rho."""
    p, q, x, label = batch["p"], batch["q"], batch["x"], batch["t"][:, None]
    p = (batch["share"] * batch["rho"] / np.linalg.norm(p, axis=1))[:, None] * p
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    activation = (p + q) / np.sqrt(2)
    W = batch["W"] - np.einsum("nhd,nd->nh", batch["W"], unit)[:, :, None] * unit[:, None, :]
    kept = {name: value for name, value in batch.items() if name not in ("p", "q")}
    return {**kept, "W": W + activation[:, :, None] * unit[:, None, :], "v": label * (p - q) / np.sqrt(2)}


def without_q(batch: Batch) -> Batch:
    """Align the layers, so that q is zero, without a change of p."""
    unit = batch["x"] / np.linalg.norm(batch["x"], axis=1, keepdims=True)
    activation = np.einsum("nhd,nd->nh", batch["W"], unit)
    p = (activation + batch["t"][:, None] * batch["v"]) / np.sqrt(2)
    return {**batch, "W": (p / np.sqrt(2))[:, :, None] * unit[:, None, :], "v": batch["t"][:, None] * p / np.sqrt(2)}


FAR = Space(
    {
        W: Arrays(2.0),
        p: Arrays(1.0),
        q: Arrays(2.0, zero=True),
        x: Arrays(1.5),
        t: SPACE.domains[t],
        rho: Reals(0.01, 2.0),
        share: Reals(1.01, 3.0),
    },
    SPACE.sizes[:2],
    beyond_rho,
    note="W and v are such that |p| = share * rho",
)
SIZES = norm(x) * norm(v) + norm(W * x) + rho * norm(x)
MOVING = (1 + norm(x)) * (1 + 1 / norm(x)) * SIZES
CLAIMS = (
    Claim(
        id="no-cap",
        space=SPACE,
        beyond=(
            Identity(
                part="output",
                formula=norm(x) * (Inner(p, p) - Inner(q, q)) / 2,
                atoms={p: plus, q: minus},
                defined_by=margin,
                conditioning=norm(x) * (norm(p) + norm(q)) ** 2,
                theorem=by_definition,
            ),
            Identity(
                part="jacobian",
                formula=Inner(p, p) + Inner(q, q),
                atoms={p: plus, q: minus},
                defined_by=squared_ratio,
                theorem=by_definition,
            ),
            Identity(
                part="p-moves",
                formula=sigma(-t * f) * norm(x) * (1 - rho / R) * p,
                where=WHERE,
                atoms={p: plus},
                defined_by=plus_moves,
                conditioning=MOVING,
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=prove_moves(1),
            ),
            Identity(
                part="q-moves",
                formula=-sigma(-t * f) * norm(x) * (1 + rho / R) * q,
                where=WHERE,
                atoms={q: minus},
                defined_by=minus_moves,
                conditioning=MOVING,
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=prove_moves(-1),
            ),
            Inequality(
                part="p-grows",
                smaller=nothing,
                larger=plus_grows,
                strictly=True,
                space=FAR,
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=lambda _: grown(),
            ),
            Inequality(
                part="grows-without-end",
                smaller=norm(x) ** 2 * norm(p) * (norm(p) - rho),
                larger=speed,
                atoms={p: plus},
                space=FAR,
                tight=without_q,
                slack=1e-9,
                conditioning=(1 + sp.exp(t * OUTPUT)) * (norm(v) * norm(x) + norm(W * x)) * MOVING,
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=prove_speed,
            ),
        ),
        assumes=(
            Assumption("x is not zero", Space(SPACE.domains, SPACE.sizes, no_input, note="x = 0"), given=(NONZERO_INPUT,)),
            Assumption("|p| > rho", FAR.but(share=Reals(0.1, 0.9)), parts=("p-grows",), given=(BEYOND,)),
        ),
    ),
)
