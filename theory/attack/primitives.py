"""What each JAX primitive computes, on object arrays of mpmath numbers: the table behind `exact.py`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

Array = np.ndarray


def elementwise(function: Callable[..., Any], arity: int = 1) -> Callable[..., Array]:
    """Return a function of numbers as one of object arrays, entry by entry."""
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
        return elementwise(lambda v: v != 0)(x)
    if np.issubdtype(new_dtype, np.integer):
        return elementwise(lambda v: mpmath.mpf(int(v)))(x)
    return elementwise(lambda v: mpmath.mpf(v) if isinstance(v, bool) else v)(x)


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
    return np.broadcast_to(lift(along.astype(dtype)), shape)


def _select(index: Array, *cases: Array, **_: Any) -> Array:
    return np.asarray(np.frompyfunc(lambda k, *c: c[int(k)], 1 + len(cases), 1)(index, *cases), dtype=object)


def lift(x: Any) -> Array:
    """Return an object array of mpmath numbers (or of booleans) equal to x; every float64 is exact."""
    array = np.asarray(x)
    if array.dtype == bool:
        return np.asarray(array.astype(object))
    return np.asarray(np.frompyfunc(lambda v: mpmath.mpf(float(v)), 1, 1)(array), dtype=object)


PRIMITIVES: dict[str, Callable[..., Any]] = {
    "add": elementwise(operator.add, 2),
    "add_any": elementwise(operator.add, 2),
    "sub": elementwise(operator.sub, 2),
    "mul": elementwise(operator.mul, 2),
    "div": elementwise(operator.truediv, 2),
    "neg": elementwise(operator.neg),
    "sign": elementwise(mpmath.sign),
    "abs": elementwise(abs),
    "max": elementwise(max, 2),
    "min": elementwise(min, 2),
    "exp": elementwise(mpmath.exp),
    "exp2": elementwise(lambda x: mpmath.power(2, x)),
    "expm1": elementwise(mpmath.expm1),
    "log": elementwise(_real(mpmath.log)),
    "log1p": elementwise(_real(mpmath.log1p)),
    "sqrt": elementwise(_real(mpmath.sqrt)),
    "rsqrt": elementwise(_real(lambda x: 1 / mpmath.sqrt(x))),
    "square": elementwise(lambda x: x * x),
    "one_minus_square": elementwise(lambda x: (1 - x) * (1 + x)),  # in derivatives of tanh, since JAX 0.12
    "tanh": elementwise(mpmath.tanh),
    "sin": elementwise(mpmath.sin),
    "cos": elementwise(mpmath.cos),
    "logistic": elementwise(lambda x: 1 / (1 + mpmath.exp(-x))),
    "erf": elementwise(mpmath.erf),
    "erfc": elementwise(mpmath.erfc),
    "pow": elementwise(_real(mpmath.power), 2),
    "eq": elementwise(operator.eq, 2),
    "ne": elementwise(operator.ne, 2),
    "lt": elementwise(operator.lt, 2),
    "le": elementwise(operator.le, 2),
    "gt": elementwise(operator.gt, 2),
    "ge": elementwise(operator.ge, 2),
    "and": elementwise(lambda a, b: a and b, 2),
    "or": elementwise(lambda a, b: a or b, 2),
    "not": elementwise(lambda a: not a),
    "is_finite": elementwise(mpmath.isfinite),
    "stop_gradient": lambda x, **_: x,
    "copy": lambda x, **_: x,
    "optimization_barrier": lambda *x, **_: list(x),
    "convert_element_type": _convert,
    "integer_pow": lambda x, *, y, **_: elementwise(lambda v: v**y)(x),
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
