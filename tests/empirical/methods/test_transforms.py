"""Directions under JAX's transformations, in short types, for pytrees, in chunks, and differentiated as a whole."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from empirical.agreement.random_nets import apart
from empirical.methods.losses import cross_entropy
from empirical.methods.named import J_SAM, L_SAM, METHODS, N_SAM, ONE_SAM, direction, m_sam
from empirical.methods.per_example import per_example
from tests.empirical.methods.oracle import EXACT
from theory.compile_options import quick_compile

ROUTES = ("gram", "materialised")  # of processors; test_image_conv.py has the route of GPUs

RHO = 0.3


def compiled(function, **options):
    return jax.jit(function, compiler_options=quick_compile(), **options)


def model(p, x):
    """A convolution, an embedding, rows by a matrix and by a vector's worth of it, so that every rule and formed parameters occur."""
    rows = jax.lax.conv_general_dilated(x["rows"][None], p["conv"], (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC"))[0]
    rows = jnp.tanh(rows + p["table"][x["words"]]) * p["scale"][None]
    return jnp.tanh(rows @ p["dense"]).sum(0) @ p["last"]


def case(dtype=jnp.float64, seed=0, scale=1.0):
    random = np.random.default_rng(seed)
    shapes = {"conv": (2, 3, 4), "table": (5, 4), "scale": (4,), "dense": (4, 3), "last": (3, 3)}
    params = {name: jnp.asarray(random.normal(size=shape) / 2, dtype) for name, shape in shapes.items()}
    rows = jnp.asarray(scale * random.normal(size=(5, 3, 3)), dtype)
    inputs = {"rows": rows, "words": jnp.asarray(random.integers(0, 5, (5, 3)))}
    return params, inputs, jnp.asarray(np.eye(3)[random.integers(3, size=5)], dtype)


def one_sam(params, inputs, targets, rho=RHO):
    return direction(model, cross_entropy, ONE_SAM)(params, rho, inputs, targets)[0]


@pytest.fixture(scope="module")
def expected():
    return compiled(one_sam)(*case())


def test_checkpoint_and_donated_buffers_change_nothing(expected):
    def step(*at):
        return jax.checkpoint(one_sam)(*at)

    assert apart(compiled(step, donate_argnums=0)(*case()), expected) <= EXACT


def test_weights_may_be_vmapped(expected):
    params, *batch = case()
    stacked = jax.tree.map(lambda leaf: jnp.stack([leaf, 2 * leaf]), params)
    gradients = compiled(jax.vmap(one_sam, (0, None, None)))(stacked, *batch)
    assert apart(jax.tree.map(lambda leaf: leaf[0], gradients), expected) <= EXACT
    doubled = compiled(one_sam)(jax.tree.map(lambda leaf: 2 * leaf, params), *batch)
    assert apart(jax.tree.map(lambda leaf: leaf[1], gradients), doubled) <= EXACT
    assert apart(doubled, expected) > 1e-2


@pytest.mark.parametrize("method", [ONE_SAM, L_SAM, m_sam(2)], ids=["1-SAM", "L-SAM", "m-SAM"])
def test_chunks_give_the_same_direction_and_diagnostics(method):
    params, inputs, targets = case()
    if method.shard != 1:  # shards must divide the batch
        inputs, targets = jax.tree.map(lambda leaf: leaf[:4], (inputs, targets))

    def whole_and_chunked(*at):
        return [direction(model, cross_entropy, method, 0.1, chunk)(at[0], RHO, *at[1:]) for chunk in (None, 2)]

    whole, chunked = compiled(whole_and_chunked)(params, inputs, targets)
    assert apart(chunked, whole) <= EXACT


def test_chunks_that_part_a_shard_are_refused():
    for method, chunk, message in (
        (N_SAM, 2, "an epsilon for the whole batch"),
        (m_sam(2), 3, "shards of 2"),
        (ONE_SAM, 0, "at least one"),
    ):
        with pytest.raises(ValueError, match=message):
            direction(model, cross_entropy, method, chunk=chunk)


def test_a_whole_step_may_be_differentiated_in_the_radius_and_in_the_data():
    """Against differences of the step itself; an epsilon that were held fixed would give 0 in the radius."""
    params, inputs, targets = case()
    random = np.random.default_rng(3)
    weights = jax.tree.map(lambda leaf: jnp.asarray(random.normal(size=leaf.shape)), params)
    way = jnp.asarray(random.normal(size=inputs["rows"].shape))

    for route in ROUTES:
        step = per_example(model, cross_entropy, ONE_SAM, force=route)

        def projected(rho, shift, step=step):
            moved = inputs | {"rows": inputs["rows"] + shift * way}
            gradient = step(params, rho, moved, targets)[0]
            return sum(jnp.sum(g * w) for g, w in zip(jax.tree.leaves(gradient), jax.tree.leaves(weights), strict=True))

        h = 1e-5  # the error of a central difference is of the order of h^2, and rounding adds 1e-16 / h
        slopes = compiled(jax.grad(projected, argnums=(0, 1)))(RHO, 0.0)
        at = compiled(projected)
        differences = [(at(RHO + h, 0.0) - at(RHO - h, 0.0)) / 2 / h, (at(RHO, h) - at(RHO, -h)) / 2 / h]
        assert np.allclose(slopes, differences, rtol=1e-6, atol=0)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("dtype", "digits", "scale"), [(jnp.float32, 1e-5, 1), (jnp.bfloat16, 0.1, 1), (jnp.float16, 0.02, 40)], ids=repr)
def test_short_types_keep_the_perturbation(dtype, digits, scale, route):
    """Against float64 of the same rounded values; squares of a gradient in float16 would be infinite at inputs of size 40."""

    def change(dtype):
        params, inputs, targets = jax.tree.map(lambda leaf: leaf.astype(dtype) if leaf.dtype == short else leaf, rounded)
        ways = [per_example(model, cross_entropy, method, force=route) for method in (ONE_SAM, METHODS["sgd"])]
        (moved, seen), (plain, _) = compiled(lambda *at: [way(at[0], RHO, *at[1:]) for way in ways])(params, inputs, targets)
        assert all(leaf.dtype == dtype for leaf in jax.tree.leaves(moved))
        return jax.tree.map(lambda a, b: a.astype(float) - b.astype(float), moved, plain), seen.gradient_norms.astype(float)

    short, rounded = jnp.dtype(dtype), case(dtype, scale=scale)
    (perturbation, norms), (right, right_norms) = change(dtype), change(jnp.float64)
    assert apart(norms, right_norms) < digits
    assert apart(perturbation, right) < 5 * digits


def test_without_x64_a_direction_equals_the_float32_direction():
    params, inputs, targets = case(jnp.float32)
    inside = compiled(one_sam)(params, inputs, targets)
    with jax.enable_x64(False):
        given = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)), (params, inputs, targets))
        alone = compiled(one_sam)(*given)
    assert {leaf.dtype for leaf in jax.tree.leaves(alone)} == {jnp.dtype("float32")}
    assert apart(alone, inside) < 1e-6


def test_outputs_and_targets_may_be_pytrees():
    params, inputs, targets = case()

    def halves(p, x):
        outputs = model(p, x)
        return {"first": outputs[0], "others": outputs[1:]}

    def loss(output, target):
        return cross_entropy(jnp.concatenate([output["first"][None], output["others"]]), jnp.concatenate(target))

    parted = (targets[:, :1], targets[:, 1:])
    for method in (ONE_SAM, J_SAM, N_SAM):
        whole = compiled(direction(model, cross_entropy, method))(params, RHO, inputs, targets)
        split = compiled(direction(halves, loss, method))(params, RHO, inputs, parted)
        assert apart(split[0], whole[0]) <= EXACT
        for name in ("gradient_norms", "logit_scales", "perturbed_logit_scales"):
            assert apart(getattr(split[1], name), getattr(whole[1], name)) <= EXACT
