"""After Eq. B.3: the accuracy increases with w_1/||w_{1+}||.

Statement.  For B > 0 the accuracy of w is a strictly increasing function of a = w_1/||w_{1+}||.
Idea.       It is Phi(a B sqrt(d-1)/gamma), and Phi increases.
Assumes.    B > 0. gamma > 0 and w_{1+} not zero, without which a or the distribution is undefined.
As printed. Eq. B.1 lets B be any real number; for B < 0 the accuracy decreases. (Attacked as `does not decrease'.)
Source.     Appendix B, the sentence after Eq. B.3. The Coq twin is theory/formal/accuracy_monotone.v.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Reals
from theory.kernel.rules import relation
from theory.kernel.tactics import by_slope
from theory.meaning import means
from theory.statement import Assumption, Claim, Monotone
from theory.symbols import norm
from theory.toy import eq_b_3
from theory.toy.distribution import NONZERO_REST, POSITIVE_NOISE, SOME_NOISE, B, accuracy, d, gamma, meant_accuracy, r, weights
from theory.toy.eq_b_3 import a


@means(meant_accuracy(a * norm(r), r))
def measured(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of w = (a ||r||, r) from the definition of the distribution."""
    return accuracy(weights(p.a * jnp.sqrt(jnp.sum(p.r * p.r)), p.r), p.B, p.gamma)


SPACE = eq_b_3.SPACE.but(B=Reals(0.01, 3))

POSITIVE_SIGNAL = relation("<", 0, B)
GIVEN = (POSITIVE_NOISE, NONZERO_REST, SOME_NOISE)
multiple = B * sp.sqrt(d - 1) / gamma
slope = multiple * sp.exp(-((a * multiple) ** 2) / 2) / sp.sqrt(2 * sp.pi)  # the accuracy is Phi(a multiple)

CLAIMS = (
    Claim(
        id="accuracy-monotone",
        space=SPACE,
        printed=(Monotone(part="increases", quantity=measured, along=a, strictly=False, space=eq_b_3.SPACE),),
        corrected=(Monotone(part="increases", quantity=measured, along=a, given=GIVEN, theorem=by_slope(slope)),),
        assumes=(Assumption("B > 0", SPACE.but(B=Reals(-3, 0)), parts=("increases",), given=(POSITIVE_SIGNAL,)),),
    ),
)
