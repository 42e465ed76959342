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

from theory.attack.derivation import Derivation
from theory.deep_linear.network import SPACE, WHERE, output, v, z
from theory.domain import Batch
from theory.statement import Claim, Inequality
from theory.symbols import Inner, norm, real

half = (norm(z) ** 2 + norm(v) ** 2) / 2
WHERE_Z = {z: WHERE[z]}


def size_of_output(p: SimpleNamespace) -> jax.Array:
    """Return |f|, shape ()."""
    return jnp.abs(output(p))


def equal_layers(batch: Batch) -> Batch:
    """Let v be z or -z, in turn."""
    activation = (batch["W"] @ batch["x"][..., None])[..., 0]
    activation[1::2] *= -1
    return {**batch, "v": activation}


def prove_bounded(s: Inequality, d: Derivation) -> None:
    """Both gaps are halves of squares."""
    for sign in (1, -1):
        gap = (norm(z) ** 2 + norm(v) ** 2) / 2 - sign * Inner(v, z)
        d.equal(f"the gap to {'' if sign > 0 else '-'}f is half of a squared norm", gap, Inner(v - sign * z, v - sign * z) / 2)
    f, size, m = real("f size m")
    d.decided("so it is at least |f|, which is f or -f", [size >= f, size >= -f, sp.Or(sp.Eq(m, f), sp.Eq(m, -f))], size >= m)
    d.equal("the statement's bound is that one", s.larger, half)


BOUNDED = Inequality(
    part="bounded", smaller=size_of_output, larger=half, where=WHERE_Z, tight=equal_layers, slack=1e-12, proof=prove_bounded
)
CLAIMS = (Claim(id="output-bounded", idea="an inner product is at most half the sum of both squares", space=SPACE, printed=(BOUNDED,)),)
