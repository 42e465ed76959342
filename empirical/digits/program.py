"""One compiled program trains one small network from start to end; it serves every seed, radius, rate and corner of the switch.

Compiling takes as long as training a few dozen of these networks. So what differs between two networks of a sweep is an argument: the
seed, the radius or the penalty's strengths, the learning rate, and for shards of one example also where the two factors are taken.
SGD, L-SAM, J-SAM and 1-SAM are then one program, which takes the same steps as `training.recipe.Recipe` with that method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from empirical.data.images import Images
from empirical.methods.named import METHODS, direction
from empirical.methods.penalty import Gammas
from empirical.methods.switch import Method, Params
from empirical.training.points import Points, points
from empirical.training.recipe import Column, Recipe, recipe, streams
from empirical.training.settings import Settings
from theory.compile_options import quick_compile

CORNERS = ("sgd", "1-sam", "l-sam", "j-sam")
Found = dict[str, np.ndarray]
"""Probes of one network after each epoch, (epochs,)."""


class Corner(NamedTuple):
    """The strength of a method with shards of one example: its radius, and whether logit cotangent and Jacobian are taken at w + eps."""

    rho: Any
    logit_moved: Any
    jacobian_moved: Any


def train_one(settings: Settings, classes: int, kept: Sequence[str]) -> Callable[..., dict[str, jax.Array]]:
    """Return (data, seed, column) -> the kept probes after each epoch, (epochs,), of the network that `settings` describes.

    Data are the points for training, held out, and for the test. Only model, width, loss, batch and epochs count, and of the method
    whether it is a corner; radius, rate and strengths come from the column.
    """
    base = recipe(settings, classes)

    def made_for(column: Column) -> Recipe:
        if settings.method not in CORNERS:
            return base
        corner: Corner = column.strength
        method = Method(corner.logit_moved, corner.jacobian_moved)
        way = direction(base.model, base.loss, method)

        def at_corner(params: Params, strength: Corner, inputs: jax.Array, targets: jax.Array) -> Any:
            return way(params, strength.rho, inputs, targets)

        return replace(base, direction=at_corner, method=method)

    def train(data: Sequence[Points], seed: Any, column: Column) -> dict[str, jax.Array]:
        made = made_for(column)
        init, order, trace = streams(seed)

        def epoch(state: Any, index: Any) -> tuple[Any, dict[str, jax.Array]]:
            state, size = made.epoch(state, data[0], jax.random.fold_in(order, index), column)
            probes = made.probe(state, data, jax.random.fold_in(trace, index), column)
            probes["step_norm"] = size
            return state, {name: probes[name] for name in kept}

        return jax.lax.scan(epoch, made.start(init, data[0], column), jnp.arange(settings.epochs))[1]

    return train


def column_of(settings: Settings, index: int) -> Column:
    """Return the strength, rate and radius of one network of the settings, as arrays."""

    def own(values: Sequence[Any]) -> Any:
        return values[index] if len(values) > 1 else values[0]

    rate, rho = np.float32(own(settings.rates)), np.float32(own(settings.rhos))
    if settings.gammas:
        return Column(Gammas(*map(np.float32, own(settings.gammas))), rate, rho)
    if settings.method not in CORNERS:
        return Column(rho, rate, rho)
    method = METHODS[settings.method]
    return Column(Corner(rho, np.bool_(method.logit_at == "w+eps"), np.bool_(method.jacobian_at == "w+eps")), rate, rho)


class Program:
    """A compiled program, made once by whichever thread comes first."""

    def __init__(self, settings: Settings, classes: int, kept: Sequence[str], compiles_fast: bool) -> None:
        self._train = jax.jit(train_one(settings, classes, kept), compiler_options=quick_compile() if compiles_fast else None)
        self._compiled: dict[Any, Any] = {}
        self._lock = Lock()

    def __call__(self, data: Sequence[Points], seed: int, column: Column) -> Found:
        """Train one network and return its probes."""
        arguments = (data, np.uint32(seed), column)
        shapes = tuple(leaf.shape for leaf in jax.tree.leaves(arguments))
        with self._lock:
            if shapes not in self._compiled:
                self._compiled[shapes] = self._train.lower(*arguments).compile()
        probes = self._compiled[shapes](*arguments)
        return {name: np.asarray(values) for name, values in probes.items()}


@lru_cache(maxsize=64)
def _program(settings: Settings, classes: int, kept: tuple[str, ...], compiles_fast: bool) -> Program:
    return Program(settings, classes, kept, compiles_fast)


_making = Lock()


def program(settings: Settings, classes: int, kept: Sequence[str], compiles_fast: bool = False) -> Program:
    """Return the program of settings; settings that differ only in arguments share a program."""
    method = CORNERS[0] if settings.method in CORNERS else settings.method
    gammas = ((0.0, 0.0),) if settings.gammas else ()
    with _making:
        return _program(
            replace(settings, method=method, gammas=gammas, seeds=(0,), rhos=(0.0,), rates=(1.0,)), classes, tuple(kept), compiles_fast
        )


def train(settings: Settings, images: Images, kept: Sequence[str], compiles_fast: bool = False) -> Found:
    """Train the networks of settings with one seed and return the kept probes, (epochs, columns) each, in float32."""
    (seed,) = settings.seeds
    data = [points(split, images) for split in (images.train, images.held_out, images.test)]
    made = program(settings, images.classes, kept, compiles_fast)
    columns = [made(data, seed, column_of(settings, index)) for index in range(settings.columns)]
    return {name: np.stack([probes[name] for probes in columns], axis=1).astype(np.float32) for name in kept}
