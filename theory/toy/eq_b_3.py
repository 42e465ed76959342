"""Eq. B.3: the accuracy of a linear classifier on the toy distribution has a closed form.

Statement.  P(y <w, x> > 0) = 1 - Phi(-B sqrt(d-1) w_1 / (gamma ||w_{1+}||)).
Idea.       The label cancels; the remainder is normal with mean w_1 B and variance gamma^2 ||w_{1+}||^2/(d-1).
Assumes.    gamma > 0 and w_{1+} not zero. Any B and any d >= 2.
As printed. The formula is right, but w_{1+} has d - 1 entries, not d - 2.
Source.     Appendix B, Eqs. B.1-B.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import jax
import sympy as sp

from theory.domain import Arrays, Reals, Space
from theory.kernel.tactics import by_definition
from theory.meaning import means
from theory.statement import Agreement, Assumption, Claim, Finding, Identity
from theory.symbols import Phi, norm, real
from theory.toy.distribution import (
    NONZERO_REST,
    POSITIVE_NOISE,
    SOME_NOISE,
    B,
    accuracy,
    aligned,
    d,
    gamma,
    meant_accuracy,
    r,
    w_1,
    weights,
)

a = real("a")
closed = 1 - Phi(-B * sp.sqrt(d - 1) * w_1 / (gamma * norm(r)))

# the argument of Phi stays within 12, where the tail 1 - Phi keeps its digits in 50-digit arithmetic
SPACE = Space(
    {B: Reals(-3, 3), gamma: Reals(0.5, 4), a: Reals(-1, 1), r: Arrays(3.0)},
    sizes=({d: 2}, {d: 3}, {d: 5}),
    construct=aligned,
    note="w = (w_1, r) with w_1 = a ||r||",
)


@means(meant_accuracy(w_1, r))
def measured(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of w = (w_1, r) from the definition of the distribution."""
    return accuracy(weights(p.w_1, p.r), p.B, p.gamma)


def check_dimension(data: Mapping[str, sp.Expr]) -> Sequence[Finding]:
    """Count the entries of w in R^d without the first, and the entries of the noise that multiplies it."""
    printed_dimension, of_w, of_noise = data["w_{1+}"], data["w"], data["z"]
    return [
        Finding(
            "w without its first entry",
            sp.simplify(of_w - 1 - printed_dimension) == 0,
            f"{of_w - 1} entries, said to be {printed_dimension}",
        ),
        Finding(
            "<w_{1+}, z> needs equal lengths",
            sp.simplify(of_noise - printed_dimension) == 0,
            f"z has {of_noise} entries, w_{{1+}} {printed_dimension}",
        ),
    ]


def dimension(printed_dimension: sp.Expr) -> dict[str, sp.Expr]:
    """Return the assumption on w_{1+}, beside the dimensions of w and z in Eq. B.1."""
    return {"w_{1+}": printed_dimension, "w": d, "z": d - 1}


OTHERS = {str(k): dimension(k) for k in (d - 3, d, d + 1, d - sp.Rational(1, 2), sp.Integer(1), 2 * d - 1)}

CLAIMS = (
    Claim(
        id="eq-b.3",
        space=SPACE,
        printed=(
            Identity(part="closed-form", formula=closed, defined_by=measured, given=(SOME_NOISE,), theorem=by_definition),
            Agreement(part="dimension", data=dimension(d - 2), check=check_dimension, variants=OTHERS),
        ),
        corrected=(
            Agreement(part="dimension", data=dimension(d - 1), check=check_dimension, variants={**OTHERS, "d - 2": dimension(d - 2)}),
        ),
        assumes=(
            Assumption(
                "w_{1+} is not zero",
                Space(
                    SPACE.domains,
                    SPACE.sizes,
                    construct=lambda batch: {**batch, "r": 0 * batch["r"], "w_1": batch["a"]},
                    note="w on the first axis",
                ),
                parts=("closed-form",),
                given=(NONZERO_REST,),
            ),
            Assumption("gamma > 0", SPACE.but(gamma=Reals(-4, -0.5)), parts=("closed-form",), given=(POSITIVE_NOISE,)),
        ),
    ),
)
