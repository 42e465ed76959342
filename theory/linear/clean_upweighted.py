"""The abstract: does 1-SAM up-weight clean examples in a linear model, provably?

Statement.  Of a clean and a mislabelled point of equal norm, the clean one has the larger weight of Eq. 3.6 where it has the lower loss.
Idea.       The lemma orders points by their loss and knows nothing of true labels; a clean point may have the higher loss.
Assumes.    rho > 0; equal norms; for the true form, that the clean point has the lower loss.
As printed. The abstract, the end of Section 3.2 and Appendix C speak of clean examples without that condition. It fails even where
            `larger` is read as `at least as large`, and the attack takes that reading.
Source.     The abstract; Section 3.2, after Eq. 3.6; Appendix C.

Point i is clean (t_i = y_i) and j mislabelled (t_j = -y_j). Neither true label enters the training, so that both points are as in
`equal_norm_upweighting`, with i as the clean one; `gap` is the margin of i minus the margin of j.
"""

from __future__ import annotations

from theory.domain import Reals
from theory.linear.equal_norm_upweighting import EQUAL_NORMS, LOWER_LOSS, NONZERO, SPACE, prove_upweighting, weight_of_i, weight_of_j
from theory.linear.model import POSITIVE_RADIUS
from theory.statement import Assumption, Claim, Inequality

ANY_LOSS = SPACE.but(gap=Reals(-10.0, 10.0))

CLAIMS = (
    Claim(
        id="clean-upweighted",
        space=SPACE,
        printed=(Inequality(part="clean", smaller=weight_of_j, larger=weight_of_i, space=ANY_LOSS),),
        corrected=(
            Inequality(
                part="clean",
                smaller=weight_of_j,
                larger=weight_of_i,
                strictly=True,
                given=(NONZERO, EQUAL_NORMS),
                theorem=prove_upweighting,
            ),
        ),
        assumes=(
            Assumption("the clean point has the lower loss", SPACE.but(gap=Reals(-10.0, -1e-3)), given=(LOWER_LOSS,)),
            Assumption("rho > 0", SPACE.but(rho=Reals(-2.0, 0.0)), given=(POSITIVE_RADIUS,)),
        ),
    ),
)
