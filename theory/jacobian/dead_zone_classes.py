"""The same for K classes: along the weights J-SAM's direction is at most N (|w| - rho), with the logit scale g held fixed.

With h = <g, f> and N = ||grad h|| it is -2 h - rho N; |h| <= N^2/(2 |g| |x|) and N <= |g| |x| |w|. K = 1 with g = -t sigma is two classes.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.domain import Batch, Space
from theory.goal import Goal
from theory.jacobian.dead_zone_bounds import LETTERS, zone
from theory.jacobian.jsam_multiclass import (
    MEANT_J_SAM,
    SPACE,
    K,
    V,
    W,
    d,
    g,
    h,
    j_sam_direction,
    logit_scale,
    rho,
    without_weights,
    x,
)
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.sums import cauchy_schwarz, matrix_bound
from theory.meaning import means
from theory.statement import Atoms, Inequality
from theory.symbols import Inner, column, matrix, norm, real, size

SQUARE = norm(V.T * g) ** 2 * norm(x) ** 2 + norm(g) ** 2 * norm(W * x) ** 2
SOME_SLOPE = relation("<", 0, SQUARE)
LENGTH = sp.sqrt(Inner(W, W) + Inner(V, V))
MEANT_GROWTH = Inner(W, MEANT_J_SAM[0]) + Inner(V, MEANT_J_SAM[1])
N = real("N")
still = Space(SPACE.domains, SPACE.sizes, without_weights, note="all weights zero")


@means(MEANT_GROWTH)
def growth(p: SimpleNamespace) -> jax.Array:
    """Return <w, Delta> with the J-SAM direction Delta in both layers, shape ()."""
    first, second = j_sam_direction(p)
    return jnp.sum(p.W * first) + jnp.sum(p.V * second)


def aligned(batch: Batch) -> Batch:
    """Put both layers along one hidden direction u, and the outputs along K e - 1: there g is a negative multiple of f, at any size."""
    up = batch["e"].shape[1] * batch["e"] - 1.0
    up = up / np.linalg.norm(up, axis=1, keepdims=True)
    u = np.where(np.any(batch["W"][:, :, 0] != 0, axis=1, keepdims=True), batch["W"][:, :, 0], 1.0)
    length_u = np.linalg.norm(u, axis=1)
    u = (batch["rho"] * (1.5 + length_u % 1) / (np.sqrt(2) * length_u))[:, None] * u
    along = batch["x"] / np.linalg.norm(batch["x"], axis=1, keepdims=True)
    return {**batch, "W": u[:, :, None] * along[:, None, :], "V": up[:, :, None] * u[:, None, :]}


def prove(goal: Goal) -> Theorem:
    """Cauchy-Schwarz twice, and the theorem on numbers that two classes have, too."""
    back, z = V.T * g, W * x
    p, q, r, k, m = real("p q r k m")
    given = (relation("<=", p**2, q**2 * r**2), *(relation("<=", 0, letter) for letter in (q, r, k, m)))
    product = decided(relation("<=", sp.Abs(p), q * r), given=given[:3])
    half = decided(relation("<=", 2 * (k * m) * sp.Abs(p), (q * k) ** 2 + (m * r) ** 2), product, given=given)
    told = {p: Inner(back, z), q: norm(back), r: norm(z), k: norm(x), m: norm(g)}
    squares = put(put(cauchy_schwarz(), {size("d"): h}), {column("V", h): back, column("x", h): z})
    squares = decided(relation("<=", told[p] ** 2, told[q] ** 2 * told[r] ** 2), squares)
    half = cut(put(half, told), squares, *(decided(relation("<=", 0, told[letter])) for letter in (q, r, k, m)))
    # the length of the gradient
    a, b = real("a b")
    given = (relation("<=", q, a * m), relation("<=", r, b * k), relation("<=", 0, k), relation("<=", 0, m))
    long = decided(relation("<=", q * k + m * r, m * k * (b + a)), given=given)
    told = {q: Inner(back, back), r: Inner(z, z), k: Inner(x, x), m: Inner(g, g), a: Inner(V, V), b: Inner(W, W)}
    backward = put(put(put(matrix_bound(), {size("m"): size("rows")}), {size("d"): K}), {size("rows"): h})
    backward = put(backward, {matrix("A", h, K): V.T, column("k", K): g})
    forward = put(put(matrix_bound(), {size("m"): h}), {matrix("A", h, d): W, column("k", d): x})
    backward = decided(relation("<=", told[q], told[a] * told[m]), backward)
    forward = decided(relation("<=", told[r], told[b] * told[k]), forward)
    signs = [decided(relation("<=", 0, told[letter])) for letter in (k, m)]
    long = cut(put(long, told), backward, forward, *signs)
    b, a, k, l, r, c = LETTERS
    told = {b: sp.sqrt(SQUARE), a: -Inner(back, z), k: norm(x) * norm(g), l: LENGTH, r: rho, c: sp.S.One}
    known = put(zone(), told, SOME_SLOPE)
    first = decided(relation("<=", 2 * told[k] * sp.Abs(told[a]), told[b] ** 2), half)
    second = decided(relation("<=", told[b] ** 2, told[k] ** 2 * told[l] ** 2), long)
    shown = decided(relation("<", 0, told[b]), given=(SOME_SLOPE,))
    signs = [decided(relation("<=", 0, told[letter])) for letter in (k, l)] + [decided(relation("<", 0, sp.S.One))]
    known = cut(known, first, second, shown, *signs)
    known = replaced(known, equal(known.conclusion.left, goal.conclusion.left, SOME_SLOPE))
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right, SOME_SLOPE))


ATOMS: Atoms = {g: logit_scale}
K_CLASSES = Inequality(
    part="one-example-k-classes",
    smaller=growth,
    larger=N * (sp.sqrt(norm(W) ** 2 + norm(V) ** 2) - rho),
    where={N: sp.sqrt(SQUARE)},
    atoms=ATOMS,
    space=SPACE,
    tight=aligned,
    slack=1e-9,
    conditioning=(norm(V) + norm(W)) * ((norm(V) + norm(W)) * norm(x) + rho * norm(x)),
    given=(relation("<", 0, rho),),
    theorem=prove,
)
