"""Logits with the sum 0 whose wrong entries all lie `level` above the true one, but for two that are moved by `shift`, up and down."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, replaced
from theory.kernel.sums import exponentials_positive, sum_of
from theory.kernel.tactics import applied, rewritten
from theory.loss.class_by_class import SEVERAL, k, log_of
from theory.loss.deviations import ALL_ONES, ROOT
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, e, f, loss
from theory.meaning import cross_entropy, exponentials, means
from theory.symbols import Inner, real, unit

level, shift = real("level shift")
up, down = unit("up", K), unit("down", K)
APART = tuple(relation("=", Inner(a, b), 0) for a, b in ((e, up), (e, down), (up, down)))
"""The label, the raised class and the lowered class are three classes."""


def symmetric(by: Any) -> Any:
    """Return the logits whose wrong entries are all equal, and exceed the true one by so much; (K, 1)."""
    return by / K * ALL_ONES - by * e


def moved(by: Any, apart: Any) -> Any:
    """Return symmetric logits of which two wrong ones are moved apart; (K, 1)."""
    return symmetric(by) + apart * up - apart * down


@cache
def of_symmetric() -> tuple[Theorem, Theorem, Theorem]:
    """Return the true logit, the squared norm and the sum of the exponentials of symmetric logits."""
    f, rise = symmetric(level), sp.exp(-level) - 1
    single = equal(sp.exp(Inner(k, f)), sp.exp(level / K) * (1 + Inner(k, e) * rise))
    whole = sum_of(single, k, exponentials(f), sp.exp(level / K) * (K + rise))
    return equal(Inner(e, f), level / K - level), equal(Inner(f, f), (K - 1) * level**2 / K), whole


@cache
def of_moved() -> tuple[Theorem, Theorem, Theorem]:
    """Return the true logit, the squared norm and the sum of the exponentials of moved logits."""
    f = moved(level, shift)
    true = decided(relation("=", Inner(e, f), level / K - level), given=APART)
    squares = decided(relation("=", Inner(f, f), (K - 1) * level**2 / K + 2 * shift**2), given=APART)
    p, q, r = (sp.exp(by) - 1 for by in (-level, shift, -shift))
    a, b, c = (h.left for h in APART)
    single = equal(sp.exp(Inner(k, f)), sp.exp(level / K) * (1 + Inner(k, e) * p) * (1 + Inner(k, up) * q) * (1 + Inner(k, down) * r))
    whole = sp.exp(level / K) * (K + p + q + r + p * q * a + p * r * b + q * r * c + p * q * r * a * b)
    added = sum_of(single, k, exponentials(f), whole)
    plain_sum = sp.exp(level / K) * (K - 3 + sp.exp(-level) + sp.exp(shift) + sp.exp(-shift))
    return true, squares, decided(relation("=", exponentials(f), plain_sum), added, given=APART)


SYMMETRIC_LOGITS = symmetric(level).xreplace({level: C * ROOT})


@means(cross_entropy(SYMMETRIC_LOGITS, e))
def symmetric_loss(p: SimpleNamespace) -> jax.Array:
    """Return the loss of the symmetric logits f_t = -C/r, all others C/((K-1) r), with r = sqrt(K/(K-1)); shape ()."""
    wrong = p.e.shape[0] - 1
    high = p.C / jnp.sqrt(wrong * (wrong + 1.0))
    return loss(SimpleNamespace(f=high * (1 - (wrong + 1) * p.e), e=p.e))


def prove_attained(_: Any) -> Theorem:
    """All wrong e^(f_k) are e^(f_t + C r), and the squares add up to C^2."""
    at, factor, x, q = symmetric(level), 1 + (K - 1) * sp.exp(level), *real("x q")
    true, squares, whole = of_symmetric()
    sums = decided(relation("=", exponentials(at), sp.exp(Inner(e, at)) * factor), whole, rewritten(sp.exp(Inner(e, at)), true))
    positive = decided(relation("<", 0, factor), given=(SEVERAL,))
    logs = replaced(rewritten(sp.log(exponentials(at)), sums, relation("<", 0, exponentials(at))), put(log_of(factor, positive), {f: at}))
    of_loss = decided(relation("=", cross_entropy(at, e), sp.log(factor)), logs, given=(SEVERAL, relation("<", 0, exponentials(at))))
    of_loss = put(cut(of_loss, exponentials_positive(at)), {level: C * ROOT}, SEVERAL)
    root = decided(relation("=", sp.sqrt(q), sp.Abs(x)), given=(relation("=", q, x**2),))
    squares = put(squares, {level: C * ROOT}, SEVERAL)
    return all_of(of_loss, applied(root, {q: Inner(SYMMETRIC_LOGITS, SYMMETRIC_LOGITS), x: C}, squares, given=(SEVERAL,)))
