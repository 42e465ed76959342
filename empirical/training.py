"""Training of networks: an epoch with its probes is one compiled program for all seeds and radii of a sweep, data on the device.

An epoch is a `lax.scan` over minibatches in an order drawn from the seed and the number of the epoch alone, so a run that goes on
from an epoch's end takes the very steps it would have taken. The last n mod batch points of an order sit that epoch out: a
perturbation shared by a shard needs whole shards. Seeds differ in data, initial weights and order; the columns of one seed
(radius and learning rate) share all three, so that their difference is the method's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax

from empirical import probes
from empirical.data.images import Images
from empirical.losses import LOSSES, Loss, logistic
from empirical.mesh import devices_for, mesh_of, spread, whole
from empirical.methods import METHODS, SGD, direction, m_sam, network
from empirical.models import MODELS
from empirical.penalty import READINGS, Gammas, Reading, penalised_sgd
from empirical.probes import Points
from empirical.sharded import Network, sharded
from empirical.switch import Decay, Diagnostics, Method, Params

Optimiser = Literal["sgd", "adam"]
Precision = Literal["float32", "bfloat16"]


class SettingsError(ValueError):
    """Settings that no run can have; the message says what must hold, what came and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run of len(seeds) times len(rhos) networks, as plain values that JSON keeps.

    model, width      a name of `MODELS`, and its width (None: the model's own)
    loss, method      a name of `LOSSES`; a name of `METHODS`, "m-sam", or "penalty" (SGD with Eq. 4.5)
    shard             examples that share a perturbation, for m-SAM alone
    reading, gammas   of the penalty alone: its reading, and (gamma_z, gamma_v) of each column
    rhos, rates       radius and learning rate of each column; one value stands for all columns. For SGD and the penalty the radius
                      is that of the probes alone
    optimiser         "sgd" or "adam"; `momentum` belongs to the first
    decay             rate of weight decay, added to the gradient outside the perturbation, or inside it with `decay_inside`
    batch, epochs     examples of a step; passes over the training data
    trace_draws       draws of Hutchinson's estimate of the Hessian's trace after each epoch; 0 leaves it out
    probed            training points, the first ones, that the probes after each epoch look at; None: all. Their cost is that of training
    chunk             examples that the probes look at together
    precision         of the passes that give a step its direction; weights, updates and probes are float32 in any case
    """

    model: str = "2nn"
    width: int | None = None
    loss: str = "cross-entropy"
    method: str = "1-sam"
    shard: int | None = None
    reading: Reading | None = None
    gammas: tuple[tuple[float, float], ...] = ()
    seeds: tuple[int, ...] = (0,)
    rhos: tuple[float, ...] = (0.1,)
    rates: tuple[float, ...] = (0.1,)
    optimiser: Optimiser = "sgd"
    momentum: float = 0.0
    decay: float = 0.0
    decay_inside: bool = False
    batch: int = 128
    epochs: int = 50
    trace_draws: int = 0
    probed: int | None = None
    chunk: int = 256
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        methods = (*METHODS, "m-sam", "penalty")
        for what, value, known in (
            ("model", self.model, MODELS),
            ("loss", self.loss, LOSSES),
            ("method", self.method, methods),
            ("optimiser", self.optimiser, get_args(Optimiser)),
            ("precision", self.precision, get_args(Precision)),
        ):
            if value not in known:
                raise SettingsError(f"the {what} must be one of {', '.join(known)}, got {value!r}")
        sizes = {"batch": self.batch, "epochs": self.epochs, "width": self.width, "probed": self.probed, "chunk": self.chunk}
        for what, value in sizes.items():
            if value is not None and value < 1:
                raise SettingsError(f"{what} must be at least 1, got {value}")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or min(self.seeds) < 0:
            raise SettingsError(f"seeds must be different whole numbers, at least one of them and none negative, got {list(self.seeds)}")
        for rho in self.rhos:
            if not (math.isfinite(rho) and rho >= 0):
                raise SettingsError(f"rho must be finite and at least 0, got {rho}; rho = 0 gives plain SGD")
        for rate in self.rates:
            if not (math.isfinite(rate) and rate > 0):
                raise SettingsError(f"a learning rate must be finite and above 0, got {rate}")
        for gamma in sum(self.gammas, ()):
            if not (math.isfinite(gamma) and gamma >= 0):
                raise SettingsError(f"gamma must be finite and at least 0, got {gamma}")
        if not 0 <= self.momentum < 1 or (self.momentum and self.optimiser != "sgd"):
            raise SettingsError(f"momentum must lie in [0, 1) and belongs to sgd, got {self.momentum} for {self.optimiser}")
        if not (math.isfinite(self.decay) and self.decay >= 0):
            raise SettingsError(f"the rate of weight decay must be finite and at least 0, got {self.decay}")
        if (self.shard is not None) != (self.method == "m-sam"):
            raise SettingsError(f"m-sam, and no other method, needs a shard size, got {self.shard} for {self.method}")
        if self.shard is not None and (self.shard < 1 or self.batch % self.shard):
            raise SettingsError(f"the shard size must divide the batch of {self.batch}, got {self.shard}")
        penalty = self.method == "penalty"
        if (self.reading in READINGS) != penalty or bool(self.gammas) != penalty:
            readings = ", ".join(READINGS)
            raise SettingsError(f"the penalty, and no other method, needs gammas and a reading of {readings}; got {self.reading!r}")
        if self.trace_draws == 1 or self.trace_draws < 0:
            raise SettingsError(f"the trace needs at least 2 draws for a standard error, or 0 to leave it out; got {self.trace_draws}")
        lengths = {len(self.rhos), len(self.rates), len(self.gammas) or 1}
        if 0 in lengths or len(lengths - {1}) > 1:
            raise SettingsError(f"rhos, rates and gammas need one value or one for each column, got {sorted(lengths)} values")

    @property
    def columns(self) -> int:
        """The number of networks of one seed."""
        return max(len(self.rhos), len(self.rates), len(self.gammas))


Strength = Any  # the radius of SAM, or the Gammas of the penalty


class Column(NamedTuple):
    """What one network of a seed has for itself: the strength of its method, its learning rate, the radius of its probes."""

    strength: Strength
    rate: Any
    rho: Any


class State(NamedTuple):
    """What an epoch hands to the next: parameters and the optimiser's memory."""

    params: Params
    memory: Any


@dataclass(frozen=True)
class Recipe:
    """What is trained and how, beside seed and column; any direction and any optax optimiser.

    direction   (params, strength, inputs, targets) -> mean gradient and diagnostics
    method      says where the probes take the factors of an example's update
    optimiser   learning rate -> transformation
    probed      training points that the probes look at, the first ones; None: all
    chunk       examples that the probes look at together
    """

    model: nn.Module
    loss: Loss
    direction: Callable[[Params, Strength, jax.Array, jax.Array], tuple[Params, Diagnostics]]
    method: Method
    optimiser: Callable[[Any], optax.GradientTransformation]
    classes: int
    batch: int
    trace_draws: int = 0
    probed: int | None = None
    chunk: int = 256

    def start(self, key: jax.Array, data: Points, column: Column) -> State:
        """Return the initial weights, flax's own, and the optimiser's memory."""
        params = self.model.init(key, data.take(jnp.zeros(1, jnp.int32), jnp.float32))["params"]
        return State(params, self.optimiser(column.rate).init(params))

    def order(self, key: jax.Array, count: int) -> jax.Array:
        """Return the rows of each step of an epoch, (steps, batch)."""
        steps = count // self.batch
        return jax.random.permutation(key, count)[: steps * self.batch].reshape(steps, self.batch)

    def step(self, state: State, data: Points, rows: jax.Array, column: Column) -> tuple[State, jax.Array]:
        """Return the state after one step on the given rows, and the norm of that step."""
        optimiser, dtype = self.optimiser(column.rate), jax.tree.leaves(state.params)[0].dtype
        given = probes.targets(self.loss, data.given[rows], self.classes, dtype)
        gradient, _ = self.direction(state.params, column.strength, data.take(rows, dtype), given)
        updates, memory = optimiser.update(gradient, state.memory, state.params)
        return State(optax.apply_updates(state.params, updates), memory), optax.tree.norm(updates)

    def epoch(self, state: State, data: Points, key: jax.Array, column: Column) -> tuple[State, jax.Array]:
        """Return the state after one pass over the data, and the mean norm of the steps taken."""
        state, sizes = jax.lax.scan(lambda s, rows: self.step(s, data, rows, column), state, self.order(key, data.inputs.shape[0]))
        return state, jnp.mean(sizes)

    def probe(self, state: State, train: Points, held_out: Points, test: Points, key: jax.Array, column: Column) -> dict[str, jax.Array]:
        """Return every probe at the current weights, each a scalar; held-out ones only where there are held-out points."""
        at, first = (self.model, self.loss, self.classes, state.params), train.first(self.probed)
        found = probes.measure(self.model, self.loss, self.method, self.classes, state.params, column.rho, first, self.chunk)
        if held_out.inputs.shape[0]:
            found |= {f"holdout_{name}": value for name, value in probes.fit(*at, held_out, self.chunk).items()}
        fit = probes.fit(*at, test, self.chunk)
        found |= {"test_accuracy": fit["true_accuracy"], "test_loss": fit["true_loss"]}
        if self.trace_draws:
            found["hessian_trace"], found["hessian_trace_error"] = probes.hessian_trace(*at, train, key, self.trace_draws, self.chunk)
        return found


def recipe(settings: Settings, classes: int) -> Recipe:
    """Return the recipe of settings for data with so many classes; the logistic loss takes two, and a network with one output."""
    loss = LOSSES[settings.loss]
    if loss is logistic and classes != 2:
        raise SettingsError(f"the logistic loss is for two classes, got {classes}; use cross-entropy")
    width = {} if settings.width is None else {"width": settings.width}
    try:
        model = MODELS[settings.model](classes=1 if loss is logistic else classes, **width)
    except TypeError as error:
        raise SettingsError(f"the model {settings.model} has no width to set, got {settings.width}; leave it out") from error
    decay, low = Decay(settings.decay, settings.decay_inside), settings.precision == "bfloat16"
    method = SGD if settings.reading else m_sam(settings.shard or 1) if settings.method == "m-sam" else METHODS[settings.method]
    if low and method.shard != 1:
        way = sharded(network_in_bfloat16(network(model)), loss, method, decay)
    else:
        inner = Decay() if low and not decay.within else decay
        way = penalised_sgd(model, loss, settings.reading, inner) if settings.reading else direction(model, loss, method, inner)
        way = in_bfloat16(way, 0.0 if decay.within else decay.rate) if low else way

    def optimiser(rate: Any) -> optax.GradientTransformation:
        return optax.adam(rate) if settings.optimiser == "adam" else optax.sgd(rate, settings.momentum or None)

    return Recipe(model, loss, way, method, optimiser, classes, settings.batch, settings.trace_draws, settings.probed, settings.chunk)


def network_in_bfloat16(net: Network) -> Network:
    """Return a network that computes in bfloat16, from float32 parameters and inputs to float32 outputs.

    Weights are rounded after they are perturbed. Of one epsilon for many examples hardly an entry is as large as the distance of two
    numbers of bfloat16 at its weight: added to weights that are rounded already, most of it would be lost (four fifths of n-SAM's
    effect on the gradient of a 2NN at rho = 0.01). Unrounded weights keep it on average over the entries.
    """

    def outputs(params: Params, inputs: jax.Array) -> jax.Array:
        return net(*cast((params, inputs), jnp.bfloat16)).astype(jnp.float32)

    return outputs


def in_bfloat16(way: Callable[..., Any], decay: float) -> Callable[..., Any]:
    """Return a direction without weight decay, taken in bfloat16, from float32 parameters and inputs to a float32 gradient with decay.

    It is for shards of one example, whose epsilon is added to each layer's output. `decay` times the weights is added in float32: it is
    often smaller than the last digit of the gradient. The strength (radius or gammas) is rounded too, by at most 0.4%.
    """

    def low(params: Params, strength: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Any]:
        gradient, found = cast(way(*cast((params, strength, inputs, targets), jnp.bfloat16)), jnp.float32)
        return jax.tree.map(lambda g, p: g + decay * p, gradient, params), found

    return low


def cast(tree: Any, dtype: Any) -> Any:
    """Return a pytree with all arrays in another type of number."""
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


class Trainer:
    """All networks of one run: states have the axes (seeds, columns) in front, and so has every probe.

    `images` holds the data of each seed, `compiler` options of XLA. One program trains all networks: `together`, that is vmapped, or
    in turn. By default a CPU takes them in turn, since the weights of one small network fit its cache: 15 networks of width 500 on
    digits took 18 ms each an epoch, vmapped 23 ms.

    `stepwise` calls a program for each step instead of each epoch, the default for convolutions on a CPU: inside a loop, XLA's CPU
    backend takes a generic route for their weight gradients, 20 to 30 times slower (jax-ml/jax issue 12868).

    `devices` share the examples of each step (`mesh.py`), as many of them as divide the batch: by default all accelerators of this
    machine, or its CPU as one device.

    Raises SettingsError where the number or sizes of the images do not fit the settings.
    """

    def __init__(
        self,
        settings: Settings,
        images: Sequence[Images],
        compiler: Mapping[str, Any] | None = None,
        together: bool | None = None,
        stepwise: bool | None = None,
        devices: Sequence[Any] | None = None,
    ) -> None:
        self.settings = settings
        if len(images) != len(settings.seeds):
            raise SettingsError(f"each of the {len(settings.seeds)} seeds needs images of its own, got {len(images)}")
        count = len(images[0].train)
        if settings.batch > count:
            raise SettingsError(f"a batch must not be larger than the {count} training images, got {settings.batch}")
        parts = [[probes.points(split, one) for split in (one.train, one.held_out, one.test)] for one in images]
        used = devices_for(settings.batch, devices)
        mesh = mesh_of(used) if len(used) > 1 else None
        self.placement = whole(mesh) if mesh else used[0]
        try:
            self.data = jax.device_put(jax.tree.map(lambda *arrays: np.stack(arrays), *parts), self.placement)
        except ValueError as error:
            raise SettingsError("the images of all seeds must have the same shapes and sizes; run seeds that differ apart") from error
        self.recipe = recipe(settings, images[0].classes)
        if mesh:
            self.recipe = replace(self.recipe, direction=spread(self.recipe.direction, mesh))
        self.seeds = np.asarray(settings.seeds, np.uint32)
        self.column = _columns(settings)
        together = jax.default_backend() != "cpu" if together is None else together
        size = (len(settings.seeds), settings.columns)
        options = None if compiler is None else dict(compiler)

        def program(function: Callable[..., Any]) -> Callable[..., Any]:
            return jax.jit(function, compiler_options=options)

        self._start = program(_over(size, together, self._start_one))
        on_cpu = jax.default_backend() == "cpu"
        if (on_cpu and self._convolves()) if stepwise is None else stepwise:
            order, step, probe = (program(one) for one in (self._order_one, self.recipe.step, self._probe_one))
            self._advance = _each(size, partial(_stepwise, order, step, probe))
        else:
            self._advance = program(_over(size, together, self._advance_one))

    def start(self) -> State:
        """Return the initial states."""
        return self._start(None, self.data, self.seeds, self.column, 0)

    def advance(self, state: State, index: int) -> tuple[State, dict[str, np.ndarray]]:
        """Train epoch `index` (from 0) and return the states and the probes after it, each (seeds, columns)."""
        state, found = self._advance(jax.device_put(state, self.placement), self.data, self.seeds, self.column, index)
        return state, {name: np.asarray(values) for name, values in found.items()}

    def error_of_precision(self, state: State) -> float:
        """Return |d - e| / |e| for the first network's direction d on its first batch, and e the same in float32."""
        params = jax.tree.map(lambda leaf: leaf[0, 0], state.params)
        data = jax.tree.map(lambda leaf: leaf[0], self.data[0])
        strength = jax.tree.map(lambda leaf: leaf[0], self.column.strength)
        inputs = data.take(jnp.arange(self.settings.batch), jnp.float32)

        def along(made: Recipe) -> Params:
            targets = probes.targets(made.loss, data.given[: self.settings.batch], made.classes, jnp.float32)
            return jax.jit(lambda p: made.direction(p, strength, inputs, targets)[0])(params)

        with jax.default_matmul_precision("highest"):
            exact = along(recipe(replace(self.settings, precision="float32"), self.recipe.classes))
        return float(optax.tree.norm(optax.tree.sub(along(self.recipe), exact)) / optax.tree.norm(exact))

    def _start_one(self, _: None, data: list[Points], seed: Any, column: Column, index: Any) -> State:
        return self.recipe.start(streams(seed)[0], data[0], column)

    def _advance_one(self, state: State, data: list[Points], seed: Any, column: Column, index: Any) -> tuple[State, dict[str, jax.Array]]:
        _, order, _ = streams(seed)
        state, size = self.recipe.epoch(state, data[0], jax.random.fold_in(order, index), column)
        return state, {"step_norm": size, **self._probe_one(state, data, seed, column, index)}

    def _order_one(self, data: list[Points], seed: Any, index: Any) -> jax.Array:
        return self.recipe.order(jax.random.fold_in(streams(seed)[1], index), data[0].inputs.shape[0])

    def _probe_one(self, state: State, data: list[Points], seed: Any, column: Column, index: Any) -> dict[str, jax.Array]:
        return self.recipe.probe(state, data[0], data[1], data[2], jax.random.fold_in(streams(seed)[2], index), column)

    def _convolves(self) -> bool:
        """Say whether a parameter is a kernel of a convolution over two dimensions."""
        shapes = jax.eval_shape(self._start, None, self.data, self.seeds, self.column, 0).params
        return any(leaf.ndim == 6 for leaf in jax.tree.leaves(shapes))  # seeds, columns, height, width, in, out


def streams(seed: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return the streams of a seed for initial weights, order, and signs of the trace."""
    init_key, order_key, trace_key = jax.random.split(jax.random.key(seed), 3)
    return init_key, order_key, trace_key


def _columns(settings: Settings) -> Column:
    count = settings.columns

    def spread(values: Sequence[float]) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, np.float32), count)

    rho = spread(settings.rhos)
    strength = Gammas(*(spread(gamma) for gamma in zip(*settings.gammas, strict=True))) if settings.gammas else rho
    return Column(strength, spread(settings.rates), rho)


def _stepwise(
    order: Callable[..., Any],
    step: Callable[..., Any],
    probe: Callable[..., Any],
    state: State,
    data: list[Points],
    seed: Any,
    column: Column,
    index: int,
) -> tuple[State, dict[str, Any]]:
    """Return the state after an epoch and its probes, by one call a step."""
    sizes: list[jax.Array] = []
    for rows in order(data, seed, index):
        state, size = step(state, data[0], rows, column)
        sizes.append(size)
    return state, {"step_norm": jnp.mean(jnp.stack(sizes)), **probe(state, data, seed, column, index)}


def _each(size: tuple[int, int], one: Callable[..., Any]) -> Callable[..., Any]:
    """Return `one` (state, data, seed, column, index) for all seeds and columns, called for one network after the other."""

    def of_all(state: State, data: list[Points], seeds: Any, column: Column, index: int) -> Any:
        def part(tree: Any, *place: int) -> Any:
            return jax.tree.map(lambda leaf: leaf[place], tree)

        rows = [[one(part(state, s, c), part(data, s), seeds[s], part(column, c), index) for c in range(size[1])] for s in range(size[0])]
        return jax.tree.map(lambda *leaves: jnp.stack(leaves), *(jax.tree.map(lambda *leaves: jnp.stack(leaves), *row) for row in rows))

    return of_all


def _over(size: tuple[int, int], together: bool, one: Callable[..., Any]) -> Callable[..., Any]:
    """Return `one` (state, data, seed, column, index) for all seeds and columns.

    An axis of length 1 is taken off and put back: convolutions with weights of their own for each of one network are slower.
    """

    def along(axis: int, inner: Callable[..., Any], axes: tuple[int | None, ...]) -> Callable[..., Any]:
        def in_turn(*arguments: Any) -> Any:
            def pick(chosen: list[Any]) -> Any:
                rest = iter(chosen)
                return inner(*(a if at is None else next(rest) for a, at in zip(arguments, axes, strict=True)))

            return jax.lax.map(pick, [a for a, at in zip(arguments, axes, strict=True) if at is not None])

        def single(*arguments: Any) -> Any:
            first = [a if at is None else jax.tree.map(lambda leaf: leaf[0], a) for a, at in zip(arguments, axes, strict=True)]
            return jax.tree.map(lambda leaf: leaf[None], inner(*first))

        if size[axis] == 1:
            return single
        return jax.vmap(inner, axes) if together else in_turn

    return along(0, along(1, one, (0, None, None, 0, None)), (0, 0, 0, None, None))
