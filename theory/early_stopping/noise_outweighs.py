"""End of Section 3.1: does the accuracy fall because mislabelled points begin to contribute more than clean ones?

Statement.  Let clean points contribute p = n_c sigma_c to the update and mislabelled ones q = n_n sigma_n. The accuracy stands still where
            p/q = (n_c a (a + b) + T) / (n_n b (a + b) + T), which exceeds 1 wherever the accuracy exceeds one half. Where p = q such an
            accuracy is already falling.
Idea.       The accuracy is Phi(k S/sqrt(V)) with S = n_c a - n_n b and V = n_c a^2 + n_n b^2 + T. S grows as long as p > q, but V, the
            noise that is learnt from all points, grows too, and the quotient stops first.
Assumes.    The toy data of `early-stopping`; a, b > 0; any rates p, q > 0, those of 1-SAM with any radius among them.
As printed. The test accuracy drops as a result of mislabelled points outweighing clean ones. So it would not fall before: it does.
Source.     Section 3.1, the last two sentences of the second paragraph after Eq. 3.1.

All norms are equal here, so that sums of gradient norms and sums of first entries tell the same of who contributes more.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Batch, Reals
from theory.early_stopping.accuracy import MEANING, SCORES, derive_score, quotient
from theory.early_stopping.reduction import expand
from theory.early_stopping.toy import T, a, accuracy, b, n_c, n_n, reached, sums, toy_space
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Phi, positive

p, q, share, lead = positive("p q share lead")
S = n_c * a - n_n * b
V = n_c * a**2 + n_n * b**2 + T
standstill = (n_c * a * (a + b) + T) / (n_n * b * (a + b) + T)
# what differentiation subtracts: the growth of the noise from that of the signal
LOST = expand(MEANING, standstill * (1 + (V + n_c * a**2) / (n_n * b * (a + b) + T)))


def shared(batch: Batch) -> Batch:
    """Set b to a share of n_c a / n_n: below 1 the accuracy exceeds one half; and p to `lead` times q."""
    clean, noisy = batch["y_c"].shape[1], batch["y_n"].shape[1]
    return {**batch, "b": batch["share"] * clean * batch["a"] / noisy, "p": batch["lead"] * batch["q"]}


def even(batch: Batch) -> Batch:
    """Move the points to an accuracy of one half, n_c a = n_n b, where both sides meet."""
    return {**batch, "b": batch["y_c"].shape[1] * batch["a"] / batch["y_n"].shape[1]}


ANY = toy_space({**SCORES, a: Reals(1e-2, 3.0), b: Reals(1e-2, 3.0)})
NOTE = "b = share n_c a / n_n, p = lead q"
AHEAD = toy_space({**SCORES, a: Reals(1e-2, 3.0), share: Reals(1e-2, 0.99), q: Reals(1e-2, 1.0), lead: Reals(1.001, 3.0)}, shared, NOTE)


def score(at: SimpleNamespace, w: jax.Array) -> jax.Array:
    """Return the u of which the accuracy is Phi(u), shape (); its slopes hold no constant that is rounded, as those of erfc do."""
    return at.B * w[0] / (at.s * jnp.sqrt(jnp.sum(w[1:] ** 2)))


def rate(at: SimpleNamespace, of: Callable[..., jax.Array], p: jax.Array, q: jax.Array) -> jax.Array:
    """Return how fast a function of the weights changes where clean points contribute p and mislabelled ones q to the update, shape ()."""
    clean, noisy = sums(at)
    update = p / at.y_c.shape[0] * clean + q / at.y_n.shape[0] * noisy
    return jax.jvp(lambda w: of(at, w), (reached(at),), (update,))[1]


def drawn_rate(at: SimpleNamespace) -> jax.Array:
    """Return the rate of the accuracy at the drawn contributions."""
    return rate(at, accuracy, at.p, at.q)


def ratio(at: SimpleNamespace) -> jax.Array:
    """Return the p/q at which the score, and so the accuracy, stands still: its rate is linear in (p, q), shape ()."""
    one, none = jnp.ones(()), jnp.zeros(())
    return -rate(at, score, none, one) / rate(at, score, one, none)


def derive_rate(d: Derivation) -> sp.Expr:
    """Return the rate of the quotient S/sqrt(V), where a grows by p/n_c and b by q/n_n."""
    derive_score(d)
    d.equal(
        "the update is p/n_c S_c + q/n_n S_n, so that a grows by p/n_c and b by q/n_n; the quotient is S/sqrt(V)", quotient, S / sp.sqrt(V)
    )
    slope = (p * (n_n * b * (a + b) + T) - q * (n_c * a * (a + b) + T)) / V ** sp.Rational(3, 2)
    d.equal("the rate of the quotient", sp.diff(quotient, a) * p / n_c + sp.diff(quotient, b) * q / n_n, slope)
    u = sp.Symbol("u", real=True)
    d.increasing("Phi increases, so that the accuracy moves with the quotient", Phi(u), u)
    return slope


def prove_standstill(s: Identity, d: Derivation) -> None:
    """The rate vanishes at that ratio alone, being linear in p and q."""
    moved = derive_rate(d)
    d.equal("with p = (p/q) q at the statement's ratio the rate is 0", moved.subs(p, s.formula * q), sp.S.Zero)
    factor = (n_n * b * (a + b) + T).subs(b, positive("b"))
    d.positive("the factor of p in it is positive for b > 0: at a smaller ratio the accuracy falls, at a larger one it rises", factor)
    d.equal("the statement's T", s.where[T], MEANING[T])


def prove_lead(s: Inequality, d: Derivation) -> None:
    """The ratio exceeds 1 by a positive multiple of n_c a - n_n b."""
    derive_rate(d)
    d.equal("the ratio less 1", standstill - 1, (a + b) * S / (n_n * b * (a + b) + T))
    A, B, count, room, extra = positive("a b n_n T extra")
    d.positive("positive for n_c a = n_n b + extra", (A + B) * extra / (count * B * (A + B) + room))
    d.equal("and 1 where n_c a = n_n b", standstill.subs(n_c, n_n * b / a), s.smaller)
    d.holds("the statement is strict", lambda: s.strictly, "strictly greater")


PEAK = Identity(part="peak", formula=standstill, where=MEANING, defined_by=ratio, space=ANY, conditioning=LOST, proof=prove_standstill)
LEAD = Inequality(part="clean-lead", smaller=sp.S.One, larger=ratio, strictly=True, tight=even, slack=1e-12, proof=prove_lead)
CLAIMS = (
    Claim(
        id="noise-outweighs",
        space=AHEAD,
        printed=(Inequality(part="no-earlier", smaller=sp.S.Zero, larger=drawn_rate),),
        corrected=(PEAK, LEAD),
        assumes=(Assumption("the accuracy exceeds one half", AHEAD.but(share=Reals(1.01, 3.0)), parts=("clean-lead",)),),
    ),
)
