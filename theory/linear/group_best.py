"""Two groups: where a flow of a larger radius meets a ray that a smaller one has met, it is further out, and more accurate.

Statement.  Whatever accuracy above 1/2 a run of rho has on a ray from w0, a run of rho_2 > rho has a strictly higher one on that ray.
            So the best accuracy never falls. That a larger radius meets every ray is proved in Coq.
Idea.       It is further out (`group_paths`), and along a ray the accuracy rises, since w0 weighs less.
Assumes.    The data of `group_data`; clean points lead at the start; w0 is not 0 and orthogonal to the data and to e_1.
Source.     Beyond the paper.

The attack follows explicit weights (`group_training`).
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.early_stopping.toy import B, s
from theory.goal import Goal, second
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, monotone, put, replaced, square, summed
from theory.kernel.tactics import rewritten, swapped
from theory.kernel.terms import plain
from theory.linear.group_data import ACROSS, S_c, S_n, chi, w0
from theory.linear.group_paths import HEAD_START, LARGER, WEIGHT, a_1, a_2, first_on_ray, further_out, l, on_ray, positive, r, rho_2
from theory.linear.group_training import accuracy_on_ray, distance, for_radius
from theory.linear.ray_points import AGAINST, RAYS
from theory.loss.full_batch import d, rho
from theory.loss.robust_objective_proofs import j, t_j, x_j
from theory.meaning import means
from theory.statement import Assumption, Inequality
from theory.symbols import Inner, Phi, column, real, unit

e_1, U = unit("e_1", d), column("U", d)
RAY = S_c + r * S_n
g, q, T, k = real("g q T k")  # a ray's signal and the square of its noise, |w0|^2, and how far along the ray
SCORE = k * g / sp.sqrt(k**2 * q + T)
OUTWARD, SIGNAL, SOME_NOISE, SOME_START = relation("<", 0, k), relation("<", 0, g), relation("<=", 0, q), relation("<", 0, T)
AWAY = relation("<", 0, Inner(w0, w0))
FLAT = relation("=", Inner(e_1, w0), 0)
APART, SIGNAL_OF_U = relation("=", Inner(w0, U), 0), relation("<", 0, Inner(e_1, U))
RAY_SIGNAL = relation("<", 0, Inner(e_1, RAY))


def without_signal(at: Any) -> Any:
    """Return weights without their part along e_1."""
    return at - Inner(e_1, at) * e_1


def square_of(at: Any) -> Any:
    """Return the squared length of weights."""
    return Inner(at, at)


def accuracy_of(first: Any, rest: Any) -> Any:
    """Return Phi of B w_1 over s times the length of the other weights, from w_1 and the square of that length (Eq. B.3)."""
    return Phi(B * first / (s * sp.sqrt(rest)))


def accuracy_at(at: Any) -> Any:
    """Return the accuracy at weights, symbolically."""
    return accuracy_of(Inner(e_1, at), square_of(without_signal(at)))


# what the score along the ray of U is made of
ON_RAY = {g: Inner(e_1, U), q: square_of(without_signal(U)), T: square_of(w0)}


@cache
def rises_along() -> Theorem:
    """Return that Phi of the score rises along a ray: the derivative of the score is g T/(k^2 q + T)^(3/2), and Phi grows."""
    whole, given = k**2 * q + T, (OUTWARD, SOME_NOISE, SIGNAL, SOME_START)
    some = decided(relation("<", 0, whole), given=given)
    root = decided(relation("<", 0, sp.sqrt(whole)), some, given=given)
    density = sp.exp(-(SCORE**2) / 2) / sp.sqrt(2 * sp.pi)
    slope = decided(relation("<", 0, density * g * T / (whole * sp.sqrt(whole))), some, root, given=given)
    return monotone(Phi(SCORE), plain(k), second(k), slope)


def prove_ray(_: Goal) -> Theorem:
    """The score rises."""
    return rises_along()


@cache
def closed() -> Theorem:
    """Return that Phi of the score is the accuracy at w0 + k U, for w0 orthogonal to e_1 and to U."""
    first, rest = real("first rest")
    told = (relation("=", first, k * g), relation("=", rest, k**2 * q + T))
    known = swapped(rewritten(accuracy_of(first, rest), tuple(map(assumed, told)), *positive(s, rest)), *positive(s, rest))
    weights = w0 + k * U
    known = put(known, {first: Inner(e_1, weights), rest: square_of(without_signal(weights)), **ON_RAY}, *positive(s))
    owed = sorted(known.hypotheses - {*positive(s)}, key=str)
    return cut(known, *(decided(h, square(without_signal(U)), given=(FLAT, APART, AWAY)) for h in owed))


@cache
def higher() -> Theorem:
    """Return that the accuracy at w0 + a_1 U is below the one at w0 + a_2 U, for a_1 < a_2 and <e_1, U> > 0."""
    rises = put(rises_along(), {g: B * g / s}, *positive(s))
    rises = put(rises, {k: a_1, second(k): a_2, **ON_RAY}, *positive(s))
    for progress in (a_1, a_2):
        rises = replaced(rises, put(closed(), {k: progress}))
    given = (*positive(a_1, a_2, B, s), SIGNAL_OF_U, AWAY)
    owed = sorted(rises.hypotheses - {*given, FLAT, APART, relation("<", a_1, a_2)}, key=str)
    return cut(rises, *(decided(h, square(without_signal(U)), given=given) for h in owed))


def across_sum(of: Any, share: Any) -> Theorem:
    """Return that w0 is orthogonal to the sum of all s_j, each times a share, if it is orthogonal to all inputs."""
    none = summed(decided(relation("=", share * t_j * Inner(w0, x_j), 0), at_unit(assumed(ACROSS), j)), j)
    return replaced(replaced(equal(Inner(w0, of), none.conclusion.left), none), equal(none.conclusion.right, 0))


def across() -> Theorem:
    """Return that w0 is orthogonal to S_c + r S_n."""
    member = Inner(j, chi)
    parts = across_sum(S_c, member), across_sum(S_n, 1 - member)
    return decided(relation("=", Inner(w0, RAY), 0), *parts)


def first_axis(at: SimpleNamespace) -> jax.Array:
    """Return e_1, shape (d,)."""
    return jnp.eye(at.X.shape[1])[0]


def prove_on_ray(_: Goal) -> Theorem:
    """The larger radius is further out on the ray, where the accuracy is higher."""
    return cut(put(higher(), {U: RAY}), across(), further_out())


# that w0 is not 0 is needed: the part `ray` is attacked without it
ON_DATA = (*positive(B, s, l, r, a_1, a_2), AWAY, FLAT, ACROSS)
PARTS = (
    Inequality(
        part="best",
        smaller=means(accuracy_at(w0 + a_1 * RAY))(for_radius(accuracy_on_ray, "rho")),
        larger=means(accuracy_at(w0 + a_2 * RAY))(for_radius(accuracy_on_ray, "rho_2")),
        strictly=True,
        atoms={e_1: first_axis, a_1: for_radius(distance, "rho"), a_2: for_radius(distance, "rho_2")},
        space=RAYS,
        given=(*ON_DATA, *WEIGHT, HEAD_START, LARGER, first_on_ray(rho, a_1), on_ray(rho_2, a_2)),
        theorem=prove_on_ray,
    ),
)
ASSUMES = (Assumption("the ray has a signal", AGAINST, parts=("best",), given=(RAY_SIGNAL,)),)
