"""Beyond Section 4.4: the largest loss of one example whose logits have a 2-norm of at most C, up to C = sqrt(6) and not further.

Statement.  loss <= log(1 + (K-1) e^(C r)) with r = sqrt(K/(K-1)), for ||f||_2 <= C <= sqrt(6) and every K >= 2. Symmetric logits, whose
            wrong entries are all equal, attain it. For K >= 3 it fails at logits of every norm above sqrt(K(K-1)), which is sqrt(6) for
            K = 3: no larger radius serves every K. The bound of every C, with sqrt(2) in place of r, is attained for K = 2 alone.
Idea.       With m the mean of the wrong logits and D the sum of their squared deviations, Cauchy-Schwarz leaves f_t + C r - m >= r D/(2 C).
            So the mean of e^(f_k - m) must be at most e^(r D/(2 sqrt 6)): for K = 3 that is cosh v <= e^(v^2/2); for K >= 4 polynomials
            of order 6 do. Beyond, two wrong logits move apart: cosh t > e^h where t^2 = h^2 + 2 h.
Assumes.    ||f||_2 <= C; C <= sqrt(6) for the bound; K >= 3 and C > 0 for the failure and for the strict bound.
As printed. Nothing: the paper's bounds are those of `loss-bounds`, which has no sharp constant between K = 2 and large C.
Source.     Beyond Section 4.4, third sentence. Not here: the largest radius for one K >= 4 (3.27 for K = 4, by numbers), which lies below
            sqrt(K(K-1)), and the largest loss beyond it.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel.propositions import relation
from theory.loss.class_by_class import SEVERAL
from theory.loss.deviations import IN_BALL, RADIUS, ROOT
from theory.loss.instability import LOGITS, NORM, PAST, moved_loss, moved_norm, prove_unstable
from theory.loss.logit_ball import C, radius
from theory.loss.loose_upper import POSITIVE, THREE, prove_loose
from theory.loss.loss_bounds import bound
from theory.loss.moved_logits import APART, SYMMETRIC_LOGITS, prove_attained, symmetric_loss
from theory.loss.sharp_logits import (
    ABOVE,
    BALL,
    LARGE,
    MOVED,
    NO_LOGITS,
    ONE_WRONG,
    OUTSIDE,
    SEVERAL_WRONG,
    SHORT,
    SYMMETRIC,
    symmetric_in_ball,
)
from theory.loss.sharp_upper import prove_sharp
from theory.loss.wrong_classes import loss
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import norm, real

L = real("L")

CLAIMS = (
    Claim(
        id="sharp-loss-bound",
        space=BALL,
        beyond=(
            Inequality(
                part="upper",
                smaller=loss,
                larger=bound(C * ROOT),
                atoms={C: radius},
                tight=symmetric_in_ball,
                conditioning=C,
                given=(SEVERAL,),
                theorem=prove_sharp,
            ),
            Identity(
                part="attained",
                formula=bound(C * ROOT),
                defined_by=symmetric_loss,
                space=SYMMETRIC,
                conditioning=sp.Abs(C),
                given=(SEVERAL,),
                also=(relation("=", norm(SYMMETRIC_LOGITS), sp.Abs(C)),),
                theorem=prove_attained,
            ),
            Inequality(
                part="fails-beyond",
                smaller=bound(L * ROOT),
                larger=moved_loss,
                strictly=True,
                atoms={L: moved_norm},
                space=MOVED,
                tight=lambda batch: {**batch, "h": 0 * batch["h"]},
                conditioning=L,
                given=(THREE, *APART),
                also=(relation("=", norm(LOGITS), NORM),),
                theorem=prove_unstable,
            ),
            Inequality(
                part="loose",
                smaller=loss,
                larger=bound(C * sp.sqrt(2)),
                strictly=True,
                atoms={C: radius},
                space=SEVERAL_WRONG,
                conditioning=C,
                theorem=prove_loose,
            ),
        ),
        assumes=(
            Assumption("||f|| <= C", OUTSIDE, parts=("upper",), given=(IN_BALL,)),
            Assumption("C <= sqrt(6)", LARGE, parts=("upper",), given=(RADIUS,)),
            Assumption("h > 0, that is C > sqrt(K(K-1))", SHORT, parts=("fails-beyond",), given=(PAST,)),
            Assumption("||f|| <= C", ABOVE, parts=("loose",), given=(IN_BALL,)),
            Assumption("K >= 3", ONE_WRONG, parts=("loose",), given=(THREE,)),
            Assumption("C > 0", NO_LOGITS, parts=("loose",), given=(POSITIVE,)),
        ),
    ),
)
