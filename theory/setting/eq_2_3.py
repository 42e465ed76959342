"""Eq. 2.3: the gradient of the logistic loss is the logit scale times the Jacobian, for any differentiable model.

Statement.  -grad l = t sigma(-t f) grad f, and sigma(-t f) is the model's probability of the class -t.
Idea.       Along any curve w(s) the loss is a function of the one number f(w(s)): the chain rule, for every direction.
Assumes.    f differentiable at w. Attacked on a tanh network with random weights, which is not linear in any of them.
Source.     Section 2.1, Eq. 2.3.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import gradient, logistic, negative
from theory.domain import Arrays, Space, Values
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.statement import Claim, Identity
from theory.symbols import Sign, column, sigma, size

n = size("n")
w, x, df = column("w", n), column("x", n), column("df", n)
t, f = Sign("t"), sp.Symbol("f", real=True)

SPACE = Space({w: Arrays(5.0, zero=True), x: Arrays(3.0, zero=True), t: Values((1.0, -1.0))}, sizes=({n: 1}, {n: 4}))


def model(weights: jax.Array, x: jax.Array) -> jax.Array:
    """Return a smooth scalar function of weights (n,) and input (n,), nonlinear in both."""
    return 3.0 * jnp.sum(jnp.tanh(weights * x)) + jnp.sum(weights * jnp.roll(weights, 1)) - jnp.prod(jnp.cos(weights + x))


@means(-slope_of(lambda out: loss_of(out, t), f) * df)  # the chain rule for the network, whatever it is
def descent(p: SimpleNamespace) -> jax.Array:
    """Return -grad of the loss, shape (n,)."""
    return negative(gradient(lambda q: model(q, p.x), lambda out: logistic(out, p.t), p.w))


@means(sp.exp(-t * f / 2) / (sp.exp(t * f / 2) + sp.exp(-t * f / 2)))
def probability_of_wrong_class(p: SimpleNamespace) -> jax.Array:
    """Return the second entry of softmax((t f)/2, -(t f)/2): the model is a two-class softmax with logits +-f/2."""
    out = model(p.w, p.x)
    return jax.nn.softmax(jnp.stack([p.t * out / 2.0, -p.t * out / 2.0]))[1]


ATOMS = {f: lambda p: model(p.w, p.x), df: lambda p: jax.grad(model)(p.w, p.x)}


CLAIMS = (
    Claim(
        id="eq-2.3",
        space=SPACE,
        printed=(
            Identity(part="factorisation", formula=t * sigma(-t * f) * df, atoms=ATOMS, defined_by=descent, theorem=by_definition),
            Identity(part="confidence", formula=sigma(-t * f), atoms=ATOMS, defined_by=probability_of_wrong_class, theorem=by_definition),
        ),
    ),
)
