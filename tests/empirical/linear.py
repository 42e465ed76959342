"""The linear model of Eq. 2.1 for tests whose expected values are written by hand."""

import jax
from flax import linen as nn

from empirical.training.models import flat, head


class Linear(nn.Module):
    """f = <w, x> (Eq. 2.1), or K linear logits. Output (B,) for `classes` = 1, else (B, classes)."""

    classes: int = 1

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        return head(nn.Dense(self.classes, use_bias=False)(flat(inputs)))
