"""After Eq. 2.3: the logit scale grows with the loss, if it is read as a probability and not with its label.

Statement.  With l = -log sigma(t f) the model's probability of the wrong class is sigma(-t f) = 1 - e^-l, a strictly
            increasing function of the loss alone.
Idea.       sigma(t f) = e^-l and sigma(-u) = 1 - sigma(u).
Assumes.    l > 0, which every finite output gives; the output with loss l is f = -t log(e^l - 1).
As printed. The brace of Eq. 2.3 marks t sigma(-t f) as the logit scale. For t = -1 that falls as the loss grows.
Source.     Section 2.1, the two sentences after Eq. 2.3.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import logistic
from theory.domain import Reals, Space, Values
from theory.statement import Claim, Identity, Monotone
from theory.symbols import Sign, positive, sigma

l = positive("l")
f, t = sp.Symbol("f", real=True), Sign("t")
SIGNS = Values((1.0, -1.0))

by_loss = Space({l: Reals(1e-6, 40), t: SIGNS})
by_output = Space({f: Reals(-40, 40), t: SIGNS})


def output(p: SimpleNamespace) -> jax.Array:
    """Return the output f at which the loss is l: e^l - 1 = e^(-t f)."""
    return -p.t * jnp.log(jnp.expm1(p.l))


def wrong_class(p: SimpleNamespace) -> jax.Array:
    """Return |dl/df|, the factor of the Jacobian without its sign, by differentiating the loss."""
    return jnp.abs(jax.grad(logistic)(p.f, p.t))


def invert(d: Derivation) -> sp.Expr:
    """Return the output that has loss l, after checking that it has."""
    at = -t * sp.log(sp.exp(l) - 1)
    d.equal("at the output -t log(e^l - 1) sigma(t f) is e^-l, so its loss is l", sigma(t * at), sp.exp(-l))
    return at


def prove_monotone(s: Monotone, d: Derivation) -> None:
    """Put in the output that has loss l, and differentiate."""
    d.equal("as a function of the loss the quantity is 1 - e^-l", sp.sympify(s.quantity).xreplace({f: invert(d)}), 1 - sp.exp(-l))
    d.increasing("and that increases", 1 - sp.exp(-l), l)


def prove_magnitude(s: Monotone, d: Derivation) -> None:
    """|t| = 1 and sigma > 0."""
    d.positive("the sigmoid is positive", sigma(-t * f))
    d.equal("so the magnitude is the sigmoid, for both labels", s.quantity, sigma(-t * f))
    d.equal("as a function of the loss that is 1 - e^-l", sigma(-t * f).xreplace({f: invert(d)}), 1 - sp.exp(-l))
    d.increasing("and that increases", 1 - sp.exp(-l), l)


def prove_closed_form(s: Identity, d: Derivation) -> None:
    """1 - sigma(u) = sigma(-u)."""
    u = sp.Symbol("u", real=True)
    d.equal("the loss falls along f at the rate t sigma(-t f)", sp.diff(sp.log(sigma(t * u)), u), t * sigma(-t * u))
    d.equal("the formula at l = -log sigma(t f) is sigma(-t f)", s.formula.xreplace({l: -sp.log(sigma(t * f))}), sigma(-t * f))


CLAIMS = (
    Claim(
        id="logit-scale-monotone",
        idea="sigma(-t f) = 1 - e^-l",
        space=by_loss,
        printed=(
            Monotone(part="monotone", quantity=sigma(-t * f), along=l, atoms={f: output}, proof=prove_monotone),
            Monotone(part="brace", quantity=t * sigma(-t * f), along=l, atoms={f: output}),
        ),
        corrected=(Monotone(part="brace", quantity=sp.Abs(t * sigma(-t * f)), along=l, atoms={f: output}, proof=prove_magnitude),),
        beyond=(
            Identity(
                part="closed-form",
                formula=1 - sp.exp(-l),
                atoms={l: lambda p: logistic(p.f, p.t)},
                defined_by=wrong_class,
                space=by_output,
                conditioning=sp.S.One,
                proof=prove_closed_form,
            ),
        ),
    ),
)
