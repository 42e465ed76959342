"""A layer's own precision reaches every product that stands for it: of norms, with perturbed weights, and in derivatives."""

from collections import Counter
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn
from jax import lax
from jax.extend.core import ClosedJaxpr, Jaxpr  # pyright: ignore[reportPrivateImportUsage] - public, but JAX 0.12 marks it badly

from empirical.agreement.random_nets import apart
from empirical.methods.losses import squared
from empirical.methods.named import J_SAM, L_SAM, ONE_SAM
from empirical.methods.penalty import Gammas, penalised_sgd
from empirical.methods.per_example import per_example
from empirical.methods.program import trace
from empirical.methods.rules.arithmetic import Arithmetic
from theory.compile_options import quick_compile

HIGHEST, HIGH = lax.Precision.HIGHEST, lax.Precision.HIGH
ASKED = (HIGHEST, HIGH)  # unlike each other, and what nothing else asks for
RHO = 0.3


def products(jaxpr):
    """Yield all equations of a jaxpr that are products, also in functions that it calls."""
    for equation in jaxpr.eqns:
        if equation.primitive.name in ("dot_general", "conv_general_dilated"):
            yield equation
        for value in jax.tree.leaves(tuple(equation.params.values()), is_leaf=lambda leaf: isinstance(leaf, ClosedJaxpr | Jaxpr)):
            if isinstance(value, ClosedJaxpr | Jaxpr):
                yield from products(value.jaxpr if isinstance(value, ClosedJaxpr) else value)


def precisions(function, *at):
    """Return how many products a function takes in each precision."""
    return Counter(equation.params["precision"] for equation in products(jax.make_jaxpr(function)(*at).jaxpr))


def step(model, method, route=None):
    way = per_example(model, squared, method, force=route)
    return lambda params, inputs, targets: way(params, RHO, inputs, targets)[0]


def dense(p, x, **how):
    return lax.dot_general(x, p, (((x.ndim - 1,), (0,)), ((), ())), **how)


def on_the_left(p, x, **how):
    return lax.dot_general(p, x, (((0,), (x.ndim - 1,)), ((), ())), **how)


def convolution(p, x, stride=1, groups=1, **how):
    axes = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(x, p, (stride, stride), "SAME", dimension_numbers=axes, feature_group_count=groups, **how)


KINDS = {
    "rows": (dense, (5, 3), (4, 5)),
    "a vector": (dense, (5, 3), (5,)),
    "weights on the left": (on_the_left, (5, 3), (4, 5)),
    "pixels": (convolution, (2, 2, 8, 3), (1, 3, 3, 8)),
    "patches": (partial(convolution, stride=2), (2, 2, 4, 3), (1, 5, 4, 4)),
    "groups": (partial(convolution, groups=2), (3, 3, 2, 4), (1, 4, 4, 4)),
    "wide images": (convolution, (2, 2, 16, 16), (1, 4, 3, 16)),
}
"""name -> a product of one parameter with an example, and the shapes of both"""
ALL = [(kind, route) for kind in KINDS for route in ("gram", "materialised")] + [("wide images", "kernel")]


def case(kind, dtype=jnp.float32, precision=ASKED):
    """Return a model that is one product, with parameters, inputs and targets of two examples."""
    product, weight, example = KINDS[kind]
    model = partial(product, precision=precision)
    random = np.random.default_rng(0)
    params, inputs = (jnp.asarray(random.normal(size=shape), dtype) for shape in (weight, (2, *example)))
    outputs = jax.eval_shape(lambda: jax.vmap(model, (None, 0))(params, inputs))
    return model, params, inputs, jnp.asarray(random.normal(size=outputs.shape), outputs.dtype)


@pytest.mark.parametrize(("kind", "route"), ALL, ids=[" by ".join(way) for way in ALL])
def test_every_product_of_a_step_and_of_its_derivative_has_the_layers_precision(kind, route):
    model, *at = case(kind)
    assert set(trace(model, *at[:2], force=route).routes.values()) == {route}
    of_sgd = precisions(jax.grad(lambda *at: jax.vmap(squared)(jax.vmap(model, (None, 0))(*at[:2]), at[2]).mean()), *at)
    for method in (ONE_SAM, L_SAM, J_SAM):
        of_step = precisions(step(model, method, route), *at)
        assert set(of_step) == {ASKED}, of_step
        assert of_step.total() > of_sgd.total()
    whole = precisions(jax.grad(lambda *at: jnp.sum(step(model, ONE_SAM, route)(*at))), *at)
    assert set(whole) == {ASKED}, whole


def test_the_precision_of_linen_layers_is_handed_on():
    model = nn.Sequential([nn.Conv(4, (2, 2), precision=ASKED), nn.tanh, nn.Dense(3, precision=ASKED)])
    inputs = jnp.ones((2, 3, 3, 2), jnp.float32)
    params = jax.eval_shape(model.init, jax.random.key(0), inputs)["params"]
    for route in ("gram", "materialised"):
        counted = precisions(step(model, ONE_SAM, route), params, inputs, jnp.ones((2, 3, 3, 3), jnp.float32))
        assert set(counted) == {ASKED}, counted


@pytest.mark.parametrize("name", ["product", "inner", "shifted"])
def test_a_precision_that_is_lost_in_one_kind_of_product_is_seen(name, monkeypatch):
    right = getattr(Arithmetic, name)
    monkeypatch.setattr(Arithmetic, name, lambda self, *at: right(self._replace(precision=None), *at))
    model, *at = case("rows")
    assert any(set(precisions(step(model, ONE_SAM, route), *at)) == {ASKED, None} for route in ("gram", "materialised"))


def test_each_layer_keeps_its_own_precision():
    """Also where a part of the model names no `precision` and JAX's default for it is another one."""

    def model(p, x, first, last):
        hidden = jnp.tanh(dense(p[0], x, precision=first))
        with jax.default_matmul_precision(last):
            return dense(p[1], hidden)

    random = np.random.default_rng(1)
    params = [jnp.asarray(random.normal(size=(4, 4))) for _ in range(2)]
    inputs, targets = jnp.asarray(random.normal(size=(2, 2, 3, 4)))
    rising, falling = (
        precisions(step(partial(model, first=first, last=last), ONE_SAM), params, inputs, targets)
        for first, last in (("high", "highest"), ("highest", "high"))
    )
    high, highest = (HIGH, HIGH), (HIGHEST, HIGHEST)
    assert set(rising) == {high, highest}
    assert (rising[high], rising[highest]) == (falling[highest], falling[high])


def test_the_penalty_of_the_last_layer_has_its_precision():
    model, *at = case("a vector")
    penalised = penalised_sgd(model, squared, "stop-gradient")
    counted = precisions(lambda p, x, t: penalised(p, Gammas(0.1, 0.2), x, t)[0], *at)
    assert set(counted) == {ASKED}, counted


LONGER = [
    # The kernels leave sums in float64 of float32 to the other routes; XLA on CPU does not run the model itself with bfloat16 on the left.
    *[(jnp.float32, jnp.float64, kind, route) for kind, route in ALL if route != "kernel"],
    *[(jnp.bfloat16, jnp.float32, kind, route) for kind, route in ALL if kind != "weights on the left"],
]
NAMES = [f"{jnp.dtype(asked).name} of {kind} by {route}" for _, asked, kind, route in LONGER]


@pytest.mark.parametrize(("given", "asked", "kind", "route"), LONGER, ids=NAMES)
def test_outputs_longer_than_the_inputs_stay_so(given, asked, kind, route):
    """Against float64 of the same values. Sums in float32, or outputs in bfloat16, would be further off than these limits."""
    model, w, x, targets = case(kind, given, None)
    longer = partial(model, preferred_element_type=asked)
    (product,) = trace(longer, w, x, force=route).products.values()
    assert product.output.dtype == asked
    d = jax.vmap(longer, (None, 0))(w, x) - targets.astype(asked)
    exact = [value.astype(float) for value in (w, x, d)]
    g = jax.vmap(lambda x, d: jax.vjp(lambda w: model(w, x), exact[0])[1](d)[0])(*exact[1:])
    squares = jax.vmap(jnp.vdot)(g, g)
    c = 0.01 / jnp.sqrt(squares)  # so small that the shifts, which have the weights' type, may be rounded
    y = jax.vmap(lambda x, g, c: model(exact[0] + c * g, x))(exact[1], g, c)

    def computed(w, x, d, c):
        square, summary = product.summarise(route, x, d)
        return square, product.perturbed(route, x, w, summary, c)

    squared_norms, outputs = jax.jit(computed, compiler_options=quick_compile())(w, x, d, c.astype(asked))
    assert outputs.dtype == asked
    # The kernels' gradients are sums of two parts of 8 bits.
    assert apart(squared_norms.astype(float), squares) < (2.0**-16 if route == "kernel" else 1e-14 if asked == jnp.float64 else 1e-6)
    # Only the gram route adds nothing to a weight in float32.
    assert apart(outputs.astype(float), y) < (1e-4 if asked == jnp.float32 else 1e-9 if route == "gram" else 1e-7)


def test_a_norm_does_not_overflow_where_the_model_adds_up_in_float16():
    """Squares of gradients of size 1000 are beyond float16; the model's own numbers are not."""
    model, w, x, targets = case("rows", precision=lax.DotAlgorithmPreset.F16_F16_F16)
    plain = case("rows", precision=None)[0]
    at = w, RHO, 100 * x, targets
    for route in ("gram", "materialised"):
        norms = [
            jax.jit(per_example(net, squared, ONE_SAM, force=route), compiler_options=quick_compile())(*at)[1].gradient_norms
            for net in (model, plain)
        ]
        assert apart(*norms) < 1e-2
