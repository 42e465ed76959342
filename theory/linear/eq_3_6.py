"""Eq. 3.6: in a linear model 1-SAM is a reweighting, and the weight of an example is the ratio of Lemma 3.1.

Statement.  ||grad l(w + eps)|| / ||grad l(w)|| = sigma(-t <w, x> + rho ||x||) / sigma(-t <w, x>).
Idea.       Both gradients are sigma(.) times the same vector; z = t <w, x> is the margin, C = rho ||x||.
Assumes.    x is not zero. All dimensions.
Source.     Section 3.2, Eq. 3.6 and the sentence after it.
"""

from __future__ import annotations

import sympy as sp

from theory.attack.derivation import Derivation
from theory.linear import lemma_3_1
from theory.linear.model import SPACE, at_zero_input, derive_norm, derive_shift, output, rho, t, weight, x
from theory.statement import Assumption, Claim, Identity
from theory.symbols import norm, sigma

ratio = sigma(-t * output + rho * norm(x)) / sigma(-t * output)


def derive_weight(d: Derivation) -> sp.Expr:
    """Return the weight as the ratio of Lemma 3.1 at z = t <w, x> and C = rho ||x||."""
    before, after = derive_norm(d, output), derive_norm(d, derive_shift(d))
    lemma = lemma_3_1.ratio.subs({lemma_3_1.z: t * output, lemma_3_1.C: rho * norm(x)}, simultaneous=True)
    d.equal("the quotient of the norms is the ratio of Lemma 3.1 at z = t <w, x>, C = rho ||x||", after / before, lemma)
    return lemma


def prove_weight(s: Identity, d: Derivation) -> None:
    """The norm of x cancels."""
    d.equal("that is the formula", derive_weight(d), s.formula)


CLAIMS = (
    Claim(
        id="eq-3.6",
        idea="both gradients are multiples of the same vector",
        space=SPACE,
        printed=(Identity(part="weight", formula=ratio, defined_by=weight, proof=prove_weight),),
        assumes=(Assumption("x is not zero", at_zero_input(SPACE)),),
    ),
)
