"""From the origin the first step of naive SAM is above the ceiling that no run of 1-SAM or gradient descent exceeds.

Statement.  Toy data of n_c clean and n_n < n_c mislabelled points with orthogonal noises of one length, |z_i|^2 = N. After one full-batch
            step of naive SAM with rho > 0 from w = 0, whatever its size, the test accuracy exceeds
            Phi(B^2 (n_c - n_n)/(s sqrt((n_c + n_n) N))), the ceiling of `early-stopping`.
            From weights of length tau, orthogonal to e_1 and to all noises, it does so below one value of tau, and falls short above it
            (`short-start`, `long-start`). At any weights which of a clean and a mislabelled point is shifted further does not depend on
            rho (`order`). In a run this order turns round, and then the accuracies (`turns-round`, one set of data in intervals).
Idea.       At the origin grad L is along -sum_j t_j x_j, so that the one perturbation adds rho (N + B^2 (n_c - n_n))/S to the logit of a
            clean point and rho (N - B^2 (n_c - n_n))/S to the margin of a mislabelled one, S = |sum_j t_j x_j|: clean points move further.
Assumes.    rho > 0, more clean than mislabelled points, n_n >= 1; weights at the origin, or orthogonal to the data. The meaning of the
            program has the sums over the orthogonal noises worked out, and is compared with it; `order` has them from the definitions.
As printed. "Does not preferentially upweight low loss points except for the early training steps": of the first step this is the proof;
            there all losses are equal, and it is the clean points that are favoured, by the sign of Eq. B.12.
Source.     Beyond Appendix B.2 and Section 3.2.
"""

from __future__ import annotations

from functools import cache

from theory.domain import Reals
from theory.early_stopping.toy import MINORITY, n_c, n_n, rho, toy_space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put
from theory.naive_sam.later_steps import LATER
from theory.naive_sam.order import ONE_OF_EACH, ORDER
from theory.naive_sam.start import NEEDED, STARTS
from theory.naive_sam.toy_step import (
    CEILING,
    CLEAN,
    MAJORITY,
    MISLABELLED,
    PERTURBED,
    POSITIVE,
    SCALE,
    SCORES,
    accuracies,
    after_one_step,
    clean_move_further,
    less_by_squares,
)
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import Phi, real

SPACE = toy_space({**SCORES, rho: Reals(1e-2, 5.0)})


@cache
def higher() -> Theorem:
    """Return 0 < p < q, 1 <= b < a |- (a - b)/sqrt(a + b) < (a q - b p)/sqrt(a q^2 + b p^2)."""
    a, b, p, q, l, r = real("a b p q l r")
    given = (relation("<", 0, p), relation("<", p, q), relation("<=", 1, b), relation("<", b, a))
    more, size, whole = a * q - b * p, a * q**2 + b * p**2, a + b
    lead = decided(relation("<", 0, (3 * a - b) * q - (3 * b - a) * p), given=given)
    gap = equal(more**2 * whole - (a - b) ** 2 * size, a * b * (q - p) * ((3 * a - b) * q - (3 * b - a) * p))
    product = decided(relation("<", 0, l * (q - p) * r), given=(relation("<", 0, l), relation("<", p, q), relation("<", 0, r)))
    product = put(product, {l: a * b, r: (3 * a - b) * q - (3 * b - a) * p})
    product = cut(product, lead, decided(relation("<", 0, a * b), given=given))
    product = decided(relation("<", (a - b) ** 2 * size, more**2 * whole), product, gap)
    told = dict(zip(real("x y p q"), (a - b, more, whole, size), strict=True))
    divided = put(less_by_squares(), told, *given)
    return cut(divided, product, *(decided(relation("<", 0, part), given=given) for part in told.values()))


def prove(goal: Goal) -> Theorem:
    """Clean points get the larger logit scale; the quotient of `higher`, and Phi grows."""
    a, b, p, q = real("a b p q")
    given = (PERTURBED, MAJORITY, *POSITIVE)
    above = put(higher(), {a: n_c, b: n_n, p: MISLABELLED, q: CLEAN}, *given)
    above = cut(above, clean_move_further(), decided(relation("<", 0, MISLABELLED), given=given), decided(relation("<=", 1, n_n)))
    return accuracies(above, goal, *given)


CLAIMS = (
    Claim(
        id="nsam-first-step",
        space=SPACE,
        beyond=(
            Inequality(
                part="above-ceiling",
                smaller=Phi(SCALE * CEILING),
                larger=after_one_step,
                strictly=True,
                tight=lambda batch: {**batch, "rho": 0 * batch["rho"] + 1e-9},
                slack=1e-7,
                given=POSITIVE,
                theorem=prove,
            ),
            *STARTS,
            ORDER,
            LATER,
        ),
        assumes=(
            Assumption("rho > 0", SPACE.but(rho=Reals(-5.0, -1e-2)), parts=("above-ceiling",), given=(PERTURBED,)),
            Assumption(
                "more clean than mislabelled points",
                toy_space({**SCORES, rho: Reals(1e-2, 5.0)}, sizes=MINORITY),
                parts=("above-ceiling",),
                given=(MAJORITY,),
            ),
            *NEEDED,
            ONE_OF_EACH,
        ),
    ),
)
