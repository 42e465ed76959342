"""Eq. 3.2: in a linear model 1-SAM adds the constant rho ||x|| inside the logit scale, and changes nothing else.

Statement.  eps = -rho t x / ||x||, and -grad l(w + eps) = t sigma(-t <w, x> + rho ||x||) x.
Idea.       The gradient of the loss is a negative multiple of t x, so eps moves every weight along -t x; t^2 = 1.
Assumes.    x is not zero (else eps is undefined). All dimensions.
As printed. The left side names the label y; `numbers-agree` holds that remark. Here the label is t on both sides.
Source.     Section 3.2, Eq. 3.2 and the sentence before it.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp

from theory.definitions import ascend, gradient, one_sam
from theory.kernel.tactics import by_definition
from theory.linear.model import EPSILON, NONZERO_INPUT, PERTURBED, POSITIVE_RADIUS, SPACE, at_zero_input, output, pieces, rho, t, x
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity
from theory.symbols import norm, sigma


@means(EPSILON)
def perturbation(p: SimpleNamespace) -> jax.Array:
    """Return eps = rho grad / ||grad|| of Eq. 2.6, shape (d,)."""
    return ascend(jnp.zeros_like(p.w), gradient(*pieces(p)), p.rho)


@means(PERTURBED)
def update(p: SimpleNamespace) -> jax.Array:
    """Return -grad of the loss at w + eps, shape (d,)."""
    return one_sam(*pieces(p), p.rho)


ASSUMED = (POSITIVE_RADIUS,)

CLAIMS = (
    Claim(
        id="eq-3.2",
        space=SPACE,
        printed=(
            Identity(part="perturbation", formula=-rho * t / norm(x) * x, defined_by=perturbation, given=ASSUMED, theorem=by_definition),
            Identity(
                part="shift",
                formula=t * sigma(-t * output + rho * norm(x)) * x,
                defined_by=update,
                given=ASSUMED,
                theorem=by_definition,
            ),
        ),
        assumes=(Assumption("x is not zero", at_zero_input(SPACE), given=(NONZERO_INPUT,)),),
    ),
)
