"""Eq. B.4: which linear classifiers are optimal on the toy distribution.

Statement.  For B != 0 the classifiers c e_1 with c B > 0 have accuracy 1, and every other one has less.
Idea.       On the first axis no noise reaches the score, which is c B. Off the axis the accuracy is a value of Phi, below 1.
Assumes.    gamma > 0; B != 0, since without a signal there is nothing to classify.
As printed. `Proportional to e_1' admits negative multiples, and B of either sign; -e_1 is then the worst classifier for B > 0.
            The closed form B.3, from which the paper draws this, is undefined at the optimum (w_{1+} = 0).
Source.     Appendix B, Eq. B.4.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Arrays, Batch, Reals, Space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, decided
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Phi, real
from theory.toy.distribution import B, accuracy, aligned, d, derive_argument, gamma, meant_certain, r, w_1, weights
from theory.toy.eq_b_3 import a

c = real("c")
DOMAINS = {B: Reals(-3, 3), gamma: Reals(0.5, 4), r: Arrays(3.0), a: Reals(-1, 1)}
SIZES = ({d: 2}, {d: 3}, {d: 5})


def signal(batch: Batch) -> Batch:
    """Make B nonzero."""
    return {**batch, "B": np.where(batch["B"] == 0, 1.0, batch["B"])}


def with_multiple(batch: Batch) -> Batch:
    """Make B and the multiple c nonzero."""
    return {**signal(batch), "c": np.where(batch["c"] == 0, 1.0, batch["c"])}


def right_multiple(batch: Batch) -> Batch:
    """Give c the sign of B."""
    batch = with_multiple(batch)
    return {**batch, "c": np.abs(batch["c"]) * np.sign(batch["B"])}


def wrong_multiple(batch: Batch) -> Batch:
    """Give c the sign that B does not have."""
    batch = right_multiple(batch)
    return {**batch, "c": -batch["c"]}


def on_axis(batch: Batch) -> Batch:
    """Let w be a right multiple of e_1."""
    batch = right_multiple(batch)
    return {**batch, "r": 0 * batch["r"], "w_1": batch["c"]}


def not_right_multiple(batch: Batch) -> Batch:
    """Put every second classifier of a batch on the first axis, on the wrong side or at the origin."""
    batch = aligned(signal(batch))
    axis = np.arange(len(batch["a"])) % 2 == 1
    wrong = -np.abs(batch["a"]) * np.sign(batch["B"])
    return {**batch, "r": np.where(axis[:, None], 0.0, batch["r"]), "w_1": np.where(axis, wrong, batch["w_1"])}


MULTIPLE = Space({**DOMAINS, c: Reals(-3, 3)}, SIZES, construct=lambda batch: aligned(with_multiple(batch)))
RIGHT = Space(MULTIPLE.domains, SIZES, construct=right_multiple, note="c B > 0")
WRONG = Space(MULTIPLE.domains, SIZES, construct=wrong_multiple, note="c B < 0")
RIGHT_SIDE = relation("<", 0, c * B)
OTHER = Space(DOMAINS, SIZES, construct=not_right_multiple, note="w is no c e_1 with c B > 0")
ON_AXIS = Space(MULTIPLE.domains, SIZES, construct=on_axis, note="w = c e_1 with c B > 0")


def of_classifier(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of w = (w_1, r)."""
    return accuracy(weights(p.w_1, p.r), p.B, p.gamma)


@means(meant_certain(c))
def of_multiple(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of c e_1."""
    return accuracy(weights(p.c, jnp.zeros_like(p.r)), p.B, p.gamma)


def prove_attained(goal: Goal) -> Theorem:
    """The score is c B for every noise."""
    return decided(goal.conclusion, given=(RIGHT_SIDE,))


def prove_best(s: Inequality, proof: Derivation) -> None:
    """Off the axis the accuracy is Phi(u) at a finite u; on its wrong half the score is never positive."""
    u = real("u")
    argument = derive_argument(proof, w_1, r, B)
    proof.equal("off the axis the accuracy is Phi at a finite argument", 1 - Phi(-argument), Phi(argument))
    proof.increasing("Phi increases strictly", Phi(u), u)
    proof.tends("towards the larger side, which it therefore never reaches", Phi(u), u, sp.oo, s.larger)
    proof.holds(
        "on the axis with w_1 B <= 0 no score is positive, so the accuracy is 0", lambda: bool(sp.sympify(s.larger) > 0), f"0 < {s.larger}"
    )


def nearly_on_axis(batch: Batch) -> Batch:
    """Return classifiers near the best: forty deviations from the boundary."""
    size = np.linalg.norm(batch["r"], axis=1)
    nonzero = np.where(size[:, None] > 0, batch["r"], 1.0)
    reach = 40 * batch["gamma"] * np.linalg.norm(nonzero, axis=1) / batch["B"]
    return {**batch, "r": nonzero, "w_1": reach}


CLAIMS = (
    Claim(
        id="eq-b.4",
        space=MULTIPLE,
        printed=(Inequality(part="optimal", smaller=of_classifier, larger=of_multiple),),
        corrected=(
            Identity(part="attained", formula=sp.S.One, defined_by=of_multiple, space=RIGHT, theorem=prove_attained),
            Inequality(
                part="only", smaller=of_classifier, larger=sp.S.One, strictly=True, space=OTHER, tight=nearly_on_axis, proof=prove_best
            ),
        ),
        assumes=(
            Assumption("c B > 0", WRONG, parts=("attained",), given=(RIGHT_SIDE,)),
            Assumption("w is no c e_1 with c B > 0", ON_AXIS, parts=("only",)),
        ),
    ),
)
