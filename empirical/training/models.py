"""The paper's networks (Sections 3 and 4, Appendix A.2) in plain flax.linen, none of which knows that its gradients will be perturbed.

Left open by the paper, and chosen here: LayerNorm over the channels of each pixel (`norm_axes`), the ResNet stem of
CIFAR networks (3x3, stride 1, no pooling), a bias in ResNet's last layer only, and flax's default initialisation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flax.linen as nn
import jax


def flat(inputs: jax.Array) -> jax.Array:
    """Return each example as one vector: (B, ...) -> (B, d)."""
    return inputs.reshape(inputs.shape[0], -1)


def head(outputs: jax.Array) -> jax.Array:
    """Return the outputs (B, K), or (B,) for K = 1: the scalar f of the binary problem."""
    return outputs[:, 0] if outputs.shape[1] == 1 else outputs


class DLN(nn.Module):
    """f = V W x, a two-layer deep linear network without biases (Section 4.2, Appendix A.2)."""

    classes: int = 10
    width: int = 500

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Return the outputs of a batch of any shape (B, ...)."""
        hidden = nn.Dense(self.width, use_bias=False)(flat(inputs))
        return head(nn.Dense(self.classes, use_bias=False)(hidden))


class MLP2(nn.Module):
    """f = V relu(W x), the paper's 2NN: two layers, no biases, width 500 (Appendix A.2)."""

    classes: int = 10
    width: int = 500

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Return the outputs of a batch of any shape (B, ...)."""
        hidden = nn.relu(nn.Dense(self.width, use_bias=False)(flat(inputs)))
        return head(nn.Dense(self.classes, use_bias=False)(hidden))


STAGES = 4
"""Of ResNet18, each with twice the channels and half the pixels a side of the one before."""


class Block(nn.Module):
    """The basic residual block: two 3x3 convolutions, and a 1x1 one on the way round where the shape changes."""

    channels: int
    stride: int
    norm_axes: tuple[int, ...]

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Map (B, H, W, C) to (B, H / stride, W / stride, channels)."""

        def conv(size: int, stride: int, x: jax.Array) -> jax.Array:
            layer = nn.Conv(self.channels, (size, size), (stride, stride), padding=size // 2, use_bias=False)
            return nn.LayerNorm(reduction_axes=self.norm_axes)(layer(x))

        hidden = conv(3, 1, nn.relu(conv(3, self.stride, inputs)))
        if inputs.shape != hidden.shape:
            inputs = conv(1, self.stride, inputs)
        return nn.relu(hidden + inputs)


class ResNet18(nn.Module):
    """ResNet18 for small images (B, H, W, 3) with LayerNorm instead of BatchNorm; `width` is 64 in the paper, 32 and 16 in Figure 13."""

    classes: int = 10
    width: int = 64
    norm_axes: tuple[int, ...] = (-1,)

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Return the logits (B, classes)."""
        hidden = nn.Conv(self.width, (3, 3), padding=1, use_bias=False)(inputs)
        hidden = nn.relu(nn.LayerNorm(reduction_axes=self.norm_axes)(hidden))
        for stage in range(STAGES):
            for block in range(2):
                stride = 2 if stage > 0 and block == 0 else 1
                hidden = Block(self.width * 2**stage, stride, self.norm_axes)(hidden)
        return head(nn.Dense(self.classes)(hidden.mean((1, 2))))


MODELS: dict[str, Callable[..., nn.Module]] = {
    "dln": DLN,
    "2nn": MLP2,
    "resnet18": ResNet18,
    # each channel of a point standardised over that point's own pixels: batch normalisation of a batch of one
    "resnet18-alone": partial(ResNet18, norm_axes=(1, 2)),
}
