"""Which layers a Flax model calls, with which rule and route; models for which per-example SAM would be wrong are refused, with the path.

An epsilon for each example is exact only where every parameter belongs to one call of one layer that has a rule. So the
model is traced once, without computing, and each way to break this is looked for: a parameter that no rule claims, a layer
called twice, a layer called other than with one array, a parameter read outside its layer, statistics over the batch.
What cannot be seen from here is a model that mixes examples without parameters (a mean over the batch): do not pass one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
from flax.core import unfreeze
from flax.traverse_util import flatten_dict, unflatten_dict

from empirical.methods.rules.rule import ROUTES, Route, Rule
from empirical.methods.rules.table import RULES
from empirical.methods.switch import Params

Path = tuple[str, ...]
OnCall = Callable[[nn.Module, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]


class UnsupportedModelError(ValueError):
    """A model to which per-example SAM cannot be applied exactly; the message names the layer or parameter and the reason."""


@dataclass(frozen=True)
class Layer:
    """One layer as the model calls it: where, of which kind, on which shapes, and how its epsilon is handled."""

    path: Path
    module: nn.Module  # its settings, not bound to any weights
    rule: Rule
    route: Route
    costs: dict[Route, float]  # multiplications for one example, see `Rule.cost`
    output: jax.ShapeDtypeStruct


def written(path: Path) -> str:
    """Return a path as text."""
    return "/".join(path) or "the model itself"


@contextmanager
def intercepting(on_call: OnCall) -> Any:
    """Hand each call of a layer that has a rule to `on_call(layer, call, args, kwargs)`; what that calls in turn is left alone."""
    busy = False

    def step(call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], context: nn.module.InterceptorContext) -> Any:
        nonlocal busy
        layer = context.module
        if busy or context.method_name == "setup":
            return call(*args, **kwargs)
        if isinstance(layer, nn.BatchNorm):
            raise UnsupportedModelError(f"{written(layer.path)} is a BatchNorm: its statistics mix examples; use LayerNorm")
        if type(layer) not in RULES:
            return call(*args, **kwargs)
        if context.method_name != "__call__":
            raise UnsupportedModelError(f"{written(layer.path)} must only be called, but its method {context.method_name} is used")
        busy = True
        try:
            return on_call(layer, call, args, kwargs)
        finally:
            busy = False

    with nn.intercept_methods(step):
        yield


def apply(model: nn.Module, params: Params, inputs: jax.Array, on_call: OnCall) -> jax.Array:
    """Return the model's outputs, with `on_call` in the place of each layer that has a rule."""
    with intercepting(on_call):
        return model.apply({"params": params}, inputs)  # pyright: ignore[reportReturnType] - no collection is mutable


def layers_of(model: nn.Module, params: Params, inputs: Any, force: Route | None = None) -> dict[Path, Layer]:
    """Return the layers of a model in the order of their calls; the cheapest route of each, or `force` where the layer has it.

    Nothing is computed: arrays may be given as shapes. Raises UnsupportedModelError where per-example SAM would not be exact.
    """
    if force is not None and force not in ROUTES:
        raise ValueError(f"a route is one of {', '.join(ROUTES)}, or None for the cheapest, got {force!r}")
    layers: dict[Path, Layer] = {}
    leaves: dict[Path, Any] = flatten_dict(unfreeze(params))
    shapes = {path: tuple(leaf.shape) for path, leaf in leaves.items()}

    def look(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        path, rule = layer.path, RULES[type(layer)]
        name = f"{written(path)} ({type(layer).__name__})"
        if path in layers:
            raise UnsupportedModelError(f"{name} is called more than once; give each call a separate layer")
        if len(args) != 1 or kwargs:
            raise UnsupportedModelError(f"{name} must be called with one array and nothing else")
        x = jnp.asarray(args[0])
        if reason := rule.refusal(layer, x.shape):
            raise UnsupportedModelError(f"{name} is not handled: {reason}")
        if x.shape[0] != inputs.shape[0]:
            raise UnsupportedModelError(f"{name} must see the {inputs.shape[0]} examples on its first axis, got shape {x.shape}")
        y = call(x)
        own = layer.variables["params"]
        if any(tuple(own[key].shape) != shapes.get((*path, key)) for key in rule.parameters(layer)):
            raise UnsupportedModelError(f"{name} sees its parameters in another shape (a lifted layer, as in nn.scan or nn.vmap)")
        costs = rule.cost(layer, x.shape, y.shape)
        route = force if force in costs else min(costs, key=costs.__getitem__)
        output = jax.ShapeDtypeStruct(y.shape, y.dtype)
        layers[path] = Layer(path, layer.clone(parent=None), rule, route, costs, output)
        return y

    jax.eval_shape(lambda p, x: apply(model, p, x, look), params, inputs)
    claimed = {(*layer.path, key) for layer in layers.values() for key in layer.rule.parameters(layer.module)}
    if strangers := sorted(set(shapes) - claimed):
        raise UnsupportedModelError(f"no rule claims the parameter {', '.join(map(written, strangers))}; it would stay unperturbed")
    _refuse_outside_use(model, params, inputs, layers)
    return layers


def _refuse_outside_use(model: nn.Module, params: Params, inputs: Any, layers: dict[Path, Layer]) -> None:
    """Refuse a parameter that still counts when every layer returns zeros: it is read outside its layer, as in tied weights."""

    def blank(layer: nn.Module, *_: Any) -> jax.Array:
        return jnp.zeros(layers[layer.path].output.shape, layers[layer.path].output.dtype)

    flat: dict[Path, Any] = flatten_dict(unfreeze(params))
    program = jax.make_jaxpr(lambda leaves, x: apply(model, unflatten_dict(leaves), x, blank))(flat, inputs).jaxpr
    used = {id(variable) for equation in program.eqns for variable in equation.invars} | {id(variable) for variable in program.outvars}
    for path, variable in zip(sorted(flat), program.invars, strict=False):
        if id(variable) in used:
            raise UnsupportedModelError(f"the parameter {written(path)} is read outside its own layer, where it would stay unperturbed")
