"""Training of all networks of a run: an epoch in pieces of any size, each one compiled program for all seeds and radii, data on the device.

However an epoch is cut into pieces, its result is the same to the last bit: the bounds of a piece's loop are arguments of its program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from empirical.data.images import Images
from empirical.methods.penalty import Gammas
from empirical.methods.switch import Params
from empirical.training.mesh import devices_for, mesh_of, spread, whole
from empirical.training.points import Points, points, targets
from empirical.training.recipe import Column, Midway, Recipe, State, recipe, streams
from empirical.training.settings import Settings, SettingsError

Where = tuple[Any, Any, Any]
"""Number of the epoch (from 0), first step or chunk of a piece, and how many of them."""


class Trainer:
    """All networks of one run: states have the axes (seeds, columns) in front, and so has every probe.

    `images` holds the data of each seed, `compiler` options of XLA. One program trains all networks: `together`, that is vmapped, or
    in turn. By default a CPU takes them in turn, since the weights of one small network fit its cache: 15 networks of width 500 on
    digits took 18 ms each an epoch, vmapped 23 ms.

    `stepwise` calls a program for each step and chunk, the default for convolutions on a CPU: inside a loop, XLA's CPU backend takes a
    generic route for their weight gradients, 20 to 30 times slower (jax-ml/jax issue 12868).

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
        splits = [[points(split, one) for split in (one.train, one.held_out, one.test)] for one in images]
        used = devices_for(settings.batch, devices)
        mesh = mesh_of(used) if len(used) > 1 else None
        self.placement = whole(mesh) if mesh else used[0]
        try:
            self.data = jax.device_put(jax.tree.map(lambda *arrays: np.stack(arrays), *splits), self.placement)
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
        stepwise = (on_cpu and self._convolves()) if stepwise is None else stepwise

        def piece(one: Callable[..., Any]) -> Callable[..., Any]:
            if stepwise:
                return _each(size, program(partial(one, rounds=1)))
            return program(_over(size, together, lambda carry, data, seed, column, where: one(carry, data, seed, column, *where)))

        self._parts = self.recipe.parts(splits[0])
        self._steps = piece(self._steps_one)
        self._looks = [piece(partial(self._look_one, number)) for number in range(len(self._parts) - 1)]
        self._end = program(_over(size, together, self._end_one))
        first = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape[2:], leaf.dtype), self._shapes())
        one = jax.eval_shape(self.recipe.begin, first, splits[0], jax.tree.map(lambda leaf: leaf[0], self.column))
        self._blank = jax.tree.map(lambda leaf: np.zeros(size + leaf.shape, leaf.dtype), one)

    @property
    def units(self) -> int:
        """How many steps an epoch has, and chunks of points that the probes look at after them."""
        return sum(self._parts)

    def part(self, done: int) -> tuple[int, int]:
        """Return the number of the part of an epoch (steps, then the splits) that comes after `done` units, and its units that are left."""
        for number, units in enumerate(self._parts):
            if done < units:
                return number, units - done
            done -= units
        raise ValueError(f"an epoch has {self.units} units, none after all of them")

    def start(self) -> State:
        """Return the initial states."""
        return self._start(None, self.data, self.seeds, self.column, 0)

    def begin(self, state: State) -> Midway:
        """Return what an epoch begins with."""
        return self._blank._replace(state=state)

    def take(self, midway: Midway, index: int, first: int, count: int) -> Midway:
        """Return epoch `index` (from 0) after `count` units more from unit `first` on, all of one part."""
        number, left = self.part(first)
        if not 1 <= count <= left:
            raise ValueError(f"a piece must lie within one part of an epoch, got {count} units where {left} are left")
        where = (index, self._parts[number] - left, count)
        midway, rest = jax.device_put(midway, self.placement), (self.data, self.seeds, self.column, where)
        if number == 0:
            state, sizes = self._steps((midway.state, midway.sizes), *rest)
            midway = midway._replace(state=state, sizes=sizes)
        else:
            seen = list(midway.seen)
            _, seen[number - 1] = self._looks[number - 1]((midway.state.params, seen[number - 1]), *rest)
            midway = midway._replace(seen=tuple(seen))
        return jax.block_until_ready(midway)

    def end(self, midway: Midway, index: int) -> tuple[State, dict[str, np.ndarray]]:
        """Return the states and the probes, each (seeds, columns), where all units of an epoch are done."""
        found = self._end(jax.device_put(midway, self.placement), self.data, self.seeds, self.column, index)
        return midway.state, {name: np.asarray(values) for name, values in found.items()}

    def advance(self, state: State, index: int) -> tuple[State, dict[str, np.ndarray]]:
        """Train the whole of epoch `index` (from 0) and return the states and the probes after it, each (seeds, columns)."""
        midway, done = self.begin(state), 0
        while done < self.units:
            _, left = self.part(done)
            midway, done = self.take(midway, index, done, left), done + left
        return self.end(midway, index)

    def error_of_precision(self, state: State) -> float:
        """Return |d - e| / |e| for the first network's direction d on its first batch, and e the same in float32."""
        params = jax.tree.map(lambda leaf: leaf[0, 0], state.params)
        data = jax.tree.map(lambda leaf: leaf[0], self.data[0])
        strength = jax.tree.map(lambda leaf: leaf[0], self.column.strength)
        inputs = data.take(jnp.arange(self.settings.batch), jnp.float32)

        def along(made: Recipe) -> Params:
            given = targets(made.loss, data.given[: self.settings.batch], made.classes, jnp.float32)
            return jax.jit(lambda p: made.direction(p, strength, inputs, given)[0])(params)

        with jax.default_matmul_precision("highest"):
            exact = along(recipe(replace(self.settings, precision="float32"), self.recipe.classes))
        return float(optax.tree.norm(optax.tree.sub(along(self.recipe), exact)) / optax.tree.norm(exact))

    def _start_one(self, _: None, data: list[Points], seed: Any, column: Column, index: Any) -> State:
        return self.recipe.start(streams(seed)[0], data[0], column)

    def _steps_one(self, carry: Any, data: list[Points], seed: Any, column: Column, index: Any, first: Any, rounds: Any) -> Any:
        state, sizes = carry
        return self.recipe.steps(state, sizes, data[0], jax.random.fold_in(streams(seed)[1], index), column, first, rounds)

    def _look_one(self, number: int, carry: Any, data: list[Points], seed: Any, column: Column, index: Any, first: Any, rounds: Any) -> Any:
        params, seen = carry
        return params, self.recipe.look(number, params, seen, data, column, first, rounds)

    def _end_one(self, midway: Midway, data: list[Points], seed: Any, column: Column, index: Any) -> dict[str, jax.Array]:
        return self.recipe.end(midway, data, jax.random.fold_in(streams(seed)[2], index), column)

    def _convolves(self) -> bool:
        """Say whether a parameter is a kernel of a convolution over two dimensions."""
        return any(leaf.ndim == 6 for leaf in jax.tree.leaves(self._shapes().params))  # seeds, columns, height, width, in, out

    def _shapes(self) -> State:
        return jax.eval_shape(self._start, None, self.data, self.seeds, self.column, 0)


def _columns(settings: Settings) -> Column:
    count = settings.columns

    def spread(values: Sequence[float]) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, np.float32), count)

    rho = spread(settings.rhos)
    strength = Gammas(*(spread(gamma) for gamma in zip(*settings.gammas, strict=True))) if settings.gammas else rho
    return Column(strength, spread(settings.rates), rho)


def _each(size: tuple[int, int], program: Callable[..., Any]) -> Callable[..., Any]:
    """Return program(carry, data, seed, column, index, at), for as many steps or chunks as a piece has, and one network after the other."""

    def of_one(carry: Any, data: list[Points], seed: Any, column: Column, where: Where) -> Any:
        index, first, rounds = where
        for at in range(first, first + rounds):
            carry = program(carry, data, seed, column, index, at)
        return carry

    def of_all(carry: Any, data: list[Points], seeds: Any, column: Column, where: Where) -> Any:
        def part(tree: Any, *place: int) -> Any:
            return jax.tree.map(lambda leaf: leaf[place], tree)

        rows = [
            [of_one(part(carry, s, c), part(data, s), seeds[s], part(column, c), where) for c in range(size[1])] for s in range(size[0])
        ]
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
