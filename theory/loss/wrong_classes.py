"""An example with K classes: its logits, its label, its loss, and the gradient of the loss in the logits.

`wrong_mass` and `class_by_class` add theorems up over all classes, for any K.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax

from theory.definitions import cross_entropy
from theory.meaning import cross_entropy as meant_loss
from theory.meaning import means
from theory.symbols import column, positive, size, unit

K = size("K")
f, e = column("f", K), unit("e", K)
l = positive("l")


@means(meant_loss(f, e))
def loss(p: SimpleNamespace) -> jax.Array:
    """Return the cross-entropy of the logits f (K,) for the one-hot label e (K,), shape ()."""
    return cross_entropy(p.f, p.e)


def logit_scale(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the cross-entropy in the logits, shape (K,), by automatic differentiation."""
    return jax.grad(cross_entropy)(p.f, p.e)
