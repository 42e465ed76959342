"""Eqs. 4.1 to 4.4: the J-SAM update of both layers of a two-layer linear network, and the factor J.

Statement.  With z = W x and J = ||grad f||, J-SAM moves W along sigma(-t f) (t v - rho/J z) x^T and v along
            sigma(-t f) (t z - rho ||x||^2/J v): SGD minus a multiple of z x^T, and of v.
Idea.       f is bilinear, so its Jacobian at the perturbed weights is the Jacobian at w plus a linear term in eps,
            and eps = -rho t grad f / J. Finally t^2 = 1.
Assumes.    grad f is not zero (else eps is undefined). All widths and input dimensions.
As printed. The left sides of Eqs. 4.1 and 4.3 are the gradient at w + eps, which is 1-SAM; the right sides are J-SAM.
Source.     Section 4.2, proof of Proposition 4.1.
"""

from __future__ import annotations

from theory.deep_linear.network import (
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    WHERE,
    J,
    f,
    first_layer,
    gradient_norm,
    rho,
    second_layer,
    t,
    v,
    x,
    z,
)
from theory.definitions import j_sam, one_sam
from theory.domain import Space
from theory.kernel.tactics import by_definition
from theory.statement import Assumption, Claim, Identity
from theory.symbols import norm, sigma

update_W = sigma(-t * f) * (t * v - rho / J * z) * x.T
split_W = t * sigma(-t * f) * v * x.T - rho * sigma(-t * f) / J * z * x.T
update_v = sigma(-t * f) * (t * z - rho * norm(x) ** 2 / J * v)
split_v = t * sigma(-t * f) * z - rho * sigma(-t * f) * norm(x) ** 2 / J * v


STILL = Space(
    SPACE.domains, SPACE.sizes, construct=lambda batch: {**batch, "v": 0 * batch["v"], "W": 0 * batch["W"]}, note="all weights zero"
)
MOVING = ("update", "left-side", "decomposition")
ASSUMED = (POSITIVE_RADIUS,)


def claim(name: str, **forms: tuple[Identity, ...]) -> Claim:
    """Return the claim of one of the four equations; its statements with a perturbation assume a gradient that is not zero."""
    stated = {statement.part for form in forms.values() for statement in form}
    nothing_moves = Assumption("grad f is not zero", STILL, parts=tuple(part for part in MOVING if part in stated), given=(NONZERO_SLOPE,))
    return Claim(id=name, space=SPACE, assumes=(nothing_moves,), **forms)


CLAIMS = (
    claim(
        "eq-4.1",
        printed=(
            Identity(part="update", formula=update_W, where=WHERE, defined_by=first_layer(j_sam), given=ASSUMED, theorem=by_definition),
            Identity(part="norm", formula=J, where=WHERE, defined_by=gradient_norm, theorem=by_definition),
            Identity(part="left-side", formula=update_W, where=WHERE, defined_by=first_layer(one_sam)),
        ),
        corrected=(
            Identity(part="left-side", formula=update_W, where=WHERE, defined_by=first_layer(j_sam), given=ASSUMED, theorem=by_definition),
        ),
    ),
    claim(
        "eq-4.2",
        printed=(
            Identity(
                part="decomposition", formula=split_W, where=WHERE, defined_by=first_layer(j_sam), given=ASSUMED, theorem=by_definition
            ),
        ),
    ),
    claim(
        "eq-4.3",
        printed=(
            Identity(part="update", formula=update_v, where=WHERE, defined_by=second_layer(j_sam), given=ASSUMED, theorem=by_definition),
            Identity(part="left-side", formula=update_v, where=WHERE, defined_by=second_layer(one_sam)),
        ),
        corrected=(
            Identity(part="left-side", formula=update_v, where=WHERE, defined_by=second_layer(j_sam), given=ASSUMED, theorem=by_definition),
        ),
    ),
    claim(
        "eq-4.4",
        printed=(
            Identity(
                part="decomposition", formula=split_v, where=WHERE, defined_by=second_layer(j_sam), given=ASSUMED, theorem=by_definition
            ),
        ),
    ),
)
