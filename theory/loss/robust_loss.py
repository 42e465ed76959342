"""1-SAM in a linear model is gradient descent on a convex function: the mean of the largest losses within rho of the weights.

Statement.  F_rho(w) = mean of max over |eps_i| <= rho of l_i(w + eps_i) = mean of softplus(rho |x_i| - t_i <w, x_i>); the maximum is
            attained at 1-SAM's own eps_i. The direction of Eq. 2.6 is -grad F_rho, exactly. F_rho is convex, with the curvature of the
            logistic loss; so where the direction is zero F_rho has its minimum. Data that some u separates have no such place.
            F_rho(rho v)/rho is within log(2)/rho of H(v) = mean of max(0, |x_i| - t_i <v, x_i>): far out 1-SAM minimises hinges.
Idea.       No step of length rho lowers a margin by more than rho |x| (Cauchy-Schwarz), and eps_i lowers it by so much. The loss is
            convex and decreasing in the margin, and the shift rho |x_i| does not depend on w.
Assumes.    No zero input (else its eps_i is undefined); rho > 0. Any number of examples, any dimension.
As printed. Nothing: the paper calls the shift an adjustment of the logit scale, and names no function that it descends.
Source.     Beyond Eqs. 2.6 and 3.2. That on separable data every radius ends in the hard-margin direction is `equal-ends`.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import numpy as np
import sympy as sp

from theory.definitions import linear, logistic, perturbed
from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.propositions import relation
from theory.kernel.tactics import by_definition
from theory.linear import model
from theory.loss.full_batch import LABELS, NO_ZERO, X, d, n, rho, t, w
from theory.loss.robust_objective import (
    AT_REST,
    AT_ZERO_STEP,
    DATA,
    POSITIVE_RADIUS,
    SEPARATED,
    SEPARATES,
    bend,
    k,
    linearised,
    margin,
    mean_step,
    meant_hinge,
    misclassified,
    nothing,
    objective,
    objective_elsewhere,
    objective_slope,
    one_sided,
    reach,
    rescaled,
    softplus,
    step_along_u,
    u,
    v,
    without_inputs,
)
from theory.loss.robust_objective_proofs import (
    prove_bound,
    prove_convex,
    prove_curvature,
    prove_gradient,
    prove_rescaled,
    prove_rest,
    prove_separable,
)
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.statement import Assumption, Claim, Identity, Inequality, Limit
from theory.symbols import Inner, column, norm, real, sigma, total

G, delta, share = column("G", d), column("delta", model.d), real("share")
LARGEST = softplus(model.rho * norm(model.x) - model.t * model.output)
WITHIN = relation("<=", norm(delta), model.rho)


def within(batch: Batch) -> Batch:
    """Give the drawn step the length share * rho, and a little less for rounding."""
    long = np.linalg.norm(batch["delta"], axis=1)
    return {**batch, "delta": (batch["share"] * batch["rho"] * (1 - 1e-12) / long)[:, None] * batch["delta"]}


ONE = Space(
    {**model.SPACE.domains, delta: Arrays(1.0), share: Reals(0.0, 1.0)}, model.SPACE.sizes, within, note="delta has the length share * rho"
)


def against_the_margin(batch: Batch) -> Batch:
    """Turn the step against the label times the input: there the loss is largest."""
    downhill = -batch["t"][:, None] * batch["x"]
    long = np.linalg.norm(downhill, axis=1)
    return {**batch, "delta": (batch["rho"] * (1 - 1e-12) / long)[:, None] * downhill}


@means(loss_of(Inner(model.w + delta, model.x), model.t))
def moved_loss(p: SimpleNamespace) -> jax.Array:
    """Return the loss of one example at w + delta, shape ()."""
    return logistic(linear(p.w + p.delta, p.x), p.t)


@means(model.loss(ascended(model.w, slope_of(model.loss, model.w), model.rho)))
def loss_at_own_eps(p: SimpleNamespace) -> jax.Array:
    """Return the loss of one example at w + eps with the eps of 1-SAM, shape ()."""
    net, loss, _ = model.pieces(p)
    return loss(net(perturbed(*model.pieces(p), p.rho)))


CURVATURE = total(lambda e: sigma(reach(e) - margin(e, w)) * sigma(margin(e, w) - reach(e)) * Inner(k, X.T * e) ** 2, n, "j") / n
WITH_K = replace(DATA, domains={**{s: of for s, of in DATA.domains.items() if s != u}, k: Arrays(2.0)})
WITH_V = replace(DATA, domains={X: Arrays(2.0), t: Arrays(1.0), v: Arrays(3.0, zero=True), rho: Reals(0.1, 1e4)})
SIZES = total(lambda e: Inner(k, X.T * e) ** 2, n, "j") / n  # sigma (1 - sigma) is a difference of numbers below 1
MOVING = replace(AT_REST, construct=one_sided, note="all labels 1, all inputs positive")
MISSED = replace(DATA, construct=misclassified, note="t_i <u, x_i> is never positive")


def of_length_two(space: Space) -> Space:
    """Return the space with labels -2 and 2."""
    construct = space.construct
    return replace(space, construct=lambda batch: {**(built := construct(batch)), "t": 2 * built["t"]}, note="labels -2 and 2")


CLAIMS = (
    Claim(
        id="robust-loss",
        space=DATA,
        beyond=(
            Inequality(
                part="inner-maximum",
                smaller=moved_loss,
                larger=LARGEST,
                tight=against_the_margin,
                slack=1e-9,
                space=ONE,
                given=(model.POSITIVE_RADIUS,),
                theorem=prove_bound,
            ),
            Identity(
                part="own-epsilon",
                formula=LARGEST,
                defined_by=loss_at_own_eps,
                space=model.SPACE,
                given=(model.POSITIVE_RADIUS, model.NONZERO_INPUT),
                theorem=by_definition,
            ),
            Identity(
                part="gradient",
                formula=-G,
                atoms={G: objective_slope},
                defined_by=mean_step,
                given=(POSITIVE_RADIUS,),
                theorem=prove_gradient,
            ),
            Identity(
                part="curvature",
                formula=CURVATURE,
                defined_by=bend,
                conditioning=SIZES,
                space=WITH_K,
                given=(POSITIVE_RADIUS, NO_ZERO),
                theorem=prove_curvature,
            ),
            Inequality(
                part="convex",
                smaller=linearised,
                larger=objective_elsewhere,
                tight=lambda batch: {**batch, "u": batch["w"]},
                slack=1e-12,
                given=(POSITIVE_RADIUS,),
                theorem=prove_convex,
            ),
            Inequality(
                part="fixed-points",
                smaller=objective,
                larger=objective_elsewhere,
                space=AT_REST,
                tight=lambda batch: {**batch, "u": batch["w"]},
                slack=1e-12,
                given=(POSITIVE_RADIUS, LABELS, NO_ZERO),
                theorem=prove_rest,
            ),
            Inequality(
                part="separable",
                smaller=nothing,
                larger=step_along_u,
                strictly=True,
                space=SEPARATED,
                given=(POSITIVE_RADIUS, LABELS, NO_ZERO),
                theorem=prove_separable,
            ),
            Limit(
                part="far-out",
                value=meant_hinge(v),
                defined_by=rescaled,
                along=rho,
                rate=sp.log(2) / rho,
                space=WITH_V,
                given=(POSITIVE_RADIUS,),
                theorem=prove_rescaled,
            ),
        ),
        assumes=(
            Assumption("delta is no longer than rho", ONE.but(share=Reals(1.5, 4.0)), parts=("inner-maximum",), given=(WITHIN,)),
            Assumption("no x_i is zero", without_inputs(DATA), parts=("gradient", "convex"), given=(NO_ZERO,)),
            Assumption("labels are -1 or 1", of_length_two(DATA), parts=("gradient", "convex"), given=(LABELS,)),
            Assumption("labels are -1 or 1", of_length_two(WITH_K), parts=("curvature",), given=(LABELS,)),
            Assumption("the step of 1-SAM is zero at w", MOVING, parts=("fixed-points",), given=(AT_ZERO_STEP,)),
            Assumption("u separates the data", MISSED, parts=("separable",), given=(SEPARATES,)),
        ),
    ),
)
