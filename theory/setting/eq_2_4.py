"""Eq. 2.4: the cross-entropy gradient of one example is the vector e_t - softmax(f) times the Jacobian, for K classes.

Statement.  -grad l = <e_t - softmax(f), grad f>, that is D^T (e_t - softmax(f)) with D the K by n Jacobian of f.
Idea.       Along one weight the loss is log sum_j exp f_j - f_t: the chain rule under a sum over any number of classes.
Assumes.    f differentiable at w. Attacked on a tanh network with K outputs that share their weights.
Source.     Section 2.1, Eq. 2.4.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import cross_entropy, gradient, negative
from theory.domain import Arrays, Batch, OneHot, Space
from theory.statement import Claim, Identity, Proof
from theory.symbols import Inner, column, matrix, norm, size

K, n = size("K"), size("n")
w, X, e = column("w", n), matrix("X", K, n), column("e", K)
D, p = matrix("D", K, n), column("p", K)
y, u, Z = column("y", K), column("u", K), sp.Symbol("Z", positive=True)
S = sp.Symbol("S", nonnegative=True)  # sum of the magnitudes of the logits

SPACE = Space({w: Arrays(2.0, zero=True), X: Arrays(2.0), e: OneHot()}, sizes=({K: 2, n: 1}, {K: 3, n: 2}))


def another_class(batch: Batch) -> Batch:
    """Let u be the unit vector of the class after the label, which is always another one."""
    return {**batch, "u": np.roll(batch["e"], 1, axis=1)}


AT_LABEL = Space({y: Arrays(8.0, zero=True), e: OneHot()}, ({K: 2}, {K: 4}), lambda batch: {**batch, "u": batch["e"]})
ELSEWHERE = Space({y: Arrays(8.0, zero=True), e: OneHot()}, ({K: 2}, {K: 4}), another_class)


def network(weights: jax.Array, X: jax.Array) -> jax.Array:
    """Return K logits from weights (n,) and features (K, n): nonlinear in the weights, which all outputs share."""
    return 3.0 * jnp.sum(jnp.tanh(weights[None, :] * X), axis=1) + 0.75 * jnp.sum(weights * weights) * X[:, 0] + jnp.sin(X @ weights)


def descent(q: SimpleNamespace) -> jax.Array:
    """Return -grad of the loss in the weights, shape (n,)."""
    return negative(gradient(lambda weights: network(weights, q.X), lambda out: cross_entropy(out, q.e), q.w))


def one_partial(q: SimpleNamespace) -> jax.Array:
    """Return the entry of -dl/df that the unit vector u picks."""
    return -jnp.dot(q.u, jax.grad(cross_entropy)(q.y, q.e))


ATOMS = {
    p: lambda q: jax.nn.softmax(network(q.w, q.X)),
    D: lambda q: jax.jacobian(network)(q.w, q.X),
    S: lambda q: jnp.sum(jnp.abs(network(q.w, q.X))),
}


def prove_factorisation(s: Identity, d: Derivation) -> None:
    """Differentiate along weight i, with K classes and the label c left open, and compare with entry i of the formula."""
    along, total = sp.Symbol("w_i", real=True), sp.Symbol("Z", positive=True)
    i, j, c, r = sp.symbols("i j c r", integer=True, nonnegative=True)
    out, slope, value = (sp.Function(name, real=True) for name in ("F", "F'", "f"))
    every = (j, 0, c + r)  # c is one of the classes 0, ..., K-1, that is K = c + r + 1 with r >= 0

    def settle(expression: Any) -> Any:
        """Name the sum of exponentials, the outputs and their slopes."""
        named = expression.subs(sp.Sum(sp.exp(out(j, along)), every), total)
        return named.replace(sp.Derivative, lambda a, *_: slope(a.args[0])).replace(out, lambda k, _: value(k))

    def by_terms(summand: Any, limits: Any) -> sp.Expr:
        """Put the classes in: e is 1 at c alone, p_j = exp(f_j) / Z, D_ji = f'_j; then sum term by term."""
        k = limits[0]
        meaning = {e[k, 0]: sp.KroneckerDelta(k, c), p[k, 0]: sp.exp(value(k)) / total, D[k, i]: slope(k)}
        terms = sp.Add.make_args(sp.expand(summand.xreplace(meaning)).xreplace({k: j}))
        return sp.Add(*[sp.summation(a, every) if a.has(sp.KroneckerDelta) else sp.Sum(a, every) for a in terms])

    loss = sp.log(sp.Sum(sp.exp(out(j, along)), every)) - out(c, along)
    mean = sp.Sum(sp.exp(value(j)) * slope(j), every) / total
    d.equal("along weight i the loss falls at the rate f'_c minus the softmax mean of f'_j", settle(-sp.diff(loss, along)), slope(c) - mean)
    d.equal("entry i of the formula is that rate, for every K, c and i", s.formula[i, 0].replace(sp.Sum, by_terms), slope(c) - mean)


def separated() -> tuple[sp.Symbol, sp.Expr]:
    """Return (logit a of one class, sum of all exponentials e^a + R), where R does not depend on a."""
    a, R = sp.Symbol("a", real=True), sp.Symbol("R", positive=True)
    return a, sp.exp(a) + R


def prove_at_label(s: Identity, d: Derivation) -> None:
    """Differentiate log(e^a + R) - a."""
    a, total = separated()
    d.equal(
        "the rate in the label's own logit is the formula", -sp.diff(sp.log(total) - a, a), s.formula.xreplace({Inner(e, y): a, Z: total})
    )


def prove_elsewhere(s: Identity, d: Derivation) -> None:
    """Differentiate log(e^a + R) - b, with b the logit of the label."""
    (a, total), b = separated(), sp.Symbol("b", real=True)
    d.equal("the rate in another logit is the formula", -sp.diff(sp.log(total) - b, a), s.formula.xreplace({Inner(u, y): a, Z: total}))


def entry(part: str, formula: sp.Expr, space: Space, proof: Proof) -> Identity:
    """Return the statement about one entry of the logit scale."""
    return Identity(
        part=part,
        formula=formula,
        atoms={Z: lambda q: jnp.sum(jnp.exp(q.y))},
        defined_by=one_partial,
        space=space,
        conditioning=sp.S.One,
        proof=proof,
    )


CLAIMS = (
    Claim(
        id="eq-2.4",
        idea="the chain rule under a sum over the classes",
        space=SPACE,
        printed=(
            Identity(
                part="factorisation",
                formula=D.T * (e - p),
                atoms=ATOMS,
                defined_by=descent,
                # 1 - p_t cancels, and the relative error of p is that of the logits in its exponent
                conditioning=(1 + S) * norm(D),
                proof=prove_factorisation,
            ),
            entry("label-entry", 1 - sp.exp(Inner(e, y)) / Z, AT_LABEL, prove_at_label),
            entry("other-entries", -sp.exp(Inner(u, y)) / Z, ELSEWHERE, prove_elsewhere),
        ),
    ),
)
