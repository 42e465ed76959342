"""Eq. 2.6: the perturbation and the update of 1-SAM; for a batch of one example it is naive SAM.

Statement.  eps_i = rho grad l_i/||grad l_i|| has norm rho and raises the linearised loss of example i by
            rho ||grad l_i||. The update subtracts eta times the mean of the gradients at w + eps_i. With one example
            the mean loss is that example's loss, so both perturbations and both updates are the same.
Idea.       <g, rho g/||g||> = rho ||g||; a mean over one term is that term.
Assumes.    No gradient is zero (else its eps_i is undefined). For the last part: a batch of one.
Source.     Section 2.2, Eq. 2.6; naive SAM is Eq. B.10 with lambda = 0.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import ascend, logistic, one_sam
from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.meaning import means
from theory.setting import batch_of_one
from theory.setting.batch import SIZES, T, X, loss, m, n, network, signs, w
from theory.setting.batch_of_one import G, eta, perturbed_gradients, rho
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, column, total
from theory.symbols import norm as length

g, eps, all_ones, N = column("g", n), column("eps", n), column("one", m), column("N", n)
PERTURBATION = {eps: rho * g / length(g)}

# w is not zero, and then no example's gradient is
DOMAINS = {w: Arrays(2.0), X: Arrays(2.0, zero=True), T: Arrays(1.0), rho: Reals(1e-3, 2.0), eta: Reals(1e-3, 2.0)}
SPACE = Space(DOMAINS, SIZES, signs, note="the labels are the signs of T")
ONE_EXAMPLE = Space(DOMAINS, ({n: 1, m: 1}, {n: 3, m: 1}), signs, note=SPACE.note)
TWO_EXAMPLES = Space(DOMAINS, ({n: 1, m: 2}, {n: 3, m: 2}), signs, note=SPACE.note)


def at_rest(batch: Batch) -> Batch:
    """Put weights and inputs to zero, where the gradient of the network is zero."""
    return {**signs(batch), "w": 0 * batch["w"], "X": 0 * batch["X"]}


def first_gradient(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the first example's loss, shape (n,)."""
    return jax.grad(loss)(p.w, p.X[0], p.T[0])


@means(Inner(g, rho * g / length(g)))  # the derivative along eps, for any loss with the gradient g
def gain(p: SimpleNamespace) -> jax.Array:
    """Return the derivative of the first example's loss along its own perturbation, by forward differentiation."""
    along = ascend(jnp.zeros_like(p.w), first_gradient(p), p.rho)
    return jax.jvp(lambda q: loss(q, p.X[0], p.T[0]), (p.w,), (along,))[1]


def one_sam_update(p: SimpleNamespace) -> jax.Array:
    """Return the weights after one step along the mean of the examples' 1-SAM directions, one example after the other."""
    total = jnp.zeros_like(p.w)
    for x, t in zip(p.X, p.T, strict=True):
        total = total + one_sam(lambda q, x=x: network(q, x), lambda out, t=t: logistic(out, t), p.w, p.rho)
    return p.w + p.eta * total / len(p.X)


GIVEN = (relation("<", 0, rho), relation("!=", g, sp.ZeroMatrix(n, 1)))

CLAIMS = (
    Claim(
        id="eq-2.6",
        space=SPACE,
        printed=(
            Identity(
                part="perturbation",
                formula=length(eps),
                where=PERTURBATION,
                atoms={g: first_gradient},
                defined_by=means(rho)(lambda p: p.rho),
                given=GIVEN,
                theorem=by_definition,
            ),
            Identity(
                part="update",
                formula=w - eta / m * G * all_ones,
                atoms={G: perturbed_gradients, all_ones: means(total(lambda i: i, m))(lambda p: jnp.ones_like(p.T))},
                defined_by=means(w - eta / m * total(lambda i: G * i, m))(one_sam_update),  # the mean over the examples
                given=(relation("<", 0, eta),),
                theorem=by_definition,
            ),
        ),
        beyond=(
            Identity(part="gain", formula=rho * length(g), atoms={g: first_gradient}, defined_by=gain, given=GIVEN, theorem=by_definition),
            Identity(
                part="batch-of-one",
                formula=w - eta * N,
                atoms={N: batch_of_one.naive_gradient, **batch_of_one.ATOMS},
                defined_by=one_sam_update,
                space=ONE_EXAMPLE,
                given=(relation("<", 0, rho), relation("<", 0, eta), batch_of_one.SOME_SLOPE),
                theorem=batch_of_one.prove_batch_of_one,
            ),
        ),
        assumes=(
            Assumption("the gradient is not zero", Space(DOMAINS, ONE_EXAMPLE.sizes, at_rest, note="weights and inputs zero")),
            Assumption("the batch has one example", TWO_EXAMPLES, parts=("batch-of-one",), given=(batch_of_one.ONE_EXAMPLE,)),
        ),
    ),
)
