"""After Eq. 3.2: the perturbation of 1-SAM increases the gradient norm of every training point of a linear model.

Statement.  ||grad l(w + eps)|| > ||grad l(w)||.
Idea.       Both norms are sigma(.) ||x||, and sigma increases strictly.
Assumes.    rho > 0, and x not zero (else there is no gradient to increase).
Source.     Section 3.2, the sentence after Eq. 3.2.
"""

from __future__ import annotations

from theory.domain import Reals
from theory.goal import Goal
from theory.kernel.rules import Theorem, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import sigma_grows
from theory.linear.model import NONZERO_INPUT, POSITIVE_RADIUS, SPACE, at_zero_input, output, perturbed_norm, plain_norm, rho, t, x
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import norm, real, sigma


def prove_increases(goal: Goal) -> Theorem:
    """sigma(-t f) < sigma(-t f + rho ||x||), and both sides times ||x|| > 0."""
    before, after = -t * output, -t * output + rho * norm(x)
    further = decided(relation("<", before, after), given=(POSITIVE_RADIUS, NONZERO_INPUT))
    scales = cut(sigma_grows(before, after), further)
    a, b, c = real("a b c")
    times = put(
        decided(relation("<", a * c, b * c), given=(relation("<", a, b), relation("<", 0, c))),
        {a: sigma(before), b: sigma(after), c: norm(x)},
    )
    longer = cut(times, scales, decided(relation("<", 0, norm(x)), given=(NONZERO_INPUT,)))
    plain = equal(sigma(before) * norm(x), goal.conclusion.left, NONZERO_INPUT)
    perturbed = equal(sigma(after) * norm(x), goal.conclusion.right, NONZERO_INPUT)
    return replaced(replaced(longer, plain), perturbed)


CLAIMS = (
    Claim(
        id="grad-norm-increases",
        space=SPACE,
        printed=(Inequality(part="increases", smaller=plain_norm, larger=perturbed_norm, strictly=True, theorem=prove_increases),),
        assumes=(
            Assumption("rho > 0", SPACE.but(rho=Reals(-3, 0)), given=(POSITIVE_RADIUS,)),
            Assumption("x is not zero", at_zero_input(SPACE), given=(NONZERO_INPUT,)),
        ),
    ),
)
