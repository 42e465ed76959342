"""Eq. 2.5: among perturbations of norm at most rho, the normalised gradient raises the linearised loss most.

Statement.  For g = grad L(w) not zero, eps = rho g/||g|| maximises L + <g, e> over ||e|| <= rho. The maximum is
            L + rho ||g||, and any e falls short by ||g||/(2 rho) (||e - eps||^2 + rho^2 - ||e||^2), so eps is the only one.
Idea.       Expand ||e - eps||^2 >= 0; no coordinates and no Cauchy-Schwarz are needed.
Assumes.    The gradient is not zero (else eps is undefined); e lies in the ball.
As printed. The perturbation has a plus sign: it goes uphill. Near misses with a minus sign are rejected.
Source.     Section 2.2, Eq. 2.5 and the sentence after it.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import numpy as np
import sympy as sp

from theory.definitions import ascend, norm
from theory.domain import Arrays, Batch, Reals, Space
from theory.goal import Goal
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, relation, square
from theory.meaning import means
from theory.setting.batch import SIZES, T, X, mean_loss, n, signs, w
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import Inner, column, positive, real
from theory.symbols import norm as length

r, rho = sp.Symbol("r", nonnegative=True), positive("rho")
u, e, g, eps = column("u", n), column("e", n), column("g", n), column("eps", n)
L = sp.Symbol("L", real=True)
WHERE = {eps: rho * g / length(g)}


def in_ball(batch: Batch) -> Batch:
    """Add e = r rho u/||u||, a perturbation of norm r rho, less a few units of rounding so that r = 1 is not outside the ball."""
    unit = batch["u"] / np.linalg.norm(batch["u"], axis=1, keepdims=True) * (1 - 1e-15)
    return {**signs(batch), "e": (batch["r"] * batch["rho"])[:, None] * unit}


SPACE = Space(
    {w: Arrays(2.0), X: Arrays(2.0, zero=True), T: Arrays(1.0), rho: Reals(1e-3, 2.0), r: Reals(0.0, 1.0), u: Arrays(1.0)},
    sizes=SIZES,
    construct=in_ball,
    note="e has norm r rho and the direction of u; the labels are the signs of T",
)


def at_rest(batch: Batch) -> Batch:
    """Put weights and inputs to zero, where the gradient of the network is zero."""
    return {**in_ball(batch), "w": 0 * batch["w"], "X": 0 * batch["X"]}


@means(L + Inner(g, e))
def linearised(p: SimpleNamespace) -> jax.Array:
    """Return L(w) plus the derivative of L in the direction e, by forward differentiation."""
    value, change = jax.jvp(lambda q: mean_loss(q, p.X, p.T), (p.w,), (p.e,))
    return value + change


def gradient_of_mean(p: SimpleNamespace) -> jax.Array:
    """Return grad L(w), shape (n,)."""
    return jax.grad(mean_loss)(p.w, p.X, p.T)


@means(L + Inner(g, rho * g / length(g)))
def steepest(p: SimpleNamespace) -> jax.Array:
    """Return the linearised loss after a move of length rho along its own gradient, the definition in theory.definitions."""
    moved = ascend(p.w, gradient_of_mean(p), p.rho) - p.w
    return linearised(SimpleNamespace(**{**vars(p), "e": moved}))


ATOMS = {L: lambda p: mean_loss(p.w, p.X, p.T), g: gradient_of_mean}
_gradients = jax.jit(jax.vmap(jax.grad(mean_loss)))
_norms = jax.jit(jax.vmap(norm))


def uphill(batch: Batch) -> Batch:
    """Move e to the maximiser."""
    gradients = np.asarray(_gradients(batch["w"], batch["X"], batch["T"]))
    return {**batch, "e": batch["rho"][:, None] * gradients / np.asarray(_norms(gradients))[:, None]}


def sphere(batch: Batch) -> Batch:
    """Move e to the surface of the ball."""
    return in_ball({**batch, "r": np.ones_like(batch["r"])})


NONZERO = relation("!=", g, sp.ZeroMatrix(n, 1))
IN_BALL = relation("<=", length(e), rho)
POSITIVE_RADIUS = relation("<", 0, rho)


def prove_bound(goal: Goal) -> Theorem:
    """The square of the distance of e from rho g/||g|| is not negative, and ||e|| <= rho."""
    c, p, q, s, k = real("c p q s k")  # rho/||g||, <g, e>, <e, e>, ||g||, rho
    given = (relation("<=", 0, q - 2 * c * p + c**2 * s**2), relation("=", c * s, k), relation("<=", q, k**2), relation("<", 0, c))
    arithmetic = decided(relation("<=", p, k * s), given=given)
    told = {c: rho / length(g), p: Inner(g, e), q: Inner(e, e), s: length(g), k: rho}
    distance = square(e - rho / length(g) * g, NONZERO)
    arithmetic = put(arithmetic, told, NONZERO)
    owed = [h for h in sorted(arithmetic.hypotheses, key=str) if h != NONZERO]
    bound = cut(arithmetic, *(decided(h, distance, given=(NONZERO, POSITIVE_RADIUS, IN_BALL)) for h in owed))
    first, *further = goal.conclusion.parts
    bounded = decided(first, bound, given=(NONZERO, POSITIVE_RADIUS, IN_BALL))
    if EXACT in further:
        return all_of(bounded, equal(EXACT.left, EXACT.right, *GIVEN))
    at_maximiser = equal(MET.left, MET.right, *GIVEN)
    return all_of(bounded, decided(INSIDE, equal(INSIDE.left, rho, *GIVEN), given=GIVEN), at_maximiser)


GIVEN = (NONZERO, POSITIVE_RADIUS)
# the maximiser lies in the ball, and meets the bound there
INSIDE = relation("<=", length(WHERE[eps]), rho)
MET = relation("=", Inner(g, WHERE[eps]), rho * length(g))
# by how much any other e falls short
APART = e - WHERE[eps]
EXACT = relation("=", rho * length(g) - Inner(g, e), length(g) / (2 * rho) * (Inner(APART, APART) + rho**2 - Inner(e, e)))


def bound(part: str, larger: sp.Expr) -> Inequality:
    """Return the statement that the linearised loss stays below `larger` in the ball, and meets it at the maximiser."""
    return Inequality(
        part=part,
        smaller=linearised,
        larger=larger,
        also=(INSIDE, MET),
        where=WHERE,
        atoms=ATOMS,
        tight=uphill,
        slack=1e-12,
        given=GIVEN,
        theorem=prove_bound,
    )


CLAIMS = (
    Claim(
        id="eq-2.5",
        space=SPACE,
        printed=(bound("maximiser", L + Inner(g, eps)),),
        beyond=(
            bound("value", L + rho * length(g)),
            Inequality(
                part="only-one",
                smaller=L + Inner(g, e) + length(g) / (2 * rho) * Inner(e - eps, e - eps),
                larger=steepest,
                also=(EXACT,),
                where=WHERE,
                atoms=ATOMS,
                tight=sphere,
                slack=1e-12,
                conditioning=sp.Abs(L) + rho * length(g),
                given=GIVEN,
                theorem=prove_bound,
            ),
        ),
        assumes=(
            Assumption(
                "the gradient is not zero",
                Space(SPACE.domains, SIZES, at_rest, note="weights and inputs zero"),
                parts=("maximiser", "only-one"),
                given=(NONZERO,),
            ),
            Assumption("the perturbation lies in the ball", SPACE.but(r=Reals(1.5, 3.0)), given=(IN_BALL,)),
        ),
    ),
)
