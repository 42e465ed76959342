"""What naive SAM adds to the logit of one example, in any dimension and for any number of examples, from the mean loss.

The weights are (w_1, v); example e, a unit vector, has the input y_e (B, scale Z^T e) and the label eps_e y_e, with
scale = gamma/sqrt(d - 1). The theorem of this file is Eq. B.12 as corrected; i and j are two examples.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, relation, replaced
from theory.kernel.sums import every_unit, sum_of
from theory.kernel.terms import Rel
from theory.meaning import gradient, logistic
from theory.symbols import Inner, column, matrix, positive, real, sigma, size, total, unit

n, d = size("n"), size("d")
B, gamma, rho = real("B"), positive("gamma"), positive("rho")
y, eps, Z, i, j = column("y", n), column("eps", n), matrix("Z", n, d - 1), unit("i", n), unit("j", n)
w_1, v, scale = real("w_1"), column("v", d - 1), real("scale")
SCALE = gamma / sp.sqrt(d - 1)
Weights = tuple[Any, Any]


def noise(e: Any) -> Any:
    """Return z_e."""
    return Z.T * e


def label(e: Any) -> sp.Expr:
    """Return t_e."""
    return Inner(eps, e) * Inner(y, e)


def output(e: Any, at: Weights, scale: sp.Expr) -> sp.Expr:
    """Return <w, x_e>."""
    return Inner(y, e) * (B * at[0] + scale * Inner(noise(e), at[1]))


def mean_loss(at: Weights, scale: sp.Expr) -> sp.Expr:
    """Return L."""
    return total(lambda e: logistic(output(e, at, scale), label(e)), n) / n


def slopes(scale: sp.Expr) -> Weights:
    """Return grad L."""
    return gradient(lambda a: mean_loss((a, v), scale), w_1), gradient(lambda a: mean_loss((w_1, a), scale), v)


def squared_slope(scale: sp.Expr = SCALE) -> sp.Expr:
    """Return ||grad L||^2."""
    signal_slope, noise_slope = slopes(scale)
    return signal_slope**2 + Inner(noise_slope, noise_slope)


def meant_shift(e: Any, scale: sp.Expr = SCALE) -> sp.Expr:
    """Return -t_e <rho grad L/||grad L||, x_e>."""
    signal_slope, noise_slope = slopes(scale)
    along = Inner(y, e) * (B * signal_slope + scale * Inner(noise(e), noise_slope))
    return -label(e) * rho / sp.sqrt(squared_slope(scale)) * along


def meant_scale(e: Any, scale: sp.Expr = SCALE) -> sp.Expr:
    """Return sigma(-t_e <w, x_e>), the logit scale."""
    return sigma(-label(e) * output(e, (w_1, v), scale))


SCALES = total(lambda e: meant_scale(e) * e, n)
CLEAN_SUM = total(lambda e: Inner(eps, e) * meant_scale(e), n)
SOME_NOISE, NONZERO_SLOPE = relation("<", 1, d), relation("<", 0, squared_slope())
SIGNS = tuple(every_unit(relation("=", Inner(of, j) ** 2, 1), j) for of in (eps, y))
ORTHOGONAL = every_unit(every_unit(relation("=", Inner(noise(j), noise(i)), Inner(j, i) * Inner(noise(i), noise(i))), j), i)
POSITIVE = (relation("<", 0, rho), relation("<", 0, gamma))
GIVEN = (SOME_NOISE, NONZERO_SLOPE, *SIGNS, ORTHOGONAL, *POSITIVE)
FACTOR = rho / (n * sp.sqrt(squared_slope()))


@cache
def shift_theorem() -> Theorem:
    """Return shift_i = rho/(n ||grad L||) (eps_i B^2 sum_j eps_j sigma_j + gamma^2/(d - 1) ||z_i||^2 sigma_i)."""
    given = relation("<", 0, squared_slope(scale))
    c, p, q, k, b = real("c p q k b")

    def share(e: Any) -> sp.Expr:
        return label(e) * Inner(y, e) * meant_scale(e, scale)

    length, signal = Inner(noise(i), noise(i)), total(share, n)
    factor = rho / (n * sp.sqrt(squared_slope(scale)))
    crossed = total(lambda e: share(e) * Inner(noise(e), noise(i)), n)
    shift = equal(meant_shift(i, scale), factor * label(i) * Inner(y, i) * (B**2 * signal + scale**2 * crossed), given)
    # orthogonal noise: the sum over the examples has one term
    cross_term = put(decided(relation("=", k * p, k * q), given=(relation("=", p, q),)), {
        k: share(j), p: Inner(noise(j), noise(i)), q: Inner(j, i) * length,
    })  # fmt: skip
    crossing = cut(sum_of(cross_term, j, crossed, share(i) * length), at_unit(assumed(ORTHOGONAL), i))
    # t_j y_j = eps_j, since y_j^2 = 1
    label_squared = decided(relation("=", q * b**2 * k, q * k), given=(relation("=", b**2, 1),))
    label_squared = put(label_squared, {q: Inner(eps, j), b: Inner(y, j), k: meant_scale(j, scale)})
    clean = total(lambda e: Inner(eps, e) * meant_scale(e, scale), n)
    shift = replaced(replaced(shift, crossing), sum_of(label_squared, j, signal, clean))
    a, s, l, f = real("a s l f")
    signs = decided(
        relation("=", c * (f * b) * b * (p**2 * a + k * (f * b * b * s) * l), c * (f * a * p**2 + k * s * l)),
        given=(relation("=", f**2, 1), relation("=", b**2, 1)),
    )
    told = {c: factor, f: Inner(eps, i), b: Inner(y, i), a: clean, s: meant_scale(i, scale), l: length, k: scale**2, p: B}
    shift = replaced(shift, put(signs, told, given))
    shift = put(shift, {scale: SCALE}, SOME_NOISE)
    return cut(shift, *(at_unit(assumed(h), i) for h in SIGNS))


def shift_of(e: Any) -> Theorem:
    """Return the theorem for another example."""
    return shift_theorem() if e == i else put(shift_theorem(), {i: e})


def in_scales(theorem: Theorem) -> Theorem:
    """Return the theorem with the column of all logit scales in place of single ones."""
    for term, wanted in ((meant_scale(i), Inner(SCALES, i)), (meant_scale(j), Inner(SCALES, j)), (CLEAN_SUM, Inner(eps, SCALES))):
        theorem = replaced(theorem, equal(term, wanted, SOME_NOISE))
    return theorem


def abstract(goal: Any, wanted: Any, known: dict[Any, Any], *theorems: Theorem) -> Theorem:
    """Return the goal from a relation between numbers that stand for terms: what it assumes of them, the theorems must say."""
    given = tuple(sorted((h for h in goal.hypotheses if isinstance(h, Rel)), key=str))
    at = put(wanted, known, *given)
    by_conclusion = {t.conclusion: t for t in theorems}
    owed = [h for h in sorted(at.hypotheses, key=str) if h not in given]
    at = cut(at, *(by_conclusion[h] if h in by_conclusion else decided(h, *theorems, given=given) for h in owed))
    if at.conclusion.right != goal.conclusion.right:
        at = in_scales(at)
    return at
