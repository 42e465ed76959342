"""The definition of 1-SAM and L-SAM for any model, by vmap over weights of each example, with near misses at no further compilation."""

from contextlib import contextmanager
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from empirical.agreement.random_nets import apart
from empirical.methods.losses import cross_entropy
from empirical.methods.model import one_example
from empirical.methods.named import L_SAM, ONE_SAM
from empirical.methods.per_example import passes
from theory.compile_options import quick_compile

EXACT = 1e-12  # relative; rounding gives errors up to about 1e-15 on models of this size
CLASSES = 3


def defined(model, params, rho, inputs, targets, moved, counted):
    """Return the mean gradients of 1-SAM and L-SAM; `moved` and `counted` hold a factor for each parameter, 1 in the definition.

    They multiply the parameter's epsilon, and its share of the squared norm.
    """
    net = one_example(model)

    def of_one(x, t):
        g = jax.grad(lambda p: cross_entropy(net(p, x), t))(params)
        shares = jax.tree.map(lambda leaf, factor: factor * jnp.sum(leaf.astype(float) ** 2), g, counted)
        size = jnp.sqrt(sum(jax.tree.leaves(shares)))
        w = jax.tree.map(lambda p, leaf, factor: (p + rho * factor * leaf / size).astype(p.dtype), params, g, moved)
        cotangent = jax.grad(cross_entropy)(net(w, x), t)
        return [jax.vjp(lambda p: net(p, x), at)[1](cotangent)[0] for at in (w, params)]

    return jax.tree.map(lambda leaf: leaf.mean(0), jax.vmap(of_one)(inputs, targets))


@contextmanager
def promoting():
    """Let JAX mix types and ranks, as it does for users: Flax and Stax rely on it."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


class Trial:
    """One model with a batch: both sides compiled once, the definition for every near miss too. Targets are one-hot, of three classes."""

    def __init__(self, model: Any, params: Any, inputs: Any, rho: float = 0.3, seed: int = 0) -> None:
        self.model, self.params, self.inputs, self.rho = model, params, inputs, rho
        count = len(jax.tree.leaves(inputs)[0])
        self.targets = jnp.asarray(np.eye(CLASSES)[np.random.default_rng(seed).integers(CLASSES, size=count)])

    @cached_property
    def computed(self):
        """1-SAM and L-SAM by the fast code."""

        def fast(params, rho, inputs, targets):
            directions = passes(self.model, cross_entropy, params, rho, inputs, targets)
            return [directions.gradient(method) for method in (ONE_SAM, L_SAM)]

        return self._run(fast, self.rho)

    @cached_property
    def all_ones(self):
        return jax.tree.map(lambda _: jnp.ones(()), self.params)

    @cached_property
    def _definition(self):
        return jax.jit(lambda *at: defined(self.model, *at), compiler_options=quick_compile())

    def _run(self, way, *rho_and_factors):
        with promoting():
            rho, *factors = rho_and_factors
            return jax.jit(way, compiler_options=quick_compile())(self.params, rho, self.inputs, self.targets, *factors)

    def error(self, rho=None, moved=None, counted=None):
        """Return the relative error of the fast code against the definition, or against a near miss of it."""
        with promoting():
            factors = (moved or self.all_ones, counted or self.all_ones)
            expected = self._definition(self.params, self.rho if rho is None else rho, self.inputs, self.targets, *factors)
        return apart(self.computed, expected)

    def without(self, place):
        """Return the factors that leave out one parameter, by its place among the leaves."""
        leaves, tree = jax.tree.flatten(self.all_ones)
        return jax.tree.unflatten(tree, [jnp.zeros(()) if number == place else factor for number, factor in enumerate(leaves)])
