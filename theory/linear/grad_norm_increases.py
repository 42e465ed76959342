"""After Eq. 3.2: the perturbation of 1-SAM increases the gradient norm of every training point of a linear model.

Statement.  ||grad l(w + eps)|| > ||grad l(w)||.
Idea.       Both norms are sigma(.) ||x||, and sigma increases strictly: with e = e^(t f) and c = e^(-rho ||x||) in (0, 1),
            1 / (1 + e) < 1 / (1 + c e).
Assumes.    rho > 0, and x not zero (else there is no gradient to increase).
Source.     Section 3.2, the sentence after Eq. 3.2.
"""

from __future__ import annotations

import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Reals
from theory.linear.model import SPACE, at_zero_input, derive_norm, derive_shift, output, perturbed_norm, plain_norm, rho, t, x
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import norm, positive, real, sigma

e, c = positive("e c")
E, K, X = real("e c l")  # the same letters for z3, which is told their signs itself


def prove_increases(s: Inequality, d: Derivation) -> None:
    """Reduce both norms to rational functions of e^(t f) and e^(-rho ||x||)."""
    u = sp.Symbol("u", real=True)
    moved = derive_norm(d, derive_shift(d))
    d.equal("as t^2 = 1, the norm at w + eps is that of the shifted logit", moved, sigma(-t * output + rho * norm(x)) * norm(x))
    d.equal("with e = e^u for the margin u", sigma(-u).subs(u, sp.log(e)).rewrite(sp.exp), 1 / (1 + e))
    d.equal("and c = e^-C for the shift C", sigma(-u - sp.log(c)).subs(u, sp.log(e)).rewrite(sp.exp), 1 / (1 + c * e))
    relation = sp.Lt if s.strictly else sp.Le
    d.decided("c < 1 where C > 0, and ||x|| = l > 0", [E > 0, K > 0, K < 1, X > 0], relation(X / (1 + E), X / (1 + K * E)))


CLAIMS = (
    Claim(
        id="grad-norm-increases",
        idea="sigma increases strictly",
        space=SPACE,
        printed=(Inequality(part="increases", smaller=plain_norm, larger=perturbed_norm, strictly=True, proof=prove_increases),),
        assumes=(
            Assumption("rho > 0", SPACE.but(rho=Reals(-3, 0))),
            Assumption("x is not zero", at_zero_input(SPACE)),
        ),
    ),
)
