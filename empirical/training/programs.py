"""The programs of a network's training. Networks whose settings differ only in arguments of the programs share them.

Tracing and compiling a program takes as long as many epochs of a small network, and a minute for a residual one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.switch import Params
from empirical.training.mesh import mesh_of, spread
from empirical.training.points import Points, targets
from empirical.training.recipe import Hyperparameters, Recipe, State, recipe, streams
from empirical.training.settings import Settings

Piece = tuple[Any, Any, Any]
"""Number of the epoch (from 0), first step or chunk of a piece, and how many steps or chunks it has."""
KEPT = 16
"""Recipes whose programs stay in memory: more than the methods of one experiment, which are trained in turn for each seed."""


class Programs:
    """The programs of a recipe, each compiled when it is first called; `options` are those of XLA.

    start   (data, seed, hyperparameters) -> the initial state
    begin   (state, data, hyperparameters) -> the beginning of an epoch
    end     (end of an epoch, data) -> every probe
    steps   (state and sizes, data, seed, hyperparameters, piece) -> state and sizes after a piece of an epoch
    looks   for each of up to three splits: (parameters and measurements, ...) -> the same after a piece

    direction   (parameters, strength, inputs, labels) -> the direction of a step, compiled without those options
    """

    def __init__(self, made: Recipe, options: dict[str, Any] | None, *, stepwise: bool) -> None:
        self.recipe = made
        self._options, self._stepwise = options, stepwise
        self.start = self._program(partial(_initial_state, made))
        self.begin = self._program(made.begin)
        self.end = self._program(made.end)
        self.steps = self._piece(partial(_run_steps, made))
        self.direction = jax.jit(partial(_direction, made))
        self.looks = [self._piece(partial(_run_look, made, number)) for number in range(3)]

    def _program(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.jit(function, compiler_options=self._options)

    def _piece(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return function(carry, data, seed, hyper, index, first, rounds) as program(carry, data, seed, hyper, piece)."""
        if not self._stepwise:
            return self._program(lambda carry, data, seed, hyper, piece: function(carry, data, seed, hyper, *piece))
        program = self._program(partial(function, rounds=1))

        def in_turn(carry: Any, data: list[Points], seed: Any, hyper: Hyperparameters, piece: Piece) -> Any:
            index, first, rounds = piece
            for number in range(first, first + rounds):
                carry = program(carry, data, seed, hyper, index, number)
            return carry

        return in_turn


def programs(settings: Settings, classes: int, options: Mapping[str, Any] | None, devices: Sequence[Any], *, stepwise: bool) -> Programs:
    """Return the programs of settings on devices, the same object for settings that differ only in arguments.

    Raises SettingsError where the loss does not take so many classes.
    """
    gammas = None if settings.gammas is None else (0.0, 0.0)
    alike = replace(settings, seed=0, rho=0.0, rate=1.0, gammas=gammas, epochs=1)
    chosen = None if options is None else tuple(sorted(options.items()))
    return _programs(alike, classes, chosen, tuple(devices), stepwise)


@lru_cache(maxsize=KEPT)
def _programs(
    settings: Settings, classes: int, options: tuple[tuple[str, Any], ...] | None, devices: tuple[Any, ...], stepwise: bool
) -> Programs:
    made = recipe(settings, classes)
    if len(devices) > 1:
        made = replace(made, direction=spread(made.direction, mesh_of(devices)))
    return Programs(made, None if options is None else dict(options), stepwise=stepwise)


def _initial_state(made: Recipe, data: list[Points], seed: Any, hyper: Hyperparameters) -> State:
    return made.start(streams(seed)[0], data[0], hyper)


def _run_steps(
    made: Recipe, carry: Any, data: list[Points], seed: Any, hyper: Hyperparameters, index: Any, first: Any, rounds: Any
) -> tuple[State, jax.Array]:
    state, sizes = carry
    return made.steps(state, sizes, data[0], jax.random.fold_in(streams(seed)[1], index), hyper, first, rounds)


def _run_look(
    made: Recipe, number: int, carry: Any, data: list[Points], _seed: Any, hyper: Hyperparameters, _index: Any, first: Any, rounds: Any
) -> Any:
    params, seen = carry
    return params, made.look(number, params, seen, data, hyper, first, rounds)


def _direction(made: Recipe, params: Params, strength: Any, inputs: jax.Array, labels: jax.Array) -> Params:
    return made.direction(params, strength, inputs, targets(made.loss, labels, made.classes, jnp.float32))[0]
