"""In a two-layer linear network J-SAM is exactly a step with a penalty on the norm of the Jacobian.

Statement.  The J-SAM direction is -grad loss - rho sigma(-t f) grad J with J = ||grad f||, in both layers, with no remainder. This is
            sigma(-t f) grad(t f - rho J): divided by the logit scale the direction is the gradient of one function.
Idea.       f is bilinear, so that its gradient at w + eps is grad f + H eps with a constant symmetric H, and H grad f/||grad f|| is
            the gradient of ||grad f||.
Assumes.    grad f is not zero (else eps is undefined). All widths and input dimensions.
            The logit scale is held fixed: grad J is not multiplied by a change of sigma.
Source.     Beyond Proposition 4.1, which has the two terms apart and calls the reduction approximate.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import sympy as sp

from theory.deep_linear.network import (
    MEANT_J_SAM,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    SymbolicLayers,
    W,
    d,
    f,
    first_layer,
    h,
    loss_gradient,
    meant_gradient,
    meant_loss,
    meant_norm,
    meant_output,
    output,
    pieces,
    rho,
    second_layer,
    t,
    v,
    without_weights,
)
from theory.definitions import j_sam, norm
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, equal
from theory.kernel.tactics import used_for
from theory.meaning import means
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import column, matrix, sigma

# the gradients of the loss and of J, in W and in v
LW, JW = matrix("LW", h, d), matrix("JW", h, d)
Lv, Jv = column("Lv", h), column("Jv", h)


def norm_gradient(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the gradient of ||grad f|| in (W, v): automatic differentiation of automatic differentiation."""
    net, _, weights = pieces(p)
    return jax.grad(lambda w: norm(jax.grad(net)(w)))(weights)


def meant_potential(at: SymbolicLayers) -> sp.Expr:
    """Return t f - rho J at weights (W, v)."""
    return t * meant_output(at) - rho * meant_norm(at)


MEANT_LOSS, MEANT_NORM, MEANT_POTENTIAL = (meant_gradient(of) for of in (meant_loss, meant_norm, meant_potential))
ATOMS: Atoms = {
    f: output,
    LW: means(MEANT_LOSS[0])(lambda p: loss_gradient(p)[0]),
    Lv: means(MEANT_LOSS[1])(lambda p: loss_gradient(p)[1]),
    JW: means(MEANT_NORM[0])(lambda p: norm_gradient(p)[0]),
    Jv: means(MEANT_NORM[1])(lambda p: norm_gradient(p)[1]),
}
ASSUMED = (POSITIVE_RADIUS,)
SCALED = tuple(sigma(-t * meant_output((W, v))) * layer for layer in MEANT_POTENTIAL)  # sigma(-t f) grad(t f - rho J)


def prove_layer(goal: Goal) -> Theorem:
    """Both equations hold by the normal forms of their sides."""
    return all_of(*(equal(part.left, part.right, *used_for(goal)) for part in goal.conclusion.parts))


CLAIMS = (
    Claim(
        id="jsam-exact",
        space=SPACE,
        beyond=(
            Identity(
                part="first-layer",
                formula=-LW - rho * sigma(-t * f) * JW,
                atoms=ATOMS,
                defined_by=first_layer(j_sam),
                given=ASSUMED,
                also=(relation("=", MEANT_J_SAM[0], SCALED[0]),),
                theorem=prove_layer,
            ),
            Identity(
                part="second-layer",
                formula=-Lv - rho * sigma(-t * f) * Jv,
                atoms=ATOMS,
                defined_by=second_layer(j_sam),
                given=ASSUMED,
                also=(relation("=", MEANT_J_SAM[1], SCALED[1]),),
                theorem=prove_layer,
            ),
        ),
        assumes=(Assumption("grad f is not zero", without_weights(SPACE), given=(NONZERO_SLOPE,)),),
    ),
)
