"""Random programs: steps in which rows of an example meet a weight, in every way and inside every kind of function that JAX has.

Rows, columns and batch are all three long, so that nothing can tell them apart by their length.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st

SIDE = 3  # rows of an example, entries of a row, and examples of a batch


@jax.custom_vjp
def odd(w):
    """A function whose derivative is said to be 3, though it is 2."""
    return 2 * w


odd.defvjp(lambda w: (2 * w, None), lambda _, g: (3 * g,))


@jax.custom_vjp
def odd_product(h, w):
    return h @ w


odd_product.defvjp(lambda h, w: (h @ w, (h, w)), lambda kept, g: (2 * g @ kept[1].T, 3 * kept[0].T @ g))


def convolved(h, w):
    return jax.lax.conv_general_dilated(h[None], w[None], (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC"))[0]


USES = {
    "on the right": lambda h, w, _: h @ w,
    "on the left": lambda h, w, _: (w @ h.T).T,
    "transposed": lambda h, w, _: h @ w.T,
    "reshaped": lambda h, w, _: h @ w.reshape(-1).reshape(SIDE, SIDE),
    "turned round": lambda h, w, _: h @ w[::-1],
    "scaled by itself": lambda h, w, _: h @ (w / jnp.linalg.norm(w)),
    "scaled by its row": lambda h, w, _: h @ (w * w[:1]),
    "in a convolution": lambda h, w, _: convolved(h, w),
    "picked by words": lambda h, w, words: h + w[words],
    "picked by place": lambda h, w, _: h + w[jnp.arange(SIDE)],
    "added": lambda h, w, _: h + w,
    "with an odd derivative": lambda h, w, _: h @ odd(w),
    "in an odd product": lambda h, w, _: odd_product(h, w),
    "twice": lambda h, w, _: (h @ w) @ w,
}


def repeated(use):
    return lambda h, w, words: jax.lax.scan(lambda carry, _: (jnp.tanh(use(carry, w, words)), None), h, None, length=2)[0]


def decided(use):
    return lambda h, w, words: jax.lax.cond(h.sum() > 0, lambda: use(h, w, words), lambda: -h)


INSIDE = {
    "nothing": lambda use: use,
    "jit": jax.jit,
    "remat": jax.checkpoint,
    "remat of jit": lambda use: jax.checkpoint(jax.jit(use)),
    "cond": decided,
    "scan": repeated,
}
TYPES = ("float64", "float32", "float16", "int32", "bool")
WEIGHT_TYPES = ("float64", "float32")


class Step(NamedTuple):
    use: str
    inside: str
    weight: int  # steps of one number share a weight


class Plan(NamedTuple):
    steps: tuple[Step, ...]
    inputs: str  # the type of the inputs
    weights: str  # the type of the weights, which the program casts
    seed: int


@st.composite
def plans(draw):
    count = draw(st.integers(1, 3), label="steps")
    step = st.builds(Step, st.sampled_from(list(USES)), st.sampled_from(list(INSIDE)), st.integers(0, count - 1))
    steps = tuple(draw(st.lists(step, min_size=count, max_size=count)))
    return Plan(steps, draw(st.sampled_from(TYPES)), draw(st.sampled_from(WEIGHT_TYPES)), draw(st.integers(0, 2**32 - 1)))


def program(plan):
    """Return a plan as (model, parameters, inputs)."""
    random = np.random.default_rng(plan.seed)

    def weight():
        return jnp.asarray(random.normal(size=(SIDE, SIDE)).astype(plan.weights))

    numbers = sorted({step.weight for step in plan.steps})
    params = {f"step {number}": weight() for number in numbers} | {"last": weight(), "bias": weight()[0]}
    rows = random.normal(size=(SIDE, SIDE, SIDE)) * (1 if plan.inputs.startswith("float") else 3)
    inputs = {"rows": jnp.asarray(rows.astype(plan.inputs)), "words": jnp.asarray(random.integers(0, SIDE, (SIDE, SIDE)))}

    def model(p, x):
        h = x["rows"].astype(jnp.float64)
        for step in plan.steps:
            h = jnp.tanh(INSIDE[step.inside](USES[step.use])(h, p[f"step {step.weight}"].astype(jnp.float64), x["words"]))
        return h.mean(0) @ p["last"].astype(jnp.float64) + p["bias"].astype(jnp.float64)

    return model, params, inputs
