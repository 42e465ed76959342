"""Small enough steps: the best accuracy over all of training strictly increases with the radius.

Statement.  Let tau > 0 and rho_1 < rho_2. Some eta_0 > 0 has this property: with full-batch steps of 1-SAM of any one size eta <= eta_0,
            the best accuracy over all of training is reached after some step under either radius, and it is strictly higher under rho_2.
Idea.       With small steps, scores late in training lie below a score that is reached before. So the best step is not late, and up to
            any given time the best accuracy is strictly higher under rho_2 (`small_steps`).
Assumes.    The assumptions of `early-stopping`, small steps, tau > 0. How small eta_0 is depends on the data and the two radii.
Source.     Beyond the paper.

Coq alone proves it (`theory/formal/early_stopping_all_steps.v`). The attack takes 80 steps, each of at most a quarter of
4 n / (N + 2 B^2 n_n). In about one run of seven the best step comes later: there the attack compares the best of these 80.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax

from theory.domain import Reals, Values
from theory.early_stopping.small_steps import RUNS, best_until
from theory.statement import Assumption, Inequality

STEPS = 80
TIME = 8.0  # STEPS of the smallest steps


def best_of_smaller(at: SimpleNamespace) -> jax.Array:
    """Return the best accuracy under rho, shape ()."""
    return best_until(at, at.rho, STEPS)


def best_of_larger(at: SimpleNamespace) -> jax.Array:
    """Return the best accuracy under rho_2, shape ()."""
    return best_until(at, at.rho_2, STEPS)


WHOLE = RUNS.but(share=Reals(0.1, 0.25), time=Values((TIME,)))
PARTS = (Inequality(part="all-steps", smaller=best_of_smaller, larger=best_of_larger, strictly=True, space=WHOLE),)
ASSUMES = (
    Assumption("small steps", RUNS.but(share=Reals(4.0, 40.0), time=Values((1e4,)), B=Reals(0.1, 3.0)), parts=("all-steps",)),
    Assumption("tau > 0", WHOLE.but(tau=Values((0.0,))), parts=("all-steps",)),
)
