"""Named models from Linen, NNX, Stax and plain functions, small enough that each compiles in a second, with a batch of three examples.

Axes as long as the batch are meant: nothing may take them for it.
"""

from collections.abc import Callable
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax.example_libraries import stax

from tests.empirical.methods.oracle import promoting

BATCH = 3
RANDOM = np.random.default_rng(0)
ROWS, PIXELS, WORDS = (BATCH, 3, 4), (BATCH, 4, 3, 2), (BATCH, 3)


def normal(*shape):
    return jnp.asarray(RANDOM.normal(size=shape) / 2)


rows, pixels, frames, words = normal(*ROWS), normal(*PIXELS), normal(BATCH, 2, 3, 3, 1), jnp.asarray(RANDOM.integers(0, 7, WORDS))
ZOO: dict[str, Callable[[], tuple[Any, Any, Any]]] = {}
"""name -> () -> (model, parameters, inputs)"""


class Linen(nn.Module):
    """Whatever a function does, then Dense on the flattened result."""

    body: Callable[..., Any]

    @nn.compact
    def __call__(self, x):
        y = nn.tanh(self.body(self, x))
        return nn.Dense(3)(y.reshape(y.shape[0], -1))


def linen(inputs):
    """Register a Linen model, of which the decorated function is the body."""

    def add(body):
        def make():
            model = Linen(body)
            with promoting():
                shapes = jax.eval_shape(model.init, jax.random.key(0), jax.tree.map(lambda leaf: leaf[:1], inputs))["params"]
            return model, jax.tree.map(lambda leaf: normal(*leaf.shape), shapes), inputs

        ZOO[f"Linen: {body.__name__.strip('_')}"] = make
        return body

    return add


def plain(inputs, **shapes):
    """Register a plain function (params, example)."""

    def add(function):
        params = {name: normal(*shape) for name, shape in shapes.items()}
        ZOO[f"function: {function.__name__.strip('_')}"] = lambda: (function, params, inputs)
        return function

    return add


def nnx_model(inputs):
    """Register an NNX module, of which the decorated function makes the layers."""

    def add(make):
        def model():
            net = nnx.Sequential(*make(nnx.Rngs(0)))
            graph, state = nnx.split(net)
            params = jax.tree.map(lambda leaf: normal(*leaf.shape), state)

            def of_one(params, x):
                return nnx.merge(graph, params)(x[None])[0]

            return of_one, params, inputs

        ZOO[f"NNX: {make.__name__}"] = model
        return make

    return add


def stax_model(name, inputs, *layers):
    """Register a Stax network."""
    init, outputs = stax.serial(*layers)
    params = jax.tree.map(lambda leaf: normal(*leaf.shape), init(jax.random.key(0), (1, *inputs.shape[1:]))[1])
    ZOO[f"Stax: {name}"] = lambda: (lambda p, x: outputs(p, x[None])[0], params, inputs)


@linen(rows)
def learned_positions(_, x):
    return nn.Dense(4)(x) + nn.Embed(3, 4)(jnp.arange(3))


@linen(rows)
def class_token(module, x):
    token = module.param("token", nn.initializers.normal(1.0), (1, 4), float)
    return nn.Dense(3)(jnp.concatenate([jnp.broadcast_to(token, (x.shape[0], 1, 4)), x], axis=1))


@linen(rows)
def causal_dilated_convolution(_, x):
    return nn.Conv(2, (2,), padding="CAUSAL", kernel_dilation=2)(x)


@linen(pixels)
def depthwise_circular_convolution(_, x):
    return nn.Conv(4, (3, 2), padding="CIRCULAR", feature_group_count=2)(x)


@linen(pixels)
def transposed_convolution(_, x):
    return nn.ConvTranspose(2, (3, 2), (2, 1), transpose_kernel=True)(x)


@linen(pixels)
def strided_convolution_and_group_norm(_, x):
    return nn.GroupNorm(2)(nn.Conv(4, (2, 2), (2, 1))(x))


@linen(pixels)
def instance_norm_and_prelu(_, x):
    return nn.PReLU()(nn.InstanceNorm()(x))


@linen(pixels)
def masked_convolution(_, x):
    return nn.Conv(2, (2, 2), mask=jnp.tri(2).reshape(2, 2, 1, 1) * jnp.ones((1, 1, 2, 2)))(x)


@linen(frames)
def convolution_of_frames(_, x):
    return nn.Conv(2, (2, 2))(x)


@linen(rows)
def rematerialised_attention(_, x):
    return nn.remat(nn.MultiHeadDotProductAttention)(2)(x)


@linen(rows)
def jitted_dense_and_rms_norm(_, x):
    return nn.RMSNorm()(nn.jit(nn.Dense)(4)(x))


@linen(rows)
def weight_norm(_, x):
    return nn.WeightNorm(nn.Dense(4))(x)


@linen(rows)
def vmap_with_shared_weights(_, x):
    shared = nn.vmap(nn.Dense, in_axes=1, out_axes=1, variable_axes={"params": None}, split_rngs={"params": False})
    return shared(4)(x)


@linen(rows)
def vmap_with_weights_for_each_row(_, x):
    own = nn.vmap(nn.Dense, in_axes=1, out_axes=1, variable_axes={"params": 0}, split_rngs={"params": True})
    return own(4)(x)


@linen(rows)
def cond_(_, x):
    return nn.cond(x.sum() > 0, lambda m, x: m(x), lambda m, x: -m(x), nn.Dense(4), x)


@linen(rows)
def transformed_kernel(_, x):
    def promote(*values, dtype=None):
        del dtype
        return tuple(None if value is None else jnp.tanh(value) for value in values)

    return nn.Dense(3, promote_dtype=promote)(x)


@linen(rows)
def norm_without_parameters(_, x):
    return nn.LayerNorm(use_scale=False, use_bias=False)(nn.DenseGeneral((2, 2), axis=(-2, -1))(x).reshape(x.shape[0], -1))


@linen(rows)
def layer_called_twice(_, x):
    layer = nn.Dense(4)
    return layer(jnp.tanh(layer(x)))


@linen(words)
def tied_embedding(_, x):
    table = nn.Embed(7, 4)
    return table.attend(jnp.tanh(table(x)))


@linen(words - 3)
def embedding_with_words_from_the_end(_, x):
    return nn.Embed(7, 2)(x)


@linen(rows)
def recurrent(_, x):
    return nn.RNN(nn.SimpleCell(3, param_dtype=jnp.float64))(x)


@nnx_model(rows.sum(1))
def mlp(rngs):
    return nnx.Linear(4, 5, rngs=rngs), nnx.gelu, nnx.LayerNorm(5, rngs=rngs), nnx.Linear(5, 3, rngs=rngs)


@nnx_model(pixels)
def cnn(rngs):
    return nnx.Conv(2, 2, (2, 2), rngs=rngs), jnp.tanh, lambda x: x.reshape(x.shape[0], -1), nnx.Linear(24, 3, rngs=rngs)


@nnx_model(words)
def words_in_nnx(rngs):
    return nnx.Embed(7, 4, dtype=jnp.float64, rngs=rngs), lambda x: jnp.tanh(x).sum(1), nnx.Linear(4, 3, rngs=rngs)


stax_model("convolution and Dense", pixels, stax.Conv(2, (2, 2)), stax.Tanh, stax.Flatten, stax.Dense(3))
stax_model(
    "residual", rows.sum(1), stax.Dense(4), stax.FanOut(2), stax.parallel(stax.Dense(4), stax.Identity), stax.FanInSum, stax.Dense(3)
)


@plain(rows, first=(5, 4), last=(5, 3))
def weights_on_the_left(p, x):
    return p["last"].T @ jnp.tanh(p["first"] @ x.T).mean(1)


@plain(rows, first=(2, 4, 3), last=(2, 3, 3))
def heads_by_einsum(p, x):
    return jnp.einsum("thk,hkc->c", jnp.tanh(jnp.einsum("td,hdk->thk", x, p["first"])), p["last"])


@plain(rows, first=(3, 4, 3))
def weights_for_each_row(p, x):
    return jnp.einsum("td,tdk->k", jnp.tanh(x), p["first"])


@plain(rows, into=(4, 3), back=(3, 3), out=(3, 3))
def recurrent_by_scan(p, x):
    return jax.lax.scan(lambda h, xi: (jnp.tanh(xi @ p["into"] + h @ p["back"]), None), jnp.zeros(3), x)[0] @ p["out"]


@plain({"rows": rows, "words": words}, table=(7, 4), out=(4, 3))
def two_inputs(p, x):
    return (jnp.tanh(p["table"][x["words"]] + x["rows"]) @ p["out"]).sum(0)


@plain(words > 3, first=(3, 4), out=(4, 3))
def truth_values(p, x):
    return jnp.tanh(x.astype(float) @ p["first"]) @ p["out"]


@plain(rows, first=(4, 5), unused=(2, 2), out=(5, 3))
def unused_parameter(p, x):
    return jnp.tanh(x.sum(0) @ p["first"]) @ p["out"]
