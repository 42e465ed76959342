"""Random small networks with their batches, the plain definition of each direction, and how far two answers are apart.

The definition is `theory.definitions`, example by example, vmapped over the weights that each example has of its own.
"""

from dataclasses import dataclass, field
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st

from empirical.losses import cross_entropy
from empirical.methods import J_SAM, L_SAM, ONE_SAM, SGD
from theory import definitions

CORNERS = {SGD: definitions.sgd, L_SAM: definitions.l_sam, J_SAM: definitions.j_sam, ONE_SAM: definitions.one_sam}
TOLERANCE = 1e-10  # relative, as issue and report state it; measured errors are 1e-14 and below

# Programs here run once, so they are compiled in haste; the arithmetic is the same.
HASTE = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True, "xla_cpu_use_fusion_emitters": False}


@dataclass(frozen=True)
class ConvSpec:
    """One convolution, and whether LayerNorm follows."""

    features: int
    kernel: tuple[int, int]
    strides: tuple[int, int]
    padding: Any
    bias: bool
    norm: bool


class Net(nn.Module):
    """Convolutions, then (if `pixelwise`) one Dense layer on every pixel, then Dense layers on the flattened image."""

    convs: tuple[ConvSpec, ...] = ()
    widths: tuple[int, ...] = ()
    pixelwise: bool = False
    bias: bool = True
    classes: int = 3

    @nn.compact
    def __call__(self, x):
        for spec in self.convs:
            x = nn.Conv(spec.features, spec.kernel, spec.strides, padding=spec.padding, use_bias=spec.bias)(x)
            x = nn.tanh(nn.LayerNorm()(x) if spec.norm else x)
        if self.pixelwise:
            x = nn.tanh(nn.Dense(2, use_bias=self.bias)(x))
        x = x.reshape(x.shape[0], -1)
        for width in self.widths:
            x = nn.tanh(nn.Dense(width, use_bias=self.bias)(x))
        return nn.Dense(self.classes, use_bias=self.bias)(x)


@dataclass
class Case:
    """A network with its weights, a batch, one-hot targets and a radius; all float64, drawn from a seed."""

    model: nn.Module
    inputs: jax.Array
    rho: float
    seed: int = 0
    classes: int = 3
    params: Any = field(init=False)
    targets: jax.Array = field(init=False)

    def __post_init__(self):
        random = np.random.default_rng(self.seed)
        with jax.numpy_dtype_promotion("standard"):
            shapes = jax.eval_shape(self.model.init, jax.random.key(0), self.inputs)["params"]
        self.params = jax.tree.map(lambda leaf: jnp.asarray(random.normal(size=leaf.shape)), shapes)
        labels = random.integers(self.classes, size=self.inputs.shape[0])
        self.targets = jnp.asarray(np.eye(self.classes)[labels])

    def __call__(self, direction):
        """Return (gradient, diagnostics) of a direction here; flax's LayerNorm mixes float32 with float64, so strictness rests."""
        with jax.numpy_dtype_promotion("standard"):
            program = jax.jit(direction, compiler_options=HASTE)
            return program(self.params, self.rho, self.inputs, self.targets)


def images(seed, *shape):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape))


def plain(model, method, loss=cross_entropy):
    """Return the mean *gradient* of a method by its definition (definitions give descent directions)."""

    def of_one(params, rho, x, t):
        def net(p):
            return model.apply({"params": p}, x[None])[0]

        return CORNERS[method](net, lambda f: loss(f, t), params, rho)

    def direction(params, rho, inputs, targets):
        each = jax.vmap(of_one, (None, None, 0, 0))(params, rho, inputs, targets)
        return jax.tree.map(lambda g: -g.mean(0), each)

    return direction


def apart(found, expected):
    """Return |found - expected| / |expected| over all entries together; NaN where either holds one."""
    pairs = list(zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True))
    gap = sum(float(jnp.sum((a - b) ** 2)) for a, b in pairs)
    return (gap / sum(float(jnp.sum(b**2)) for _, b in pairs)) ** 0.5


def convs():
    """Convolutions of any kernel up to 3, stride up to 2, each way to write padding; LayerNorm needs 3 channels to say something."""
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    padding = st.one_of(st.sampled_from(["SAME", "VALID"]), st.integers(0, 2), st.tuples(sides, sides), st.tuples(*[st.integers(0, 1)] * 2))
    size = st.tuples(st.integers(1, 3), st.integers(1, 3))
    strides = st.tuples(st.integers(1, 2), st.integers(1, 2))
    bare = st.builds(ConvSpec, st.integers(1, 3), size, strides, padding, st.booleans(), st.just(False))
    normed = st.builds(ConvSpec, st.integers(3, 4), size, strides, padding, st.booleans(), st.just(True))
    return st.one_of(bare, normed)


@st.composite
def plans(draw):
    """A network of up to two convolutions and two hidden Dense layers, one to three examples: (model, input shape, rho, seed)."""
    specs = tuple(draw(st.lists(convs(), max_size=2), label="convolutions"))
    # Large enough that two convolutions of size 3 at stride 2 without padding leave a pixel: 7 -> 3 -> 1.
    side = 7 if specs else 3
    model = Net(specs, tuple(draw(st.lists(st.integers(1, 4), max_size=2))), draw(st.booleans()), draw(st.booleans()))
    shape = (draw(st.integers(1, 3), label="batch"), side, draw(st.integers(side, side + 1)), draw(st.integers(1, 2)))
    return model, shape, draw(st.sampled_from([1e-3, 0.05, 0.5, 3.0]), label="rho"), draw(st.integers(0, 2**32 - 1), label="seed")


def case_of(plan):
    """Return a plan with its inputs, weights and targets, of unit variance from the seed."""
    model, shape, rho, seed = plan
    return Case(model, images(seed, *shape), rho, seed)


def cases():
    return plans().map(case_of)
