"""Beyond C = sqrt(K(K-1)) symmetric logits no longer have the largest loss: two wrong logits that move apart raise it, at the same norm.

The symmetric logits of level s = K + h (K/2 + 1/(K-1)) have the norm C = sqrt((K-1)/K) s, which is above sqrt(K(K-1)) where h > 0. A
level lower by 2 h/(K-1), and two wrong logits that move by sqrt(h^2 + 2 h), leave the norm as it is.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import norm as length
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, assumed, cut, decided, equal, put, replaced
from theory.kernel.tactics import applied, no_size_between, rewritten, swapped
from theory.loss import hyperbolic
from theory.loss.class_by_class import SEVERAL, loss_between
from theory.loss.deviations import ROOT
from theory.loss.hyperbolic import h, s
from theory.loss.loose_upper import THREE
from theory.loss.moved_logits import level, moved, of_moved, shift
from theory.loss.wrong_classes import K, e, f, loss
from theory.meaning import cross_entropy, exponentials, means
from theory.symbols import Inner, norm, real

PAST = relation("<", 0, h)
SYMMETRIC_LEVEL = K + h * (K / 2 + 1 / (K - 1))
LEVEL, SHIFT = K + h * (K / 2 - 1 / (K - 1)), sp.sqrt(sp.Abs(h * (h + 2)))
LOGITS = moved(level, shift).xreplace({level: LEVEL, shift: SHIFT})
EDGE = sp.sqrt(K * (K - 1))
NORM = EDGE + h * (K * (K - 1) + 2) / (2 * EDGE)
GIVEN = (PAST, THREE)


def logits(p: SimpleNamespace) -> jax.Array:
    """Return the moved logits, shape (K,)."""
    classes = p.e.shape[0]
    by = classes + p.h * (classes / 2 - 1 / (classes - 1))
    return by / classes - by * p.e + jnp.sqrt(jnp.abs(p.h * (p.h + 2))) * (p.up - p.down)


@means(cross_entropy(LOGITS, e))
def moved_loss(p: SimpleNamespace) -> jax.Array:
    """Return the loss of the moved logits, shape ()."""
    return loss(SimpleNamespace(f=logits(p), e=p.e))


@means(norm(LOGITS))
def moved_norm(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the moved logits, shape ()."""
    return length(logits(p))


@cache
def _norm_is() -> Theorem:
    """Return that the norm of the moved logits is sqrt((K-1)/K) s, written as a distance from sqrt(K(K-1))."""
    n, w, q = real("n w q")
    k = n + 1
    u, x = k + h * (k / 2 - 1 / n), w + h * (k * n + 2) / (2 * w)
    positive = (relation("<", 0, n), relation("<", 0, w), PAST, relation("=", w**2, k * n))
    squares = decided(relation("=", q, x**2), given=(relation("=", q, n * u**2 / k + 2 * (h**2 + 2 * h)), *positive))
    root = decided(relation("=", sp.sqrt(q), x), squares, given=positive)
    whole = put(of_moved()[1], {level: LEVEL, shift: SHIFT}, SEVERAL)
    return applied(root, {q: Inner(LOGITS, LOGITS), n: K - 1, w: EDGE}, whole, given=GIVEN)


@cache
def _loss_exceeds() -> Theorem:
    """Return (K - 1) e^s < e^level (K - 3 + e^t + e^-t) |- log(1 + (K - 1) e^s) < loss, at moved logits of any level and shift t."""
    at, factor = moved(level, shift), 1 + (K - 1) * sp.exp(s)
    compared = assumed(relation("<", sp.exp(Inner(e, f)) * factor, exponentials(f)))
    known = loss_between(SimpleNamespace(conclusion=relation("<", sp.log(factor), cross_entropy(f, e))), factor, compared, SEVERAL)
    larger = relation("<", (K - 1) * sp.exp(s), sp.exp(level) * (K - 3 + sp.exp(shift) + sp.exp(-shift)))
    true, _, whole = of_moved()
    wanted = put(compared, {f: at}).conclusion
    return cut(put(known, {f: at}), decided(wanted, rewritten(sp.exp(Inner(e, at)), true), whole, given=(larger, SEVERAL)))


def prove_unstable(goal: Any) -> Theorem:
    """The sum of the exponentials grows as the two logits move apart, and the norm is known."""
    claim, _ = goal.conclusion.parts
    told = {s: SYMMETRIC_LEVEL, level: LEVEL}
    many = decided(relation("<=", 2, K - 1), no_size_between(2, K), given=(THREE,))
    grown = applied(hyperbolic.sum_grows(), {**told, hyperbolic.n: K - 1, hyperbolic.t: SHIFT}, many, given=GIVEN)
    exceeds = put(_loss_exceeds(), {**told, shift: SHIFT}, SEVERAL)
    by_norm = rewritten(claim.left, _norm_is(), SEVERAL)
    by_norm = replaced(by_norm, equal(NORM * ROOT, SYMMETRIC_LEVEL, SEVERAL))
    known = replaced(cut(exceeds, grown), swapped(by_norm, SEVERAL))
    several = decided(SEVERAL, given=(THREE,))
    return all_of(cut(known, several), cut(_norm_is(), several))
