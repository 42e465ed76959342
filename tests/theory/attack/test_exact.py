"""The 50-digit interpreter: the same program as JAX runs, in a finer arithmetic, and never another program."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import lax
from jax.scipy.special import erf, erfc

from theory import definitions
from theory.attack.exact import exact_number, run_exactly
from theory.attack.primitives import PRIMITIVES

S = jnp.asarray([0.5, -1.5, 2.0])


def network(x, A):
    return definitions.deep_linear((A, x), jnp.tanh(x))


CASES = {
    "arithmetic": lambda x, _: lax.sub(x * 2.0, x / (1.0 + lax.abs(x))) + lax.neg(x) * jnp.sign(x),
    "order": lambda x, A: jnp.maximum(x, S) * jnp.minimum(x, 0.3) + jnp.max(A, axis=1) - jnp.min(A, axis=0),
    "exponentials": lambda x, _: jnp.exp(x) + jnp.exp2(x) * jnp.expm1(x) + jax.nn.sigmoid(x) + jnp.logaddexp(x, S),
    "logarithms": lambda x, _: jnp.log(x * x) + jnp.log1p(x * x),
    "roots": lambda x, _: jnp.sqrt(x * x + 1.0) + lax.rsqrt(x * x + 0.5) + jnp.square(x) + x**3 + (1.0 / x) ** 2,
    "powers": lambda x, _: jnp.abs(x) ** x,
    "circular": lambda x, _: jnp.sin(x) * jnp.cos(x) + jnp.tanh(x) + erf(x) - erfc(x),
    "comparisons": lambda x, _: (
        jnp.where((x > 0.0) & (x <= S) | (x == 0.5), x, -x)
        + jnp.where(~(x >= S) & (x != 0.25), 1.0, 0.0)
        + (x < S).astype(float)
        + jnp.where(jnp.all(jnp.isfinite(x)), x, 7.0)
    ),
    "scans": lambda x, A: (
        lax.scan(lambda kept, row: (kept * row + x, kept - row), x, A)[0]
        + lax.scan(lambda kept, row: (kept + row, kept * row), x, A, reverse=True)[1][0]
    ),
    "constants": lambda x, _: jnp.where(np.array([True, False, True]), x, S) + np.array([1, 2, 3]).astype(float),
    "whole numbers": lambda x, _: (x * 3.7).astype(int).astype(float) + x.astype(bool).astype(float) + lax.iota(float, 3),
    "products": lambda x, A: A @ x + jnp.einsum("ij,ij->i", A, A.T) + (A @ A.T).sum(axis=0) * jnp.prod(A, axis=1),
    "batched products": lambda _, A: jax.vmap(jnp.matmul)(A[:, None, :], jnp.stack([A, A.T, A + 1.0])).reshape(9)[:3],
    "reshaping": lambda x, A: jnp.concatenate([A.T.reshape(9)[1:7:3], jnp.squeeze(x[None])[:1]]) + jnp.flip(x) + jnp.tile(x[:1], 3),
    "taking apart": lambda x, A: jnp.stack([*jnp.unstack(A)[:2], *jnp.split(A, [1], axis=0)[0]]) @ x + jnp.pad(x[1:], (1, 0)),
    "padding grown by a derivative": jax.grad(lambda x, A: jnp.sum(jnp.sin(x[1:] * x[:2]) * A[0, 1:])),
    "sums along": lambda x, A: jnp.cumsum(x) + jnp.cumsum(A, axis=1)[0],
    "sums along, differentiated": jax.grad(lambda x, _: jnp.sum(jnp.cumsum(x * x) ** 2)),
    "barriers": lambda x, A: lax.stop_gradient(jnp.copy(x)) + sum(lax.optimization_barrier((x, A[0]))),
    "softmax": jax.grad(lambda x, A: definitions.cross_entropy(A @ x, jax.nn.softmax(x))),
    "checkpoint": jax.grad(lambda x, _: jnp.sum(jax.checkpoint(jnp.sin)(x))),
    "shared variable": jax.grad(lambda x, _: jnp.sum(jnp.exp(x) * x * jnp.sin(x))),
    "custom derivative": jax.grad(lambda x, _: jnp.sum(jax.nn.softplus(x) + jax.nn.relu(x))),
    "second derivative": jax.hessian(network),
    "derivative of erfc": jax.grad(lambda x, _: jnp.sum(erfc(x))),
    "one-sam": lambda x, A: definitions.one_sam(lambda w: network(w, A), lambda f: definitions.logistic(f, S[0] * 2.0), x, S[2]),
}


def program(case):
    return lambda p: case(p["x"], p["A"])


PROGRAMS = {name: program(case) for name, case in CASES.items()}
COMPILED = {name: jax.jit(run) for name, run in PROGRAMS.items()}
POINT = {"x": np.array([0.5, -1.25, 1.75]), "A": np.array([[1.0, -2.0, 0.5], [0.1, 1.5, -0.7], [-1.0, 0.3, 0.9]])}


def primitives(jaxpr):
    for equation in jaxpr.eqns:
        yield equation.primitive.name
        for inner in equation.params.values():
            if hasattr(inner, "eqns") or hasattr(inner, "jaxpr"):
                yield from primitives(getattr(inner, "jaxpr", inner))


def test_the_cases_below_reach_every_primitive_that_has_a_rule():
    reached = {name for run in PROGRAMS.values() for name in primitives(jax.make_jaxpr(run)(POINT).jaxpr)}
    later = set() if hasattr(lax, "one_minus_square") else {"one_minus_square"}  # JAX before 0.12 squares and subtracts
    assert set(PRIMITIVES) - reached == later


@pytest.mark.parametrize("name", CASES)
def test_fifty_digits_agree_with_jax(name):
    expected, exact = np.asarray(COMPILED[name](POINT)), run_exactly(PROGRAMS[name], POINT)
    assert exact.shape == expected.shape
    assert np.allclose(exact.astype(float), expected, rtol=1e-12, atol=1e-12)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.integers(0, 5))
def test_fifty_digits_agree_with_jax_at_any_point_of_a_smooth_program(x, seed):
    point = {"x": np.array(x), "A": np.random.default_rng(seed).standard_normal((3, 3))}
    assert np.allclose(run_exactly(PROGRAMS["softmax"], point).astype(float), COMPILED["softmax"](point), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("sort", lambda p: jnp.sort(p["x"])),
        ("while", lambda p: lax.while_loop(lambda x: jnp.max(x) < 9.0, lambda x: 2.0 * x + 1.0, p["x"])),  # its body must not run just once
        ("cond", lambda p: lax.cond(p["x"][0] > 0, jnp.sin, jnp.cos, p["x"])),
        ("div of whole numbers", lambda p: lax.div(p["x"].astype(int), jnp.asarray([2, 2, 2])).astype(float)),
        ("not of whole numbers", lambda p: lax.bitwise_not(p["x"].astype(int)).astype(float)),
        ("padding", lambda p: lax.pad(p["x"], jnp.zeros(()), [(0, 0, 1)])),
    ],
)
def test_an_operation_without_a_rule_is_refused_by_name(name, program):
    with pytest.raises(NotImplementedError, match=name):
        run_exactly(program, POINT)


def test_a_difference_that_float64_loses_is_kept():
    def lost(p):
        return (1.0 + p["x"]) - 1.0

    assert lost({"x": 1e-30}) == 0
    assert run_exactly(lost, {"x": np.asarray(1e-30)}).item() == mpmath.mpf(1e-30)


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (jnp.log, -1.0),
        (jnp.sqrt, -1.0),
        (lax.rsqrt, -1.0),
        (jnp.log1p, -2.0),
        (lambda x: x**0.5, -1.0),
        (lambda x: 1.0 / x, 0.0),
        (lax.rsqrt, 0.0),
        (lambda x: x**-2, 0.0),
        (jax.grad(jnp.sqrt), 0.0),
    ],
)
def test_an_undefined_value_is_an_error_and_never_a_complex_number(function, at):
    assert not np.isfinite(function(jnp.asarray(at)))
    with pytest.raises((ValueError, ZeroDivisionError)):
        run_exactly(lambda p: function(p["x"]), {"x": np.asarray(at)})


@jax.custom_jvp
def exp_neg_sq(x):
    """A function of our own, with the name of one of JAX's."""
    return x + 1.0


exp_neg_sq.defjvps(lambda tangent, *_: tangent)


def test_a_function_of_ours_is_run_whatever_its_name():
    assert run_exactly(lambda p: exp_neg_sq(p["x"]), {"x": np.asarray(2.0)}).item() == 3


def test_the_logarithm_of_zero_is_minus_infinity_as_in_jax():
    assert run_exactly(lambda p: jnp.log(p["x"]), {"x": np.asarray(0.0)}).item() == -mpmath.inf


def test_the_perturbed_weights_are_undefined_at_a_zero_gradient():
    def moved(p):
        return definitions.ascend(p["x"], 0.0 * p["x"], jnp.ones(()))

    with pytest.raises(ZeroDivisionError):
        run_exactly(moved, POINT)


def test_a_witness_is_a_number_of_a_hundred_digits():
    third = exact_number(lambda p: p.x / p.y, x=1.0, y=3.0)
    with mpmath.workdps(100):
        assert abs(3 * third - 1) < mpmath.mpf(10) ** -99
    assert exact_number(lambda p: definitions.linear(p.w, p.x), w=[1, 2], x=[3, 4]) == 11


def test_two_shapes_of_one_program_are_traced_apart():
    def total(p):
        return jnp.sum(p["x"])

    sums = [run_exactly(total, {"x": np.ones(k)}).item() for k in (2, 5, 2)]
    assert sums == [2, 5, 2]
