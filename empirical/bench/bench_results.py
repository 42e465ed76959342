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


class WorkloadTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of one workload by name; `bound` is the most that 1-SAM may cost, in steps of SGD."""

    batch: int
    rounds: int
    bound: float
    steps: dict[str, StepTimes]


class BenchResults(RunFacts, frozen=True, kw_only=True, omit_defaults=True):
    """The workloads that were timed, by name, and the device."""

    workloads: dict[str, WorkloadTimes]
    device: str
