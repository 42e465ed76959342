"""Directions inside `jax.shard_map` on two virtual CPU devices, for `test_transforms.py`: `python on_two_devices.py FILE`.

FILE gets, as JSON, how far the mean over devices is from the mean over the whole batch on one device.
"""

import json
import os
import sys
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"  # read when JAX is imported
os.environ["JAX_PLATFORMS"] = "cpu"
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import jax
from jax.sharding import AxisType, PartitionSpec

from empirical.agreement.random_nets import apart
from empirical.methods.losses import cross_entropy
from empirical.methods.named import ONE_SAM, SGD, direction, m_sam
from tests.empirical.methods.test_transforms import RHO, case, compiled, model

MESH = jax.make_mesh((2,), ("devices",), axis_types=(AxisType.Auto,))
PARTS = PartitionSpec("devices")
WAYS = {"SGD": (SGD, None), "1-SAM": (ONE_SAM, None), "m-SAM": (m_sam(2), None)}


def main(out):
    jax.config.update("jax_enable_x64", True)
    params, *batch = case()
    batch = jax.tree.map(lambda leaf: leaf[:4], batch)
    errors = {}
    for name, (method, chunk) in WAYS.items():
        way = direction(model, cross_entropy, method, 0.0, chunk)
        alone = compiled(lambda p, x, t, way=way: way(p, RHO, x, t)[0])(params, *batch)
        for checked in (True, False):

            def local(p, x, t, way=way, checked=checked):
                gradient = way(p, RHO, x, t)[0]
                # As with jax.grad: with the check, the gradient of weights that all devices share comes summed over devices.
                return jax.tree.map(lambda g: g / 2 if checked else jax.lax.pmean(g, "devices"), gradient)

            spread = jax.shard_map(local, mesh=MESH, in_specs=(PartitionSpec(), PARTS, PARTS), out_specs=PartitionSpec(), check_vma=checked)
            errors[f"{name}, check_vma={checked}"] = apart(compiled(spread)(params, *batch), alone)
    Path(out).write_text(json.dumps(errors))


if __name__ == "__main__":
    main(sys.argv[1])
