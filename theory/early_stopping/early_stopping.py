"""Beyond the paper: in the toy model the peak accuracy of 1-SAM increases with rho, unless training starts at the origin.

Statement.  Toy data of n_c clean and n_n < n_c mislabelled points, noise vectors orthogonal to one another and of one norm, initial
            weights orthogonal to the data and of norm tau, trained by the gradient flow of full-batch 1-SAM. Training is then a system
            in two numbers, the progress a of clean and b of mislabelled points (reduction). Clean points lead in margin (clean-first).
            The slope db/da exceeds 1 and falls in rho (slope, slope-above-one, slope-falls). The accuracy is a function of a and b
            that falls in b (accuracy, accuracy-falls). Hence at equal a a larger rho is more accurate (equal-progress), and for
            tau > 0 the peak strictly increases with rho (peak). Every accuracy lies below one ceiling (ceiling), which training
            from the origin meets at its start for every rho: there is no gain (origin).
Idea.       Preferential up-weighting slows mislabelled points at equal clean progress; each file below holds one step.
Assumes.    All of the above. The attacks drop each assumption in turn; at equal progress each is needed.
Source.     Beyond the paper: the true statement behind the end of Section 3.2 (`follows-by-induction`).
"""

from __future__ import annotations

from theory.early_stopping import accuracy, clean_first, peak, reduction, slope
from theory.statement import Claim

STEPS = (reduction, clean_first, slope, accuracy, peak)

CLAIMS = (
    Claim(
        id="early-stopping",
        space=reduction.SPACE,
        beyond=tuple(part for step in STEPS for part in step.PARTS),
        assumes=tuple(assumption for step in STEPS for assumption in step.ASSUMES),
    ),
)
