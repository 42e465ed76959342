"""Several devices of one machine: each computes a share of the examples of a batch, and the result equals the direction on a single device.

Nothing of the mathematics changes hands. Inputs and targets are marked as cut along their first axis and the gradient as whole; the
compiler carries the marks through the program and adds up what must be added up, also where a shard of m-SAM lies on two devices.
Data, weights and the optimiser's memory are whole on every device, and so are the probes' passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from empirical.methods.switch import Direction, Params

EXAMPLES = "examples"
Device = Any  # a jax.Device, which type checkers take for a variable


def available() -> list[Device]:
    """Return the devices that a run may use: all accelerators of this machine, but one CPU, whose cores share a program anyway."""
    local = jax.local_devices()
    return local[:1] if local[0].platform == "cpu" else local


def devices_for(batch: int, devices: Sequence[Device] | None = None) -> list[Device]:
    """Return the first of `devices` (None: those that are available), as many as divide a batch evenly; always at least one."""
    candidates = list(available() if devices is None else devices)
    return candidates[: max(count for count in range(1, len(candidates) + 1) if batch % count == 0)]


def mesh_of(devices: Sequence[Device]) -> Mesh:
    """Return devices as a mesh with one axis, over which examples are spread."""
    return Mesh(np.asarray(devices), (EXAMPLES,), axis_types=(AxisType.Auto,))


def whole(mesh: Mesh) -> NamedSharding:
    """Return the placement of what every device holds in full."""
    return NamedSharding(mesh, PartitionSpec())


def spread(direction: Direction, mesh: Mesh) -> Direction:
    """Return a direction whose work is spread over a mesh, for batches that its size divides; its gradient is whole on every device."""
    cut = NamedSharding(mesh, PartitionSpec(EXAMPLES))

    def spread_out(params: Params, strength: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Any]:
        inputs, targets = jax.lax.with_sharding_constraint((inputs, targets), cut)
        gradient, diagnostics = direction(params, strength, inputs, targets)
        return jax.lax.with_sharding_constraint(gradient, whole(mesh)), diagnostics

    return spread_out
