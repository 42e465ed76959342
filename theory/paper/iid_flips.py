"""Eq. 3.1 flips every label independently, so its share of flipped labels is Delta on average only.

Statement.  Of n labels, each flipped independently with probability Delta, n Delta are flipped on average, with variance
            n Delta (1 - Delta). In the toy data the share is exactly Delta with a probability below 1/25.
Idea.       Means always add, and variances of independent flips do.
As printed. The sentence after Eq. 3.1 has these flips corrupt Delta of the training data. A.1 fixes the number, Eq. 3.1 does not.
Source.     Eq. 3.1 and the sentence after it; the sizes of Appendix A.3. These are parts of the claim in `label_noise`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import comb
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.statement import Agreement, Finding, Identity
from theory.symbols import column, size

points = size("points")
flips, share = column("flips", points), sp.Symbol("Delta", nonnegative=True)


def flipped(batch: Batch) -> Batch:
    """Turn the drawn numbers into flips: 1 where epsilon is -1, else 0."""
    return {**batch, "flips": np.where(batch["flips"] > 0, 1.0, 0.0)}


NOTE = "flips is 1 where the label was flipped, else 0"
# one sample of four or eight labels with Delta = 1/4: n Delta is whole, and every sample is possible
ONE_SAMPLE = Space({flips: Arrays(1.0), share: Values((0.25,))}, ({points: 4}, {points: 8}), flipped, note=NOTE)
EVERY_SHARE = Space({flips: Arrays(1.0), share: Reals(0.0, 1.0)}, ({points: 1}, {points: 5}), flipped, note=NOTE)


def number_of_flips(p: SimpleNamespace) -> jax.Array:
    """Return how many labels one sample of Eq. 3.1 has flipped."""
    return jnp.sum(p.flips)


def moments(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return mean and mean square of the number of flips, over all 2^n samples weighted by their probabilities."""
    patterns = jnp.asarray(list(product((0.0, 1.0), repeat=len(p.flips))))
    weights = jnp.prod(patterns * p.Delta + (1.0 - patterns) * (1.0 - p.Delta), axis=1)
    count = jnp.sum(patterns, axis=1)
    return jnp.dot(weights, count), jnp.dot(weights, count * count)


def mean_flips(p: SimpleNamespace) -> jax.Array:
    """Return the expected number of flips."""
    return moments(p)[0]


def variance_of_flips(p: SimpleNamespace) -> jax.Array:
    """Return the variance of the number of flips."""
    mean, square = moments(p)
    return square - mean * mean


def exact_hits(settings: Sequence[tuple[int, Fraction, Fraction]]) -> list[Finding]:
    """Compare the probability that n independent flips hit n Delta exactly with a bound, in exact arithmetic."""
    findings = []
    for n, delta, bound in settings:
        m = n * delta
        chance = comb(n, int(m)) * delta ** int(m) * (1 - delta) ** (n - int(m)) if m.denominator == 1 else Fraction(0)
        findings.append(
            Finding(
                f"n = {n}, Delta = {delta}: exactly {m} flips have a probability below {bound}", 0 < chance < bound, f"{float(chance):.6f}"
            )
        )
    return findings


TOY = (500, Fraction(2, 5), Fraction(1, 25))

PRINTED = (Identity(part="eq-3.1-share", formula=points * share, defined_by=number_of_flips, space=ONE_SAMPLE),)
CORRECTED = (
    Identity(part="eq-3.1-share", formula=points * share, defined_by=mean_flips, space=EVERY_SHARE),
    Identity(
        part="eq-3.1-variance",
        formula=points * share * (1 - share),
        defined_by=variance_of_flips,
        space=EVERY_SHARE,
        conditioning=points**2 * share,
    ),
)
BEYOND = (
    Agreement(
        part="toy-share",
        data=(TOY,),
        check=exact_hits,
        variants={
            "5 points": ((5, *TOY[1:]),),
            "a bound of 1/28": ((*TOY[:2], Fraction(1, 28)),),
            "Delta = 1": ((500, Fraction(1), TOY[2]),),
            "Delta = 1/500": ((500, Fraction(1, 500), TOY[2]),),
            "n Delta not whole": ((501, *TOY[1:]),),
        },
    ),
)
