"""The meanings of the programs on the toy data, in any dimension and for any numbers of points, and the assumptions on the data.

Point i has the input y_i (B e_1 + z_i) with z_i orthogonal to e_1. It is trained on the label y_i where it is clean, on -y_i where it is
mislabelled. The rows of Z_c and Z_n are the noise vectors z_i; kind 0 are the clean points, kind 1 the mislabelled ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.early_stopping.toy import B, N, S_c, S_n, a, b, data, n_c, n_n, rho, sums, tau, w0, y_c, y_n
from theory.kernel.propositions import relation
from theory.kernel.sums import every_unit
from theory.meaning import logistic, means, one_sam
from theory.statement import Atoms
from theory.symbols import Inner, column, matrix, total, unit

n, d = n_c + n_n, n_c + n_n + 2
Z_c, Z_n, e_1 = matrix("Z_c", n_c, d), matrix("Z_n", n_n, d), unit("e_1", d)
w = column("w", d)


@dataclass(frozen=True)
class Kind:
    """Points of one kind: how many, their noise and labels y, the sign of t y, a point's unit vector and another one's."""

    count: Any
    noise: Any
    labels: Any
    sign: sp.Integer
    point: Any
    another_point: Any

    def signed(self, e: Any) -> Any:
        """Return t x of a point."""
        y = Inner(self.labels, e)
        return self.sign * y * (y * (B * e_1 + self.noise.T * e))


i, j = unit(f"i[{n_c}]", n_c), unit(f"i[{n_n}]", n_n)
CLEAN = Kind(n_c, Z_c, y_c, sp.Integer(1), i, unit(f"k[{n_c}]", n_c))
NOISY = Kind(n_n, Z_n, y_n, sp.Integer(-1), j, unit(f"k[{n_n}]", n_n))
KINDS = (CLEAN, NOISY)


def direction(kind: Kind, e: Any) -> Any:
    """Return the 1-SAM direction of a point at the weights w (Eqs. 2.6 and 2.7)."""
    y = Inner(kind.labels, e)
    return one_sam(lambda v: logistic(Inner(v, y * (B * e_1 + kind.noise.T * e)), kind.sign * y), w, rho)


SUM_C, SUM_N = (total(kind.signed, kind.count, "k") for kind in KINDS)
REACHED = w0 + a * SUM_C + b * SUM_N
_directions = [total(lambda e, kind=kind: direction(kind, e), kind.count) for kind in KINDS]
DIRECTION = ((_directions[0] + _directions[1]) / n).xreplace({w: REACHED})  # the mean over all points, at the weights reached


def _of_both(of: Callable[[Any, Any], Any]) -> tuple[Any, ...]:
    return tuple(every_unit(of(kind.noise.T * kind.point, kind), kind.point) for kind in KINDS)


def positive(*symbols: Any) -> tuple[Any, ...]:
    """Return that symbols are positive."""
    return tuple(relation("<", 0, symbol) for symbol in symbols)


SIGNS = _of_both(lambda _, kind: relation("=", Inner(kind.labels, kind.point) ** 2, 1))
FLAT = _of_both(lambda z, _: relation("=", Inner(z, e_1), 0))  # the first coordinate holds no noise
APART = _of_both(lambda z, _: relation("=", Inner(z, w0), 0))  # the initial weights hold no noise
NO_LEAN = (relation("=", Inner(e_1, w0), 0),)
START_NORM = (relation("=", Inner(w0, w0), tau**2),)
EQUAL_NORM = _of_both(lambda z, _: relation("=", Inner(z, z), N))
ORTHOGONAL = (
    *_of_both(
        lambda z, kind: every_unit(
            relation("=", Inner(kind.noise.T * kind.another_point, z), Inner(kind.another_point, kind.point) * Inner(z, z)),
            kind.another_point,
        )
    ),
    every_unit(every_unit(relation("=", Inner(Z_c.T * i, Z_n.T * j), 0), i), j),
)
GEOMETRY = (*FLAT, *APART, *NO_LEAN, *EQUAL_NORM, *ORTHOGONAL)
DATA = (*positive(N, B, rho), *SIGNS, *GEOMETRY)


def noise_rows(at: SimpleNamespace) -> jax.Array:
    """Return the noise vectors in R^d, their first entry 0, (n, d)."""
    _, x, t = data(at)
    y = t * jnp.concatenate([jnp.ones_like(at.y_c), -jnp.ones_like(at.y_n)])
    return jnp.concatenate([jnp.zeros((len(t), 1)), (y[:, None] * x)[:, 1:]], axis=1)


def _entry(of: Any, place: int) -> Any:
    return lambda at: jnp.eye(of(at))[place]


ATOMS: Atoms = {
    w0: lambda at: data(at)[0],
    Z_c: lambda at: noise_rows(at)[: at.y_c.shape[0]],
    Z_n: lambda at: noise_rows(at)[at.y_c.shape[0] :],
    e_1: _entry(lambda at: data(at)[0].shape[0], 0),
}
SUMS: Atoms = {S_c: means(SUM_C)(lambda at: sums(at)[0]), S_n: means(SUM_N)(lambda at: sums(at)[1])}
# the first clean point and the last mislabelled one
PAIR: Atoms = {i: _entry(lambda at: at.y_c.shape[0], 0), j: _entry(lambda at: at.y_n.shape[0], -1)}
