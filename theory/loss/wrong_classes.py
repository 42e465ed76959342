"""The K - 1 wrong classes of an example: the loss in one of their logits, and sums over all of them for any K.

Old proofs treat one wrong class at a time, and leave the induction over the classes to z3; `wrong_mass` and `class_by_class` add
theorems up over all classes.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import cross_entropy
from theory.meaning import cross_entropy as meant_loss
from theory.meaning import means
from theory.symbols import column, positive, real, size, unit

K = size("K")
n = size("n")  # the wrong classes: K = n + 1
f, e = column("f", K), unit("e", K)
l = positive("l")

# one true logit a, one wrong logit b, and what the remaining wrong classes add to the sum of exponentials
a, b = real("a b")
remaining = positive("others")
total = sp.exp(a) + sp.exp(b) + remaining
loss_of_logits = sp.log(total) - a


def wrong(expression: sp.Basic) -> sp.Basic:
    """Return a formula with K = n + 1 put in."""
    return expression.xreplace({K: n + 1})


@means(meant_loss(f, e))
def loss(p: SimpleNamespace) -> jax.Array:
    """Return the cross-entropy of the logits f (K,) for the one-hot label e (K,), shape ()."""
    return cross_entropy(p.f, p.e)


def logit_scale(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the cross-entropy in the logits, shape (K,), by automatic differentiation."""
    return jax.grad(cross_entropy)(p.f, p.e)


def derive_scale(d: Derivation) -> None:
    """From the loss: the logit scale is minus the wrong mass at the true class, and the probability at each wrong one."""
    probability = sp.exp(a) / total
    d.equal("e^-loss is the probability of the true class", sp.exp(-loss_of_logits), probability)
    d.equal("the loss falls in the true logit at the rate 1 - e^-loss", sp.diff(loss_of_logits, a), probability - 1)
    d.equal("and grows in a wrong logit at the rate of that class's probability", sp.diff(loss_of_logits, b), sp.exp(b) / total)
    d.positive("the probability of a wrong class is positive", sp.exp(b) / total)
