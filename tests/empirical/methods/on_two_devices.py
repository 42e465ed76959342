"""Directions inside `jax.shard_map` and `jax.pmap` on two virtual CPU devices: `python on_two_devices.py FILE`, for `test_two_devices.py`.

FILE gets, as JSON, how far the mean over devices is from the mean over the whole batch on one device, and other checked values.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"  # read when JAX is imported
os.environ["JAX_PLATFORMS"] = "cpu"
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.sharding import AxisType, PartitionSpec

from empirical.agreement.random_nets import apart
from empirical.methods.losses import cross_entropy
from empirical.methods.model import UnsupportedModelError
from empirical.methods.named import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, direction, m_sam
from tests.empirical.methods.test_transforms import RHO, case, compiled, model

MESH = jax.make_mesh((2,), ("devices",), axis_types=(AxisType.Auto,))
PARTS = PartitionSpec("devices")
WHOLE = {
    "SGD": direction(model, cross_entropy, SGD),
    "1-SAM": direction(model, cross_entropy, ONE_SAM),
    "L-SAM": direction(model, cross_entropy, L_SAM),
    "J-SAM": direction(model, cross_entropy, J_SAM),
    "m-SAM": direction(model, cross_entropy, m_sam(2)),
}
"""Directions of a batch of four on one device."""
LOCAL = WHOLE | {"1-SAM in chunks": direction(model, cross_entropy, ONE_SAM, chunk=1), "n-SAM": direction(model, cross_entropy, N_SAM)}
"""Directions of two examples on each of two devices."""
SAME_AS = {"1-SAM in chunks": "1-SAM", "n-SAM": "m-SAM"}  # a device's batch is the whole batch that n-SAM sees


def by_shard_map(params, batch):
    """Return the errors of gradients that `jax.shard_map` makes, with and without its check."""
    errors = {}
    for name in ("SGD", "1-SAM", "m-SAM"):
        alone = compiled(lambda p, x, t, way=WHOLE[name]: way(p, RHO, x, t)[0])(params, *batch)
        for checked in (True, False):

            def local(p, x, t, way=LOCAL[name], checked=checked):
                gradient = way(p, RHO, x, t)[0]
                # As with jax.grad: with the check, the gradient of weights that all devices share comes summed over devices.
                return jax.tree.map(lambda g: g / 2 if checked else jax.lax.pmean(g, "devices"), gradient)

            spread = jax.shard_map(local, mesh=MESH, in_specs=(PartitionSpec(), PARTS, PARTS), out_specs=PartitionSpec(), check_vma=checked)
            errors[f"{name}, check_vma={checked}"] = apart(compiled(spread)(params, *batch), alone)
    return errors


def by_pmap(params, batch):
    """Return the errors of gradients and diagnostics of `jax.pmap`, and of the same without the mean over devices."""
    errors = {}
    for name, way in LOCAL.items():
        alone = WHOLE[SAME_AS.get(name, name)]
        gradient, seen = compiled(lambda p, x, t, way=alone: way(p, RHO, x, t))(params, *batch)

        @partial(jax.pmap, axis_name="devices", in_axes=(None, 0, 0))
        def spread(p, x, t, way=way):
            own, seen = way(p, RHO, x, t)
            return jax.lax.pmean(own, "devices"), own, seen

        mean, own, parts = spread(params, *halves(batch))
        of_first, of_second, of_one = (jax.tree.map(lambda leaf, at=at: leaf[at], tree) for tree, at in ((mean, 0), (mean, 1), (own, 0)))
        joined = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), parts)
        errors[name] = {
            "gradient": max(apart(of_first, gradient), apart(of_second, gradient)),
            "diagnostics": apart(joined, seen),
            "without the mean": apart(of_one, gradient),
        }
    return errors


def training(params, batch):
    """Return the distance of three momentum steps by `jax.pmap` from three on one device, and how far those on one device move."""
    optimiser = optax.sgd(0.1, momentum=0.9)

    def step(params, state, x, t, mean):
        gradient = mean(direction(model, cross_entropy, ONE_SAM)(params, RHO, x, t)[0])
        updates, state = optimiser.update(gradient, state)
        return optax.apply_updates(params, updates), state

    alone, on_each = jax.jit(partial(step, mean=lambda g: g)), partial(step, mean=partial(jax.lax.pmean, axis_name="devices"))
    on_each = jax.pmap(on_each, axis_name="devices", donate_argnums=(0, 1))
    alone_state, spread_state = (params, optimiser.init(params)), on_both_devices((params, optimiser.init(params)))
    for _ in range(3):
        alone_state, spread_state = alone(*alone_state, *batch), on_each(*spread_state, *halves(batch))
    return {"apart": apart(spread_state[0], on_both_devices(alone_state[0])), "moved": apart(alone_state[0], params)}


def networks(params, batch):
    """Return the error where each device has its own weights and radius, and all have the whole batch."""
    several, radii = jax.tree.map(lambda leaf: jnp.stack([leaf, 2 * leaf]), params), jnp.array([0.1, 0.7])
    gradients = jax.pmap(lambda p, rho, x, t: WHOLE["1-SAM"](p, rho, x, t)[0], in_axes=(0, 0, None, None))(several, radii, *batch)
    way = compiled(lambda p, rho, x, t: WHOLE["1-SAM"](p, rho, x, t)[0])
    alone = [way(jax.tree.map(lambda leaf, at=at: leaf[at], several), radii[at], *batch) for at in range(2)]
    return apart(gradients, jax.tree.map(lambda *leaves: np.stack(leaves), *alone))


def refusal(params, batch):
    """Return what is said to a model whose examples see the mean over devices."""

    def mixing(p, x):
        return model(p, x) - jax.lax.pmean(model(p, x), "devices")

    way = direction(mixing, cross_entropy, ONE_SAM)
    try:
        jax.pmap(lambda p, x, t: way(p, RHO, x, t)[0], axis_name="devices", in_axes=(None, 0, 0))(params, *halves(batch))
    except UnsupportedModelError as error:
        return str(error)
    return "nothing"


def on_both_devices(tree):
    """Return a tree with a copy of every leaf for each device."""
    return jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), tree)


def halves(tree):
    """Return a batch as one half for each device."""
    return jax.tree.map(lambda leaf: leaf.reshape(2, -1, *leaf.shape[1:]), tree)


def main(out):
    jax.config.update("jax_enable_x64", True)
    params, *batch = case()
    batch = jax.tree.map(lambda leaf: leaf[:4], batch)
    results = {
        "shard_map": by_shard_map(params, batch),
        "pmap": by_pmap(params, batch),
        "training": training(params, batch),
        "networks": networks(params, batch),
        "refusal": refusal(params, batch),
    }
    Path(out).write_text(json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1])
