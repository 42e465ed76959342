"""On separable data every radius of 1-SAM ends in the direction of the hard margin: bounds of one step along it and across it.

Statement.  Let u be the weighted mean of the t_i x_i nearest to the origin. No direction has a larger margin than u. A step of 1-SAM
            with any rho > 0 raises the lead L = <w, u> by at least eta |u|^2/(n (1 + e^L)), and e^L by eta |u|^2/(2 n) where L >= 0.
            It raises the square of the part of w across u by at most 4/|u|^2 sum e^(rho |x_i|) times the rise of L, if eta |x_i|^2 <= 2.
            Added up over s steps from w = 0, the tangent of the angle between w and u has a square of at most
            4 sum e^(rho |x_i|)/L, and L >= log(1 + s eta |u|^2/(2 n)): the angle tends to 0, whatever rho.
            With rho the first steps last longer: at every fixed number of steps w tends to eta s X^T t/n as rho grows.
Idea.       1-SAM descends the convex F_rho (`robust-loss`), and F_rho at the multiple of u with the lead of w is at most
            e^(-L) times the mean of e^(rho |x_i|): so much the step may go across. Some margin is at most L, since L is a mean of margins;
            so the lead rises by a comparable amount. A step is short: eta |k|^2 <= 2 F_rho.
Assumes.    u is the nearest weighted mean and is not zero (the data are separable); rho > 0. For the part across: L >= 0, and short steps.
            The sum over steps is left to this text: it adds up s inequalities.
As printed. Nothing: the paper compares radii at their best accuracy, and says nothing of the end.
Source.     Beyond Section 3.2. For gradient descent: Soudry and others, 2018.
"""

from __future__ import annotations

import sympy as sp

from theory.loss.equal_ends_proofs import prove_across, prove_growth, prove_hard_margin, prove_progress
from theory.loss.full_batch import n, w
from theory.loss.nearest_point import (
    AHEAD,
    APART,
    FITS,
    HULL,
    MARGINS,
    NEAREST,
    SHARES,
    STEPPED,
    WHOLE,
    across_gained,
    eta,
    exp_lead_after,
    g,
    lead_after,
    lead_gained,
)
from theory.loss.order_of_limits import ORDER
from theory.loss.robust_objective import u, v
from theory.loss.separable_points import (
    BEHIND,
    CLAIMED,
    LONG_STEPS,
    NEGATIVE_SHARE,
    PARTIAL_SHARES,
    SPACE,
    TILTED,
    TURNED,
    one_pulls,
    with_u,
)
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import Inner, norm

LEAD, LONG = Inner(w, u), Inner(u, u)
STEPS = ("progress", "growth", "across")
CLAIMS = (
    Claim(
        id="equal-ends",
        space=SPACE,
        beyond=(
            Inequality(
                part="hard-margin",
                smaller=g,
                larger=norm(u) * norm(v),
                tight=with_u,
                slack=1e-12,
                theorem=prove_hard_margin,
            ),
            Inequality(
                part="progress",
                smaller=LEAD + eta * LONG / (n * (1 + sp.exp(LEAD))),
                larger=lead_after,
                tight=one_pulls,
                slack=1e-7,
                given=(*STEPPED, APART),
                theorem=prove_progress,
            ),
            Inequality(
                part="growth",
                smaller=sp.exp(LEAD) + eta * LONG / (2 * n),
                larger=exp_lead_after,
                given=(*STEPPED, APART),
                theorem=prove_growth,
            ),
            Inequality(
                part="across",
                smaller=across_gained,
                larger=lead_gained,
                conditioning=Inner(w, w) + LEAD,
                given=(*STEPPED, APART),
                theorem=prove_across,
            ),
            ORDER,
        ),
        assumes=(
            Assumption("no margin under v is below g", CLAIMED, parts=("hard-margin",), given=(MARGINS,)),
            Assumption("no share is negative", NEGATIVE_SHARE, given=(SHARES,)),
            Assumption("the shares add up to 1", PARTIAL_SHARES, given=(WHOLE,)),
            Assumption("u is the mean of the t_i x_i with the shares", TILTED, given=(HULL,)),
            Assumption("t_i <u, x_i> >= <u, u> for every i", TURNED, parts=STEPS, given=(NEAREST,)),
            Assumption("L >= 0", BEHIND, parts=STEPS[1:], given=(AHEAD,)),
            Assumption("eta |x_i|^2 <= 2", LONG_STEPS, parts=STEPS[2:], given=(FITS,)),
        ),
    ),
)
