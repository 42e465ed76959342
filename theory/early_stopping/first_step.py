"""The first gradient step: the accuracy after it rises with the radius, whatever the step size.

Statement.  All margins are 0 at w0, so that the first full-batch step of 1-SAM makes a = b = eta sigma(C) / n. For tau > 0 the accuracy
            there is strictly higher for a larger rho. So a peak that is reached at the first step does not fall in rho.
Idea.       sigma(C) grows with C, and (n_c - n_n) g / sqrt(n g^2 + T) grows with g: its slope is (n_c - n_n) T / (n g^2 + T)^(3/2), T > 0.
Assumes.    More clean than mislabelled points and tau > 0. The accuracy at a = b is the part `accuracy` of `early-stopping`.
Source.     Beyond the paper.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Reals, Space, Values
from theory.early_stopping.accuracy import MEANING, quotient, scale
from theory.early_stopping.meant import positive
from theory.early_stopping.one_step import C
from theory.early_stopping.paths import FEWER_NOISY
from theory.early_stopping.reduction import expand
from theory.early_stopping.toy import TELLING, B, Labels, N, a, b, eta, n_c, n_n, rho, s, tau, y_c, y_n
from theory.early_stopping.training import more
from theory.early_stopping.two_runs import rho_1, rho_2
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, monotone, put
from theory.kernel.tactics import grows, sigma_grows
from theory.meaning import means
from theory.statement import Assumption, Inequality
from theory.symbols import Phi, real, sigma

g = real("g")
AWAY, LARGER = relation("<", 0, tau), relation("<", rho_1, rho_2)
SCORE = expand(MEANING, scale * quotient).xreplace({a: g, b: g})
SHIFTS = tuple(C.xreplace({rho: radius}) for radius in (rho_1, rho_2))
STEPS = tuple(eta / (n_c + n_n) * sigma(shift) for shift in SHIFTS)  # a = b after the first step under either radius


def two_radii(batch: Batch) -> Batch:
    """Add both radii."""
    return {**batch, "rho_1": batch["rho"], "rho_2": batch["rho"] + batch["more"]}


SPACE = Space(
    {
        B: Reals(0.1, 2.0),
        N: Reals(0.5, 5.0),
        s: Reals(0.5, 3.0),
        tau: Reals(1e-3, 2.0),
        eta: Reals(1e-2, 30.0),
        rho: Reals(0.0, 2.0),
        more: Reals(1e-3, 2.0),
        y_c: Labels(),
        y_n: Labels(),
    },
    TELLING[:1],
    two_radii,
    "rho_2 = rho_1 + more",
)


def accuracy_after(at: SimpleNamespace, radius: Any) -> jax.Array:
    """Return the accuracy after the first step under a radius, by the two numbers of `reduction`, shape ()."""
    clean, noisy = at.y_c.shape[0], at.y_n.shape[0]
    step = at.eta / (clean + noisy) * jax.nn.sigmoid(radius * jnp.sqrt(at.B**2 + at.N))
    deviation = at.s * jnp.sqrt(at.tau**2 + at.N * (clean + noisy) * step**2)
    return jax.scipy.special.erfc(-(at.B**2) * (clean - noisy) * step / (jnp.sqrt(2.0) * deviation)) / 2.0


@means(Phi(SCORE.xreplace({g: STEPS[0]})))
def accuracy_of_first(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy after the first step under rho_1, shape ()."""
    return accuracy_after(at, at.rho_1)


@means(Phi(SCORE.xreplace({g: STEPS[1]})))
def accuracy_of_second(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy after the first step under rho_2, shape ()."""
    return accuracy_after(at, at.rho_2)


@cache
def further_is_better() -> Theorem:
    """Return that at a = b = g > 0 the score, of which the accuracy is an increasing function, grows with g."""
    k, l, c, T = real("k l c T")
    score, root = c * (k * g - l * g) / sp.sqrt(k * g**2 + l * g**2 + T), (k + l) * g**2 + T
    given = (*positive(k, l, c, T, g), relation("<", l, k))
    slope = decided(relation("<", 0, c * (k - l) * T / root ** sp.Rational(3, 2)), given=given)
    grows_in_g = monotone(score, g, real("g_2"), slope)
    told = {k: n_c, l: n_n, c: scale, T: tau**2 / N}
    signs = [decided(relation("<", 0, value), given=positive(N, B, s, tau)) for value in told.values()]
    return cut(put(grows_in_g, told, *positive(N, s)), *signs)


@cache
def better() -> Theorem:
    """Return that the accuracy after the first step is higher under rho_2."""
    given = (*positive(N, B, eta), LARGER)
    known = put(further_is_better(), {g: STEPS[0], real("g_2"): STEPS[1]}, *given)
    known = cut(grows(Phi, known.conclusion.left, known.conclusion.right, *positive(N, B, s, tau, eta)), known)
    longer = cut(sigma_grows(*SHIFTS, *given), decided(relation("<", *SHIFTS), given=given))
    moves = [decided(relation("<", 0, step), given=given) for step in STEPS]
    return cut(known, decided(relation("<", *STEPS), longer, given=given), *moves)


def prove_first_step(_: Goal) -> Theorem:
    """The larger radius makes the longer step."""
    return better()


PARTS = (
    Inequality(
        part="first-step",
        smaller=accuracy_of_first,
        larger=accuracy_of_second,
        strictly=True,
        space=SPACE,
        given=(*positive(N, B, s, eta), FEWER_NOISY, LARGER),
        theorem=prove_first_step,
    ),
)
ASSUMES = (Assumption("tau > 0", SPACE.but(tau=Values((0.0,))), parts=("first-step",), given=(AWAY,)),)
