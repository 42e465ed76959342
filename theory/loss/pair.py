"""The constant sqrt 2 of the upper bound is the best: the loss of one pair of logits, for any number of classes.

f is -C/sqrt 2 at the label, C/sqrt 2 at another class, and 0 elsewhere, so that ||f|| = C. Its loss lies between C sqrt 2 and
C sqrt 2 + log K.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, replaced
from theory.kernel.sums import exponentials_positive, sum_of
from theory.kernel.tactics import exp_not_smaller, fades, rewritten
from theory.kernel.terms import plain
from theory.loss.class_by_class import k, log_not_smaller
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, e, loss
from theory.meaning import cross_entropy, exponentials, means
from theory.symbols import Inner, real, unit

rival = unit("other", K)
half = C / sp.sqrt(2)
LOGITS = half * rival - half * e
PAIR_GIVEN = (relation("<", 0, C), relation("=", Inner(e, rival), 0))


@means(cross_entropy(LOGITS, e) / C)
def loss_over_radius(p: SimpleNamespace) -> jax.Array:
    """Return loss / C for these logits, shape ()."""
    return loss(SimpleNamespace(f=(p.other - p.e) * p.C / jnp.sqrt(2.0), e=p.e)) / p.C


def _logarithms() -> tuple[Theorem, Theorem, Theorem]:
    """Return C/sqrt 2 <= log S <= C/sqrt 2 + log K, and 0 < S, for the sum S of all e^(f_k)."""
    whole, sum_positive, p, q = exponentials(LOGITS), exponentials_positive(LOGITS), *real("p q")
    at_most_one = decided(relation("<=", Inner(k, rival), 1))
    bounded = decided(relation("<=", Inner(k, LOGITS), half), at_most_one, decided(relation("<=", 0, Inner(k, e))), given=PAIR_GIVEN[:1])
    most = sum_of(cut(exp_not_smaller(Inner(k, LOGITS), half), bounded), k, whole, K * sp.exp(half))
    term = decided(relation("<=", Inner(k, rival) * sp.exp(Inner(k, LOGITS)), sp.exp(Inner(k, LOGITS))), at_most_one)
    least = sum_of(term, k, sp.exp(Inner(rival, LOGITS)), whole)
    largest = decided(relation("=", Inner(rival, LOGITS), half), given=PAIR_GIVEN)
    least = replaced(least, rewritten(sp.exp(Inner(rival, LOGITS)), largest))
    positive = decided(relation("<", 0, sp.exp(half)))
    below = cut(put(log_not_smaller(), {p: sp.exp(half), q: whole}), least, sum_positive, positive)
    above = cut(
        put(log_not_smaller(), {p: whole, q: K * sp.exp(half)}), most, sum_positive, decided(relation("<", 0, K * sp.exp(half)), positive)
    )
    above = replaced(above, equal(sp.log(K * sp.exp(half)), sp.log(K) + half))
    return replaced(below, equal(sp.log(sp.exp(half)), half)), above, sum_positive


def prove_constant(goal: Any) -> Theorem:
    """log S lies between C/sqrt 2 and C/sqrt 2 + log K, and the true logit is -C/sqrt 2."""
    distance, _ = goal.conclusion.parts
    below, above, sum_positive = _logarithms()
    l, m, h, c, a, r = real("l m h c a r")
    ends, signs = (relation("<=", h, l), relation("<=", l, m + h)), (relation("=", a, -h), relation("=", 2 * h, r * c), relation("<", 0, c))
    known = (*ends, *signs)
    close = decided(relation("<=", sp.Abs((l - a) / c - r), m / c), given=known)
    given, whole = (*PAIR_GIVEN, sum_positive.conclusion), exponentials(LOGITS)
    told = {l: sp.log(whole), m: sp.log(K), h: half, c: C, a: Inner(e, LOGITS), r: sp.sqrt(2)}
    close = put(close, told, *given)
    owed = [h for h in sorted(close.hypotheses, key=str) if h not in given]
    close = cut(close, *(decided(h, below, above, given=given) for h in owed))
    close = cut(replaced(close, equal(close.conclusion.left, distance.left, *given)), sum_positive)
    not_negative = decided(relation("<=", 0, sp.log(K)), _log_of_a_size())
    return all_of(close, fades(distance.right, sp.log(K), plain(C), not_negative))


def _log_of_a_size() -> Theorem:
    """Return log 1 <= log K, that is 0 <= log K."""
    p, q = real("p q")
    owed = (relation("<", 0, 1), relation("<", 0, K), relation("<=", 1, K))
    return cut(put(log_not_smaller(), {p: sp.S.One, q: K}), *map(decided, owed))
