"""Beyond the paper: steps in place of the flow. The signal rises in rho; no peak was seen to fall in it, and with longer steps some do.

Statement.  The toy data of `early-stopping`, trained by full-batch steps of 1-SAM under rho_1 < rho_2. The accuracy after the first step
            is higher under rho_2 (first-step). With steps of size at most 4 n / (N + B^2 n) the signal w_1 is larger under rho_2 after
            every step, as long as it has not fallen under rho_1 (signal, in `signal_step`). With steps of size
            eta <= 4 n / (N + 2 B^2 n_n) the best test accuracy after 1 to 12 steps is no lower under rho_2 (peak). With small enough
            steps the best accuracy up to a given time is strictly higher under rho_2 (small-steps, in `small_steps`), and so is the best
            accuracy over all of training (all-steps, in `all_steps`). One ratio ranks the steps for every start, and an inequality on it
            carries the peak (one-ratio, every-start, in `every_start`). With steps of four times the largest of these sizes the peak is
            strictly lower under rho = 1 than under rho = 0 on B = 3, N = tau = s = 1, two clean points and one other (long-steps).
Idea.       Of the signal and of small steps: see there. Of the peak: none that proves it. At equal clean progress the flow under rho_2 is
            more accurate (`early-stopping`), but steps under two radii visit different values of the clean progress. Where the best step
            lies beyond the peak of the curve through the steps, more progress lowers the accuracy, and no bound on that loss is known
            to us.
Assumes.    Small steps, which is needed. The other assumptions of `early-stopping` are kept. The example is one data set, in intervals.
Source.     Beyond the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import flint
import jax
import jax.numpy as jnp

from theory.domain import Batch, Domain, Reals, Space
from theory.early_stopping import all_steps, every_start, first_step, signal_step, small_steps
from theory.early_stopping.clean_first import share
from theory.early_stopping.toy import MAJORITY, B, accuracy, counts, data, directions, rho, s, tau, toy_space
from theory.linear.sam_hurts import BITS, best
from theory.linear.sam_hurts import accuracy as accuracy_of
from theory.statement import Agreement, Assumption, Claim, Finding, Inequality
from theory.symbols import real

STEPS = 12
more = real("more")


def two_radii(batch: Batch) -> Batch:
    """Add the larger radius; and the step size: `share` times the largest one that the statement allows."""
    clean, noisy = counts(batch)
    allowed = 4 * (clean + noisy) / (batch["N"] + 2 * batch["B"] ** 2 * noisy)
    return {**batch, "rho_2": batch["rho"] + batch["more"], "eta": batch["share"] * allowed}


def step_space(variables: Mapping[Any, Domain]) -> Space:
    """Return the space of runs under two radii, if `variables` does not say otherwise with steps up to the largest one allowed."""
    own: dict[Any, Domain] = {
        share: Reals(1e-2, 1.0),
        rho: Reals(0.0, 2.0),
        more: Reals(1e-3, 2.0),
        tau: Reals(1e-3, 2.0),
        s: Reals(0.5, 3.0),
    }
    return toy_space({**own, **variables}, two_radii, "eta is `share` times 4 n / (N + 2 B^2 n_n), rho_2 = rho + more", MAJORITY)


def peak(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the best test accuracy after 1 to STEPS full-batch steps of 1-SAM, shape ()."""
    w, x, t = data(at)

    def advanced(weights: jax.Array, _: jax.Array) -> tuple[jax.Array, jax.Array]:
        weights = weights + at.eta * jnp.mean(directions(weights, x, t, radius), axis=0)
        return weights, accuracy(at, weights)

    return jnp.max(jax.lax.scan(advanced, w, jnp.zeros(STEPS))[1])


def peak_of_smaller(at: SimpleNamespace) -> jax.Array:
    """Return the peak under rho, shape ()."""
    return peak(at, at.rho)


def peak_of_larger(at: SimpleNamespace) -> jax.Array:
    """Return the peak under rho_2, shape ()."""
    return peak(at, at.rho_2)


SIGNAL = 3  # B of the example
LARGEST = Fraction(12, 19)
"""4 n / (N + 2 B^2 n_n) for the data of the example."""
LONG: Mapping[str, Any] = {
    # every input as whole numbers and whole multiples of sqrt 2
    "inputs": [[(SIGNAL, 0), *((int(i == k), 0) for k in range(4))] for i in range(3)],
    "labels": [1, 1, -1],
    "start": [0, 0, 0, 0, 1],
    "eta": 4 * LARGEST,
    "steps": STEPS,
    "radii": (Fraction(0), Fraction(1)),
}


def falls(data: Mapping[str, Any]) -> list[Finding]:
    """Compare the best accuracies under two radii in intervals, for long steps and for the largest ones that the statement allows."""
    low, high = data["radii"]
    with flint.ctx.workprec(BITS):
        peaks = {eta: [best({**data, "eta": eta}, rho) for rho in (low, high)] for eta in (data["eta"], LARGEST)}
        told = {eta: " against ".join(accuracy_of(SIGNAL * top).str(8, radius=False) for top in tops) for eta, tops in peaks.items()}
        long, allowed = peaks[data["eta"]], peaks[LARGEST]
        return [
            Finding(f"the peak falls from rho = {low} to {high} with long steps", bool(long[1] < long[0]), told[data["eta"]]),
            Finding("it does not with the largest steps allowed", bool(allowed[1] > allowed[0]), told[LARGEST]),
        ]


CLAIMS = (
    Claim(
        id="early-stopping-steps",
        space=step_space({}),
        beyond=(
            *first_step.PARTS,
            *signal_step.PARTS,
            Inequality(part="peak", smaller=peak_of_smaller, larger=peak_of_larger),
            *small_steps.PARTS,
            *all_steps.PARTS,
            *every_start.PARTS,
            Agreement(
                part="long-steps",
                data=LONG,
                check=falls,
                variants={
                    "steps of the largest size allowed": {**LONG, "eta": LARGEST},
                    "the radii in the other order": {**LONG, "radii": LONG["radii"][::-1]},
                    "one radius twice": {**LONG, "radii": (Fraction(1), Fraction(1))},
                    "no mislabelled point": {**LONG, "labels": [1, 1, 1]},
                    "no step": {**LONG, "steps": 0},
                },
            ),
        ),
        assumes=(
            *first_step.ASSUMES,
            *signal_step.ASSUMES,
            *all_steps.ASSUMES,
            *every_start.ASSUMES,
            Assumption("small steps", step_space({share: Reals(4.0, 40.0), B: Reals(0.1, 3.0)}), parts=("peak",)),
        ),
    ),
)
