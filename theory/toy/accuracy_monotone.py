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

from theory.attack.derivation import Derivation
from theory.domain import Reals
from theory.statement import Assumption, Claim, Monotone
from theory.symbols import Phi, norm, positive
from theory.toy import eq_b_3
from theory.toy.distribution import accuracy, d, derive_argument, r, scalars, weights
from theory.toy.eq_b_3 import a


def measured(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of w = (a ||r||, r) from the definition of the distribution."""
    return accuracy(weights(p.a * jnp.sqrt(jnp.sum(p.r * p.r)), p.r), p.B, p.gamma)


def prove_increasing(s: Monotone, proof: Derivation) -> None:
    """Put w_1 = a ||r|| into the closed form and differentiate."""
    B, k = positive("B"), sp.Symbol("k", integer=True, positive=True)
    argument = scalars(derive_argument(proof, a * norm(r), r, B)).subs(d, k + 1)
    proof.increasing("for B > 0 and d = k + 1 the accuracy increases along the alignment", 1 - Phi(-argument), s.along)
    proof.holds("which is what is stated", lambda: s.increasing and s.strictly, "strictly increasing")


SPACE = eq_b_3.SPACE.but(B=Reals(0.01, 3))

CLAIMS = (
    Claim(
        id="accuracy-monotone",
        idea="the accuracy is Phi of a positive multiple of the alignment",
        space=SPACE,
        printed=(Monotone(part="increases", quantity=measured, along=a, strictly=False, space=eq_b_3.SPACE),),
        corrected=(Monotone(part="increases", quantity=measured, along=a, proof=prove_increasing),),
        assumes=(Assumption("B > 0", SPACE.but(B=Reals(-3, 0)), parts=("increases",)),),
    ),
)
