"""Which layers are found, which route they get, and every way in which a model is refused: with its path and the reason."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from flax import linen as nn

from empirical.methods.layers import UnsupportedModelError, layers_of
from empirical.methods.rules.table import RULES
from empirical.training.models import MODELS, ResNet18


def look(model, *shape, dtype=jnp.float32, force=None):
    """Trace a model on shapes alone."""
    inputs = jax.ShapeDtypeStruct(shape, dtype)
    variables = jax.eval_shape(model.init, jax.random.key(0), inputs)
    return layers_of(model, variables["params"], inputs, force)


def test_resnet18_of_the_paper_takes_the_gram_route_where_images_are_small():
    layers = look(ResNet18(width=64), 2, 32, 32, 3)
    routes = {"/".join(path): layer.route for path, layer in layers.items() if isinstance(layer.module, nn.Conv | nn.Dense)}
    assert len(routes) == 21
    assert {path for path, route in routes.items() if route == "gram"} == {
        *(f"Block_{block}/Conv_{conv}" for block in (4, 5, 6, 7) for conv in (0, 1)),  # stages 3 and 4
        "Block_6/Conv_2",
        "Dense_0",
    }


def test_a_route_may_be_forced_where_the_layer_has_it():
    for force in ("gram", "materialised"):
        layers = look(ResNet18(width=2), 2, 8, 8, 3, force=force)
        assert {layer.route for layer in layers.values() if isinstance(layer.module, nn.Conv)} == {force}
        assert {layer.route for layer in layers.values() if isinstance(layer.module, nn.LayerNorm)} == {"materialised"}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_the_paper_is_taken_and_gives_one_output_a_class(name):
    model = MODELS[name](classes=10, width=4)
    assert look(model, 2, 8, 8, 3)
    inputs = jnp.zeros((2, 8, 8, 3), jnp.float32)
    outputs, _ = jax.eval_shape(lambda: model.init_with_output(jax.random.key(0), inputs))
    assert outputs.shape == (2, 10)
    binary, _ = jax.eval_shape(lambda: model.clone(classes=1).init_with_output(jax.random.key(0), inputs))
    assert binary.shape == (2,)


class Sequence(nn.Module):
    """Layers called one after the other on (B, 4, 4, 4)."""

    make: Callable[..., Any]

    @nn.compact
    def __call__(self, x):
        return self.make(self, x)


def shared(_, x):
    layer = nn.Dense(4, name="twice")
    return layer(layer(x))


def tied(_, x):
    layer = nn.Dense(4, name="tied", use_bias=False)
    return layer(x) @ layer.variables["params"]["kernel"]


def attended(_, x):
    table = nn.Embed(4, 4, name="table")
    return table.attend(table(jnp.zeros(x.shape[:1], int)))


def own(module, x):
    return nn.Dense(2)(x) * module.param("gain", nn.initializers.ones, (), jnp.float32)


class Half(nn.Dense):
    """A subclass may do anything."""


REFUSED = [
    (shared, "twice (Dense) is called more than once"),
    (tied, "tied/kernel is read outside its own layer"),
    (attended, "table must only be called, but its method attend"),
    (own, "no rule claims the parameter gain"),
    (lambda _, x: Half(3, name="half")(x), "no rule claims the parameter half/bias, half/kernel"),
    (lambda _, x: nn.Dense(2)(nn.GroupNorm(2, name="groups")(x)), "no rule claims the parameter groups/bias, groups/scale"),
    (lambda _, x: nn.BatchNorm(use_running_average=False, name="bn")(x), "bn is a BatchNorm: its statistics mix examples"),
    (lambda _, x: nn.Conv(4, (3, 3), feature_group_count=2, name="c")(x), "c (Conv) is not handled: it has 2 groups"),
    (lambda _, x: nn.Conv(4, (3, 3), kernel_dilation=2, name="c")(x), "c (Conv) is not handled: it is dilated"),
    (lambda _, x: nn.Conv(4, (3, 3), padding="CIRCULAR", name="c")(x), "c (Conv) is not handled: it pads with 'CIRCULAR'"),
    (lambda _, x: nn.Conv(4, (3, 3), mask=jnp.ones((3, 3, 4, 4), jnp.float32), name="c")(x), "c (Conv) is not handled: it has a mask"),
    (lambda _, x: nn.Conv(4, (3,), name="c")(x), "c (Conv) is not handled: its input needs one axis of examples, 1 of pixels"),
    (lambda _, x: nn.Dense(4, dot_general=jax.lax.dot_general, name="d")(x), "d (Dense) is not handled: it has a custom product"),
    (lambda _, x: nn.Dense(4, name="d")(x[0, 0, 0]), "d (Dense) is not handled: its input needs a first axis"),
    (lambda _, x: nn.Dense(4, name="d")(x.reshape(-1, 4)), "d (Dense) must see the 3 examples on its first axis, got shape (48, 4)"),
    (lambda _, x: nn.LayerNorm(reduction_axes=(0, -1), name="n")(x), "n (LayerNorm) is not handled: its statistics mix examples"),
    (lambda _, x: nn.LayerNorm(feature_axes=(-2, -1), name="n")(x), "n (LayerNorm) is not handled: its features must be the last axis"),
    (lambda _, x: nn.LayerNorm(name="n")(x, mask=x > 0), "n (LayerNorm) must be called with one array and nothing else"),
    (lambda *_: nn.Embed(4, 2, name="e")(jnp.zeros((), int)), "e (Embed) is not handled: its input needs a first axis"),
    (
        lambda _, x: nn.vmap(nn.Dense, in_axes=1, out_axes=1, variable_axes={"params": 0}, split_rngs={"params": True})(4, name="v")(x),
        "v (Dense) sees its parameters in another shape",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_would_not_be_exact_is_refused_with_its_path_and_reason(make, message):
    with pytest.raises(UnsupportedModelError) as refused:
        look(Sequence(make), 3, 4, 4, 4)
    assert message in str(refused.value)


def test_a_model_that_is_one_layer_has_an_empty_path():
    assert list(look(nn.Dense(2), 3, 4)) == [()]
    with pytest.raises(UnsupportedModelError, match="the model itself"):
        look(nn.Dense(2, dot_general=jax.lax.dot_general), 3, 4)


def test_costs_of_hand_counted_layers():
    def costs(model, *shape):
        (layer,) = look(model, *shape).values()
        return layer.costs

    # One position, K = 5, N = 7: three times (K + N), against K N.
    assert costs(nn.Dense(7), 2, 5) == {"gram": 36, "materialised": 35}
    # 1x1 convolution on 4 pixels, K = 3, N = 2: three times 16 (K + N), against 4 K N.
    assert costs(nn.Conv(2, (1, 1)), 2, 2, 2, 3) == {"gram": 240, "materialised": 24}
    # 3x3 'SAME' on 4 pixels, C = 3: pixels 16 * 3 and 9 shifted sums of 16; patches would take 16 * 27.
    assert costs(nn.Conv(2, (3, 3)), 2, 2, 2, 3) == {"gram": 3 * (16 * 3 + 9 * 16 + 16 * 2), "materialised": 4 * 27 * 2}
    assert set(RULES) == {nn.Dense, nn.Conv, nn.LayerNorm, nn.Embed}
