"""Section 4.1: the 2-norm of softmax(f) - e_t scales with the loss for two classes only; for more it lies in a band.

Statement.  With s = 1 - e^-loss the wrong mass and r its distribution over the K - 1 wrong classes, the norm is
            s sqrt(1 + ||r||^2). So it is sqrt(2) s for K = 2, and in general lies between sqrt(K/(K-1)) s and sqrt(2) s.
Idea.       The entries are -s and s r. By Cauchy-Schwarz ||r||^2 >= 1/(K-1), and ||r||^2 <= 1 as no entry exceeds the sum.
Assumes.    K >= 2, finite logits; there is a wrong mass where it is divided by.
As printed. Read as "of two examples the one of larger loss has the larger norm": false for every K >= 3, where the same
            wrong mass weighs more on one class than spread over several.
Source.     Section 4.1, second sentence.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import norm as norm_of
from theory.domain import Arrays, Batch, OneHot, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_slope
from theory.loss.wrong_classes import K, e, f, l, logit_scale, loss
from theory.loss.wrong_mass import DISTRIBUTION, PAIR, SCALE, SEVERAL, SOME_WRONG, prove_distribution, prove_lower, prove_two, prove_upper
from theory.meaning import means
from theory.statement import Claim, Identity, Inequality, Monotone
from theory.symbols import Inner, column
from theory.symbols import norm as length

h, k = column("h", K), column("k", K)  # a second example's logits and label
r = column("r", K)
FAR = 40.0  # e^-40 is lost beside 1 in float64

logits = {f: Arrays(6.0, zero=True), e: OneHot()}
SPACE = Space(logits, sizes=({K: 2}, {K: 5}))
TWO = Space(logits, sizes=({K: 2},))

upper = sp.sqrt(2) * (1 - sp.exp(-l))
lower = sp.sqrt(K / (K - 1)) * (1 - sp.exp(-l))
LOSS = {l: loss}


def losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return log(sum exp f) - f_t for a batch of logits and labels, both (N, K)."""
    return np.log(np.sum(np.exp(logits), axis=1)) - np.sum(logits * labels, axis=1)


def by_loss(batch: Batch) -> Batch:
    """Order the two examples by their losses; where these agree, the second is the first with its true logit lowered by 1."""
    swap = (losses(batch["f"], batch["e"]) > losses(batch["h"], batch["k"]))[:, None]
    first, label = np.where(swap, batch["h"], batch["f"]), np.where(swap, batch["k"], batch["e"])
    second, second_label = np.where(swap, batch["f"], batch["h"]), np.where(swap, batch["e"], batch["k"])
    tie = (losses(second, second_label) - losses(first, label) < 1e-6)[:, None]
    return {"f": first, "e": label, "h": np.where(tie, first - label, second), "k": np.where(tie, label, second_label)}


PAIRS = Space(
    {**logits, h: Arrays(6.0, zero=True), k: OneHot()},
    ({K: 2}, {K: 3}),
    construct=by_loss,
    note="ordered so that (h, k) has the larger loss",
)


@means(length(SCALE))
def norm(p: SimpleNamespace) -> jax.Array:
    """Return ||softmax(f) - e||, shape ()."""
    return norm_of(logit_scale(p))


def norm_of_second(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the example (h, k), shape ()."""
    return norm(SimpleNamespace(f=p.h, e=p.k))


@means(DISTRIBUTION)
def distribution(p: SimpleNamespace) -> jax.Array:
    """Return how the wrong mass is distributed over the classes, 0 at the true one, shape (K,)."""
    wrong = (1.0 - p.e) * jnp.exp(p.f)
    return wrong / jnp.sum(wrong)


def one_wrong(batch: Batch) -> Batch:
    """Leave one wrong class, the first, of any weight: the upper constant is approached (and met where K = 2)."""
    first = np.argmin(batch["e"], axis=1)[:, None]
    in_place = (np.arange(batch["f"].shape[1]) == first) | (batch["e"] > 0)
    return {**batch, "f": np.where(in_place, batch["f"], np.min(batch["f"], axis=1, keepdims=True) - FAR)}


def all_wrong(batch: Batch) -> Batch:
    """Give all wrong classes the logit of the first one: the lower constant is met."""
    first = np.argmin(batch["e"], axis=1)[:, None]
    return {**batch, "f": np.where(batch["e"] > 0, batch["f"], np.take_along_axis(batch["f"], first, axis=1))}


# automatic differentiation forms softmax - 1, whatever is left of it
ONE = sp.S.One

CLAIMS = (
    Claim(
        id="multiclass-logit-norm",
        space=SPACE,
        printed=(Inequality(part="scales", smaller=norm, larger=norm_of_second, strictly=True, space=PAIRS, conditioning=ONE),),
        corrected=(
            Identity(
                part="two-classes",
                formula=upper,
                atoms=LOSS,
                defined_by=norm,
                space=TWO,
                conditioning=ONE,
                given=(PAIR,),
                theorem=prove_two,
            ),
            Monotone(
                part="two-classes-order",
                quantity=upper,
                along=l,
                space=Space({l: Reals(1e-6, 30)}),
                given=(relation("<", 0, l),),
                theorem=by_slope(sp.sqrt(2) * sp.exp(-l)),
            ),
            Identity(
                part="fixed-distribution",
                formula=(1 - sp.exp(-l)) * sp.sqrt(1 + Inner(r, r)),
                atoms={**LOSS, r: distribution},
                defined_by=norm,
                conditioning=ONE,
                given=(SOME_WRONG,),
                theorem=prove_distribution,
            ),
            Inequality(
                part="lower",
                smaller=lower,
                larger=norm,
                atoms=LOSS,
                tight=all_wrong,
                conditioning=ONE,
                given=(SEVERAL,),
                theorem=prove_lower,
            ),
            Inequality(part="upper", smaller=norm, larger=upper, atoms=LOSS, tight=one_wrong, conditioning=ONE, theorem=prove_upper),
        ),
    ),
)
