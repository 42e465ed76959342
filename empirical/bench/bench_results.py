"""The results of the benchmark: the times of each step of each workload, round by round, with its memory and its arithmetic."""

from __future__ import annotations

import msgspec

from empirical.report.sweep_results import RunFacts


class StepTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The measurements of one step.

    seconds    one entry a round in which the step was timed
    ratios     the same, each divided by the seconds of SGD in its round
    flops      operations of the compiled step, as XLA counts them
    memory     temporary memory of the compiled step, in bytes
    compile_s  seconds of tracing and compilation
    """

    seconds: list[float]
    ratios: list[float]
    flops: float
    memory: int
    compile_s: float


class RouteTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The seconds of each route of one layer, in both passes over the batch; `layers` of this shape are in the model.

    weight, inputs, outputs    shapes, without an axis of examples
    taken                      the route that 1-SAM takes
    """

    layer: str
    layers: int
    weight: list[int]
    inputs: list[int]
    outputs: list[int]
    taken: str
    seconds: dict[str, float]


class WorkloadTimes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The steps of one workload by name; `bound` is the most that 1-SAM may cost, in steps of SGD; on a GPU, the routes of its layers."""

    batch: int
    rounds: int
    bound: float
    steps: dict[str, StepTimes]
    routes: list[RouteTimes] = []


class BenchResults(RunFacts, frozen=True, kw_only=True, omit_defaults=True):
    """The workloads that were timed, by name, and the device."""

    workloads: dict[str, WorkloadTimes]
    device: str

    @property
    def computed_on(self) -> str:
        """The GPU that was timed, in words; "" for the processor of this machine, which JAX calls cpu."""
        return "" if self.device == "cpu" else f"gpu {self.device}"
