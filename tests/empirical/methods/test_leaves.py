"""Which parameters are lazy, by which route, which are formed and why; and the few models that are refused."""

import jax
import jax.numpy as jnp
import pytest
from flax import linen as nn
from flax import nnx

from empirical.methods.explain import explain
from empirical.methods.losses import cross_entropy
from empirical.methods.model import UnsupportedModelError, one_example
from empirical.methods.named import METHODS, ONE_SAM, direction
from empirical.methods.program import trace
from empirical.methods.rules.table import RULES
from empirical.training.models import MODELS, ResNet18


def look(model, *shape, dtype=jnp.float32, force=None):
    """Trace a Linen model on shapes alone."""
    inputs = jax.ShapeDtypeStruct(shape, dtype)
    params = jax.eval_shape(model.init, jax.random.key(0), inputs)["params"]
    return trace(one_example(model), params, inputs, force=force)


def test_resnet18_of_the_paper_takes_the_gram_route_where_images_are_small():
    program = look(ResNet18(width=64), 2, 32, 32, 3)
    routes = {program.names[leaf].removesuffix("/kernel"): route for leaf, route in program.routes.items()}
    assert len(routes) == 21
    assert {path for path, route in routes.items() if route == "gram"} == {
        *(f"Block_{block}/Conv_{conv}" for block in (4, 5, 6, 7) for conv in (0, 1)),  # stages 3 and 4
        "Block_6/Conv_2",
        "Dense_0",
    }
    assert {program.names[leaf].split("/")[-1] for leaf in program.fates.formed} == {"scale", "bias"}


def test_a_route_may_be_forced_where_the_product_has_it():
    for force in ("gram", "materialised"):
        assert set(look(ResNet18(width=2), 2, 8, 8, 3, force=force).routes.values()) == {force}
    embedded = nn.Sequential([nn.Embed(4, 2), nn.Dense(2)])
    assert list(look(embedded, 2, 3, dtype=jnp.int32, force="materialised").routes.values()) == ["gram", "materialised"]


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_the_paper_keeps_its_products_lazy_and_gives_one_output_a_class(name):
    model = MODELS[name](classes=10, width=4)
    program = look(model, 2, 8, 8, 3)
    kernels = {leaf for leaf, path in enumerate(program.names) if path.endswith("kernel")}
    assert set(program.products) == kernels
    assert [str(aval) for aval in program.closed.out_avals] == ["float32[10]"]
    assert [str(aval) for aval in look(model.clone(classes=1), 2, 8, 8, 3).closed.out_avals] == ["float32[]"]


def test_costs_of_hand_counted_products():
    def costs(model, *shape, dtype=jnp.float32):
        (product,) = look(model, *shape, dtype=dtype).products.values()
        return product.costs()

    # One position, K = 5, N = 7: three times (K + N), against K N.
    assert costs(nn.Dense(7), 2, 5) == {"gram": 36, "materialised": 35}
    # 1x1 convolution on 4 pixels, K = 3, N = 2: three times 16 (K + N), against 4 K N.
    assert costs(nn.Conv(2, (1, 1)), 2, 2, 2, 3) == {"gram": 240, "materialised": 24}
    # 3x3 'SAME' on 4 pixels, C = 3: pixels 16 * 3 and 9 shifted sums of 16; patches would take 16 * 27.
    assert costs(nn.Conv(2, (3, 3)), 2, 2, 2, 3) == {"gram": 3 * (16 * 3 + 9 * 16 + 16 * 2), "materialised": 4 * 27 * 2}
    # The same in two groups of 2 channels and 1 output: 16 * 4 for pixels of 4 channels, and all else twice.
    grouped = costs(nn.Conv(2, (3, 3), feature_group_count=2), 2, 2, 2, 4)
    assert grouped == {"gram": 3 * (16 * 4 + 2 * 9 * 16 + 2 * 16), "materialised": 2 * 4 * 18}
    assert costs(nn.Embed(9, 5), 2, 3, dtype=jnp.int32) == {"gram": 2 * 9 * 5}
    assert set(RULES) == {"dot_general", "conv_general_dilated", "gather"}


def test_each_fate_is_explained_with_the_bytes_it_takes():
    def model(p, x):
        hidden = jnp.tanh(p["first"].T @ x) + p["bias"]
        return (hidden * p["tied"].sum(0)) @ p["tied"].T

    params = {"first": jnp.ones((4, 5)), "bias": jnp.ones(5), "tied": jnp.ones((3, 5)), "spare": jnp.ones(2)}
    lines = explain(model, params, jnp.ones(4), batch=10).splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "bias (5,) formed: it is used in add, which has no rule here 800 B",
        "first (4, 5) lazy: dot_general, materialised 1.6 KiB",
        "spare (2,) not used 0 B",
        "tied (3, 5) formed: it is used in reduce_sum, which has no rule here 2.3 KiB",
        "together 1 lazy, 2 formed 4.7 KiB",
    ]


def test_an_explanation_takes_descriptions_and_computes_nothing():
    module = ResNet18(width=64)
    example = jax.ShapeDtypeStruct((32, 32, 3), jnp.float32)
    params = jax.eval_shape(module.init, jax.random.key(0), jax.ShapeDtypeStruct((1, 32, 32, 3), jnp.float32))["params"]
    lines = explain(module, params, example, batch=128).splitlines()
    assert len(lines) == len(jax.tree.leaves(params)) + 1
    assert "lazy: conv_general_dilated, gram" in next(line for line in lines if line.startswith("Block_7/Conv_1/kernel"))


def started(module, inputs):
    """Return the initial parameters of a module that mixes float32 with float64, as Flax's layers do."""
    with jax.numpy_dtype_promotion("standard"):
        return module.init({"params": jax.random.key(0), "dropout": jax.random.key(1)}, inputs)["params"]


class Normalised(nn.Module):
    """Batch normalisation, in training."""

    @nn.compact
    def __call__(self, x):
        return nn.BatchNorm(use_running_average=False)(nn.Dense(3)(x))


class Dropping(nn.Module):
    """Dropout that needs random keys."""

    @nn.compact
    def __call__(self, x):
        return nn.Dense(3)(nn.Dropout(0.5, deterministic=False)(x))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("module", "needs"), [(Normalised(), "batch_stats"), (Dropping(), "dropout")])
def test_a_module_that_needs_more_than_parameters_is_refused_with_what_to_do(module, needs, method):
    inputs, targets = jnp.ones((2, 4)), jnp.eye(2, 3)
    params = started(module, inputs)
    with (
        pytest.raises(UnsupportedModelError, match=f"{needs}.*pass a function \\(params, example\\)") as refused,
        jax.numpy_dtype_promotion("standard"),
    ):
        direction(module, cross_entropy, method)(params, 0.1, inputs, targets)
    assert "BatchNorm in training has no meaning here" in str(refused.value)


def test_dropout_with_a_key_of_each_example_is_a_function():
    module, inputs = Dropping(), jnp.ones((2, 4))
    params = started(module, inputs)

    def model(params, example):
        return module.apply({"params": params}, example["x"][None], rngs={"dropout": example["key"]})[0]

    given = {"x": inputs, "key": jax.random.split(jax.random.key(2), 2)}
    with jax.numpy_dtype_promotion("standard"):
        _, seen = direction(model, cross_entropy, ONE_SAM)(params, 0.1, given, jnp.eye(2, 3))
        alone = [model(params, {"x": inputs[i], "key": given["key"][i]}) for i in range(2)]
    assert jnp.allclose(seen.outputs, jnp.stack(alone), rtol=1e-6, atol=0)


def test_an_object_that_is_no_model_is_refused():
    for model, message in ((nnx.Linear(4, 3, rngs=nnx.Rngs(0)), "graph, params = nnx.split"), (3, "got int")):
        with pytest.raises(UnsupportedModelError, match=message):
            direction(model, cross_entropy, ONE_SAM)({"w": jnp.ones(3)}, 0.1, jnp.ones((2, 4)), jnp.eye(2, 3))


def test_a_layer_called_on_no_product_has_no_last_layer():
    with pytest.raises(ValueError, match="must have a product of a parameter with the example"):
        trace(lambda p, x: p["w"] * x, {"w": jnp.ones(3)}, jnp.ones((2, 3))).last_layer()
