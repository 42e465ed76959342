"""Eq. 3.6: in a linear model 1-SAM is a reweighting, and the weight of an example is the ratio of Lemma 3.1.

Statement.  ||grad l(w + eps)|| / ||grad l(w)|| = sigma(-t <w, x> + rho ||x||) / sigma(-t <w, x>).
Idea.       Both gradients are sigma(.) times the same vector; z = t <w, x> is the margin, C = rho ||x||.
Assumes.    x is not zero. All dimensions.
Source.     Section 3.2, Eq. 3.6 and the sentence after it.
"""

from __future__ import annotations

from theory.kernel.tactics import by_definition
from theory.linear.model import NONZERO_INPUT, POSITIVE_RADIUS, SPACE, at_zero_input, output, rho, t, weight, x
from theory.statement import Assumption, Claim, Identity
from theory.symbols import norm, sigma

ratio = sigma(-t * output + rho * norm(x)) / sigma(-t * output)


CLAIMS = (
    Claim(
        id="eq-3.6",
        space=SPACE,
        printed=(Identity(part="weight", formula=ratio, defined_by=weight, given=(POSITIVE_RADIUS,), theorem=by_definition),),
        assumes=(Assumption("x is not zero", at_zero_input(SPACE), given=(NONZERO_INPUT,)),),
    ),
)
