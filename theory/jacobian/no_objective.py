"""No scalar objective has the J-SAM direction as its gradient, although the direction divided by the logit scale has one.

Statement.  In the two-layer linear network with one weight in each layer, f = a b x, the J-SAM direction (F_a, F_b) has the curl
            d F_a/db - d F_b/da = rho t sigma(-t f) sigma(t f) x |x| (a^2 - b^2)/sqrt(a^2 + b^2), which is not zero unless a^2 = b^2:
            and a gradient has none.
Idea.       The direction is sigma(-t f) times the gradient of t f - rho J (`jsam-exact`); its curl is the cross product of grad f and
            grad J, times the derivative of sigma.
Assumes.    a, b are not both zero, and x is not. One example.
Source.     Beyond Eq. 4.5; a review asks for an update rule in place of that objective, and there is no objective to be had.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import POSITIVE_RADIUS, SPACE, rho, t
from theory.definitions import j_sam, logistic
from theory.domain import Reals, Space, Values
from theory.kernel.propositions import relation
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as slope_of
from theory.meaning import means
from theory.statement import Claim, Identity
from theory.symbols import real, sigma

a, b, x = real("a b x")
f = a * b * x
CURL = rho * t * sigma(-t * f) * sigma(t * f) * x * sp.Abs(x) * (a**2 - b**2) / sp.sqrt(a**2 + b**2)


def meant_field(at: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """Return the J-SAM direction at the weights (a, b), as Eqs. 4.1 and 4.3 have it for one weight in each layer."""
    first, last = at
    scale = sigma(-t * first * last * x)
    long = sp.sqrt(first**2 + last**2)  # J over |x|
    return scale * (t * last * x - rho * sp.Abs(x) * first / long), scale * (t * first * x - rho * sp.Abs(x) * last / long)


@means(slope_of(lambda s: meant_field((a, s))[0], b) - slope_of(lambda s: meant_field((s, b))[1], a))
def curl(p: SimpleNamespace) -> jax.Array:
    """Return d F_a/db - d F_b/da, by forward differentiation; shape ()."""

    def field(at: jax.Array) -> jax.Array:
        direction = j_sam(lambda w: w[0] * w[1] * p.x, lambda out: logistic(out, p.t), (at[0], at[1]), p.rho)
        return jnp.stack(direction)

    jacobian = jax.jacfwd(field)(jnp.stack([p.a, p.b]))
    return jacobian[0, 1] - jacobian[1, 0]


ONE_WEIGHT = Space({a: Reals(0.05, 2.0), b: Reals(-2.0, 2.0), x: Reals(0.1, 2.0), t: Values((1.0, -1.0)), rho: Reals(1e-2, 2.0)})
SOME_WEIGHT, SOME_INPUT = relation("<", 0, a**2 + b**2), relation("!=", x, 0)
LOST = (1 + sp.Abs(x)) ** 2 * (1 + rho) * (1 + 1 / (a**2 + b**2)) * (1 + sp.Abs(a) + sp.Abs(b)) ** 2

CLAIMS = (
    Claim(
        id="no-objective",
        space=SPACE,
        beyond=(
            Identity(
                part="curl",
                formula=CURL,
                defined_by=curl,
                space=ONE_WEIGHT,
                conditioning=LOST,
                given=(POSITIVE_RADIUS, SOME_INPUT, SOME_WEIGHT),
                theorem=by_definition,
            ),
        ),
    ),
)
