"""A network's training as JAX programs: a step, an epoch in pieces of any size, and the probes after it.

An epoch takes minibatches in an order drawn from the seed and the number of the epoch alone, so a run that goes on from any step takes
the very steps it would have taken. The last n mod batch points of an order sit that epoch out: a perturbation shared by a shard needs
whole shards. Seeds differ in data, initial weights and order; networks of one seed share all three, so that they differ by their method,
radius and learning rate alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax

from empirical.methods.bfloat16 import in_bfloat16
from empirical.methods.losses import LOSSES, Loss, logistic
from empirical.methods.model import network, one_example
from empirical.methods.named import METHODS, SGD, direction, m_sam
from empirical.methods.penalty import Gammas, penalised_sgd
from empirical.methods.sharded import sharded
from empirical.methods.switch import Diagnostics, Method, Params
from empirical.training import probes
from empirical.training.models import MODELS
from empirical.training.points import Points, blank, chunks_of, filled, repeated, targets
from empirical.training.settings import Settings, SettingsError

Strength = Any  # the radius of SAM, or the Gammas of the penalty


class Hyperparameters(NamedTuple):
    """What a program takes as arguments, so that networks can share it: strength of the method, learning rate, radius of the probes."""

    strength: Strength
    rate: Any
    rho: Any


class State(NamedTuple):
    """The state between two epochs: parameters and the optimiser's memory."""

    params: Params
    memory: Any


class Midway(NamedTuple):
    """An epoch in progress: the state after the steps taken, and the measurements so far, with zeros in place of those to come.

    sizes   the norm of each step, (steps,)
    seen    measurements of the probed training points, of held-out points (if any) and of test points, chunk by chunk
    """

    state: State
    sizes: jax.Array
    seen: tuple[Any, ...]


class View(NamedTuple):
    """The work of the probes in one split: look(rows), the number of points, and the number of points in a chunk."""

    look: Callable[[jax.Array], Any]
    total: int
    chunk: int


@dataclass(frozen=True)
class Recipe:
    """The model and how it is trained, without seed and hyperparameters; any direction and any optax optimiser.

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
    probed: int | None = None
    chunk: int = 256

    def start(self, key: jax.Array, data: Points, hyper: Hyperparameters) -> State:
        """Return the initial weights, flax's own, and the optimiser's memory."""
        params = self.model.init(key, data.take(jnp.zeros(1, jnp.int32), jnp.float32))["params"]
        return State(params, self.optimiser(hyper.rate).init(params))

    def parts(self, splits: Sequence[Points]) -> tuple[int, ...]:
        """Return how many steps an epoch has, and how many chunks of points the probes look at in each split that has any."""
        steps = splits[0].inputs.shape[0] // self.batch
        return (steps, *(chunks_of(view.total, view.chunk) for view in self._views(None, splits)))

    def begin(self, state: State, splits: Sequence[Points], hyper: Hyperparameters) -> Midway:
        """Return the state before the first step of an epoch."""
        steps, views = self.parts(splits)[0], self._views(state.params, splits, hyper.rho)
        return Midway(state, jnp.zeros(steps, _dtype(state)), tuple(blank(*view) for view in views))

    def order(self, key: jax.Array, count: int) -> jax.Array:
        """Return the rows of each step of an epoch, (steps, batch)."""
        steps = count // self.batch
        return jax.random.permutation(key, count)[: steps * self.batch].reshape(steps, self.batch)

    def step(self, state: State, data: Points, rows: jax.Array, hyper: Hyperparameters) -> tuple[State, jax.Array]:
        """Return the state after one step on the given rows, and the norm of that step."""
        optimiser, dtype = self.optimiser(hyper.rate), _dtype(state)
        given = targets(self.loss, data.given[rows], self.classes, dtype)
        gradient, _ = self.direction(state.params, hyper.strength, data.take(rows, dtype), given)
        updates, memory = optimiser.update(gradient, state.memory, state.params)
        return State(optax.apply_updates(state.params, updates), memory), optax.tree.norm(updates)

    def steps(
        self, state: State, sizes: jax.Array, data: Points, key: jax.Array, hyper: Hyperparameters, first: Any, rounds: Any
    ) -> tuple[State, jax.Array]:
        """Return the state after so many steps of an epoch from step `first` on, and the norms of steps with theirs among them."""
        order = self.order(key, data.inputs.shape[0])

        def body(at: Any, before: tuple[State, jax.Array]) -> tuple[State, jax.Array]:
            state, size = self.step(before[0], data, jax.lax.dynamic_index_in_dim(order, at, keepdims=False), hyper)
            return state, jax.lax.dynamic_update_index_in_dim(before[1], size, at, 0)

        return repeated(body, first, rounds, (state, sizes))

    def look(
        self, number: int, params: Params, seen: Any, splits: Sequence[Points], hyper: Hyperparameters, first: Any, rounds: Any
    ) -> probes.Seen | probes.Guesses:
        """Return the measurements of a split after `rounds` more chunks from `first` on; splits without points have no number."""
        view = self._views(params, splits, hyper.rho)[number]
        return filled(view.look, seen, view.total, view.chunk, first, rounds)

    def end(self, midway: Midway, splits: Sequence[Points]) -> dict[str, jax.Array]:
        """Return every probe, each a scalar, where all steps are taken and all chunks seen."""
        return {"step_norm": jnp.mean(midway.sizes), **self._probe_values(midway.state, midway.seen, splits)}

    def epoch(self, state: State, data: Points, key: jax.Array, hyper: Hyperparameters) -> tuple[State, jax.Array]:
        """Return the state after one pass over the data, and the mean norm of the steps taken."""
        steps = data.inputs.shape[0] // self.batch
        state, sizes = self.steps(state, jnp.zeros(steps, _dtype(state)), data, key, hyper, 0, steps)
        return state, jnp.mean(sizes)

    def probe(self, state: State, splits: Sequence[Points], hyper: Hyperparameters) -> dict[str, jax.Array]:
        """Return every probe at the current weights, each a scalar; held-out ones only where there are held-out points."""
        views, (_, *chunks) = self._views(state.params, splits, hyper.rho), self.parts(splits)
        seen = tuple(
            filled(view.look, blank(*view), view.total, view.chunk, 0, all_of_them) for view, all_of_them in zip(views, chunks, strict=True)
        )
        return self._probe_values(state, seen, splits)

    def _splits(self, splits: Sequence[Points]) -> list[Points]:
        """Return the points that the probes look at, without a split that has none: nothing is held out of some data."""
        train, *others = splits
        return [points for points in (train.first(self.probed), *others) if points.inputs.shape[0]]

    def _views(self, params: Params, splits: Sequence[Points], rho: Any = None) -> list[View]:
        see = partial(probes.see, self.model, self.loss, self.method, self.classes, params, rho)
        guess = partial(probes.guess, self.model, self.loss, self.classes, params)
        views = []
        for number, points in enumerate(self._splits(splits)):
            count = points.inputs.shape[0]
            views.append(View(partial(guess if number else see, points), count, min(self.chunk, count)))
        return views

    def _probe_values(self, state: State, seen: Sequence[Any], splits: Sequence[Points]) -> dict[str, jax.Array]:
        train, *held_out, test = self._splits(splits)
        probe_values = probes.measure(self.model, self.method, state.params, seen[0], train)
        for points in held_out:
            probe_values |= {f"holdout_{name}": value for name, value in probes.fit(seen[1], points).items()}
        fit = probes.fit(seen[-1], test)
        probe_values |= {"test_accuracy": fit["true_accuracy"], "test_loss": fit["true_loss"]}
        return probe_values


def _dtype(state: State) -> Any:
    return jax.tree.leaves(state.params)[0].dtype


def recipe(settings: Settings, classes: int) -> Recipe:
    """Return the recipe of settings for data with so many classes; the logistic loss takes two, and a network with one output."""
    loss = LOSSES[settings.loss]
    if loss is logistic and classes != 2:
        raise SettingsError(f"the logistic loss is for two classes, got {classes}; use cross-entropy")
    width = {} if settings.width is None else {"width": settings.width}
    model = MODELS[settings.model](classes=1 if loss is logistic else classes, **width)
    low = settings.precision == "bfloat16"
    method = SGD if settings.reading else m_sam(settings.shard or 1) if settings.method == "m-sam" else METHODS[settings.method]
    used = in_bfloat16(one_example(model)) if low else model
    if low and method.shard != 1:
        way = sharded(in_bfloat16(network(model)), loss, method, settings.decay)
    elif settings.reading:
        way = penalised_sgd(used, loss, settings.reading, settings.decay)
    else:
        way = direction(used, loss, method, settings.decay)

    def optimiser(rate: Any) -> optax.GradientTransformation:
        return optax.sgd(rate, settings.momentum or None)

    return Recipe(model, loss, way, method, optimiser, classes, settings.batch, settings.probed, settings.chunk)


def hyperparameters(settings: Settings) -> Hyperparameters:
    """Return the hyperparameters of settings, in float32."""
    rho = np.float32(settings.rho)
    strength = rho if settings.gammas is None else Gammas(*map(np.float32, settings.gammas))
    return Hyperparameters(strength, np.float32(settings.rate), rho)


def streams(seed: Any) -> tuple[jax.Array, jax.Array]:
    """Return the random streams of a seed for initial weights and order."""
    init_key, order_key, _ = jax.random.split(jax.random.key(seed), 3)  # in three, since every published network was trained so
    return init_key, order_key
