"""Random small networks with their batches, the plain definition of each direction, and how far two answers are apart.

The definition is `theory.definitions`, shard by shard (for shards of one: example by example), vmapped over the weights that each has
alone. Everything is float64, so `jax_enable_x64` must be on.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st

from empirical.methods.losses import Loss, cross_entropy
from empirical.methods.named import J_SAM, L_SAM, ONE_SAM, SGD
from empirical.methods.switch import Method, Params
from theory import definitions
from theory.compile_options import quick_compile

CORNERS = {SGD: definitions.sgd, L_SAM: definitions.l_sam, J_SAM: definitions.j_sam, ONE_SAM: definitions.one_sam}
TOLERANCE = 1e-10  # relative; rounding gives errors up to about 1e-13 through LayerNorm, and 1e-15 without
RADII = (1e-3, 0.05, 0.5, 3.0)
BATCHES = (1, 2, 3, 4, 6)

Program = Callable[[Params, Any, jax.Array, jax.Array], Any]  # (params, rho, inputs, targets) -> anything
Plan = tuple["Net", tuple[int, ...], float, int]  # a network, the shape of its inputs, rho and a seed


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
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits (B, classes) of images (B, H, W, C)."""
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
    """A network with its weights, a batch, one-hot targets (B, classes) and a radius; all float64, drawn from a seed."""

    model: nn.Module
    inputs: jax.Array
    rho: float
    seed: int = 0
    classes: int = 3
    params: Params = field(init=False)
    targets: jax.Array = field(init=False)

    def __post_init__(self) -> None:
        with jax.numpy_dtype_promotion("standard"):
            self.params = jax.eval_shape(self.model.init, jax.random.key(0), self.inputs)["params"]
        self.draw()

    def draw(self) -> None:
        """Draw weights and targets. Outputs stay of the order of one: a saturated softmax, 1 - p, would lose digits in any method."""
        random = np.random.default_rng(self.seed)
        self.params = jax.tree.map(lambda leaf: jnp.asarray(random.normal(size=leaf.shape) / math.sqrt(fan_in(leaf.shape))), self.params)
        labels = random.integers(self.classes, size=self.inputs.shape[0])
        self.targets = jnp.asarray(np.eye(self.classes)[labels])

    def again(self, seed: int, rho: float) -> Case:
        """Return a case of the same network with other weights, targets and (unless they are whole numbers) inputs."""
        redrawn = copy.copy(self)
        redrawn.seed, redrawn.rho = seed, rho
        if jnp.issubdtype(self.inputs.dtype, jnp.floating):
            redrawn.inputs = images(seed, *self.inputs.shape)
        redrawn.draw()
        return redrawn

    def compiled(self, direction: Program) -> Callable[[Case], Any]:
        """Return a direction as a function of cases of this network, compiled at its first call."""
        program = jax.jit(direction, compiler_options=quick_compile())

        def run(case: Case) -> Any:
            with jax.numpy_dtype_promotion("standard"):  # flax's LayerNorm mixes float32 with float64
                return program(case.params, case.rho, case.inputs, case.targets)

        return run

    def __call__(self, direction: Program) -> Any:
        """Return what a direction finds here."""
        return self.compiled(direction)(self)


def fan_in(shape: tuple[int, ...]) -> int:
    """Return the number of inputs that a weight array sums over; 1 for a vector."""
    return math.prod(shape[:-1])


def images(seed: int, *shape: int) -> jax.Array:
    """Return inputs of unit variance."""
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape))


def plain(model: nn.Module, method: Method, loss: Loss = cross_entropy) -> Program:
    """Return the mean *gradient* of a method by its definition on each shard's mean loss (definitions give descent directions)."""
    definition = CORNERS[replace(method, shard=1)]

    def of_shard(params: Params, rho: Any, x: jax.Array, t: jax.Array) -> Params:
        def net(p: Params) -> jax.Array:
            return model.apply({"params": p}, x)  # pyright: ignore[reportReturnType] - no collection is mutable

        return definition(net, lambda f: jax.vmap(loss)(f, t).mean(), params, rho)

    def direction(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> Params:
        size = method.shard or inputs.shape[0]
        cut = [values.reshape(-1, size, *values.shape[1:]) for values in (inputs, targets)]
        gradients = jax.vmap(of_shard, (None, None, 0, 0))(params, rho, *cut)
        return jax.tree.map(lambda g: -g.mean(0), gradients)

    return direction


def apart(computed: Any, expected: Any) -> float:
    """Return |computed - expected| / |expected| over all entries together; NaN where either holds one."""
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(jax.tree.leaves(computed), jax.tree.leaves(expected), strict=True)]
    gap = sum(float(np.sum((a - b) ** 2)) for a, b in pairs)
    return (gap / sum(float(np.sum(b**2)) for _, b in pairs)) ** 0.5


def convs() -> st.SearchStrategy[ConvSpec]:
    """Convolutions of any kernel up to 3, stride up to 2, each way to write padding; LayerNorm needs 3 channels to say something."""
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    padding = st.one_of(st.sampled_from(["SAME", "VALID"]), st.integers(0, 2), st.tuples(sides, sides), st.tuples(*[st.integers(0, 1)] * 2))
    size = st.tuples(st.integers(1, 3), st.integers(1, 3))
    strides = st.tuples(st.integers(1, 2), st.integers(1, 2))
    bare = st.builds(ConvSpec, st.integers(1, 3), size, strides, padding, st.booleans(), st.just(False))
    normed = st.builds(ConvSpec, st.integers(3, 4), size, strides, padding, st.booleans(), st.just(True))
    return st.one_of(bare, normed)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a network of up to two convolutions and two hidden Dense layers, with a batch of up to six examples."""
    specs = tuple(draw(st.lists(convs(), max_size=2), label="convolutions"))
    # Large enough that two convolutions of size 3 at stride 2 without padding leave a pixel: 7 -> 3 -> 1.
    side = 7 if specs else 3
    model = Net(specs, tuple(draw(st.lists(st.integers(1, 4), max_size=2))), draw(st.booleans()), draw(st.booleans()))
    batch = draw(st.sampled_from(BATCHES), label="batch")
    shape = (batch, side, draw(st.integers(side, side + 1)), draw(st.integers(1, 2)))
    return model, shape, draw(st.sampled_from(RADII), label="rho"), draw(st.integers(0, 2**32 - 1), label="seed")


def case_of(plan: Plan) -> Case:
    """Return a plan with its inputs, weights and targets, from the seed."""
    model, shape, rho, seed = plan
    return Case(model, images(seed, *shape), rho, seed)


def cases() -> st.SearchStrategy[Case]:
    """Draw networks with weights, batch and targets."""
    return plans().map(case_of)
