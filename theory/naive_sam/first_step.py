"""From the origin the first step of naive SAM is above the ceiling that no run of 1-SAM or gradient descent exceeds.

Statement.  Toy data of n_c clean and n_n < n_c mislabelled points with orthogonal noises of one length, |z_i|^2 = N. After one full-batch
            step of naive SAM with rho > 0 from w = 0, whatever its size, the test accuracy exceeds
            Phi(B^2 (n_c - n_n)/(s sqrt((n_c + n_n) N))), the ceiling of `early-stopping`.
Idea.       At the origin grad L is along -sum_j t_j x_j, so that the one perturbation adds rho (N + B^2 (n_c - n_n))/S to the logit of a
            clean point and rho (N - B^2 (n_c - n_n))/S to the margin of a mislabelled one, S = |sum_j t_j x_j|: clean points move further.
Assumes.    rho > 0, more clean than mislabelled points, n_n >= 1, weights at the origin. One step: later the order may turn round
            (nsam-proportional). The meaning of the program has the sums over the orthogonal noises worked out, and is compared with it.
As printed. "Does not preferentially upweight low loss points except for the early training steps": of the first step this is the proof;
            there all losses are equal, and it is the clean points that are favoured, by the sign of Eq. B.12.
Source.     Beyond Appendix B.2 and Section 3.2.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import ascend, linear, logistic
from theory.domain import Reals, Values
from theory.early_stopping.toy import MINORITY, B, N, accuracy, data, eta, n_c, n_n, rho, s, tau, toy_space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.tactics import grows, sigma_grows
from theory.meaning import means
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import Phi, real, sigma

LEAD = B**2 * (n_c - n_n)
LENGTH = sp.sqrt(B**2 * (n_c - n_n) ** 2 + (n_c + n_n) * N)  # of sum_j t_j x_j
CLEAN, MISLABELLED = sigma(rho * (N + LEAD) / LENGTH), sigma(rho * (N - LEAD) / LENGTH)
SCALE = B**2 / (s * sp.sqrt(N))
SCORE = (n_c * CLEAN - n_n * MISLABELLED) / sp.sqrt(n_c * CLEAN**2 + n_n * MISLABELLED**2)
CEILING = (n_c - n_n) / sp.sqrt(n_c + n_n)

POSITIVE = tuple(relation("<", 0, symbol) for symbol in (B, N, s))
PERTURBED, MAJORITY = relation("<", 0, rho), relation("<", n_n, n_c)
SCORES = {B: Reals(0.1, 1.5), N: Reals(0.5, 5.0), s: Reals(0.5, 3.0), tau: Values((0.0,)), eta: Reals(1e-2, 3.0)}
SPACE = toy_space({**SCORES, rho: Reals(1e-2, 5.0)})


@means(Phi(SCALE * SCORE))
def after_one_step(at: SimpleNamespace) -> jax.Array:
    """Return the test accuracy after one full-batch step of naive SAM (Eq. B.10) of size eta from w0 = 0, shape ()."""
    start, x, t = data(at)

    def mean_loss(w: jax.Array) -> jax.Array:
        return jnp.sum(jax.vmap(lambda xi, ti: logistic(linear(w, xi), ti))(x, t)) / t.size

    moved = ascend(start, jax.grad(mean_loss)(start), at.rho)
    return accuracy(at, start - at.eta * jax.grad(mean_loss)(moved))


@cache
def higher() -> Theorem:
    """Return 0 < p < q, 1 <= b < a |- (a - b)/sqrt(a + b) < (a q - b p)/sqrt(a q^2 + b p^2)."""
    a, b, p, q, l, r, m, x, y = real("a b p q l r m x y")
    given = (relation("<", 0, p), relation("<", p, q), relation("<=", 1, b), relation("<", b, a))
    more, size, whole = a * q - b * p, a * q**2 + b * p**2, a + b
    lead = decided(relation("<", 0, (3 * a - b) * q - (3 * b - a) * p), given=given)
    gap = equal(more**2 * whole - (a - b) ** 2 * size, a * b * (q - p) * ((3 * a - b) * q - (3 * b - a) * p))
    product = decided(relation("<", 0, l * (q - p) * r), given=(relation("<", 0, l), relation("<", p, q), relation("<", 0, r)))
    product = put(product, {l: a * b, r: (3 * a - b) * q - (3 * b - a) * p})
    product = cut(product, lead, decided(relation("<", 0, a * b), given=given))
    product = decided(relation("<", (a - b) ** 2 * size, more**2 * whole), product, gap)
    # from the squares to the quotients by the roots m of size and r of a + b
    roots = (relation("<", 0, m), relation("<", 0, r), relation("<", 0, x), relation("<", 0, y))
    times = decided(relation("<", x * m, y * r), given=(relation("<", x**2 * m**2, y**2 * r**2), *roots))
    divided = decided(relation("<", x / r, y / m), times, given=roots)
    divided = put(divided, {x: a - b, y: more, m: sp.sqrt(size), r: sp.sqrt(whole)}, *given)
    squares = decided(relation("<", (a - b) ** 2 * sp.sqrt(size) ** 2, more**2 * sp.sqrt(whole) ** 2), product, given=given)
    positive_parts = [decided(relation("<", 0, part), given=given) for part in (size, whole)]
    signs = [decided(relation("<", 0, sp.sqrt(part)), fact, given=given) for part, fact in zip((size, whole), positive_parts, strict=True)]
    signs += [decided(relation("<", 0, part), given=given) for part in (a - b, more)]
    return cut(divided, squares, *signs)


def prove(goal: Goal) -> Theorem:
    """Clean points get the larger logit scale; the quotient of `higher`, and Phi grows."""
    a, b, p, q = real("a b p q")
    given = (PERTURBED, MAJORITY, *POSITIVE)
    low, high = rho * (N - LEAD) / LENGTH, rho * (N + LEAD) / LENGTH
    long = decided(relation("<", 0, LENGTH**2), given=given)
    long = decided(relation("<", 0, LENGTH), long, given=given)
    k, l, r, m = real("k l r m")
    apart = decided(relation("<", r * (m - l) / k, r * (m + l) / k), given=tuple(relation("<", 0, u) for u in (k, l, r)))
    apart = put(apart, {k: LENGTH, l: LEAD, r: rho, m: N}, *given)
    apart = cut(apart, long, decided(relation("<", 0, LEAD), given=given))
    scales = cut(sigma_grows(low, high, *given), apart)
    above = put(higher(), {a: n_c, b: n_n, p: MISLABELLED, q: CLEAN}, *given)
    above = cut(above, scales, decided(relation("<", 0, MISLABELLED), given=given), decided(relation("<=", 1, n_n)))
    x, y = real("x y")
    wider = decided(relation("<", k * x, k * y), given=(relation("<", x, y), relation("<", 0, k)))
    wider = put(wider, {k: SCALE, x: above.conclusion.left, y: above.conclusion.right}, *given)
    wider = cut(wider, above, decided(relation("<", 0, SCALE), given=given))
    known = cut(grows(Phi, wider.conclusion.left, wider.conclusion.right, *given), wider)
    left, right = (equal(mine, its, *given) for mine, its in zip(known.conclusion[1:], goal.conclusion[1:], strict=True))
    return replaced(replaced(known, left), right)


CLAIMS = (
    Claim(
        id="nsam-first-step",
        space=SPACE,
        beyond=(
            Inequality(
                part="above-ceiling",
                smaller=Phi(SCALE * CEILING),
                larger=after_one_step,
                strictly=True,
                tight=lambda batch: {**batch, "rho": 0 * batch["rho"] + 1e-9},
                slack=1e-7,
                given=POSITIVE,
                theorem=prove,
            ),
        ),
        assumes=(
            Assumption("rho > 0", SPACE.but(rho=Reals(-5.0, -1e-2)), given=(PERTURBED,)),
            Assumption(
                "more clean than mislabelled points",
                toy_space({**SCORES, rho: Reals(1e-2, 5.0)}, sizes=MINORITY),
                given=(MAJORITY,),
            ),
        ),
    ),
)
