"""Section 4.1: the 2-norm of softmax(f) - e_t scales with the loss for two classes only; for more it lies in a band.

Statement.  With s = 1 - e^-loss the wrong mass and r its distribution over the K - 1 wrong classes, the norm is
            s sqrt(1 + ||r||^2). So it is sqrt(2) s for K = 2, and in general lies between sqrt(K/(K-1)) s and sqrt(2) s.
Idea.       The entries are -s and s r. By Cauchy-Schwarz ||r||^2 >= 1/(K-1), and ||r||^2 <= 1 as no entry exceeds the sum.
Assumes.    K >= 2, finite logits.
As printed. Read as "of two examples the one of larger loss has the larger norm": false for every K >= 3, where the same
            wrong mass weighs more on one class than spread over several.
Source.     Section 4.1, second sentence.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import norm as norm_of
from theory.domain import Arrays, Batch, OneHot, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_slope
from theory.loss.wrong_classes import K, a, b, counted, derive_scale, e, f, l, logit_scale, loss, loss_of_logits, n, ones, others, wrong
from theory.statement import Claim, Identity, Inequality, Monotone
from theory.symbols import Inner, column, positive, real

h, k = column("h", K), column("k", K)  # a second example's logits and label
r = column("r", n)
s = positive("s")
S, Q, q, N = real("S Q q N")  # for z3, which is told their signs itself
FAR = 40.0  # e^-40 is lost beside 1 in float64

logits = {f: Arrays(6.0, zero=True), e: OneHot()}
SPACE = Space(logits, sizes=({K: 2}, {K: 5}))
TWO = Space(logits, sizes=({K: 2},))
true_first = Space({f: Arrays(6.0, zero=True)}, sizes=({K: 2, n: 1}, {K: 5, n: 4}), note="the first class is the true one")

upper = sp.sqrt(2) * (1 - sp.exp(-l))
lower = sp.sqrt(K / (K - 1)) * (1 - sp.exp(-l))
LOSS = {l: loss}


def losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return log(sum exp f) - f_t for a batch of logits and labels, both (N, K)."""
    return np.log(np.sum(np.exp(logits), axis=1)) - np.sum(logits * labels, axis=1)


def by_loss(batch: Batch) -> Batch:
    """Order the two examples by their losses; where these agree, the second is the first with its true logit lowered by 1."""
    swap = (losses(batch["f"], batch["e"]) > losses(batch["h"], batch["k"]))[:, None]
    first, label = np.where(swap, batch["h"], batch["f"]), np.where(swap, batch["k"], batch["e"])
    second, other = np.where(swap, batch["f"], batch["h"]), np.where(swap, batch["e"], batch["k"])
    tie = (losses(second, other) - losses(first, label) < 1e-6)[:, None]
    return {"f": first, "e": label, "h": np.where(tie, first - label, second), "k": np.where(tie, label, other)}


PAIRS = Space(
    {**logits, h: Arrays(6.0, zero=True), k: OneHot()},
    ({K: 2}, {K: 3}),
    construct=by_loss,
    note="ordered so that (h, k) has the larger loss",
)


def norm(p: SimpleNamespace) -> jax.Array:
    """Return ||softmax(f) - e||, shape ()."""
    return norm_of(logit_scale(p))


def norm_of_second(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the example (h, k), shape ()."""
    return norm(SimpleNamespace(f=p.h, e=p.k))


def norm_of_first_class(p: SimpleNamespace) -> jax.Array:
    """Return the norm for the first class as the true one, shape ()."""
    return norm(SimpleNamespace(f=p.f, e=jnp.eye(p.f.shape[0])[0]))


def loss_of_first_class(p: SimpleNamespace) -> jax.Array:
    """Return the loss for the first class as the true one, shape ()."""
    return loss(SimpleNamespace(f=p.f, e=jnp.eye(p.f.shape[0])[0]))


def one_wrong(batch: Batch) -> Batch:
    """Leave one wrong class, the first, of any weight: the upper constant is approached (and met where K = 2)."""
    first = np.argmin(batch["e"], axis=1)[:, None]
    kept = (np.arange(batch["f"].shape[1]) == first) | (batch["e"] > 0)
    return {**batch, "f": np.where(kept, batch["f"], np.min(batch["f"], axis=1, keepdims=True) - FAR)}


def all_wrong(batch: Batch) -> Batch:
    """Give all wrong classes the logit of the first one: the lower constant is met."""
    first = np.argmin(batch["e"], axis=1)[:, None]
    return {**batch, "f": np.where(batch["e"] > 0, batch["f"], np.take_along_axis(batch["f"], first, axis=1))}


def at_mass(expression: sp.Basic) -> sp.Basic:
    """Write a formula of the loss in terms of the wrong mass s = 1 - e^-loss, for n wrong classes."""
    return wrong(expression).xreplace({l: -sp.log(1 - s)})


def prove_two(statement: Identity, d: Derivation) -> None:
    """With one wrong class the two entries of the logit scale are -s and s."""
    derive_scale(d)
    alone = loss_of_logits.subs(others, 0)
    square = sp.diff(alone, a) ** 2 + sp.diff(alone, b) ** 2
    d.equal("for K = 2 the squared norm is the square of the formula", square, statement.formula.subs(l, alone) ** 2)
    d.equal("at a wrong mass s the formula is a positive multiple of s", at_mass(statement.formula), sp.sqrt(2) * s)


def prove_distribution(statement: Identity, d: Derivation) -> None:
    """The entries are -s and s r."""
    derive_scale(d)
    d.equal("s^2 + ||s r||^2 is the square of the formula", s**2 + Inner(s * r, s * r), at_mass(statement.formula) ** 2)
    d.equal("which is a positive multiple of s", at_mass(statement.formula), s * sp.sqrt(1 + Inner(r, r)))


def prove_lower(statement: Inequality, d: Derivation) -> None:
    """Cauchy-Schwarz for the wrong probabilities p, as a square."""
    derive_scale(d)
    p = column("p", n)
    mean = Inner(p, ones) / n
    square = counted(Inner(p - mean * ones, p - mean * ones))
    d.equal("the squared distance of the wrong probabilities p from their mean", square, counted(Inner(p, p) - Inner(p, ones) ** 2 / n))
    d.decided("with S = <p, ones> and Q = <p, p> >= S^2/n", [N >= 1, Q >= S**2 / N], (N + 1) / N * S**2 <= S**2 + Q)
    d.equal("the left side is the square of the formula", at_mass(statement.smaller) ** 2, (n + 1) / n * s**2)
    d.positive("which is positive where there is a wrong mass s", at_mass(statement.smaller))


def prove_upper(statement: Inequality, d: Derivation) -> None:
    """A sum of squares of non-negative numbers is at most the square of their sum, by induction over the wrong classes."""
    derive_scale(d)
    d.decided("no wrong class: nothing to show; a further one, of probability q", [S >= 0, q >= 0, Q <= S**2], Q + q**2 <= (S + q) ** 2)
    d.decided("so the squared norm S^2 + Q", [Q <= S**2], S**2 + Q <= 2 * S**2)
    d.equal("the right side is the square of the formula", at_mass(statement.larger) ** 2, 2 * s**2)
    d.positive("which is positive where there is a wrong mass s", at_mass(statement.larger))


# automatic differentiation forms softmax - 1, whatever is left of it
ONE = sp.S.One

CLAIMS = (
    Claim(
        id="multiclass-logit-norm",
        space=SPACE,
        printed=(Inequality(part="scales", smaller=norm, larger=norm_of_second, strictly=True, space=PAIRS, conditioning=ONE),),
        corrected=(
            Identity(part="two-classes", formula=upper, atoms=LOSS, defined_by=norm, space=TWO, conditioning=ONE, proof=prove_two),
            Monotone(
                part="two-classes-order",
                quantity=upper,
                along=l,
                space=Space({l: Reals(1e-6, 30)}),
                given=(relation("<", 0, l),),
                theorem=by_slope(sp.sqrt(2) * sp.exp(-l)),
            ),
            Identity(
                part="fixed-distribution",
                formula=(1 - sp.exp(-l)) * sp.sqrt(1 + Inner(r, r)),
                atoms={l: loss_of_first_class, r: lambda p: jax.nn.softmax(p.f[1:])},
                defined_by=norm_of_first_class,
                space=true_first,
                conditioning=ONE,
                proof=prove_distribution,
            ),
            Inequality(part="lower", smaller=lower, larger=norm, atoms=LOSS, tight=all_wrong, conditioning=ONE, proof=prove_lower),
            Inequality(part="upper", smaller=norm, larger=upper, atoms=LOSS, tight=one_wrong, conditioning=ONE, proof=prove_upper),
        ),
    ),
)
