"""Section 4.4: weight decay and the logit scale of SAM are not equivalent in linear models; what they do share.

Statement.  Shared: the limits. As rho grows the 1-SAM step tends to X^T t; as the weights shrink to 0 the gradient step
            tends to X^T t / 2; and lambda times the ridge solution tends to X^T t: all labels then weigh the same. One
            example of margin z: 1-SAM is gradient descent at the weights (1 - rho ||x||/z) w. Shrinking the weights by
            b < 1 multiplies a logit scale by sigma(-b z)/sigma(-z), which increases in z >= 0 and is below 1 for z < 0:
            as under 1-SAM, a correctly classified example gains on a misclassified one.
            Not shared: the step; the order among misclassified examples; and the margin, which a 1-SAM step raises above
            that of a gradient step, while weight decay lowers it wherever it is positive.
Idea.       Both look up the logit scale at a smaller positive margin: 1-SAM at z - rho ||x||, weight decay at b z.
Assumes.    Logistic loss; no zero example, since 1-SAM divides by ||x||.
As printed. Read as "with some weight decay gradient descent takes the step of 1-SAM", and as "shrinking the weights up-weights
            an example the more, the larger its margin, as 1-SAM does": both false. The first is tried with the real lambda
            that comes nearest, so a point that refutes it rules out every lambda, those that depend on the point included.
Source.     Section 4.4, last paragraph, and Appendix B.1 after Eq. B.9.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import one_sam, sgd
from theory.domain import Batch, Reals, Space
from theory.linear import model
from theory.loss.balanced_limits import LIMITS
from theory.loss.full_batch import DATA, d, lam, nearest_decay, plain_step, rho, sam_step, w
from theory.statement import Assumption, Claim, Identity, Inequality, Monotone
from theory.symbols import Inner, column, norm, positive, real, sigma

G = column("G", d)
eta, b = positive("eta b")
z, u = real("z u")
P, Q, R, B, T, L = real("P Q R B T L")  # for z3

shrunk = sigma(-b * z) / sigma(-z)
SCALES = Space({z: Reals(-20, 20), b: Reals(0.05, 0.95)})

# one example, in the notation of theory/linear/model.py
reach = rho * norm(model.x)
gain = eta * sigma(-model.t * model.output) * norm(model.x) ** 2
after_plain = model.t * model.output + gain
looked_up = (1 - reach / (model.t * model.output)) * model.output


def off_the_boundary(batch: Batch) -> Batch:
    """Add x to the weights where the margin is zero."""
    zero = np.sum(batch["w"] * batch["x"], axis=1, keepdims=True) == 0
    return {**batch, "w": np.where(zero, batch["w"] + batch["x"], batch["w"])}


def correct(batch: Batch) -> Batch:
    """Label every example as the model does."""
    built = off_the_boundary(batch)
    return {**built, "t": np.where(np.sum(built["w"] * built["x"], axis=1) < 0, -1.0, 1.0)}


def incorrect(batch: Batch) -> Batch:
    """Label every example as the model does not."""
    built = correct(batch)
    return {**built, "t": -built["t"]}


STEP = {**model.SPACE.domains, eta: Reals(1e-2, 1.0), lam: Reals(1e-3, 1.0)}
ONE = Space(STEP, model.SPACE.sizes, construct=off_the_boundary, note="<w, x> is not zero")
CORRECT = Space(STEP, model.SPACE.sizes, construct=correct, note="t <w, x> > 0")
INCORRECT = Space(STEP, model.SPACE.sizes, construct=incorrect, note="t <w, x> < 0")


def sam_of_one(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction of one example, shape (d,)."""
    return one_sam(*model.pieces(p), p.rho)


def margin_after(direction: jax.Array, p: SimpleNamespace) -> jax.Array:
    """Return t <w + eta direction, x>, shape ()."""
    return p.t * jnp.dot(p.w + p.eta * direction, p.x)


def margin_after_sam(p: SimpleNamespace) -> jax.Array:
    """Return the margin after a step of 1-SAM, shape ()."""
    return margin_after(sam_of_one(p), p)


def margin_after_decay(p: SimpleNamespace) -> jax.Array:
    """Return the margin after a step of gradient descent with weight decay, shape ()."""
    return margin_after(sgd(*model.pieces(p), p.rho) - p.lam * p.w, p)


def prove_one(s: Identity, proof: Derivation) -> None:
    """Both give the output <w, x> - rho t ||x||."""
    moved = model.derive_shift(proof)
    shrink = 1 - reach / (model.t * model.output)
    proof.equal("the output at the shrunk weights is that at w + eps", Inner(shrink * w, model.x), moved)
    proof.equal("so the gradient at w + eps is the formula", model.descent(moved), s.formula)


def prove_upweighting(s: Monotone, proof: Derivation) -> None:
    """The logarithm of the quantity has the derivative sigma(z) - b sigma(b z)."""
    proof.equal("the slope of its logarithm", sp.diff(sp.log(s.quantity), z), sigma(z) - b * sigma(b * z))
    proof.decided("b z is at most z", [R >= 0, B > 0, B < 1], B * R <= R)
    proof.increasing("so sigma(b z) is at most sigma(z)", sigma(u), u)
    proof.decided("and b times it is less", [P >= Q, Q > 0, B < 1], B * Q < P)


def prove_misclassified(s: Inequality, proof: Derivation) -> None:
    """z < b z for negative z."""
    proof.decided("-b z is below -z", [R < 0, B > 0, B < 1], -B * R < -R)
    proof.increasing("so sigma(-b z) is below sigma(-z)", sigma(u), u)
    proof.equal("their ratio is the smaller side", s.smaller * sigma(-z), sigma(-b * z) * s.larger)


def derive_plain(proof: Derivation, formula: sp.Expr) -> None:
    """The margin after a gradient step is the formula."""
    step = model.w + eta * model.descent(model.output)
    proof.equal("the margin after a gradient step", model.t * Inner(step, model.x), formula)


def prove_raised(s: Inequality, proof: Derivation) -> None:
    """1-SAM has the larger logit scale."""
    moved = model.derive_shift(proof)
    derive_plain(proof, s.smaller)
    step = model.w + eta * model.descent(moved)
    more = eta * norm(model.x) ** 2 * (sigma(-model.t * moved) - sigma(-model.t * model.output))
    proof.equal("after a step of 1-SAM it exceeds that by", model.t * Inner(step, model.x) - s.smaller, more)
    proof.equal("where the argument of sigma is larger by rho ||x||", -model.t * moved, -model.t * model.output + reach)
    proof.increasing("and sigma increases", sigma(u), u)


def prove_lowered(s: Inequality, proof: Derivation) -> None:
    """The decay term takes eta lambda z from the margin."""
    derive_plain(proof, s.larger)
    step = model.w + eta * (model.descent(model.output) - lam * model.w)
    proof.equal("weight decay lowers it by eta lambda z", s.larger - model.t * Inner(step, model.x), eta * lam * model.t * model.output)
    proof.decided("which is positive where z is", [T > 0, L > 0, R > 0], T * L * R > 0)


CLAIMS = (
    Claim(
        id="weight-decay-equivalent",
        idea="both look up the logit scale at a smaller margin: 1-SAM at z - rho ||x||, weight decay at b z",
        space=DATA,
        printed=(
            Identity(
                part="equivalent",
                formula=G - L * w,
                atoms={G: plain_step, L: nearest_decay},
                defined_by=sam_step,
            ),
            Monotone(part="upweighting", quantity=shrunk, along=z, space=SCALES),
        ),
        corrected=(
            Identity(part="one-example", formula=model.descent(looked_up), defined_by=sam_of_one, space=ONE, proof=prove_one),
            Monotone(part="upweighting", quantity=shrunk, along=z, space=SCALES.but(z=Reals(0, 20)), proof=prove_upweighting),
            Inequality(
                part="misclassified",
                smaller=shrunk,
                larger=sp.S.One,
                strictly=True,
                space=SCALES.but(z=Reals(-20, -1e-3)),
                tight=lambda batch: {**batch, "z": batch["z"] - 800},
                proof=prove_misclassified,
            ),
            Inequality(
                part="sam-raises-margin", smaller=after_plain, larger=margin_after_sam, strictly=True, space=ONE, proof=prove_raised
            ),
            Inequality(
                part="decay-lowers-margin",
                smaller=margin_after_decay,
                larger=after_plain,
                strictly=True,
                space=CORRECT,
                proof=prove_lowered,
            ),
            *LIMITS,
        ),
        assumes=(
            Assumption("the margin is not negative", SCALES.but(z=Reals(-20, 0)), parts=("upweighting",)),
            Assumption("the factor is below 1", SCALES.but(z=Reals(0, 20), b=Reals(1.0, 2.0)), parts=("upweighting",)),
            Assumption("the margin is negative", SCALES.but(z=Reals(0, 20)), parts=("misclassified",)),
            Assumption("the example is correctly classified", INCORRECT, parts=("decay-lowers-margin",)),
            Assumption("x is not zero", model.at_zero_input(ONE), parts=("sam-raises-margin",)),
        ),
    ),
)
