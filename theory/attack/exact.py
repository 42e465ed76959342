"""Run a JAX function, its automatic derivatives included, in 50-digit arithmetic.

A counterexample must not be rounding. So the program that JAX traced from the *definition* (loss, perturbation,
gradient of both) is interpreted once more, primitive by primitive, on mpmath numbers. No formula of the paper and no
second derivation enters: it is the same program in a finer arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import PurePath
from types import SimpleNamespace
from typing import Any

import jax
import mpmath
import numpy as np
from jax.extend.core import Literal

from theory.attack.evaluate import DIGITS
from theory.attack.primitives import PRIMITIVES, Array, elementwise, lift

CALLS = {"jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call", "checkpoint", "remat2"}  # run the program they hold, once
LAX = PurePath(jax.__file__).parent / "_src" / "lax"
OF_JAX: dict[str, Callable[..., Array]] = {"exp_neg_sq": elementwise(lambda x: mpmath.exp(-x * x))}
"""Functions that JAX itself writes out for float64 alone, by name: exp(-x^2) in two halves, in erfc since JAX 0.12."""
WHOLE_NUMBERS_DIFFER = {"div", "and", "or", "not"}  # JAX truncates, and works bit by bit


def _own_name(jaxpr: Any) -> str:
    """Return the name of the function that a program was traced from if its source is JAX's `lax`, else an empty string."""
    name, _, place = str(getattr(getattr(jaxpr, "debug_info", None), "func_src_info", "")).partition(" at ")
    return name if LAX in PurePath(place).parents else ""


def _interpret(jaxpr: Any, consts: Any, arguments: list[Array]) -> list[Array]:
    known: dict[Any, Array] = {}
    known.update(zip(jaxpr.constvars, consts, strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))

    def value(variable: Any) -> Array:
        return lift(variable.val) if isinstance(variable, Literal) else known[variable]

    for equation in jaxpr.eqns:
        inputs = [value(v) for v in equation.invars]
        name = equation.primitive.name
        if name in CALLS:
            inner = next(equation.params[key] for key in ("jaxpr", "call_jaxpr", "fun_jaxpr") if key in equation.params)
            closed = hasattr(inner, "consts")
            written = OF_JAX.get(_own_name(inner.jaxpr if closed else inner))
            outputs = (
                [written(*inputs)]
                if written
                else _interpret(inner.jaxpr if closed else inner, [lift(c) for c in inner.consts] if closed else [], inputs)
            )
        elif name == "scan":
            outputs = _scan(equation, inputs)
        else:
            rule = PRIMITIVES.get(name)
            whole = name in WHOLE_NUMBERS_DIFFER and np.issubdtype(equation.invars[0].aval.dtype, np.integer)
            if rule is None or whole:
                operation = f"{name} of whole numbers" if whole else name
                raise NotImplementedError(f"the JAX primitive {operation} has no 50-digit rule in theory/attack/primitives.py; add one")
            result = rule(*inputs, **equation.params)
            outputs = result if isinstance(result, list) else [result]
        known.update(zip(equation.outvars, outputs, strict=True))
    return [value(v) for v in jaxpr.outvars]


def _scan(equation: Any, inputs: list[Array]) -> list[Array]:
    """Run the body once for each row of the last inputs; before them stand constants and carried values. Return these and stacked rows.

    Shapes tell them apart, in every version of JAX: a row has an axis more outside the body than inside.
    """
    closed, length = equation.params["jaxpr"], equation.params["length"]
    body, constants = closed.jaxpr, [lift(c) for c in closed.consts]
    rows = sum(len(out.aval.shape) > len(within.aval.shape) for out, within in zip(equation.invars, body.invars, strict=True))
    kept = sum(len(out.aval.shape) == len(within.aval.shape) for out, within in zip(equation.outvars, body.outvars, strict=True))
    first_row = len(inputs) - rows
    fixed, carried, of_rows = inputs[: first_row - kept], inputs[first_row - kept : first_row], inputs[first_row:]
    collected: list[list[Array]] = []
    for k in reversed(range(length)) if equation.params["reverse"] else range(length):
        outputs = _interpret(body, constants, [*fixed, *carried, *(np.asarray(row[k], dtype=object) for row in of_rows)])
        carried = outputs[:kept]
        collected.append(outputs[kept:])
    in_order = collected[::-1] if equation.params["reverse"] else collected
    return [*carried, *(np.asarray(np.stack(column), dtype=object) for column in zip(*in_order, strict=True))]


@cache
def _traced(function: Callable[[dict[str, Any]], Any], shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> Any:
    return jax.make_jaxpr(function)({name: np.zeros(shape) for name, shape in shapes})


def run_exactly(function: Callable[[dict[str, Any]], Any], point: dict[str, Array]) -> Array:
    """Return function(point) as an object array of 50-digit numbers; point holds float64 arrays, taken as exact.

    The trace is kept for the function and the shapes, so pass the same function object again. Raises ZeroDivisionError
    or ValueError where the function is undefined.
    """
    traced = _traced(function, tuple((name, np.shape(value)) for name, value in point.items()))
    with mpmath.workdps(DIGITS):
        leaves = [lift(leaf) for leaf in jax.tree.leaves(point)]
        (out,) = _interpret(traced.jaxpr, [lift(c) for c in traced.consts], leaves)
    return out


def exact_number(definition: Callable[[SimpleNamespace], Any], **point: Any) -> Any:
    """Return a scalar definition at one point as a 50-digit number; for statements that exhibit a witness."""
    arrays = {name: np.asarray(value, dtype=float) for name, value in point.items()}
    return run_exactly(lambda p: definition(SimpleNamespace(**p)), arrays).item()
