"""Section 4.4: weight decay and the logit scale of SAM are not equivalent in linear models; what they do share.

Statement.  Shared: the limits. As rho grows the 1-SAM step tends to X^T t; as the weights shrink to 0 the gradient step
            tends to X^T t / 2; and lambda times the ridge solution tends to X^T t: all labels then weigh the same. One
            example of margin z: 1-SAM is gradient descent at the weights (1 - rho ||x||/z) w. Shrinking the weights by
            b < 1 multiplies a logit scale by sigma(-b z)/sigma(-z), which increases in z >= 0 and is below 1 for z < 0:
            as under 1-SAM, a correctly classified example gains on a misclassified one.
            Not shared: the step; the order among misclassified examples; and the margin, which a 1-SAM step raises above
            the weight of a gradient step, while weight decay lowers it wherever it is positive.
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

from theory.definitions import one_sam, sgd
from theory.domain import Batch, Reals, Space
from theory.goal import Goal
from theory.kernel.rules import Theorem, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import by_definition, by_slope, exp_grows, sigma_grows
from theory.linear import model
from theory.loss.balanced_limits import LIMITS
from theory.loss.full_batch import DATA, d, lam, nearest_decay, plain_step, rho, sam_step, w
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity, Inequality, Monotone
from theory.symbols import Inner, column, norm, positive, real, sigma

G = column("G", d)
eta, b = positive("eta b")
z, L = real("z L")

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


@means(model.PERTURBED)
def sam_of_one(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction of one example, shape (d,)."""
    return one_sam(*model.pieces(p), p.rho)


def margin_after(direction: jax.Array, p: SimpleNamespace) -> jax.Array:
    """Return t <w + eta direction, x>, shape ()."""
    return p.t * jnp.dot(p.w + p.eta * direction, p.x)


@means(model.t * Inner(model.w + eta * model.PERTURBED, model.x))
def margin_after_sam(p: SimpleNamespace) -> jax.Array:
    """Return the margin after a step of 1-SAM, shape ()."""
    return margin_after(sam_of_one(p), p)


@means(model.t * Inner(model.w + eta * (model.PLAIN - lam * model.w), model.x))
def margin_after_decay(p: SimpleNamespace) -> jax.Array:
    """Return the margin after a step of gradient descent with weight decay, shape ()."""
    return margin_after(sgd(*model.pieces(p), p.rho) - p.lam * p.w, p)


SHRUNK = (relation("<", 0, b), relation("<", b, 1))
NOT_NEGATIVE, NEGATIVE = relation("<=", 0, z), relation("<", z, 0)
ON_A_SIDE = relation("!=", model.output, 0)
POSITIVE_STEP, POSITIVE_DECAY = relation("<", 0, eta), relation("<", 0, lam)
POSITIVE_MARGIN = relation("<", 0, model.t * model.output)


def prove_upweighting(goal: Goal) -> Theorem:
    """The slope is positive for z > 0, as e^(b z) < e^z and b < 1; and the quantity is continuous at 0."""
    below = decided(relation("<", b * z, z), given=(relation("<", 0, z), *SHRUNK))
    small, large = sp.exp(b * z), sp.exp(z)
    slope = (large * (1 + small) - b * small * (1 + large)) / (1 + small) ** 2
    return by_slope(slope, cut(exp_grows(b * z, z), below), closed=(NOT_NEGATIVE,))(goal)


def prove_misclassified(_: Goal) -> Theorem:
    """-b z < -z for negative z, so that the smaller side is a quotient of less by more."""
    below = decided(relation("<", -b * z, -z), given=(NEGATIVE, *SHRUNK))
    p, q = real("p q")
    quotient = decided(relation("<", p / q, 1), given=(relation("<", p, q), relation("<", 0, q)))
    scales = cut(sigma_grows(-b * z, -z), below)
    return cut(put(quotient, {p: sigma(-b * z), q: sigma(-z)}), scales, decided(relation("<", 0, sigma(-z))))


def prove_raised(goal: Goal) -> Theorem:
    """1-SAM has the larger logit scale, since it looks it up at a margin smaller by rho ||x||."""
    before, after = -model.t * model.output, -model.t * model.output + reach
    further = decided(relation("<", before, after), given=(model.POSITIVE_RADIUS, model.NONZERO_INPUT))
    scales = cut(sigma_grows(before, after), further)
    m, p, q, k, e = real("m p q k e")
    given = (relation("<", p, q), relation("<", 0, k), relation("<", 0, e))
    more = put(
        decided(relation("<", m + e * p * k, m + e * q * k), given=given),
        {m: model.t * model.output, p: sigma(before), q: sigma(after), k: norm(model.x) ** 2, e: eta},
    )
    long = decided(relation("<", 0, norm(model.x) ** 2), given=(model.NONZERO_INPUT,))
    raised = cut(more, scales, long)
    return replaced(raised, equal(raised.conclusion.right, goal.conclusion.right, model.NONZERO_INPUT))


def prove_lowered(goal: Goal) -> Theorem:
    """The decay term takes eta lambda z from the margin."""
    m, k, e = real("m k e")
    given = (relation("<", 0, m), relation("<", 0, k), relation("<", 0, e))
    a = real("a")
    less = put(decided(relation("<", a - e * k * m, a), given=given), {m: model.t * model.output, k: lam, e: eta, a: goal.conclusion.right})
    return replaced(less, equal(less.conclusion.left, goal.conclusion.left))


CLAIMS = (
    Claim(
        id="weight-decay-equivalent",
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
            Identity(
                part="one-example",
                formula=model.descent(looked_up),
                defined_by=sam_of_one,
                space=ONE,
                given=(model.POSITIVE_RADIUS, model.NONZERO_INPUT, ON_A_SIDE),
                theorem=by_definition,
            ),
            Monotone(
                part="upweighting", quantity=shrunk, along=z, space=SCALES.but(z=Reals(0, 20)), given=SHRUNK[:1], theorem=prove_upweighting
            ),
            Inequality(
                part="misclassified",
                smaller=shrunk,
                larger=sp.S.One,
                strictly=True,
                space=SCALES.but(z=Reals(-20, -1e-3)),
                tight=lambda batch: {**batch, "z": batch["z"] - 800},
                given=SHRUNK,
                theorem=prove_misclassified,
            ),
            Inequality(
                part="sam-raises-margin",
                smaller=after_plain,
                larger=margin_after_sam,
                strictly=True,
                space=ONE,
                given=(model.POSITIVE_RADIUS, POSITIVE_STEP),
                theorem=prove_raised,
            ),
            Inequality(
                part="decay-lowers-margin",
                smaller=margin_after_decay,
                larger=after_plain,
                strictly=True,
                space=CORRECT,
                given=(POSITIVE_STEP, POSITIVE_DECAY),
                theorem=prove_lowered,
            ),
            *LIMITS,
        ),
        assumes=(
            Assumption("the margin is not negative", SCALES.but(z=Reals(-20, -1e-3)), parts=("upweighting",), given=(NOT_NEGATIVE,)),
            Assumption("the factor is below 1", SCALES.but(z=Reals(0, 20), b=Reals(1.0, 2.0)), parts=("upweighting",), given=SHRUNK[1:]),
            Assumption("the margin is negative", SCALES.but(z=Reals(0, 20)), parts=("misclassified",), given=(NEGATIVE,)),
            Assumption("the example is correctly classified", INCORRECT, parts=("decay-lowers-margin",), given=(POSITIVE_MARGIN,)),
            Assumption("x is not zero", model.at_zero_input(ONE), parts=("sam-raises-margin",), given=(model.NONZERO_INPUT,)),
        ),
    ),
)
