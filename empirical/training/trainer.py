"""Training of one network: an epoch in pieces of any size, each one compiled program, with the data on the device.

However an epoch is cut into pieces, its result is the same to the last bit: the bounds of a piece's loop are arguments of its program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from empirical.data.images import Images
from empirical.methods.switch import Params
from empirical.training.mesh import devices_for, mesh_of, whole
from empirical.training.points import points
from empirical.training.programs import programs
from empirical.training.recipe import Midway, State, hyperparameters
from empirical.training.settings import Settings, SettingsError


class Trainer:
    """One network; `compiler` holds options of XLA.

    `stepwise` calls a program for each step and chunk, the default for convolutions on a CPU: inside a loop, XLA's CPU backend takes a
    generic route for their weight gradients, 20 to 30 times slower (jax-ml/jax issue 12868).

    `devices` share the examples of each step (`mesh.py`), as many of them as divide the batch: by default all accelerators of this
    machine, or its CPU as one device.

    Raises SettingsError where the number of images or of classes does not fit the settings.
    """

    def __init__(
        self,
        settings: Settings,
        images: Images,
        compiler: Mapping[str, Any] | None = None,
        stepwise: bool | None = None,
        devices: Sequence[Any] | None = None,
    ) -> None:
        if settings.batch > len(images.train):
            raise SettingsError(f"a batch must not be larger than the {len(images.train)} training images, got {settings.batch}")
        self.settings = settings
        used = devices_for(settings.batch, devices)
        self.placement = whole(mesh_of(used)) if len(used) > 1 else used[0]
        splits = [points(split, images) for split in (images.train, images.held_out, images.test)]
        self.data = jax.device_put(splits, self.placement)
        self.seed = np.uint32(settings.seed)
        self.hyper = hyperparameters(settings)
        made = programs(settings, images.classes, compiler, used, stepwise=bool(stepwise))
        first = jax.eval_shape(made.start, self.data, self.seed, self.hyper)
        if stepwise is None and jax.default_backend() == "cpu" and _convolves(first.params):
            made = programs(settings, images.classes, compiler, used, stepwise=True)
        self.recipe, self._devices, self._direction = made.recipe, used, made.direction
        self._start, self._steps, self._looks, self._end = made.start, made.steps, made.looks, made.end
        self._parts = self.recipe.parts(splits)
        self._blank = jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), jax.eval_shape(made.begin, first, self.data, self.hyper))

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
        """Return the initial state."""
        return self._start(self.data, self.seed, self.hyper)

    def begin(self, state: State) -> Midway:
        """Return the beginning of an epoch."""
        return self._blank._replace(state=state)

    def take(self, midway: Midway, index: int, first: int, count: int) -> Midway:
        """Return epoch `index` (from 0) after `count` units more from unit `first` on, all of one part."""
        number, left = self.part(first)
        if not 1 <= count <= left:
            raise ValueError(f"a piece must lie within one part of an epoch, got {count} units where {left} are left")
        piece = (index, self._parts[number] - left, count)
        midway = jax.device_put(midway, self.placement)
        if number == 0:
            state, sizes = self._steps((midway.state, midway.sizes), self.data, self.seed, self.hyper, piece)
            midway = midway._replace(state=state, sizes=sizes)
        else:
            seen = list(midway.seen)
            look = self._looks[number - 1]
            _, seen[number - 1] = look((midway.state.params, seen[number - 1]), self.data, self.seed, self.hyper, piece)
            midway = midway._replace(seen=tuple(seen))
        return jax.block_until_ready(midway)

    def end(self, midway: Midway) -> tuple[State, dict[str, np.ndarray]]:
        """Return the state and the probes, each a scalar, where all units of an epoch are done."""
        probes = self._end(jax.device_put(midway, self.placement), self.data)
        return midway.state, {name: np.asarray(value) for name, value in probes.items()}

    def advance(self, state: State, index: int) -> tuple[State, dict[str, np.ndarray]]:
        """Train the whole of epoch `index` (from 0) and return the state and the probes after it, each a scalar."""
        midway, done = self.begin(state), 0
        while done < self.units:
            _, left = self.part(done)
            midway, done = self.take(midway, index, done, left), done + left
        return self.end(midway)

    def error_of_precision(self, state: State) -> float:
        """Return |d - e| / |e| for the network's direction d on its first batch, and e the same in float32."""
        data, batch, settings = self.data[0], self.settings.batch, replace(self.settings, precision="float32")
        inputs, given = data.take(jnp.arange(batch), jnp.float32), data.given[:batch]
        arguments = (state.params, self.hyper.strength, inputs, given)
        with jax.default_matmul_precision("highest"):
            exact = programs(settings, self.recipe.classes, None, self._devices[:1], stepwise=False).direction(*arguments)
        return float(optax.tree.norm(optax.tree.sub(self._direction(*arguments), exact)) / optax.tree.norm(exact))


def _convolves(params: Params) -> bool:
    """Say whether a parameter is a kernel of a convolution over two dimensions: height, width, in, out."""
    return any(leaf.ndim == 4 for leaf in jax.tree.leaves(params))
