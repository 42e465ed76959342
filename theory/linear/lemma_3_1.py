"""Lemma 3.1: sigma(-z + C) / sigma(-z) is strictly increasing in z when C > 0.

Statement.  The ratio equals (1 + e^z) / (1 + e^(z-C)) (Eq. 3.3), its derivative is Eq. 3.5, and it is strictly
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

from theory.definitions import linear, logistic, norm, one_sam, sgd
from theory.domain import Reals, Space
from theory.goal import Goal, limit, second
from theory.kernel.rules import Theorem, all_of, decided, equal, monotone, put, relation, replaced, tends
from theory.kernel.tactics import by_definition, exp_grows
from theory.meaning import gradient, means
from theory.meaning import logistic as loss_of
from theory.meaning import one_sam as meant_one_sam
from theory.meaning import sgd as meant_sgd
from theory.statement import Assumption, Claim, Identity, Inequality, Monotone
from theory.symbols import real, sigma

z, C = real("z C")
ratio = sigma(-z + C) / sigma(-z)
closed = (1 + sp.exp(z)) / (1 + sp.exp(z - C))
quotient = sp.exp(z) / (1 + sp.exp(z - C)) - (1 + sp.exp(z)) * sp.exp(z - C) / (1 + sp.exp(z - C)) ** 2
slope = sp.exp(z) * (1 - sp.exp(-C)) / (1 + sp.exp(z - C)) ** 2

POSITIVE = relation("<", 0, C)


def meant_weight(at: sp.Expr) -> sp.Expr:
    """Return the weight for one weight w = `at`, input 1, label 1 and rho = C, from the loss alone."""

    def loss(w: sp.Expr) -> sp.Expr:
        return loss_of(w, sp.S.One)

    return sp.Abs(meant_one_sam(loss, at, C)) / sp.Abs(meant_sgd(loss, at))


space = Space({z: Reals(-40, 40), C: Reals(1e-6, 40)})


@means(meant_weight(z))
def weight(p: SimpleNamespace) -> jax.Array:
    """Return ||grad at w + eps|| / ||grad at w|| for one weight w = z, input x = 1, label 1 and rho = C."""

    def net(w: jax.Array) -> jax.Array:
        return linear(w, jax.numpy.ones(1))

    def loss(f: jax.Array) -> jax.Array:
        return logistic(f, jax.numpy.ones(()))

    w = p.z[None]
    return norm(one_sam(net, loss, w, p.C)) / norm(sgd(net, loss, w, p.C))


@means(gradient(meant_weight, z))
def weight_slope(p: SimpleNamespace) -> jax.Array:
    """Return the derivative of the weight in z, by automatic differentiation."""
    return jax.grad(lambda at: weight(SimpleNamespace(z=at, C=p.C)))(p.z)


def increases(low: sp.Expr, high: sp.Expr, shift: sp.Expr) -> Theorem:
    """Return 0 < shift, low < high |- the ratio at `low` is less than at `high`, from the sign of Eq. 3.5.

    The terms must be defined for all values of their variables.
    """
    rises = decided(relation("<", 0, slope), exp_grows(sp.S.Zero, C))
    return put(monotone(ratio, z, second(z), rises), {z: low, second(z): high, C: shift})


def prove_increasing(_: Goal) -> Theorem:
    """The derivative is e^z (1 - e^-C)/(1 + e^(z-C))^2, and e^C > 1."""
    return increases(z, second(z), C)


epsilon = real("epsilon")
SMALL = relation("<", 0, epsilon)


def as_weight(theorem: Theorem, written: sp.Expr) -> Theorem:
    """Write the weight, as the loss defines it, for the closed form in an expression that the theorem has on its left."""
    return replaced(theorem, equal(written, written.xreplace({closed: meant_weight(z)})))


def prove_above_one(goal: Goal) -> Theorem:
    """1 + e^(z-C) < 1 + e^z, since e^C > 1; and the weight exceeds 1 by less than e^z."""
    first, _ = goal.conclusion.parts
    bound = decided(relation("<", 1, closed), exp_grows(sp.S.Zero, C))
    far = relation("<", z, sp.log(epsilon))
    tiny = replaced(exp_grows(z, sp.log(epsilon), SMALL), equal(sp.exp(sp.log(epsilon)), epsilon, SMALL))
    near = decided(relation("<", sp.Abs(closed - 1), epsilon), tiny, exp_grows(sp.S.Zero, C), given=(SMALL, far))
    close = tends(meant_weight(z), z, -sp.oo, 1, epsilon, as_weight(near, sp.Abs(closed - 1)))
    return all_of(replaced(bound, equal(closed, first.right)), close)


def prove_below(goal: Goal) -> Theorem:
    """1 + e^z < e^C + e^z, since e^C > 1; and the weight falls short of e^C by less than e^(2 C) e^-z."""
    first, _ = goal.conclusion.parts
    bound = decided(relation("<", closed, sp.exp(C)), exp_grows(sp.S.Zero, C))
    start = sp.log(sp.exp(2 * C) / epsilon)
    huge = replaced(exp_grows(start, z, SMALL), equal(sp.exp(start), sp.exp(2 * C) / epsilon, SMALL))
    gap = sp.Abs(closed - sp.exp(C))
    near = decided(relation("<", gap, epsilon), huge, exp_grows(sp.S.Zero, C), given=(SMALL,))
    close = tends(meant_weight(z), z, sp.oo, sp.exp(C), epsilon, as_weight(near, gap))
    return all_of(replaced(bound, equal(closed, first.left)), close)


def far(sign: float) -> Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]:
    """Return a map that moves points to where a bound is approached: z far from C to one side."""
    return lambda batch: {**batch, "z": sign * (40 + batch["C"])}


CLAIMS = (
    Claim(
        id="lemma-3.1",
        space=space,
        printed=(
            Identity(part="ratio", formula=closed, defined_by=weight, theorem=by_definition),
            Identity(part="quotient-rule", formula=quotient, defined_by=weight_slope, conditioning=ratio, theorem=by_definition),
            Identity(part="derivative", formula=slope, defined_by=weight_slope, conditioning=ratio, theorem=by_definition),
            Monotone(part="increasing", quantity=ratio, along=z, theorem=prove_increasing),
        ),
        beyond=(
            Inequality(
                part="above-one",
                smaller=sp.S.One,
                larger=weight,
                strictly=True,
                tight=far(-1.0),
                slack=1e-15,
                also=(limit(meant_weight(z), z, -sp.oo, 1),),
                theorem=prove_above_one,
            ),
            Inequality(
                part="below-exp",
                smaller=weight,
                larger=sp.exp(C),
                strictly=True,
                tight=far(1.0),
                slack=1e-15,
                also=(limit(meant_weight(z), z, sp.oo, sp.exp(C)),),
                theorem=prove_below,
            ),
        ),
        assumes=(Assumption("C > 0", space.but(C=Reals(-40, 0)), parts=("increasing", "above-one", "below-exp"), given=(POSITIVE,)),),
    ),
)
