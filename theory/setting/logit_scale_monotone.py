"""After Eq. 2.3: the logit scale grows with the loss; with its label, it grows in magnitude.

Statement.  With l = -log sigma(t f) the model's probability of the wrong class is sigma(-t f) = 1 - e^-l, a strictly
            increasing function of the loss alone.
Idea.       sigma(t f) = e^-l and sigma(-u) = 1 - sigma(u).
Assumes.    l > 0, which every finite output gives; the output with loss l is f = -t log(e^l - 1).
As printed. It holds of the confidence in the wrong class. Eqs. 2.7 to 2.9 write this factor with its label t; with t = -1 it falls.
Source.     Section 2.1, the two sentences after Eq. 2.3.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import logistic
from theory.domain import Reals, Space, Values
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition, by_slope
from theory.meaning import gradient, means
from theory.meaning import logistic as loss_of
from theory.statement import Claim, Identity, Monotone
from theory.symbols import Sign, positive, sigma

l = positive("l")
f, t = sp.Symbol("f", real=True), Sign("t")
SIGNS = Values((1.0, -1.0))

by_loss = Space({l: Reals(1e-6, 40), t: SIGNS})
by_output = Space({f: Reals(-40, 40), t: SIGNS})


@means(-t * sp.log(sp.exp(l) - 1))
def output(p: SimpleNamespace) -> jax.Array:
    """Return the output f at which the loss is l: e^l - 1 = e^(-t f)."""
    return -p.t * jnp.log(jnp.expm1(p.l))


@means(sp.Abs(gradient(lambda out: loss_of(out, t), f)))
def wrong_class(p: SimpleNamespace) -> jax.Array:
    """Return |dl/df|, the factor of the Jacobian without its sign, by differentiating the loss."""
    return jnp.abs(jax.grad(logistic)(p.f, p.t))


@means(loss_of(f, t))
def loss(p: SimpleNamespace) -> jax.Array:
    """Return the loss of the output f, shape ()."""
    return logistic(p.f, p.t)


POSITIVE_LOSS = relation("<", 0, l)
increases = by_slope(sp.exp(-l))  # the quantity is 1 - e^-l, whatever the label

CLAIMS = (
    Claim(
        id="logit-scale-monotone",
        space=by_loss,
        printed=(Monotone(part="monotone", quantity=sigma(-t * f), along=l, atoms={f: output}, given=(POSITIVE_LOSS,), theorem=increases),),
        beyond=(
            Identity(
                part="closed-form",
                formula=1 - sp.exp(-l),
                atoms={l: loss},
                defined_by=wrong_class,
                space=by_output,
                conditioning=sp.S.One,
                theorem=by_definition,
            ),
            Monotone(
                part="with-label",
                quantity=sp.Abs(t * sigma(-t * f)),
                along=l,
                atoms={f: output},
                given=(POSITIVE_LOSS,),
                theorem=increases,
            ),
        ),
    ),
)
