"""In a two-layer linear network J-SAM is exactly a step with a penalty on the norm of the Jacobian.

Statement.  The J-SAM direction is -grad loss - rho sigma(-t f) grad J with J = ||grad f||, in both layers, with no remainder.
Idea.       f is bilinear, so that its gradient at w + eps is grad f + H eps with a constant symmetric H, and H grad f/||grad f|| is
            the gradient of ||grad f||.
Assumes.    grad f is not zero (else eps is undefined). All widths and input dimensions.
            The logit scale is held fixed: grad J is not multiplied by a change of sigma.
Source.     Beyond Proposition 4.1, which has the two terms apart and calls the reduction approximate.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax

from theory.attack.derivation import Derivation
from theory.deep_linear.network import (
    SPACE,
    WHERE,
    J,
    W,
    d,
    derive_gradient,
    derive_j_sam,
    derive_norm,
    derive_slope,
    f,
    first_layer,
    h,
    loss_gradient,
    output,
    pieces,
    rho,
    second_layer,
    t,
    v,
    without_weights,
    x,
)
from theory.definitions import j_sam, norm
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import column, matrix, sigma
from theory.symbols import norm as norm_of

# the gradients of the loss and of J, in W and in v
LW, JW = matrix("LW", h, d), matrix("JW", h, d)
Lv, Jv = column("Lv", h), column("Jv", h)


def norm_gradient(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the gradient of ||grad f|| in (W, v): automatic differentiation of automatic differentiation."""
    net, _, weights = pieces(p)
    return jax.grad(lambda w: norm(jax.grad(net)(w)))(weights)


ATOMS: Atoms = {
    f: output,
    LW: lambda p: loss_gradient(p)[0],
    Lv: lambda p: loss_gradient(p)[1],
    JW: lambda p: norm_gradient(p)[0],
    Jv: lambda p: norm_gradient(p)[1],
}


def prove_direction(s: Identity, proof: Derivation) -> None:
    """Put the gradients of the loss and of J into the formula; the J-SAM direction comes from the perturbed Jacobian."""
    directions = derive_j_sam(proof)
    derive_gradient(proof)
    printed = WHERE[J].xreplace({symbol: WHERE[symbol] for symbol in WHERE if symbol != J})
    derive_norm(proof, printed)

    def length(at_W: object, at_v: object) -> object:
        return printed.xreplace({W: at_W, v: at_v})

    derive_slope(proof, "J", length, W * x * x.T / printed, norm_of(x) ** 2 * v / printed)
    loss = {LW: -t * sigma(-t * f) * v * x.T, Lv: -t * sigma(-t * f) * W * x}
    penalty = {JW: W * x * x.T / J, Jv: norm_of(x) ** 2 * v / J}
    direction = directions[0 if s.part == "first-layer" else 1]
    proof.equal("the J-SAM direction is the formula", direction, s.formula.xreplace({**loss, **penalty}))


CLAIMS = (
    Claim(
        id="jsam-exact",
        idea="the Jacobian of a bilinear f is affine in the weights",
        space=SPACE,
        beyond=(
            Identity(
                part="first-layer",
                formula=-LW - rho * sigma(-t * f) * JW,
                atoms=ATOMS,
                defined_by=first_layer(j_sam),
                proof=prove_direction,
            ),
            Identity(
                part="second-layer",
                formula=-Lv - rho * sigma(-t * f) * Jv,
                atoms=ATOMS,
                defined_by=second_layer(j_sam),
                proof=prove_direction,
            ),
        ),
        assumes=(Assumption("grad f is not zero", without_weights(SPACE)),),
    ),
)
