"""The theorem: at equal clean progress a larger radius is more accurate, so the peak accuracy rises with rho.

Statement.  For rho_1 < rho_2 the accuracy at equal a > 0 is strictly higher under rho_2. So the peak, up to any clean progress and
            over all of training, never decreases with rho; for tau > 0 it is reached at a finite a and strictly increases.
Idea.       The slope db/da is smaller for larger rho wherever clean points lead, which they always do; so the path b(a) lies lower,
            and the accuracy falls in b. Near its end every path has b/a < r and b/a -> r, from where the accuracy is approached from above.
Assumes.    Orthogonal noise of equal norm, initial weights orthogonal to the data, more clean than mislabelled points.
Source.     Beyond the paper.

The attack trains explicit weights by full-batch 1-SAM, in small steps that raise the clean progress along a fixed grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation, ProofBroken
from theory.domain import Batch, Domain, Reals, Space, Values
from theory.early_stopping import accuracy as score
from theory.early_stopping import clean_first, slope
from theory.early_stopping.one_step import SCALES
from theory.early_stopping.toy import (
    MAJORITY,
    MINORITY,
    B,
    N,
    a,
    accuracy,
    b,
    counts,
    data,
    lean,
    n_c,
    n_n,
    rho,
    s,
    stretch,
    tau,
    tilt,
    toy_space,
)
from theory.goal import goal_of
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, put
from theory.statement import Assumption, Claim, Monotone
from theory.symbols import positive, real

STEPS = 16
GRID = [(k / STEPS) ** 2 for k in range(1, STEPS + 1)]  # clean progress, as shares of the progress followed; dense at the start
reach = real("reach")
RUNS: dict[Any, Domain] = {B: Reals(0.3, 2.0), s: Reals(0.5, 3.0), tau: Reals(0.1, 2.0), rho: Reals(0.0, 2.0), reach: Reals(0.5, 2.0)}


def far_enough(batch: Batch) -> Batch:
    """Add the clean progress to follow: `reach` in units in which margins are of the order of 1."""
    return {**batch, "progress": batch["reach"] / (batch["N"] + batch["B"] ** 2 * sum(counts(batch)))}


def runs(variables: Mapping[Any, Domain], sizes: Any = MAJORITY) -> Space:
    """Return the space of training runs of a given clean progress."""
    return toy_space({**RUNS, **variables}, far_enough, "clean progress a up to reach / (N + B^2 n)", sizes)


def trained(at: SimpleNamespace) -> jax.Array:
    """Return the weights at each clean progress of GRID, (STEPS, d): full-batch 1-SAM in steps that keep to this grid.

    In w = w0 + sum_i a_i t_i x_i every a_i moves by its logit scale at the perturbed weights (Eq. 3.2), and clean progress is the
    mean a_i of the clean points. This is Euler's rule for b(a). A step h with h k_n e^D < 1 (D, k_n as in `clean_first`) keeps two
    paths in order, as |dF/db| <= k_n F and F <= e^D for the slope F, and keeps D positive; reach <= 2 makes every step as small.
    """
    w, x, t = data(at)
    signed, clean = t[:, None] * x, at.y_c.shape[0]
    shift = at.rho * jnp.sqrt(jnp.sum(x * x, axis=1)) - signed @ w
    gram = signed @ signed.T
    moved, path, before = jnp.zeros(len(t)), [], 0.0
    for share in GRID:
        scales = jax.nn.sigmoid(shift - gram @ moved)
        moved = moved + at.progress * (share - before) / jnp.mean(scales[:clean]) * scales
        path.append(moved)
        before = share
    return w[None] + jnp.stack(path) @ signed


def final(at: SimpleNamespace) -> jax.Array:
    """Return the test accuracy at the whole clean progress, shape ()."""
    return accuracy(at, trained(at)[-1])


def peak(at: SimpleNamespace) -> jax.Array:
    """Return the best test accuracy up to that clean progress, shape ()."""
    return jnp.max(jax.vmap(lambda w: accuracy(at, w))(trained(at)))


def theorem_of(step: Any, part: str) -> Theorem:
    """Return the kernel's theorem of another part of the claim."""
    claim = Claim(id="early-stopping", space=step.SPACE, beyond=step.PARTS, assumes=step.ASSUMES)
    (statement,) = [s for s in step.PARTS if s.part == part]
    return statement.theorem(goal_of(claim, statement))


@cache
def ties_break() -> Theorem:
    """Return that where m_c = m_n the flow raises m_c - m_n."""
    k, l, g = real("k l g")
    slopes = [N + 2 * B**2 * count for count in (n_c, n_n)]
    faster = decided(relation("<", 0, (k - l) * g), given=(relation("<", l, k), relation("<", 0, g)))
    given = (relation("<", 0, B), relation("<", 0, N), clean_first.FEWER_NOISY)
    faster = put(faster, {k: slopes[0], l: slopes[1], g: SCALES[0] / (n_c + n_n)}, *given)
    return cut(faster, *(decided(h, given=given) for h in sorted(faster.hypotheses - set(given), key=str)))


def derive_comparison(d: Derivation) -> None:
    """b(a) is strictly lower for the larger rho, and so is the loss of accuracy."""
    d.shown("the flow: where m_c = m_n both rates are equal, and m_c - m_n grows at the rate (k_c - k_n) sigma(C - m_c)/n", ties_break())
    d.cited("m_c - m_n cannot return to 0 in the flow, where it would have to fall", "intermediate value theorem")
    d.shown("where m_c > m_n the slope db/da falls in rho", theorem_of(slope, "slope-falls"))
    d.cited(
        "both paths start at a = b = 0; the one with the smaller slope wherever m_c > m_n stays strictly below",
        "comparison theorem for scalar ODEs",
    )
    d.shown("the accuracy falls in b", theorem_of(score, "accuracy-falls"))


def derive_endless(d: Derivation) -> None:
    """Every a > 0 is reached: while a <= A, the clean margins are bounded, and so is a' from below."""
    A, B2, N, nc, nn, at, bt = real("A B2 N n_c n_n a b")
    given = [at >= 0, at <= A, bt >= 0, B2 > 0, N > 0, nc > 0, nn > 0]
    bound = B2 * (nc * at - nn * bt) + N * at <= (B2 * nc + N) * A
    d.decided("while a <= A every clean margin is at most (B^2 n_c + N) A, so a' keeps above a positive rate", given, bound)


def derive_attained(d: Derivation) -> None:
    """For tau > 0 the accuracy exceeds its limits at both ends of training, so its peak is reached at a finite a > 0.

    With D = m_c - m_n = k_c a - k_n b and r = k_c / k_n: dD/da = k_n (r - F), where F = (1 + u) / (1 + v) is the slope,
    u = e^(m_c - C), v = e^(m_n - C), e^D = u / v.
    """
    u, v, r = real("u v r")
    d.decided(
        "F < e^D, so D rises at a positive rate while e^D <= (1 + r)/2; in the end D exceeds some positive number",
        [u > v, v > 0],
        (1 + u) * v < u * (1 + v),
    )
    d.decided(
        "F > r where e^D >= 2 r and m_c is large, which it becomes as m_c + m_n = N (a + b): D stays bounded and b/a tends to r",
        [r > 1, v > 0, u >= 2 * r * v, u >= 4 * r],
        1 + u > r * (1 + v),
    )
    k, e, q = positive("k e r")
    tail = score.quotient.subs({b: a * (q - k * e)}).subs(a, 1 / e)
    end = (n_c - n_n * q) / sp.sqrt(n_c + n_n * q**2)
    d.equal("with b = r a - k, k > 0, the quotient tends to its value at b/a = r as e = 1/a falls to 0", sp.simplify(tail).subs(e, 0), end)
    d.positive(
        "from above: its derivative in e at 0 is positive, and for b < r a - k the quotient is larger still",
        sp.factor(sp.diff(sp.simplify(tail), e).subs(e, 0)),
    )
    d.equal("at the start the quotient is 0 for tau > 0", score.quotient.subs({b: a}).subs(a, 0), sp.S.Zero)
    d.cited("a continuous function that exceeds its limits at both ends has a largest value", "extreme value theorem")


def prove_equal_progress(statement: Monotone, d: Derivation) -> None:
    """Comparison of the two paths, at one a."""
    derive_comparison(d)
    derive_endless(d)
    if not (statement.increasing and statement.strictly and statement.along == rho):
        raise ProofBroken("this proves that the quantity strictly increases in rho, and nothing else")


def prove_peak(statement: Monotone, d: Derivation) -> None:
    """Where the smaller rho has its peak, the larger one is more accurate."""
    prove_equal_progress(statement, d)
    derive_attained(d)


PARTS = (
    Monotone(part="equal-progress", quantity=final, along=rho, space=runs({}), proof=prove_equal_progress),
    Monotone(part="peak", quantity=peak, along=rho, space=runs({}), proof=prove_peak),
)
# Spaces in which the flow itself goes wrong, by far more than Euler's rule does: the tests follow them in fine steps.
# The last assumption is needed at equal progress; over all of training no peak was seen to fall without it.
EQUAL_PROGRESS = (
    ("more clean than mislabelled points", runs({}, MINORITY)),
    ("noise of equal norm", runs({stretch: Reals(2.0, 3.0), B: Reals(0.5, 1.0), rho: Reals(0.0, 1.0)})),
    (
        "orthogonal noise",
        runs({tilt: Reals(-1.0, -0.5), B: Values((0.5,)), N: Values((4.0,)), rho: Reals(0.5, 1.5), reach: Values((2.0,))}),
    ),
    ("initial weights orthogonal to e_1", runs({lean: Reals(-1.0, -0.5), B: Reals(1.0, 2.0), reach: Values((2.0,))})),
)
ASSUMES = (
    *(Assumption(says, space, parts=("equal-progress",)) for says, space in EQUAL_PROGRESS),
    Assumption("tau > 0", runs({tau: Values((0.0,))}), parts=("peak",)),
)
