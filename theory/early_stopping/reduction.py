"""The reduction: full-batch 1-SAM on the toy model is a dynamical system in two numbers, exactly.

Statement.  From w = w0 + a S_c + b S_n, with S_c and S_n the sums of t_i x_i over clean and mislabelled points, one step of size
            eta moves a by eta sigma(C - m_c) / n and b by eta sigma(C - m_n) / n. So does the gradient flow, which is the limit.
Idea.       <t_i x_i, t_j x_j> is B^2 times the product of the two signs, plus N where i = j; and C is one number for all points.
Assumes.    Orthogonal noise of equal norm, initial weights orthogonal to the data. Any numbers of points, any labels y.
Source.     Beyond the paper; the shift is Eq. 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Reals, Space
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, DATA, DIRECTION, EQUAL_NORM, NO_LEAN, ORTHOGONAL, REACHED, SUMS, positive
from theory.early_stopping.one_step import MEAN, with_direction
from theory.early_stopping.toy import (
    WHERE,
    C,
    N,
    S_c,
    S_n,
    a,
    b,
    data,
    directions,
    eta,
    lean,
    m_c,
    m_n,
    n,
    reached,
    stretch,
    tilt,
    toy_space,
    w0,
)
from theory.goal import Goal
from theory.kernel.rules import Theorem, equal, replaced
from theory.kernel.tactics import swapped
from theory.meaning import means
from theory.statement import Assumption, Identity
from theory.symbols import column, sigma

VARIABLES = {a: Reals(0.0, 3.0), b: Reals(0.0, 3.0), eta: Reals(1e-2, 3.0)}
SPACE = toy_space(VARIABLES)
step = w0 + (a + eta / n * sigma(C - m_c)) * S_c + (b + eta / n * sigma(C - m_n)) * S_n


MEAN_DIRECTION = column("mean direction", w0.shape[0])
MOVED = REACHED + eta * MEAN_DIRECTION


@means(MOVED.xreplace({MEAN_DIRECTION: DIRECTION}))
def one_step(at: SimpleNamespace) -> jax.Array:
    """Return the weights after one full-batch step of 1-SAM (Eq. 2.6) from w0 + a S_c + b S_n, (d,)."""
    _, x, t = data(at)
    w = reached(at)
    return w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0)


def expand(meanings: Mapping[Any, Any], expression: sp.Expr) -> sp.Expr:
    """Return the expression in the variables themselves."""
    for symbol, meaning in reversed(list(meanings.items())):
        expression = expression.xreplace({symbol: meaning})
    return expression


def prove_reduction(goal: Goal) -> Theorem:
    """The mean direction is sigma(C - m_c) S_c + sigma(C - m_n) S_n, over n."""
    moved = swapped(with_direction(MOVED, MEAN_DIRECTION, *positive(N)), *positive(N))
    return replaced(moved, equal(MOVED.xreplace({MEAN_DIRECTION: MEAN}), goal.conclusion.right, *positive(N)))


def needed(space: Callable[..., Space], part: str, lean_by: tuple[float, float] = (0.2, 1.0)) -> tuple[Assumption, ...]:
    """Return the assumptions on the data, each with a space of `space` that breaks it."""
    return (
        Assumption("noise of equal norm", space({stretch: Reals(1.5, 3.0)}), parts=(part,), given=EQUAL_NORM),
        Assumption("orthogonal noise", space({tilt: Reals(0.2, 1.0)}), parts=(part,), given=ORTHOGONAL),
        Assumption("initial weights orthogonal to e_1", space({lean: Reals(*lean_by)}), parts=(part,), given=NO_LEAN),
    )


PARTS = (
    Identity(
        part="reduction",
        formula=step,
        where=WHERE,
        atoms={**ATOMS, **SUMS},
        defined_by=one_step,
        space=SPACE,
        given=(*positive(eta), *DATA),
        exact=exact_data,
        theorem=prove_reduction,
    ),
)
ASSUMES = needed(lambda variables: toy_space({**VARIABLES, **variables}), "reduction")
