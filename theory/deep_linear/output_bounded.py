"""Section 4.4: small activations and last-layer weights make a small output.

Statement.  |f| <= (||z||^2 + ||v||^2)/2 for f = <v, z> with z = W x, with equality where v = z or v = -z.
Idea.       2 |<v, z>| = ||v||^2 + ||z||^2 - ||v -+ z||^2.
Assumes.    Nothing: all widths, dimensions and weights. It says nothing of whether training keeps the penalised quantities small.
Source.     Section 4.4, the second sentence.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import SPACE, WHERE, W, meant_output, output, v, x, z
from theory.domain import Batch
from theory.goal import Goal
from theory.kernel.rules import Theorem, decided, square
from theory.meaning import means
from theory.statement import Claim, Inequality
from theory.symbols import norm

half = (norm(z) ** 2 + norm(v) ** 2) / 2
WHERE_Z = {z: WHERE[z]}


@means(sp.Abs(meant_output((W, v))))
def size_of_output(p: SimpleNamespace) -> jax.Array:
    """Return |f|, shape ()."""
    return jnp.abs(output(p))


def equal_layers(batch: Batch) -> Batch:
    """Let v be z or -z, in turn."""
    activation = (batch["W"] @ batch["x"][..., None])[..., 0]
    activation[1::2] *= -1
    return {**batch, "v": activation}


def prove_bounded(goal: Goal) -> Theorem:
    """|f| is f or -f, and both gaps are halves of squares."""
    return decided(goal.conclusion, square(v - W * x), square(v + W * x))


BOUNDED = Inequality(
    part="bounded", smaller=size_of_output, larger=half, where=WHERE_Z, tight=equal_layers, slack=1e-12, theorem=prove_bounded
)
CLAIMS = (Claim(id="output-bounded", space=SPACE, printed=(BOUNDED,)),)
