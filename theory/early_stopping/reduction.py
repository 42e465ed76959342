"""The reduction: full-batch 1-SAM on the toy model is a dynamical system in two numbers, exactly.

Statement.  From w = w0 + a S_c + b S_n, with S_c and S_n the sums of t_i x_i over clean and mislabelled points, one step of size
            eta moves a by eta sigma(C - m_c) / n and b by eta sigma(C - m_n) / n. So does the gradient flow, which is the limit.
Idea.       <t_i x_i, t_j x_j> is B^2 times the product of the two signs, plus N where i = j; and C is one number for all points.
Assumes.    Orthogonal noise of equal norm, initial weights orthogonal to the data. Any numbers of points, any labels y.
Source.     Beyond the paper; the shift is Eq. 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Reals
from theory.early_stopping.toy import (
    WHERE,
    B,
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
    n_c,
    n_n,
    reached,
    rho,
    stretch,
    sums,
    tilt,
    toy_space,
    w0,
)
from theory.linear.model import derive_shift
from theory.statement import Assumption, Identity
from theory.symbols import sigma

VARIABLES = {a: Reals(0.0, 3.0), b: Reals(0.0, 3.0), eta: Reals(1e-2, 3.0)}
SPACE = toy_space(VARIABLES)
ATOMS = {w0: lambda at: data(at)[0], S_c: lambda at: sums(at)[0], S_n: lambda at: sums(at)[1]}

step = w0 + (a + eta / n * sigma(C - m_c)) * S_c + (b + eta / n * sigma(C - m_n)) * S_n


def one_step(at: SimpleNamespace) -> jax.Array:
    """Return the weights after one full-batch step of 1-SAM (Eq. 2.6) from w0 + a S_c + b S_n, (d,)."""
    _, x, t = data(at)
    w = reached(at)
    return w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0)


def derive_margins(d: Derivation) -> None:
    """The margins t_i <w, x_i>, from the Gram matrix of the t_i x_i and from w0 being orthogonal to them."""
    itself, alike, unlike = B**2 + N, B**2, -(B**2)
    own = itself + (n_c - 1) * alike
    d.equal("a clean point with S_c: itself and the other clean points", own, n_c * B**2 + N)
    full = {key: value for key, value in WHERE.items() if key != C}
    margin = expand(full, m_c), expand(full, m_n)
    d.equal("so the margin of every clean point is m_c", a * own + b * n_n * unlike, margin[0])
    d.equal("likewise that of every mislabelled point is m_n", b * (itself + (n_n - 1) * alike) + a * n_c * unlike, margin[1])


def expand(meanings: Mapping[Any, Any], expression: sp.Expr) -> sp.Expr:
    """Return the expression in the variables themselves."""
    for symbol, meaning in reversed(list(meanings.items())):
        expression = expression.xreplace({symbol: meaning})
    return expression


def prove_reduction(statement: Identity, d: Derivation) -> None:
    """Margins, then the common shift, then the sum over the points."""
    derive_margins(d)
    derive_shift(d)
    d.equal("C = rho |x_i| is the same for all points", rho * sp.sqrt(B**2 + N), expand(WHERE, C))
    u, v = sigma(C - m_c), sigma(C - m_n)
    d.equal(
        "so every clean t_i x_i moves by eta/n sigma(C - m_c), every mislabelled one by eta/n sigma(C - m_n)",
        w0 + a * S_c + b * S_n + eta / n * (u * S_c + v * S_n),
        statement.formula,
    )
    rate = (a + eta / n * u - a) / eta
    d.equal("and the rate (a after - a before) / eta is the one of the flow, for every eta", rate, u / n)
    for symbol in (n, C, m_c, m_n):
        d.equal(f"the statement's {symbol}", statement.where[symbol], WHERE[symbol])


PARTS = (Identity(part="reduction", formula=step, where=WHERE, atoms=ATOMS, defined_by=one_step, proof=prove_reduction, space=SPACE),)
ASSUMES = (
    Assumption("noise of equal norm", toy_space({**VARIABLES, stretch: Reals(1.5, 3.0)}), parts=("reduction",)),
    Assumption("orthogonal noise", toy_space({**VARIABLES, tilt: Reals(0.2, 1.0)}), parts=("reduction",)),
    Assumption("initial weights orthogonal to e_1", toy_space({**VARIABLES, lean: Reals(0.2, 1.0)}), parts=("reduction",)),
)
