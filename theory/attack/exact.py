"""Run a JAX function, its automatic derivatives included, in 50-digit arithmetic.

A counterexample must not be rounding. So the program that JAX traced from the *definition* (loss, perturbation,
gradient of both) is interpreted once more, primitive by primitive, on mpmath numbers. No formula of the paper and no
second derivation enters: it is the same program in a finer arithmetic.
"""

from __future__ import annotations

import operator
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

Array = np.ndarray


def _elementwise(function: Callable[..., Any], arity: int = 1) -> Callable[..., Array]:
    ufunc = np.frompyfunc(function, arity, 1)
    return lambda *arrays, **_: np.asarray(ufunc(*arrays), dtype=object)


def _real(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, with a ValueError where mpmath leaves the reals and JAX returns nan."""

    def run(*arguments: Any) -> Any:
        value = function(*arguments)
        if isinstance(value, mpmath.mpc):
            raise ValueError(f"not real at {', '.join(map(str, arguments))}")
        return value

    return run


def _convert(x: Array, *, new_dtype: Any, **_: Any) -> Array:
    """Truncate where the new type is of whole numbers, and tell zero from the rest where it is bool."""
    if np.issubdtype(new_dtype, np.bool_):
        return _elementwise(lambda v: v != 0)(x)
    if np.issubdtype(new_dtype, np.integer):
        return _elementwise(lambda v: mpmath.mpf(int(v)))(x)
    return _elementwise(lambda v: mpmath.mpf(v) if isinstance(v, bool) else v)(x)


def _dot(a: Array, b: Array, *, dimension_numbers: Any, **_: Any) -> Array:
    """Contract as lax.dot_general does: batch axes first, then the free axes of a, then the free axes of b."""
    (ca, cb), (ba, bb) = dimension_numbers
    letters = iter(range(100))
    la, lb = ([next(letters) for _ in array.shape] for array in (a, b))
    for i, j in zip((*ca, *ba), (*cb, *bb), strict=True):
        lb[j] = la[i]
    free = [x for i, x in enumerate(la) if i not in (*ca, *ba)] + [x for j, x in enumerate(lb) if j not in (*cb, *bb)]
    return np.asarray(np.einsum(a, la, b, lb, [*(la[i] for i in ba), *free], optimize=False), dtype=object)


def _broadcast(x: Array, *, shape: Any, broadcast_dimensions: Any, **_: Any) -> Array:
    full = [1] * len(shape)
    for axis, target in enumerate(broadcast_dimensions):
        full[target] = x.shape[axis]
    return np.broadcast_to(x.reshape(full), shape)


def _reduce(function: Callable[[Any, Any], Any], start: Any) -> Callable[..., Array]:
    def run(x: Array, *, axes: Any, **_: Any) -> Array:
        out = x
        for axis in sorted(axes, reverse=True):
            slices = np.moveaxis(out, axis, 0)
            total = np.full(slices.shape[1:], start, dtype=object)
            for item in slices:
                total = np.asarray(np.frompyfunc(function, 2, 1)(total, item), dtype=object)
            out = total
        return out

    return run


def _slice(x: Array, *, start_indices: Any, limit_indices: Any, strides: Any, **_: Any) -> Array:
    steps = strides or (1,) * x.ndim
    return x[tuple(slice(a, b, s) for a, b, s in zip(start_indices, limit_indices, steps, strict=True))]


def _pad(x: Array, value: Array, *, padding_config: Any, **_: Any) -> Array:
    if any(low < 0 or high < 0 or inner for low, high, inner in padding_config):
        raise NotImplementedError(f"padding {padding_config} has no 50-digit rule")
    return np.pad(x, [(low, high) for low, high, _ in padding_config], constant_values=value.item())


def _split(x: Array, *, sizes: Any, axis: int, **_: Any) -> list[Array]:
    return list(np.split(x, np.cumsum(sizes)[:-1], axis=axis))


def _iota(*, dtype: Any, shape: Any, dimension: int, **_: Any) -> Array:
    along = np.arange(shape[dimension]).reshape([-1 if axis == dimension else 1 for axis in range(len(shape))])
    return np.broadcast_to(_lift(along.astype(dtype)), shape)


def _select(index: Array, *cases: Array, **_: Any) -> Array:
    return np.asarray(np.frompyfunc(lambda k, *c: c[int(k)], 1 + len(cases), 1)(index, *cases), dtype=object)


PRIMITIVES: dict[str, Callable[..., Any]] = {
    "add": _elementwise(operator.add, 2),
    "add_any": _elementwise(operator.add, 2),
    "sub": _elementwise(operator.sub, 2),
    "mul": _elementwise(operator.mul, 2),
    "div": _elementwise(operator.truediv, 2),
    "neg": _elementwise(operator.neg),
    "sign": _elementwise(mpmath.sign),
    "abs": _elementwise(abs),
    "max": _elementwise(max, 2),
    "min": _elementwise(min, 2),
    "exp": _elementwise(mpmath.exp),
    "exp2": _elementwise(lambda x: mpmath.power(2, x)),
    "expm1": _elementwise(mpmath.expm1),
    "log": _elementwise(_real(mpmath.log)),
    "log1p": _elementwise(_real(mpmath.log1p)),
    "sqrt": _elementwise(_real(mpmath.sqrt)),
    "rsqrt": _elementwise(_real(lambda x: 1 / mpmath.sqrt(x))),
    "square": _elementwise(lambda x: x * x),
    "one_minus_square": _elementwise(lambda x: (1 - x) * (1 + x)),  # in derivatives of tanh, since JAX 0.12
    "tanh": _elementwise(mpmath.tanh),
    "sin": _elementwise(mpmath.sin),
    "cos": _elementwise(mpmath.cos),
    "logistic": _elementwise(lambda x: 1 / (1 + mpmath.exp(-x))),
    "erf": _elementwise(mpmath.erf),
    "erfc": _elementwise(mpmath.erfc),
    "pow": _elementwise(_real(mpmath.power), 2),
    "eq": _elementwise(operator.eq, 2),
    "ne": _elementwise(operator.ne, 2),
    "lt": _elementwise(operator.lt, 2),
    "le": _elementwise(operator.le, 2),
    "gt": _elementwise(operator.gt, 2),
    "ge": _elementwise(operator.ge, 2),
    "and": _elementwise(lambda a, b: a and b, 2),
    "or": _elementwise(lambda a, b: a or b, 2),
    "not": _elementwise(lambda a: not a),
    "is_finite": _elementwise(mpmath.isfinite),
    "stop_gradient": lambda x, **_: x,
    "copy": lambda x, **_: x,
    "optimization_barrier": lambda *x, **_: list(x),
    "convert_element_type": _convert,
    "integer_pow": lambda x, *, y, **_: _elementwise(lambda v: v**y)(x),
    "dot_general": _dot,
    "broadcast_in_dim": _broadcast,
    "reshape": lambda x, *, new_sizes, **_: x.reshape(new_sizes),
    "squeeze": lambda x, *, dimensions, **_: np.squeeze(x, axis=tuple(dimensions)),
    "transpose": lambda x, *, permutation, **_: np.transpose(x, permutation),
    "concatenate": lambda *x, dimension, **_: np.concatenate(x, axis=dimension),
    "reduce_sum": _reduce(operator.add, mpmath.mpf(0)),
    "reduce_max": _reduce(max, -mpmath.inf),
    "reduce_min": _reduce(min, mpmath.inf),
    "reduce_prod": _reduce(operator.mul, mpmath.mpf(1)),
    "reduce_and": _reduce(lambda a, b: a and b, True),
    "slice": _slice,
    "pad": _pad,
    "rev": lambda x, *, dimensions, **_: np.flip(x, axis=tuple(dimensions)),
    "split": _split,
    "stack": lambda *x, axis, **_: np.stack(x, axis=axis),
    "unstack": lambda x, *, axis, **_: [np.take(x, i, axis=axis) for i in range(x.shape[axis])],
    "tile": lambda x, *, reps, **_: np.tile(x, reps),
    "cumsum": lambda x, *, axis, reverse, **_: (
        np.flip(np.cumsum(np.flip(x, axis), axis=axis), axis) if reverse else np.cumsum(x, axis=axis)
    ),
    "iota": _iota,
    "select_n": _select,
}
CALLS = {"jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call", "checkpoint", "remat2"}  # run the program they hold, once
LAX = PurePath(jax.__file__).parent / "_src" / "lax"
OF_JAX: dict[str, Callable[..., Array]] = {"exp_neg_sq": _elementwise(lambda x: mpmath.exp(-x * x))}
"""Functions that JAX itself writes out for float64 alone, by name: exp(-x^2) in two halves, in erfc since JAX 0.12."""
WHOLE_NUMBERS_DIFFER = {"div", "and", "or", "not"}  # JAX truncates, and works bit by bit


def _lift(x: Any) -> Array:
    """Return an object array of mpmath numbers (or of booleans) equal to x; every float64 is exact."""
    array = np.asarray(x)
    if array.dtype == bool:
        return np.asarray(array.astype(object))
    return np.asarray(np.frompyfunc(lambda v: mpmath.mpf(float(v)), 1, 1)(array), dtype=object)


def _own_name(jaxpr: Any) -> str:
    """Return the name of the function that a program was traced from if its source is JAX's `lax`, else an empty string."""
    name, _, place = str(getattr(getattr(jaxpr, "debug_info", None), "func_src_info", "")).partition(" at ")
    return name if LAX in PurePath(place).parents else ""


def _interpret(jaxpr: Any, consts: Any, arguments: list[Array]) -> list[Array]:
    known: dict[Any, Array] = {}
    known.update(zip(jaxpr.constvars, consts, strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))

    def value(variable: Any) -> Array:
        return _lift(variable.val) if isinstance(variable, Literal) else known[variable]

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
                else _interpret(inner.jaxpr if closed else inner, [_lift(c) for c in inner.consts] if closed else [], inputs)
            )
        elif name == "scan":
            outputs = _scan(inputs, **equation.params)
        else:
            rule = PRIMITIVES.get(name)
            whole = name in WHOLE_NUMBERS_DIFFER and np.issubdtype(equation.invars[0].aval.dtype, np.integer)
            if rule is None or whole:
                operation = f"{name} of whole numbers" if whole else name
                raise NotImplementedError(f"the JAX primitive {operation} has no 50-digit rule in theory/attack/exact.py; add one")
            result = rule(*inputs, **equation.params)
            outputs = result if isinstance(result, list) else [result]
        known.update(zip(equation.outvars, outputs, strict=True))
    return [value(v) for v in jaxpr.outvars]


def _scan(inputs: list[Array], *, jaxpr: Any, length: int, num_consts: int, num_carry: int, reverse: bool, **_: Any) -> list[Array]:
    """Run the body once for each row of the inputs after the constants and the carried values; return these and the stacked rows."""
    constants, carried, rows = inputs[:num_consts], inputs[num_consts : num_consts + num_carry], inputs[num_consts + num_carry :]
    collected: list[list[Array]] = []
    for k in reversed(range(length)) if reverse else range(length):
        at_row = [np.asarray(row[k], dtype=object) for row in rows]
        outputs = _interpret(jaxpr.jaxpr, [_lift(c) for c in jaxpr.consts], [*constants, *carried, *at_row])
        carried = outputs[:num_carry]
        collected.append(outputs[num_carry:])
    in_order = collected[::-1] if reverse else collected
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
        leaves = [_lift(leaf) for leaf in jax.tree.leaves(point)]
        (out,) = _interpret(traced.jaxpr, [_lift(c) for c in traced.consts], leaves)
    return out


def exact_number(definition: Callable[[SimpleNamespace], Any], **point: Any) -> Any:
    """Return a scalar definition at one point as a 50-digit number; for statements that exhibit a witness."""
    arrays = {name: np.asarray(value, dtype=float) for name, value in point.items()}
    return run_exactly(lambda p: definition(SimpleNamespace(**p)), arrays).item()
