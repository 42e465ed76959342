"""The fast per-example route equals the definition in float64, in every route; wrong ones do not."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from empirical.agreement.near_misses import MISSES
from empirical.agreement.random_nets import CORNERS, TOLERANCE, Case, ConvSpec, Net, apart, cases, images, plain
from empirical.methods.losses import cross_entropy, logistic, squared
from empirical.methods.model import network
from empirical.methods.named import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, direction
from empirical.methods.per_example import passes, per_example
from empirical.methods.sharded import sharded
from empirical.training.models import DLN, Block

ROUTES = ("gram", "materialised")  # of processors; test_image_conv.py has the route of GPUs

# Every example compiles two new programs (about 4 s of processor time), so they are few unless asked for: nightly has hundreds.
FEW = settings(max_examples=max(5, settings().max_examples // 20), deadline=None)


def every_kind(seed=1, rho=0.5):
    """A network with every kind of layer but Embed, in which each layer's epsilon counts."""
    first = ConvSpec(3, (3, 3), (1, 1), "SAME", bias=True, norm=True)
    second = ConvSpec(3, (2, 3), (2, 1), (1, (0, 2)), bias=False, norm=False)
    return Case(Net((first, second), (4,), pixelwise=True), images(seed, 3, 4, 5, 2), rho, seed)


def errors(case, route=None, loss=cross_entropy):
    """Return the relative error of each corner by one route, from one program a side."""

    def corners(p, rho, x, t):
        directions = passes(case.model, loss, p, rho, x, t, force=route)
        return [directions.gradient(method) for method in CORNERS]

    computed = case(corners)
    expected = case(lambda *at: [plain(case.model, method, loss)(*at) for method in CORNERS])
    return dict(zip(CORNERS, map(apart, computed, expected), strict=True))


@FEW
@given(cases(), st.sampled_from([None, *ROUTES]))
@example(every_kind(), None)
@example(every_kind(), "gram")
@example(every_kind(), "materialised")
def test_every_corner_equals_its_definition_in_every_route(case, route):
    error_of = errors(case, route)
    assert max(error_of.values()) <= TOLERANCE, error_of


def test_the_corners_differ_so_that_equality_says_something():
    case = every_kind()
    gradients = case(lambda *at: [per_example(case.model, cross_entropy, m)(*at)[0] for m in CORNERS])
    for i, gradient in enumerate(gradients):
        assert all(apart(gradient, earlier) > 1e-2 for earlier in gradients[:i])


@pytest.mark.parametrize("miss", MISSES, ids=lambda miss: miss.change)
def test_a_near_miss_in_one_kind_of_layer_is_rejected(miss, definition_of_1_sam):
    case, expected = definition_of_1_sam
    with miss.in_place():
        wrong = case(per_example(case.model, cross_entropy, ONE_SAM, force=miss.route))[0]
    assert apart(wrong, expected) > 1e4 * TOLERANCE


@pytest.fixture(scope="module")
def definition_of_1_sam():
    case = Case(Net((ConvSpec(3, (2, 2), (1, 1), "SAME", bias=True, norm=True),), (), pixelwise=False), images(2, 3, 3, 3, 1), 0.5)
    expected = case(plain(case.model, ONE_SAM))
    assert apart(case(per_example(case.model, cross_entropy, ONE_SAM))[0], expected) <= TOLERANCE
    return case, expected


def test_the_epsilon_of_the_batch_is_rejected(definition_of_1_sam):
    case, expected = definition_of_1_sam
    assert apart(case(sharded(network(case.model), cross_entropy, N_SAM))[0], expected) > 1e4 * TOLERANCE


def test_weight_decay_equals_the_plain_route(definition_of_1_sam):
    """`test_sharded.py` holds the plain route to formulas by hand."""
    case, without_decay = definition_of_1_sam
    methods = (ONE_SAM, L_SAM, J_SAM)
    fast = case(lambda *at: [per_example(case.model, cross_entropy, method, 0.3)(*at)[0] for method in methods])
    slow = case(lambda *at: [sharded(network(case.model), cross_entropy, method, 0.3)(*at)[0] for method in methods])
    assert max(map(apart, fast, slow)) <= TOLERANCE
    assert apart(fast[0], without_decay) > 1e4 * TOLERANCE


class Residual(nn.Module):
    """One residual block of ResNet18, with stride and shortcut, and its head."""

    @nn.compact
    def __call__(self, x):
        return nn.Dense(3)(Block(3, 2, (-3, -2, -1))(x).mean((1, 2)))


def test_a_block_of_resnet18_equals_its_definition_through_relu_and_shortcut():
    error_of = errors(Case(Residual(), images(3, 2, 4, 4, 2), 0.05))
    assert max(error_of.values()) <= TOLERANCE, error_of


class Words(nn.Module):
    """A table looked up twice with repeats, then Dense."""

    @nn.compact
    def __call__(self, x):
        return nn.Dense(3)(jnp.tanh(nn.Embed(4, 2)(x)).sum(1))


def test_embed_counts_repeated_words_and_words_from_the_end():
    case = Case(Words(), jnp.array([[0, 1, 0], [2, 3, -1], [1, 1, 1]]), 0.5)
    error_of = errors(case)
    assert max(error_of.values()) <= TOLERANCE, error_of


class Scalar(nn.Module):
    """A network with one output, for the losses of Section 2.1 and of regression."""

    @nn.compact
    def __call__(self, x):
        return nn.Dense(1)(jnp.tanh(nn.Dense(3)(x)))[:, 0]


@pytest.mark.parametrize("loss", [logistic, squared])
def test_scalar_losses_equal_their_definition(loss):
    case = Case(Scalar(), images(4, 3, 2), 0.5)
    case.targets = jnp.array([1.0, -1.0, 1.0])
    error_of = errors(case, loss=loss)
    assert max(error_of.values()) <= TOLERANCE, error_of


def test_diagnostics_equal_their_definition():
    case = every_kind(seed=5)
    fast = case(per_example(case.model, cross_entropy, J_SAM))[1]
    slow = case(sharded(network(case.model), cross_entropy, J_SAM))[1]._asdict()
    example_by_example = case(lambda p, rho, x, t: sharded(network(case.model), cross_entropy, ONE_SAM)(p, rho, x, t)[1])
    for name in ("outputs", "losses", "logit_scales"):
        assert apart(getattr(fast, name), slow[name]) <= TOLERANCE
    for name in ("gradient_norms", "perturbed_logit_scales"):
        assert getattr(fast, name).shape == (3,)
        assert apart(getattr(fast, name), getattr(example_by_example, name)) <= TOLERANCE


@pytest.mark.parametrize("route", ROUTES)
def test_a_point_fit_perfectly_leaves_the_weights_unperturbed(route):
    case = Case(DLN(classes=1, width=2), jnp.array([[1.0, 2.0], [3.0, -1.0], [0.0, 4.0]]), 0.5)
    case.params = jax.tree.map(jnp.ones_like, case.params)  # whole numbers, so the outputs 6, 4 and 8 are exact
    case.targets = jnp.array([6.0, 5.0, 8.0])
    gradient, diagnostics = case(per_example(case.model, squared, ONE_SAM, force=route))
    assert np.array_equal(diagnostics.perturbed_logit_scales == 0, [True, False, True])
    assert np.array_equal(diagnostics.gradient_norms == 0, [True, False, True])
    case.inputs, case.targets = case.inputs[1:2], case.targets[1:2]
    alone = case(per_example(case.model, squared, ONE_SAM, force=route))[0]
    assert apart(jax.tree.map(lambda g: 3 * g, gradient), alone) <= TOLERANCE


def test_an_epsilon_keeps_its_size_where_squares_of_the_gradient_vanish_in_float32():
    case = Case(Scalar(), images(7, 2, 2), 0.5)
    case.params = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), case.params)
    case.inputs = case.inputs.astype(jnp.float32)
    case.targets = jnp.ones(2, jnp.float32)

    def faint(output, target):
        return output * target * jnp.float32(1e-30)

    def strong(output, target):
        return output * target

    moved = [case(per_example(case.model, loss, J_SAM))[0] for loss in (faint, strong)]
    assert apart(jax.tree.map(lambda g: g * 1e30, moved[0]), moved[1]) <= 1e-5  # a few float32 roundings


def test_rho_and_seeds_may_be_vmapped():
    case = every_kind()
    one_sam = per_example(case.model, cross_entropy, ONE_SAM)
    rhos = jnp.array([0.1, 0.7])
    gradients = case(lambda p, _, x, t: jax.vmap(one_sam, (None, 0, None, None))(p, rhos, x, t)[0])
    for i, rho in enumerate([0.1, 0.7]):
        case.rho = rho
        assert apart(jax.tree.map(lambda leaf, i=i: leaf[i], gradients), case(one_sam)[0]) <= TOLERANCE


def test_sgd_is_what_rho_zero_gives():
    case = every_kind(rho=0.0)
    sgd, sam = case(lambda *at: [per_example(case.model, cross_entropy, m)(*at)[0] for m in (SGD, ONE_SAM)])
    assert apart(sam, sgd) <= TOLERANCE


@pytest.mark.parametrize("rho", [-0.1, float("nan"), float("inf")])
def test_a_wrong_rho_is_refused(rho):
    case = every_kind()
    for method in (ONE_SAM, N_SAM):
        with pytest.raises(ValueError, match="rho must be finite and at least 0"):
            direction(case.model, cross_entropy, method)(case.params, rho, case.inputs, case.targets)


def test_larger_shards_and_unknown_routes_are_refused():
    case = every_kind()
    with pytest.raises(ValueError, match="shards of one example"):
        per_example(case.model, cross_entropy, N_SAM)
    fast: Any = "fast"
    with pytest.raises(ValueError, match="a route is one of"):
        per_example(case.model, cross_entropy, SGD, force=fast)(case.params, 0.1, case.inputs, case.targets)
