"""A condition weaker than orthogonal noise under which 1-SAM helps: two groups of points that each see the data alike.

Statement.  Let s_i = t_i x_i, all of one length, and S_c and S_n the sums of s_i over clean and mislabelled points. If <s_i, S_c> and
            <s_i, S_n> take one value among clean points and one among mislabelled ones, full-batch 1-SAM from a w0 that is orthogonal
            to the data stays at w0 + a S_c + b S_n, exactly: two numbers. Where m_c > m_n the slope db/da falls with C = rho |x|.
            Along a ray from w0 the accuracy does not fall. So the best accuracy along the flow never falls with rho (`group_best`).
            One set of data with correlated noise is followed in intervals.
Idea.       A larger C gives the lower curve b(a), which meets a ray of given b/a further out, where w0 weighs less. m_c > m_n is an upper
            bound of b/a, to which every run tends: so each ray that one radius meets, a larger one meets, too (Coq).
Assumes.    Inputs of one length; groups as said; w0 orthogonal to all x_i. Noises of any correlations otherwise.
As printed. The paper lets a higher best accuracy follow from Lemma 3.1 alone. In the data of `sam-hurts` the lemma holds as well, and the
            two clean points do not see the data alike.
Source.     Beyond the end of Section 3.2. Whether it is necessary that the points of each group see the data alike: `group_necessity`.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import sympy as sp

from theory.domain import Batch, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cases, cut, decided, equal, put, replaced, summed
from theory.kernel.tactics import by_slope, exp_grows, rewritten, swapped
from theory.kernel.terms import plain
from theory.linear import group_best
from theory.linear.group_best import OUTWARD, SCORE, SIGNAL, SOME_NOISE, SOME_START, T, g, k, prove_ray, q
from theory.linear.group_data import ACROSS, ALIKE, GROUPS, ONE_LENGTH, REACHED, S_c, S_n, chi, clean_sum, m_c, m_n, mislabelled_sum, w0
from theory.linear.group_examples import EXAMPLE
from theory.linear.group_necessity import CONDITION
from theory.linear.group_paths import l
from theory.linear.group_points import LEANING, ONE_BESIDE, SPACE, STRETCHED, a, b
from theory.loss.full_batch import LABELS, NO_ZERO, d, n, rho, w
from theory.loss.robust_objective import POSITIVE_RADIUS, STEP, margin, mean_step
from theory.loss.robust_objective_proofs import argument, j, summed_step, t_j, x_j
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity, Monotone
from theory.symbols import Inner, Phi, column, real, sigma


def reached(p: SimpleNamespace) -> jax.Array:
    """Return w0 + a S_c + b S_n, shape (d,)."""
    return p.w0 + p.a * clean_sum(p) + p.b * mislabelled_sum(p)


@means(STEP.xreplace({w: REACHED}))
def step_reached(p: SimpleNamespace) -> jax.Array:
    """Return the mean direction of 1-SAM at w0 + a S_c + b S_n, shape (d,)."""
    return mean_step(SimpleNamespace(**{**vars(p), "w": reached(p)}))


@cache
def scale_of_group() -> Theorem:
    """Return sigma(rho |x_j| - m_j) = chi_j (sigma(rho l - m_c) - sigma(rho l - m_n)) + sigma(rho l - m_n) at the weights REACHED."""
    x, own, p, q, k = real("x own p q k")
    scale = plain(sigma(argument(w)).xreplace({w: REACHED}))
    member = Inner(j, chi)
    parts = Inner(w0, x_j), t_j * Inner(S_c, x_j), t_j * Inner(S_n, x_j)
    mine = equal(margin(j, REACHED), t_j * parts[0] + a * parts[1] + b * parts[2])
    facts = [at_unit(assumed(h), j) for h in (ACROSS, *ALIKE, ONE_LENGTH)]
    known = decided(relation("=", margin(j, REACHED), member * m_c + (1 - member) * m_n), mine, *facts[:3])
    at = relation("=", x, rho * l - own), relation("=", own, k * p + (1 - k) * q)
    wanted = relation("=", sigma(x), k * (sigma(rho * l - p) - sigma(rho * l - q)) + sigma(rho * l - q))
    clean, wrong = relation("=", k, 1), relation("!=", k, 1)
    either = []
    for side, value, other in ((clean, p, 1), (wrong, q, 0)):
        is_side = decided(relation("=", k, other), given=(side, relation("=", k**2, k)))
        same = decided(relation("=", x, rho * l - value), is_side, given=at)
        scales = rewritten(sigma(x), same)
        either.append(decided(wanted, scales, is_side))
    told = {x: plain(argument(w).xreplace({w: REACHED})), own: margin(j, REACHED), p: m_c, q: m_n, k: member}
    of_clean, of_wrong = either
    grouped = put(cases(of_clean, of_wrong, clean), told)
    length = decided(relation("=", told[x], rho * l - margin(j, REACHED)), facts[3])
    return cut(replaced(grouped, equal(grouped.conclusion.left, scale)), length, known, at_unit(assumed(GROUPS), j))


def prove_reduction(goal: Goal) -> Theorem:
    """Add up the examples with the logit scale of their group."""
    needs = (LABELS, NO_ZERO, POSITIVE_RADIUS)
    step, scales = put(summed_step(), {w: REACHED}, *needs), scale_of_group()
    own = scales.conclusion.left * t_j * x_j
    grouped = summed(rewritten(own, scales), j)
    power = sp.exp(argument(w).xreplace({w: REACHED}))
    same = summed(equal(own, power / (1 + power) * t_j * x_j), j)
    same = replaced(same, equal(same.conclusion.right, step.conclusion.left))
    whole = replaced(replaced(same, grouped), step)  # by groups = by the examples
    mean = equal(sp.MatMul(1 / n, whole.conclusion.left), goal.conclusion.right)
    mean = replaced(swapped(mean), whole)
    return swapped(replaced(mean, equal(mean.conclusion.right, goal.conclusion.left, *needs)))


of_clean, of_mislabelled = column("S_c", d), column("S_n", d)
STEP_BY_GROUPS = (sigma(rho * l - m_c) * of_clean + sigma(rho * l - m_n) * of_mislabelled) / n

# ---- a slope, and a ray: numbers ----
u_c, u_n, C = real("u_c u_n C")  # two margins, and rho |x|
gap = real("gap")
SLOPE = (1 + sp.exp(u_c - C)) / (1 + sp.exp(u_n - C))
LEADS = relation("<", u_n, u_c)


def clean_ahead(batch: Batch) -> Batch:
    """Draw u_n below u_c."""
    return {**batch, "u_n": batch["u_c"] - batch["gap"]}


MARGINS = Space({u_c: Reals(-5.0, 5.0), gap: Reals(1e-2, 5.0), C: Reals(0.0, 10.0)}, construct=clean_ahead, note="u_n < u_c")
RAY = Space({k: Reals(0.1, 3.0), g: Reals(0.1, 2.0), q: Reals(0.0, 5.0), T: Reals(0.5, 5.0)})  # the tail of Phi stays visible


def prove_slope(goal: Goal) -> Theorem:
    """The derivative has the sign of e^(u_n) - e^(u_c)."""
    low, high = sp.exp(u_n - C), sp.exp(u_c - C)
    grown = cut(exp_grows(u_n - C, u_c - C), decided(relation("<", u_n - C, u_c - C), given=(LEADS,)))
    return by_slope((low - high) / (1 + low) ** 2, grown)(goal)


CLAIMS = (
    Claim(
        id="two-groups",
        space=SPACE,
        beyond=(
            Identity(
                part="reduction",
                formula=STEP_BY_GROUPS,
                atoms={of_clean: clean_sum, of_mislabelled: mislabelled_sum},
                defined_by=step_reached,
                given=(POSITIVE_RADIUS, LABELS, NO_ZERO, GROUPS),
                theorem=prove_reduction,
            ),
            Monotone(part="slope-falls", quantity=SLOPE, along=C, increasing=False, space=MARGINS, theorem=prove_slope),
            Monotone(
                part="ray",
                quantity=Phi(SCORE),
                along=k,
                space=RAY,
                given=(OUTWARD, SOME_NOISE),
                theorem=prove_ray,
            ),
            *group_best.PARTS,
            EXAMPLE,
            CONDITION,
        ),
        assumes=(
            Assumption("the points of each group see the data alike", ONE_BESIDE, parts=("reduction",), given=ALIKE),
            Assumption("all inputs have one length", STRETCHED, parts=("reduction",), given=(ONE_LENGTH,)),
            Assumption("w0 is orthogonal to the data", LEANING, parts=("reduction",), given=(ACROSS,)),
            Assumption("u_c > u_n", MARGINS.but(gap=Reals(-5.0, 0.0)), parts=("slope-falls",), given=(LEADS,)),
            Assumption("g > 0", RAY.but(g=Reals(-2.0, 0.0)), parts=("ray",), given=(SIGNAL,)),
            Assumption("T > 0", RAY.but(T=Values((0.0,)), q=Reals(0.1, 5.0)), parts=("ray",), given=(SOME_START,)),
            *group_best.ASSUMES,
        ),
    ),
)
