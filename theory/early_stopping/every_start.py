"""One ratio ranks the steps for every start at once; along it a larger radius gains more than the last step did.

Statement.  With the signal S = n_c a - n_n b and the progress A = a + b, the accuracy is
            Phi(B^2 / (s sqrt(N)) S / sqrt((S^2 + n_c n_n A^2)/n + tau^2/N)). Steps are ranked by S^2 / (A^2 + n tau^2 / (N n_c n_n)), where
            S > 0 (one-ratio). Take full-batch steps of 1-SAM of size at most 3 n / (N + 2 B^2 n_n). At every step but the first whose
            signal is above that of all earlier steps, a larger rho moves the point (A_k^2, S_k^2) at least as steeply as the line from the
            point before it: d(S_k^2)/drho (A_k^2 - A_{k-1}^2) >= d(A_k^2)/drho (S_k^2 - S_{k-1}^2) (every-start).
            Coq proves it for steps of size at most n / (4 (N + B^2 n)), at every step but the first that does not lower the signal
            (short-steps).
Idea.       n (n_c a^2 + n_n b^2) = S^2 + n_c n_n A^2. Of every-start: none that proves it in full. It carries `peak`: the progress grows in
            each step, so that a step that is the best for some tau has a larger signal than all before it. There
            S_k^2 - S_{k-1}^2 >= r (A_k^2 - A_{k-1}^2), with r the largest ratio, so that d(S_k^2) >= r d(A_k^2), and the ratio of step k
            does not fall in rho. The largest of finitely many differentiable functions does not fall if none falls where it is the
            largest.
Assumes.    The assumptions of `early-stopping`, small steps.
Source.     Beyond the paper.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Reals, Values
from theory.early_stopping.accuracy import MEANING, NOISE, ON_DATA, POSITIVE_PROGRESS, SIGNAL, SPACE, closed, reached_accuracy, scale
from theory.early_stopping.clean_first import share
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, positive
from theory.early_stopping.toy import MAJORITY, B, N, T, a, b, counts, data, directions, n_c, n_n, rho, s, tau, toy_space
from theory.goal import Goal
from theory.kernel.rules import Theorem, equal, replaced
from theory.kernel.tactics import swapped
from theory.statement import Assumption, Identity, Inequality
from theory.symbols import Phi, real

STEPS = 12
step = real("step")
IN_SQUARES = (SIGNAL**2 + n_c * n_n * (a + b) ** 2) / (n_c + n_n)  # n_c a^2 + n_n b^2
ONE_RATIO = Phi(scale * SIGNAL / sp.sqrt(IN_SQUARES + T))


def prove_one_ratio(goal: Goal) -> Theorem:
    """The squared noise, put in terms of the signal and the progress."""
    known = replaced(closed(), equal(NOISE, IN_SQUARES + tau**2 / N, *positive(N)))
    known = replaced(known, equal(known.conclusion.left, goal.conclusion.right, *positive(N, a, s)))
    return swapped(known, *positive(N, a, s))


def three_quarters(batch: Batch) -> Batch:
    """Add the step size: `share` times three quarters of the largest one of `peak`."""
    clean, noisy = counts(batch)
    return {**batch, "eta": batch["share"] * 3 * (clean + noisy) / (batch["N"] + 2 * batch["B"] ** 2 * noisy)}


def squares(at: SimpleNamespace) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]:
    """Return w_1^2 and the squared norm of the other coordinates of w - w0 after 0 to STEPS steps, and their derivatives in rho.

    Each has the shape (STEPS + 1,). The second is N (S^2 + n_c n_n A^2)/n: in place of A^2 it leaves the comparison as it is.
    """
    start, x, t = data(at)

    def run(radius: jax.Array) -> tuple[jax.Array, jax.Array]:
        def advanced(w: jax.Array, _: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
            w = w + at.eta * jnp.mean(directions(w, x, t, radius), axis=0)
            return w, (w[0] ** 2, jnp.sum((w - start)[1:] ** 2))

        return jax.lax.scan(advanced, start, jnp.zeros(STEPS))[1]

    reached, moved = jax.jvp(run, (at.rho,), (jnp.ones(()),))
    before = jnp.zeros(1)
    signal, noise, signal_moves, noise_moves = (jnp.concatenate([before, part]) for part in (*reached, *moved))
    return signal, noise, signal_moves, noise_moves


def slopes(at: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return both sides at the drawn step, each of shape (); both are 0 where an earlier step has as much signal."""
    signal, noise, signal_moves, noise_moves = squares(at)
    number = jnp.arange(1.0, STEPS + 1)
    reached = jnp.sum(jnp.where(number == at.step, signal[1:], 0.0))
    above = jnp.all(jnp.where(number < at.step, signal[1:] < reached, True))
    sides = (
        jnp.sum(jnp.where(number == at.step, moves[1:] * (grown[1:] - grown[:-1]), 0.0))
        for moves, grown in ((noise_moves, signal), (signal_moves, noise))
    )
    of_step, of_rho = (jnp.where(above, side, 0.0) for side in sides)
    return of_step, of_rho


def of_last_step(at: SimpleNamespace) -> jax.Array:
    """Return the change of the squared noise in rho times the growth of the squared signal in the last step, shape ()."""
    return slopes(at)[0]


def of_radius(at: SimpleNamespace) -> jax.Array:
    """Return the change of the squared signal in rho times the growth of the squared noise in the last step, shape ()."""
    return slopes(at)[1]


def short_step(batch: Batch) -> Batch:
    """Add the step size: `share` times the largest one for which Coq proves the inequality."""
    count = sum(counts(batch))
    return {**batch, "eta": batch["share"] * count / (4 * (batch["N"] + batch["B"] ** 2 * count))}


VARIABLES = {
    share: Reals(1e-2, 1.0),
    rho: Reals(0.0, 2.0),
    step: Values(tuple(float(k) for k in range(2, STEPS + 1))),
    tau: Reals(1e-3, 2.0),
    B: Reals(0.1, 3.0),
}
RUNS = toy_space(VARIABLES, three_quarters, "eta is `share` times 3 n / (N + 2 B^2 n_n)", MAJORITY)
SHORT = toy_space(VARIABLES, short_step, "eta is `share` times n / (4 (N + B^2 n))", MAJORITY)
PARTS = (
    Identity(
        part="one-ratio",
        formula=ONE_RATIO,
        where=MEANING,
        atoms=ATOMS,
        defined_by=reached_accuracy,
        space=SPACE,
        given=(*ON_DATA, POSITIVE_PROGRESS),
        exact=exact_data,
        theorem=prove_one_ratio,
    ),
    Inequality(part="every-start", smaller=of_last_step, larger=of_radius, space=RUNS),
    Inequality(part="short-steps", smaller=of_last_step, larger=of_radius, space=SHORT),
)
# long steps break it where the margins pass C within few steps and the signal is weak
LONG = RUNS.but(share=Reals(2.0, 4.0), rho=Reals(2.0, 4.0), B=Reals(0.05, 0.5))
ASSUMES = (Assumption("small steps", LONG, parts=("every-start",)),)
