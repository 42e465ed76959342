"""The toy model with orthogonal noise: its symbols, its data, and full-batch 1-SAM on it, in JAX.

n_c clean and n_n mislabelled points x_i = y_i (B, z_i) as in Eq. 3.1, trained on the labels t_i = y_i (clean) and -y_i
(mislabelled). The z_i are orthogonal to one another with |z_i|^2 = N, and the initial weights have norm tau and are
orthogonal to all of them and to e_1. The noise and the initial weights are rows of a reflection, which is drawn.

Three switches, off unless a space says otherwise, break these assumptions one at a time: `stretch` multiplies the noise of the
mislabelled points, `tilt` turns the noise of the last point towards the noise of the first (norms stay equal), `lean` adds a multiple of
e_1 to w0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp
from hypothesis import strategies as st

from theory.definitions import linear, logistic, one_sam
from theory.domain import Arrays, Batch, Construct, Domain, Reals, Space, Values, Window
from theory.symbols import column, positive, real, size

n_c, n_n = size("n_c"), size("n_n")
h, y_c, y_n = column("h", n_c + n_n + 1), column("y_c", n_c), column("y_n", n_n)
w0, S_c, S_n = (column(name, n_c + n_n + 2) for name in ("w0", "S_c", "S_n"))
B, N, rho, eta, s = positive("B N rho eta s")
a, b, tau = real("a b tau")
n, C, m_c, m_n, T = *positive("n C"), *real("m_c m_n T")
tilt, stretch, lean = real("tilt stretch lean")

# what the theorem writes, each in terms of the variables or of those before it
WHERE = {
    n: n_c + n_n,
    C: rho * sp.sqrt(B**2 + N),
    m_c: B**2 * (n_c * a - n_n * b) + N * a,
    m_n: -(B**2) * (n_c * a - n_n * b) + N * b,
}


@dataclass(frozen=True)
class Labels:
    """Vectors of labels -1 and 1."""

    says: str = "arrays of labels -1 and 1"

    def sample(self, rng: np.random.Generator, n: int, shape: tuple[int, ...], window: Window) -> np.ndarray:
        """Every label equally often."""
        return rng.choice([-1.0, 1.0], (n, *shape))

    def simple(self, shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
        """All labels 1 first."""
        return st.lists(st.sampled_from([1.0, -1.0]), min_size=shape[0], max_size=shape[0]).map(np.array)


MAJORITY = ({n_c: 2, n_n: 1}, {n_c: 4, n_n: 2})  # more clean points than mislabelled ones
# neither count is 1, nor their difference, so that a formula that drops one of them is wrong at each of these sizes
TELLING = ({n_c: 4, n_n: 2}, {n_c: 5, n_n: 2})
MINORITY = ({n_c: 1, n_n: 2}, {n_c: 2, n_n: 3})


def toy_space(variables: Mapping[Any, Domain], construct: Construct = lambda batch: batch, note: str = "", sizes: Any = TELLING) -> Space:
    """Return the space of toy data sets with further variables; `variables` may also replace the domains given here."""
    data: dict[Any, Domain] = {
        B: Reals(0.1, 2.0),
        N: Reals(0.5, 5.0),
        tau: Reals(0.0, 2.0),
        rho: Reals(1e-3, 2.0),
        h: Arrays(1.0),
        y_c: Labels(),
        y_n: Labels(),
        tilt: Values((0.0,)),
        stretch: Values((1.0,)),
        lean: Values((0.0,)),
    }
    return Space({**data, **variables}, sizes, construct, note)


def counts(batch: Batch) -> tuple[int, int]:
    """Return (n_c, n_n) of a batch."""
    return batch["y_c"].shape[1], batch["y_n"].shape[1]


def data(at: SimpleNamespace) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return the initial weights (d,), the inputs (n, d) and the labels trained on (n,), with d = n + 2."""
    clean, count = at.y_c.shape[0], at.y_c.shape[0] + at.y_n.shape[0]
    rows = jnp.eye(count + 1) - 2.0 * jnp.outer(at.h, at.h) / jnp.dot(at.h, at.h)
    last = ((1.0 - at.tilt**2) * rows[count - 1] + 2.0 * at.tilt * rows[0]) / (1.0 + at.tilt**2)
    noise = jnp.sqrt(at.N) * jnp.concatenate([rows[:clean], at.stretch * rows[clean : count - 1], at.stretch * last[None]])
    inputs = jnp.concatenate([at.B * jnp.ones((count, 1)), noise], axis=1)
    weights = jnp.concatenate([at.lean * jnp.ones(1), at.tau * rows[count]])
    y = jnp.concatenate([at.y_c, at.y_n])
    return weights, y[:, None] * inputs, jnp.concatenate([at.y_c, -at.y_n])


def sums(at: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the sums of t_i x_i over the clean and over the mislabelled points, each (d,)."""
    _, x, t = data(at)
    signed, clean = t[:, None] * x, at.y_c.shape[0]
    return jnp.sum(signed[:clean], axis=0), jnp.sum(signed[clean:], axis=0)


def reached(at: SimpleNamespace) -> jax.Array:
    """Return the weights w0 + a S_c + b S_n, (d,)."""
    clean, noisy = sums(at)
    return data(at)[0] + at.a * clean + at.b * noisy


def directions(w: jax.Array, x: jax.Array, t: jax.Array, radius: jax.Array) -> jax.Array:
    """Return the 1-SAM direction of every example at the weights w, by Eqs. 2.6 and 2.7, (n, d)."""
    return jax.vmap(lambda xi, ti: one_sam(lambda v: linear(v, xi), lambda f: logistic(f, ti), w, radius))(x, t)


def accuracy(at: SimpleNamespace, w: jax.Array) -> jax.Array:
    """Return P(y <w, x> > 0) on fresh clean data whose noise coordinates have standard deviation s, shape ().

    <w, noise> is normal with standard deviation s |w without its first entry|; written with erfc, so that no constant is rounded.
    """
    return jax.scipy.special.erfc(-at.B * w[0] / jnp.sqrt(2.0 * at.s**2 * jnp.sum(w[1:] ** 2))) / 2.0
