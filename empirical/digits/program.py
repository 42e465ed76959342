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
from empirical.methods.switch import Method, Params
from empirical.training.points import Points, points
from empirical.training.recipe import Hyperparameters, Recipe, hyperparameters, recipe, streams
from empirical.training.settings import Settings
from theory.compile_options import quick_compile

CORNERS = ("sgd", "1-sam", "l-sam", "j-sam")
Probes = dict[str, np.ndarray]
"""Probes after each epoch, (epochs,) of one network or (epochs, networks) of several."""


class Corner(NamedTuple):
    """The strength of a method with shards of one example: its radius, and whether logit cotangent and Jacobian are taken at w + eps."""

    rho: Any
    logit_moved: Any
    jacobian_moved: Any


def train_one(settings: Settings, classes: int, probe_names: Sequence[str]) -> Callable[..., dict[str, jax.Array]]:
    """Return (data, seed, hyperparameters) -> the named probes after each epoch, (epochs,), of the network that `settings` describes.

    Data are the points for training, held out, and for the test. Only model, width, loss, batch and epochs count, and of the method
    whether it is a corner; radius, rate and strengths come from the hyperparameters.
    """
    base = recipe(settings, classes)

    def made_for(hyper: Hyperparameters) -> Recipe:
        if settings.method not in CORNERS:
            return base
        corner: Corner = hyper.strength
        method = Method(corner.logit_moved, corner.jacobian_moved)
        way = direction(base.model, base.loss, method)

        def at_corner(params: Params, strength: Corner, inputs: jax.Array, targets: jax.Array) -> Any:
            return way(params, strength.rho, inputs, targets)

        return replace(base, direction=at_corner, method=method)

    def train(data: Sequence[Points], seed: Any, hyper: Hyperparameters) -> dict[str, jax.Array]:
        made = made_for(hyper)
        init, order = streams(seed)

        def epoch(state: Any, index: Any) -> tuple[Any, dict[str, jax.Array]]:
            state, size = made.epoch(state, data[0], jax.random.fold_in(order, index), hyper)
            probes = made.probe(state, data, hyper)
            probes["step_norm"] = size
            return state, {name: probes[name] for name in probe_names}

        return jax.lax.scan(epoch, made.start(init, data[0], hyper), jnp.arange(settings.epochs))[1]

    return train


def hyper_of(settings: Settings) -> Hyperparameters:
    """Return the hyperparameters of settings; a corner of the switch is one of them."""
    hyper = hyperparameters(settings)
    if settings.method not in CORNERS:
        return hyper
    method = METHODS[settings.method]
    corner = Corner(hyper.rho, np.bool_(method.logit_at == "w+eps"), np.bool_(method.jacobian_at == "w+eps"))
    return hyper._replace(strength=corner)


class Program:
    """A compiled program, made once by whichever thread comes first."""

    def __init__(self, settings: Settings, classes: int, probe_names: Sequence[str], compiles_fast: bool) -> None:
        self._train = jax.jit(train_one(settings, classes, probe_names), compiler_options=quick_compile() if compiles_fast else None)
        self._compiled: dict[Any, Any] = {}
        self._lock = Lock()

    def __call__(self, data: Sequence[Points], seed: int, hyper: Hyperparameters) -> Probes:
        """Train one network and return its probes."""
        arguments = (data, np.uint32(seed), hyper)
        shapes = tuple(leaf.shape for leaf in jax.tree.leaves(arguments))
        with self._lock:
            if shapes not in self._compiled:
                self._compiled[shapes] = self._train.lower(*arguments).compile()
        probes = self._compiled[shapes](*arguments)
        return {name: np.asarray(values) for name, values in probes.items()}


@lru_cache(maxsize=64)
def _program(settings: Settings, classes: int, probe_names: tuple[str, ...], compiles_fast: bool) -> Program:
    return Program(settings, classes, probe_names, compiles_fast)


_making = Lock()


def program(settings: Settings, classes: int, probe_names: Sequence[str], compiles_fast: bool = False) -> Program:
    """Return the program of settings; settings that differ only in arguments share a program."""
    method = CORNERS[0] if settings.method in CORNERS else settings.method
    gammas = None if settings.gammas is None else (0.0, 0.0)
    with _making:
        return _program(
            replace(settings, method=method, gammas=gammas, seed=0, rho=0.0, rate=1.0), classes, tuple(probe_names), compiles_fast
        )


def train(networks: Sequence[Settings], images: Images, probe_names: Sequence[str], compiles_fast: bool = False) -> Probes:
    """Train networks, which differ in strength alone, and return the named probes, (epochs, networks) each, in float32."""
    data = [points(split, images) for split in (images.train, images.held_out, images.test)]
    trained = program(networks[0], images.classes, probe_names, compiles_fast)
    columns = [trained(data, settings.seed, hyper_of(settings)) for settings in networks]
    return {name: np.stack([probes[name] for probes in columns], axis=1).astype(np.float32) for name in probe_names}
