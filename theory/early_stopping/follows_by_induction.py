"""End of Section 3.2: it does not follow that 1-SAM has a higher early-stopping accuracy than gradient descent.

Statement.  Whenever low-loss points are up-weighted, the best test accuracy along training is higher for 1-SAM with rho > 0.
Idea.       Trained from the origin, all points move equally in the first step, whatever rho is. In the toy model that step is the best
            one, so that the peak is the same for every rho, although Lemma 3.1 holds at every step for all points (their norms are equal).
Assumes.    As printed: no more than a linear model. The true statement needs an initialisation away from the origin and more.
As printed. False: the search finds training from the origin. The corrected form is the theorem `early-stopping`.
Source.     Section 3.2, the sentence after Lemma 3.1.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Reals, Values
from theory.early_stopping.accuracy import ON_DATA
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, positive
from theory.early_stopping.paths import FEWER_NOISY, b_1, rho_2
from theory.early_stopping.peak import a_1, accuracy_at, below_peak, p_2, peak_atoms, up_to_peak
from theory.early_stopping.toy import MAJORITY, B, accuracy, data, directions, eta, rho, s, tau, toy_space
from theory.early_stopping.training import for_radius, peak, runs
from theory.goal import Goal
from theory.kernel.rules import Theorem, put
from theory.meaning import means
from theory.statement import Assumption, Claim, Inequality

STEPS = 4  # full-batch steps of training that the printed form is tried on
TRAINING = toy_space(
    {B: Reals(0.3, 2.0), s: Reals(0.5, 3.0), tau: Reals(0.0, 2.0), rho: Reals(1e-2, 2.0), eta: Reals(1e-2, 2.0)}, sizes=MAJORITY
)
AWAY = runs({rho: Reals(1e-2, 2.0)})


def best(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the best test accuracy over STEPS full-batch steps of 1-SAM of that radius, shape ()."""
    w, x, t = data(at)
    accuracies = []
    for _ in range(STEPS):
        w = w + at.eta * jnp.mean(directions(w, x, t, radius), axis=0)
        accuracies.append(accuracy(at, w))
    return jnp.max(jnp.stack(accuracies))


def best_of_gradient_descent(at: SimpleNamespace) -> jax.Array:
    """Return the best test accuracy of full-batch gradient descent, which is 1-SAM of radius 0, shape ()."""
    return best(at, 0.0 * at.rho)


def best_of_one_sam(at: SimpleNamespace) -> jax.Array:
    """Return the best test accuracy of full-batch 1-SAM, shape ()."""
    return best(at, at.rho)


def no_radius(at: SimpleNamespace) -> jax.Array:
    """Return the radius of gradient descent, shape ()."""
    return 0.0 * at.rho


def radius(at: SimpleNamespace) -> jax.Array:
    """Return the radius of 1-SAM, shape ()."""
    return at.rho


def prove_gain(_: Goal) -> Theorem:
    """The theorem `peak` of `early-stopping`, for the radii 0 and rho."""
    return put(below_peak(), {rho: sp.S.Zero, rho_2: rho})


CLAIMS = (
    Claim(
        id="follows-by-induction",
        space=TRAINING,
        printed=(Inequality(part="early-stopping", smaller=best_of_gradient_descent, larger=best_of_one_sam, strictly=True),),
        corrected=(
            Inequality(
                part="early-stopping",
                smaller=means(accuracy_at(a_1, b_1))(for_radius(peak, no_radius)),
                larger=p_2,
                strictly=True,
                atoms={**ATOMS, **peak_atoms(no_radius, radius)},
                space=AWAY,
                given=(*ON_DATA, FEWER_NOISY, *positive(tau, rho), *up_to_peak(sp.S.Zero, rho)),
                exact=exact_data,
                theorem=prove_gain,
            ),
        ),
        assumes=(Assumption("initial weights away from the origin", AWAY.but(tau=Values((0.0,)))),),
    ),
)
