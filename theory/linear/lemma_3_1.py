"""Lemma 3.1: sigma(-z + C) / sigma(-z) is strictly increasing in z when C > 0.

Statement.  The ratio equals (1 + e^z) / (1 + e^(z-C)) (Eq. 3.3), its derivative is that of Eq. 3.5, and it is strictly
            increasing. Here z is a margin and C = rho ||x||, so the ratio is the weight that 1-SAM gives to an example.
            Beyond: it lies strictly between 1 and e^C, and comes as near to both as one likes.
Idea.       With u = e^z and c = e^-C in (0, 1): the ratio is (1 + u)/(1 + c u), a Moebius map with determinant 1 - c > 0.
Assumes.    C > 0. At C = 0 the ratio is constant, below it decreases.
Source.     Lemma 3.1, Eqs. 3.3-3.5.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import jax
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import linear, logistic, norm, one_sam, sgd
from theory.domain import Reals, Space
from theory.statement import Assumption, Claim, Identity, Inequality, Monotone
from theory.symbols import positive, real, sigma

z = real("z")
C = positive("C")
ratio = sigma(-z + C) / sigma(-z)
closed = (1 + sp.exp(z)) / (1 + sp.exp(z - C))
quotient = sp.exp(z) / (1 + sp.exp(z - C)) - (1 + sp.exp(z)) * sp.exp(z - C) / (1 + sp.exp(z - C)) ** 2
slope = sp.exp(z) * (1 - sp.exp(-C)) / (1 + sp.exp(z - C)) ** 2

u, v, c = positive("u v c")
U, V, K = real("u v c")  # the same letters for z3, which is told their signs itself

space = Space({z: Reals(-40, 40), C: Reals(1e-6, 40)})


def weight(p: SimpleNamespace) -> jax.Array:
    """Return ||grad at w + eps|| / ||grad at w|| for one weight w = z, input x = 1, label 1 and rho = C."""

    def net(w: jax.Array) -> jax.Array:
        return linear(w, jax.numpy.ones(1))

    def loss(f: jax.Array) -> jax.Array:
        return logistic(f, jax.numpy.ones(()))

    w = p.z[None]
    return norm(one_sam(net, loss, w, p.C)) / norm(sgd(net, loss, w, p.C))


def weight_slope(p: SimpleNamespace) -> jax.Array:
    """Return the derivative of the weight in z, by automatic differentiation."""
    return jax.grad(lambda at: weight(SimpleNamespace(z=at, C=p.C)))(p.z)


def prove_ratio(s: Identity, d: Derivation) -> None:
    """Eq. 3.3: both spellings of the ratio are the same function."""
    d.equal("the ratio of the two logit scales is the formula", ratio, s.formula)


def prove_slope(s: Identity, d: Derivation) -> None:
    """Eqs. 3.4-3.5: the quotient rule."""
    d.equal("the ratio of the two logit scales in its closed form", ratio, closed)
    d.equal("the derivative of the closed form is the formula", sp.diff(closed, z), s.formula)


def prove_increasing(s: Monotone, d: Derivation) -> None:
    """The ratio of the two logit scales is the closed form."""
    d.equal("the ratio in its closed form", s.quantity, closed)
    derive_increasing(d)


def derive_increasing(d: Derivation) -> None:
    """Reduce the closed form to a Moebius map of u = e^z and let z3 decide that it increases."""
    moebius(d)
    d.polynomial(
        "the difference at v and u factors", (1 + v) / (1 + c * v) - (1 + u) / (1 + c * u), (v - u) * (1 - c) / ((1 + c * u) * (1 + c * v))
    )
    d.decided("the numerator is positive for u < v", [U > 0, V > U, K > 0, K < 1], (V - U) * (1 - K) > 0)
    d.decided("the denominators are positive", [U > 0, V > U, K > 0], (1 + K * U) * (1 + K * V) > 0)


def moebius(d: Derivation) -> None:
    """Substitute u = e^z and c = e^-C; c lies in (0, 1) exactly because C > 0."""
    d.equal("with u = e^z and c = e^-C it is a Moebius map", closed.subs({z: sp.log(u), C: -sp.log(c)}), (1 + u) / (1 + c * u))
    d.increasing("e^C increases in C", sp.exp(C), C)
    d.equal("and is 1 at C = 0, so that c lies in (0, 1) for C > 0", sp.exp(C).subs(C, 0), sp.S.One)


def prove_above_one(s: Inequality, d: Derivation) -> None:
    """1 < (1 + u) / (1 + c u), and the ratio tends to 1 as z falls."""
    d.equal("the weight is the ratio; in its closed form", ratio, closed)
    moebius(d)
    d.decided("1 + u exceeds 1 + c u", [U > 0, K > 0, K < 1], 1 + K * U < 1 + U)
    d.tends("the ratio tends to the smaller side, so that no larger number is a bound", closed, z, -sp.oo, s.smaller)


def prove_below(s: Inequality, d: Derivation) -> None:
    """(1 + u) / (1 + c u) < 1 / c, and the ratio tends to 1 / c as z grows."""
    d.equal("the weight is the ratio; in its closed form", ratio, closed)
    moebius(d)
    larger = sp.sympify(s.larger).subs(C, -sp.log(c))
    d.equal("the larger side is 1 / c", larger, 1 / c)
    d.decided("c + c u stays below 1 + c u", [U > 0, K > 0, K < 1], K * (1 + U) < 1 + K * U)
    d.tends("the ratio tends to the larger side, so that no smaller number is a bound", (1 + u) / (1 + c * u), u, sp.oo, larger)


def far(sign: float) -> Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]:
    """Return a map that moves points to where a bound is approached: z far from C to one side."""
    return lambda batch: {**batch, "z": sign * (40 + batch["C"])}


CLAIMS = (
    Claim(
        id="lemma-3.1",
        idea="a Moebius map of e^z with determinant 1 - e^-C",
        space=space,
        printed=(
            Identity(part="ratio", formula=closed, defined_by=weight, proof=prove_ratio),
            Identity(part="quotient-rule", formula=quotient, defined_by=weight_slope, conditioning=ratio, proof=prove_slope),
            Identity(part="derivative", formula=slope, defined_by=weight_slope, conditioning=ratio, proof=prove_slope),
            Monotone(part="increasing", quantity=ratio, along=z, proof=prove_increasing),
        ),
        beyond=(
            Inequality(
                part="above-one", smaller=sp.S.One, larger=weight, strictly=True, tight=far(-1.0), slack=1e-15, proof=prove_above_one
            ),
            Inequality(part="below-exp", smaller=weight, larger=sp.exp(C), strictly=True, tight=far(1.0), slack=1e-15, proof=prove_below),
        ),
        assumes=(Assumption("C > 0", space.but(C=Reals(-40, 0)), parts=("increasing", "above-one", "below-exp")),),
    ),
)
