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

from theory.attack.derivation import Derivation
from theory.definitions import ascend, gradient, one_sam
from theory.linear.model import SPACE, at_zero_input, derive_perturbation, derive_shift, descent, output, pieces, rho, t, x
from theory.statement import Assumption, Claim, Identity
from theory.symbols import norm, sigma


def perturbation(p: SimpleNamespace) -> jax.Array:
    """Return eps = rho grad / ||grad|| of Eq. 2.6, shape (d,)."""
    return ascend(jnp.zeros_like(p.w), gradient(*pieces(p)), p.rho)


def update(p: SimpleNamespace) -> jax.Array:
    """Return -grad of the loss at w + eps, shape (d,)."""
    return one_sam(*pieces(p), p.rho)


def prove_perturbation(s: Identity, d: Derivation) -> None:
    """The normalised gradient of a function of <w, x> is plus or minus x / ||x||."""
    d.equal("that is the formula", derive_perturbation(d), s.formula)


def prove_shift(s: Identity, d: Derivation) -> None:
    """The gradient at the moved output."""
    d.equal("the descent direction at w + eps is the formula", descent(derive_shift(d)), s.formula)


CLAIMS = (
    Claim(
        id="eq-3.2",
        idea="the perturbation is a multiple of x, so the output moves by the constant -rho t ||x||",
        space=SPACE,
        printed=(
            Identity(part="perturbation", formula=-rho * t / norm(x) * x, defined_by=perturbation, proof=prove_perturbation),
            Identity(part="shift", formula=t * sigma(-t * output + rho * norm(x)) * x, defined_by=update, proof=prove_shift),
        ),
        assumes=(Assumption("x is not zero", at_zero_input(SPACE)),),
    ),
)
