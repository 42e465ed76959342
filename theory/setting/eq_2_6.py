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

from theory.attack.derivation import Derivation
from theory.definitions import ascend, logistic, one_sam
from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.meaning import means
from theory.setting.batch import SIZES, T, X, loss, m, mean_loss, n, network, signs, w
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, column, matrix, positive, total
from theory.symbols import norm as length

rho, eta = positive("rho eta")
g, eps, all_ones, N = column("g", n), column("eps", n), column("one", m), column("N", n)
G = matrix("G", n, m)
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


def step_of_one(p: SimpleNamespace) -> jax.Array:
    """Return the same, without a symbolic meaning: for one example it is compared with naive SAM, and not with a mean."""
    return one_sam_update(p)


def perturbed_gradients(p: SimpleNamespace) -> jax.Array:
    """Return the gradients at w + eps_i as columns, shape (n, m): every example has its own weights, all differentiated at once."""
    slopes = jax.vmap(jax.grad(loss), (None, 0, 0))(p.w, p.X, p.T)
    moved = jax.vmap(lambda s: ascend(p.w, s, p.rho))(slopes)
    return jax.grad(lambda own: jnp.sum(jax.vmap(loss)(own, p.X, p.T)))(moved).T


def naive_gradient(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the mean loss at w + eps with the one eps of naive SAM (Eq. B.10), shape (n,)."""
    return jax.grad(mean_loss)(ascend(p.w, jax.grad(mean_loss)(p.w, p.X, p.T), p.rho), p.X, p.T)


def prove_batch_of_one(s: Identity, d: Derivation) -> None:
    """One term is its own mean: the same loss, the same gradient, the same perturbation, the same update."""
    i, term = sp.Symbol("i", integer=True), sp.Function("q", real=True)

    def mean(count: sp.Expr) -> sp.Expr:
        return (sp.Sum(term(i), (i, 1, count)) / m).subs(m, count).doit()

    d.equal("the mean over a batch of one is its only term: losses, gradients, perturbations", mean(sp.S.One), term(1))
    d.equal("so 1-SAM subtracts eta times the gradient at the perturbed weights of naive SAM", w - eta * N, s.formula)


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
            Identity(part="gain", formula=rho * length(g), atoms={g: first_gradient}, defined_by=gain, given=GIVEN, theorem=by_definition),
            Identity(
                part="update",
                formula=w - eta / m * G * all_ones,
                atoms={G: perturbed_gradients, all_ones: means(total(lambda i: i, m))(lambda p: jnp.ones_like(p.T))},
                defined_by=means(w - eta / m * total(lambda i: G * i, m))(one_sam_update),  # the mean over the examples
                given=(relation("<", 0, eta),),
                theorem=by_definition,
            ),
            Identity(
                part="batch-of-one",
                formula=w - eta * N,
                atoms={N: naive_gradient},
                defined_by=step_of_one,
                space=ONE_EXAMPLE,
                proof=prove_batch_of_one,
            ),
        ),
        assumes=(
            Assumption("the gradient is not zero", Space(DOMAINS, ONE_EXAMPLE.sizes, at_rest, note="weights and inputs zero")),
            Assumption("the batch has one example", TWO_EXAMPLES, parts=("batch-of-one",)),
        ),
    ),
)
