"""A convolution with strides as a sum over phases: equal to JAX's in its output and in all derivatives, for every geometry."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jax import lax

from empirical.agreement.random_nets import TOLERANCE, apart
from empirical.methods.losses import squared
from empirical.methods.named import ONE_SAM
from empirical.methods.per_example import per_example
from empirical.methods.rules import conv, phases
from empirical.methods.rules.phases import in_phases, strided
from theory.compile_options import quick_compile

FEW = settings(max_examples=max(6, settings().max_examples // 15), deadline=None)


@st.composite
def axes(draw):
    """Return the size, kernel, stride and padding of one axis; padding may cut, and a stride may be longer than the kernel."""
    size, kernel, stride = draw(st.integers(3, 8)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    pads = draw(st.integers(-1, 3)), draw(st.integers(-1, 3))
    assume(size + sum(pads) >= kernel)
    return size, kernel, stride, pads


def case(plan, groups=1):
    """Return a convolution of one example as a function of x and w, with both."""
    sizes, kernels, strides, pads = zip(*plan, strict=True)
    letters = "HWD"[: len(plan)]
    numbers = (f"N{letters}C", f"{letters}IO", f"C{letters}N" if len(plan) == 1 else f"N{letters}C")
    random = np.random.default_rng(0)
    x, w = (jnp.asarray(random.normal(size=shape)) for shape in ((2, *sizes, 2 * groups), (*kernels, 2, 3 * groups)))

    def convolution(x, w):
        return lax.conv_general_dilated(x, w, strides, pads, dimension_numbers=numbers, feature_group_count=groups)

    return convolution, x, w


@FEW
@given(st.lists(axes(), min_size=1, max_size=3), st.integers(1, 2))
@example([(8, 5, 2, (2, 1)), (7, 3, 3, (-1, 2))], 2)
@example([(6, 1, 2, (0, 0)), (5, 2, 3, (0, 1))], 1)
def test_output_and_derivatives_equal_the_convolution(plan, groups):
    convolution, x, w = case(plan, groups)
    (equation,) = jax.make_jaxpr(convolution)(x, w).eqns
    assert strided(equation) == (max(stride for _, _, stride, _ in plan) > 1)

    def by_jax_and_by_phases(x, w):
        y, pull = jax.vjp(convolution, x, w)
        again, pull_again = jax.vjp(lambda x, w: in_phases(equation, x, w), x, w)
        return (y, *pull(jnp.cos(y))), (again, *pull_again(jnp.cos(y)))

    from_jax, from_phases = jax.jit(by_jax_and_by_phases, compiler_options=quick_compile())(x, w)
    assert apart(from_phases, from_jax) <= TOLERANCE


def test_dilated_convolutions_are_left_as_they_are():
    for how in ({"lhs_dilation": (2,)}, {"rhs_dilation": (2,)}):
        function = jax.make_jaxpr(lambda x, w, how=how: lax.conv_general_dilated(x, w, (2,), [(0, 0)], **how))
        (equation,) = function(jnp.ones((1, 1, 9)), jnp.ones((1, 1, 3))).eqns
        assert not strided(equation)


@pytest.fixture
def step():
    """A step of two strided convolutions, of which the second has a gradient in its input; all examples by the gram route."""
    convolution, x, w = case([(8, 3, 2, (1, 1))])
    second = jnp.asarray(np.random.default_rng(1).normal(size=(3, 3, 2)))
    numbers = ("NHC", "HIO", "NHC")

    def model(p, x):
        hidden = jnp.tanh(convolution(x, p[0]))
        return lax.conv_general_dilated(hidden.transpose(2, 1, 0), p[1], (2,), "SAME", dimension_numbers=numbers)

    targets = jnp.ones((2, *model([w, second], x).shape))
    way = per_example(model, squared, ONE_SAM, force="gram")

    def traced_anew(of=lambda step: step(0.3)):
        run = jax.jit(lambda p, x: of(lambda rho: way(p, rho, x, targets)[0]), compiler_options=quick_compile())
        return run([w, second], jnp.stack([x, 2 * x]))

    return traced_anew


def test_a_step_takes_phases_on_a_processor_and_they_change_nothing(step, monkeypatch):
    with_phases = step()
    monkeypatch.setattr(conv, "on_processor", lambda: False)
    assert apart(with_phases, step()) <= TOLERANCE


def test_a_phase_that_is_left_out_is_noticed(step, monkeypatch):
    right = step()
    product = phases.itertools.product
    monkeypatch.setattr(phases.itertools, "product", lambda *ranges: list(product(*ranges))[:-1])
    assert apart(step(), right) > 1e4 * TOLERANCE


def test_a_whole_step_may_be_differentiated_forwards_and_backwards(step, monkeypatch):
    def slopes(step):
        def projected(rho):
            return sum(jnp.sum(jnp.sin(g)) for g in step(rho))

        return jax.jvp(projected, (0.3,), (1.0,))[1], jax.grad(projected)(0.3)

    forwards, backwards = step(slopes)
    assert apart(forwards, backwards) <= TOLERANCE
    monkeypatch.setattr(conv, "on_processor", lambda: False)
    assert apart(backwards, step(slopes)[1]) <= TOLERANCE
