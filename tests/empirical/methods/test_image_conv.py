"""Kernels of a GPU for convolutions with weights for each example, interpreted here: equal to their definition for every geometry."""

import math
from functools import cache, partial
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jax import lax
from jax.sharding import AbstractDevice, AbstractMesh, use_abstract_mesh

from empirical.agreement.random_nets import TOLERANCE, apart
from empirical.methods.explain import explain
from empirical.methods.losses import cross_entropy
from empirical.methods.model import network, one_example
from empirical.methods.named import J_SAM, L_SAM, ONE_SAM, SGD
from empirical.methods.per_example import per_example
from empirical.methods.program import trace
from empirical.methods.rules import example_conv
from empirical.methods.rules.example_conv import Way
from empirical.methods.rules.geometry import Geometry
from empirical.methods.rules.image_conv import at_shifted
from empirical.methods.sharded import sharded
from theory.compile_options import quick_compile


def compiled(function):
    """Return a function that is compiled quickly."""
    return jax.jit(function, compiler_options=quick_compile())


FEW = settings(max_examples=max(6, settings().max_examples // 15), deadline=None)
EXAMPLES, CHANNELS, OUTPUTS = 2, 16, 32


@st.composite
def geometries(draw):
    """Images of 3 to 9 pixels a side, kernels up to 3 a side, strides to 3 or dilations to 2, and padding that may cut."""
    axes = []
    for _ in range(2):
        size, kernel = draw(st.integers(3, 9)), draw(st.integers(1, 3))
        stride = draw(st.integers(1, 3))
        dilation = draw(st.integers(1, 2)) if stride == 1 else 1
        low, high = draw(st.integers(-1, 2)), draw(st.integers(-1, 2))
        output = (size + low + high - dilation * (kernel - 1) - 1) // stride + 1
        assume(output > 0)
        axes.append((kernel, stride, dilation, (low, high, 0), size, output))
    columns = [(first, *sizes) for first, sizes in zip((1, 1, 1, (0, 0, 0), 1, 1), zip(*axes, strict=True), strict=True)]
    return Geometry(*columns)


def definition(geometry):
    """Return the convolution of one example, x (P, K) and w (O, K, N) -> (S, N), in JAX's own words."""

    def of_example(x, w):
        image = x.reshape(1, *geometry.space[1:], -1)
        kernel = w.reshape(*geometry.kernel[1:], *w.shape[1:])
        pads = [(low, high) for low, high, _ in geometry.pads[1:]]
        numbers = ("NHWC", "HWIO", "NHWC")
        y = lax.conv_general_dilated(
            image, kernel, geometry.strides[1:], pads, rhs_dilation=geometry.dilation[1:], dimension_numbers=numbers
        )
        return y.reshape(-1, w.shape[2])

    return jax.vmap(of_example)


def drawn(geometry, dtype=float, seed=0):
    """Return x, w and d of a few examples."""
    random = np.random.default_rng(seed)
    shapes = (
        (EXAMPLES, math.prod(geometry.space), CHANNELS),
        (EXAMPLES, math.prod(geometry.kernel), CHANNELS, OUTPUTS),
        (EXAMPLES, math.prod(geometry.output), OUTPUTS),
    )
    return [jnp.asarray(random.normal(size=shape), dtype) for shape in shapes]


FORTH = Way(None, jnp.float64, back=False, summed_last=False)
BACK = FORTH._replace(back=True, summed_last=True)
PADDED = Geometry((1, 3, 3), (1, 2, 1), (1, 1, 2), ((0, 0, 0), (2, -1, 0), (0, 2, 0)), (1, 9, 5), (1, 4, 3))


@FEW
@given(geometries())
@example(PADDED)
def test_output_and_both_gradients_equal_the_definition(geometry):
    x, w, d = drawn(geometry)

    def of_kernels(x, w, d):
        y = example_conv.pixels(x, [w], geometry, FORTH)
        again = example_conv.pixels(x, [w.swapaxes(2, 3)], geometry, FORTH._replace(summed_last=True))
        return y, again, example_conv.pixels(d, [w], geometry, BACK), *example_conv.gradients(x, d, geometry, None)

    y, pull = jax.vjp(definition(geometry), x, w)
    dx, dw = pull(d)
    computed = compiled(of_kernels)(x, w, d)
    for value, right in zip(computed, (y, y, dx, dw, jnp.sum(dw**2, (1, 2, 3))), strict=True):
        assert apart(value, right) <= TOLERANCE


def test_several_weights_are_added_and_one_may_be_shared():
    x, w, _ = drawn(PADDED)
    shared = w[:1]
    added = example_conv.pixels(x, [shared, w], PADDED, FORTH)
    assert apart(added, definition(PADDED)(x, shared + w)) <= TOLERANCE


def test_gradients_of_float32_lose_less_than_tf32_would():
    """TF32 keeps 10 bits of each factor; the largest part that is left out here is the product of two parts of 8 bits less."""
    x, _, d = (value.astype(jnp.float32) for value in drawn(PADDED))
    exact = example_conv.gradients(x.astype(float), d.astype(float), PADDED, None)[0]
    high, low = example_conv.halves(x, None)
    assert high.dtype == low.dtype == jnp.bfloat16
    assert 1e-7 < apart(high.astype(float) + low.astype(float), x.astype(float)) < 2.0**-16
    assert apart(example_conv.gradients(x, d, PADDED, None)[0].astype(float), exact) < 2.0**-16
    highest = (lax.Precision.HIGHEST, lax.Precision.HIGHEST)
    assert len(example_conv.halves(x, highest)) == 1
    assert apart(example_conv.gradients(x, d, PADDED, highest)[0].astype(float), exact) < 1e-6


@pytest.mark.filterwarnings("ignore:The Pallas Triton backend is deprecated:DeprecationWarning")  # JAX 0.12
@pytest.mark.parametrize("precision", [None, (lax.Precision.HIGHEST, lax.Precision.HIGHEST)], ids=["default", "highest"])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16], ids=["float32", "bfloat16"])
def test_without_a_gpu_the_kernels_still_become_triton_code_for_one(dtype, precision):
    """What JAX interprets may be more than Triton knows: powers of two, and operations on whole arrays alone."""
    geometry = PADDED._replace(strides=(1, 2, 1), dilation=(1, 1, 1), output=(1, 4, 5))
    x, w, d = (jax.ShapeDtypeStruct(value.shape, dtype) for value in drawn(geometry))
    device = AbstractDevice(device_kind="NVIDIA H100 80GB HBM3", num_cores=None, platform="gpu")
    calls = (
        (lambda x, w: example_conv.pixels(x, [w[:1], w], geometry, FORTH._replace(precision=precision, dtype=dtype)), (x, w)),
        (lambda d, w: example_conv.pixels(d, [w[:1], w], geometry, BACK._replace(precision=precision, dtype=dtype)), (d, w)),
        (lambda x, d: example_conv.gradients(x, d, geometry, precision), (x, d)),
    )
    with use_abstract_mesh(AbstractMesh((), (), abstract_device=device)), jax.enable_x64(False):
        for function, values in calls:
            text = jax.jit(function).trace(*values).lower(lowering_platforms=("cuda",)).as_text()
            assert "__gpu$xla.gpu.triton" in text


def test_where_jax_has_no_triton_the_other_routes_are_taken(monkeypatch):
    monkeypatch.setattr(example_conv, "triton", None)
    params, inputs, _ = batch()
    assert "kernel" not in trace(one_example(Wide()), params, inputs, force="kernel").routes.values()


class Wide(nn.Module):
    """Convolutions that the kernels take (strided, dilated, with padding that differs), and one that they do not."""

    @nn.compact
    def __call__(self, x):
        """Return 3 logits of images with 16 channels."""
        x = jnp.tanh(nn.Conv(16, (3, 3), padding=1, param_dtype=x.dtype)(x))
        x = jnp.tanh(nn.Conv(32, (3, 2), strides=(2, 1), padding=((1, 0), (0, 1)), use_bias=False, param_dtype=x.dtype)(x))
        x = jnp.tanh(nn.Conv(16, (2, 2), kernel_dilation=(1, 2), param_dtype=x.dtype)(x))
        x = jnp.tanh(nn.Conv(16, (1, 1), param_dtype=x.dtype)(x))
        return nn.Dense(3, param_dtype=x.dtype)(x.mean((1, 2)))


@cache
def batch(dtype=float):
    random = np.random.default_rng(1)
    inputs = jnp.asarray(random.normal(size=(3, 7, 6, 16)), dtype)
    params = compiled(Wide().init)(jax.random.key(2), inputs)["params"]
    return params, inputs, jax.nn.one_hot(jnp.array([0, 2, 1]), 3, dtype=dtype)


def step(route, method=ONE_SAM):
    """Return a function of parameters, radius, inputs and targets: the gradient of a method by a route."""
    way = per_example(Wide(), cross_entropy, method, force=route)
    return lambda *at: way(*at)[0]


def test_the_wide_network_takes_kernels_where_it_can():
    params, inputs, _ = batch()
    routes = trace(one_example(Wide()), params, inputs, force="kernel").routes
    assert [route for _, route in sorted(routes.items())].count("kernel") == 3


@pytest.mark.parametrize("method", [ONE_SAM, J_SAM, L_SAM], ids=["1-SAM", "J-SAM", "L-SAM"])
def test_methods_by_kernels_equal_their_definition(method):
    params, inputs, targets = batch()
    by_kernels = compiled(per_example(Wide(), cross_entropy, method, force="kernel"))(params, 0.3, inputs, targets)
    by_definition = compiled(sharded(network(Wide()), cross_entropy, method))(params, 0.3, inputs, targets)
    assert apart(by_kernels[0], by_definition[0]) <= TOLERANCE
    assert apart(by_kernels[1].gradient_norms, by_definition[1].gradient_norms) <= TOLERANCE


def test_the_neighbours_weights_are_noticed(monkeypatch):
    """The near miss of this route: each example meets the shift of the one after it."""
    params, inputs, targets = batch()
    right = compiled(step("kernel"))(params, 0.3, inputs, targets)
    pixels = example_conv.pixels
    monkeypatch.setattr(example_conv, "pixels", lambda x, weights, *at, **how: pixels(x, [jnp.roll(w, 1, 0) for w in weights], *at, **how))
    wrong = compiled(step("kernel"))(params, 0.3, inputs, targets)
    assert apart(wrong, right) > 1e4 * TOLERANCE


def test_in_bfloat16_a_shift_below_the_rounding_of_its_weight_is_kept():
    """Weights of 1 and -1 that cancel, and shifts of 2^-10: their sum in bfloat16 would be the weight alone, and the output 0."""
    inputs = jnp.ones((2, 1, 4, 4, 16), jnp.bfloat16)
    signs = (-1.0) ** (jnp.arange(16, dtype=float)[:, None] + jnp.arange(16, dtype=float)[None])
    kernel = jnp.broadcast_to(signs, (3, 3, 16, 16)).astype(jnp.bfloat16)

    def model(kernel, x):
        return lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    (product,) = trace(model, kernel, inputs, force="kernel").products.values()
    shifts = jnp.full((2, 9, 16, 16), 2.0**-10, jnp.float32)
    y, pull = jax.vjp(lambda x: at_shifted(product, x, kernel, shifts), inputs)
    assert jnp.unique(y).tolist() == [9 * 16 * 2.0**-10]
    (slopes,) = pull(jnp.ones_like(y))
    seen_by = np.array([1.0, 2.0, 2.0, 1.0])  # places along an axis that see a pixel
    expected = np.outer(seen_by, seen_by)[None, None, :, :, None] * 16 * 2.0**-10
    assert np.array_equal(slopes.astype(float), np.broadcast_to(expected, slopes.shape))


def test_methods_in_bfloat16_are_as_near_by_kernels_as_by_patches():
    """Against float64 of the same rounded values."""
    short = batch(jnp.bfloat16)

    def change(values, route):
        moved, plain = (compiled(step(route, method))(values[0], 0.01, *values[1:]) for method in (ONE_SAM, SGD))
        return jax.tree.map(lambda a, b: a.astype(float) - b.astype(float), moved, plain)

    exact = change(jax.tree.map(lambda leaf: leaf.astype(float), short), "kernel")
    assert apart(change(short, "kernel"), exact) < 1.5 * apart(change(short, "materialised"), exact)


def test_a_step_by_kernels_may_be_differentiated_and_mapped_over_parameters():
    params, inputs, targets = batch()

    def total(rho, params, route):
        leaves = jax.tree.leaves(step(route)(params, rho, inputs, targets))
        return sum(jnp.sum(leaf * jnp.cos(jnp.arange(leaf.size, dtype=float)).reshape(leaf.shape)) for leaf in leaves)

    slopes = [compiled(jax.grad(partial(total, route=route)))(0.3, params) for route in ("kernel", "materialised")]
    assert apart(*slopes) <= 1e-10
    of_params = partial(total, 0.3, route="kernel")
    several = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf / 2]), params)
    alone = [compiled(of_params)(jax.tree.map(lambda leaf, at=k: leaf[at], several)) for k in range(2)]
    assert apart(compiled(jax.vmap(of_params))(several), jnp.stack(alone)) <= TOLERANCE


@pytest.mark.parametrize(
    ("changes", "suits"),
    [
        ({}, True),
        ({"kernel": (1, 1, 1)}, False),  # nothing is unrolled there
        ({"space": (2, 9, 5)}, False),  # two images of one example
        ({"pads": ((0, 0, 0), (2, -1, 1), (0, 2, 0))}, False),  # zeros between pixels
        ({"dilation": (1, 2, 1)}, False),  # along the axis of the stride
        ({"kernel": (1, 1, 3, 3)}, False),
    ],
)
def test_only_what_the_kernels_cover_is_theirs(changes, suits):
    assert example_conv.suits(PADDED._replace(**changes), 16, 48) is suits
    assert not example_conv.suits(PADDED, 24, 16)
    assert not example_conv.suits(PADDED, 3, 64)


@pytest.mark.parametrize(
    ("device", "there"),
    [
        ({"platform": "gpu", "compute_capability": "9.0"}, True),
        ({"platform": "gpu", "compute_capability": "7.5"}, False),  # its programs may hold too little
        ({"platform": "gpu", "compute_capability": "gfx942"}, False),  # AMD's
        ({"platform": "cpu"}, False),
    ],
)
def test_kernels_are_taken_on_gpus_that_hold_their_tiles_and_nowhere_else(device, there, monkeypatch):
    params, inputs, _ = batch()
    monkeypatch.setattr(jax, "devices", lambda: [SimpleNamespace(**device)])
    assert example_conv.at_hand() is there
    program = trace(one_example(Wide()), params, inputs)
    assert ("kernel" in program.routes.values()) is there
    assert ("conv_general_dilated, kernel" in explain(Wide(), params, inputs[0], batch=3)) is there
