"""The rule of the benchmark: what the times of a run must show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from empirical.bench.bench_results import BenchResults, WorkloadTimes
from empirical.bench.step_times import ALIKE, CONTROL, FAST, PLAIN, counted_operations, ratio
from empirical.bench.workloads import WORKLOADS, of_device
from empirical.report.experiment import Ruling, Target
from empirical.report.statistics import Outcome, all_of
from reports.counted import counted

STEADY = 0.05  # how far the median ratio of the control may lie from 1
FEWEST = 6  # rounds for which an interval of 95% exists
COMPILES = 2.0  # how many times as long as plain vmap the fast step may compile
PART = "beside-vmap"


def target(part: str) -> Target:
    """Return the statement of one workload, or of the comparison with plain vmap."""
    return Target("one-sam-cost", "beyond", part)


@dataclass(frozen=True)
class StepRule:
    """A step of 1-SAM costs at most so many steps of SGD, and no more than plain vmap. It is decided by rounds, and not by seeds."""

    fewest: int = FEWEST
    steady: float = STEADY
    compiles: float = COMPILES
    device: str = "cpu"

    @property
    def sentence(self) -> str:
        """The rule in words."""
        timed = [work for work in WORKLOADS.values() if work.device == self.device]
        bounds = "; ".join(f"{work.bound:g} on {work.says}, batch {work.batch}" for work in timed)
        steps = (
            "In one run, every round times each step once in random order, and the slowest steps in every fifth round. "
            "The 95% interval of the median ratio of 1-SAM to SGD, the gradient of the mean loss by jax.grad, "
            f"within a round lies at or below the bound ({bounds}); refuted if it lies above. Inconclusive with fewer than {self.fewest} "
            "rounds, or where the same SGD step timed again has a median ratio "
            f"more than {self.steady:g} from 1."
        )
        if self.device != "cpu":
            return steps
        return (
            f"{steps} Beside plain vmap: on all networks 1-SAM takes neither more time (median ratio) nor more "
            f"temporary memory than by vmap, and it compiles in at most {self.compiles:g} times the seconds."
        )

    def judge(self, results: BenchResults) -> dict[Target, Ruling]:
        """Rule on each workload that was timed, and, where all were, on the comparison with plain vmap."""
        rulings = {target(name): self._of(work) for name, work in results.workloads.items()}
        if results.workloads.keys() >= set(of_device("cpu")):
            rulings[target(PART)] = self._beside_vmap(results.workloads)
        return rulings

    def _steady(self, work: WorkloadTimes) -> bool:
        return work.rounds >= self.fewest and abs(ratio(work.steps[CONTROL].ratios).median - 1) <= self.steady

    def _of(self, work: WorkloadTimes) -> Ruling:
        """Rule on one workload: the whole interval on one side of the bound, on a machine that was steady."""
        sam, control, plain = (ratio(work.steps[step].ratios) for step in (FAST, CONTROL, PLAIN))
        outcome: Outcome = "inconclusive"
        if self._steady(work):
            outcome = "supports" if sam.high <= work.bound else "refutes" if sam.low > work.bound else "inconclusive"
        alike = f", with 1-SAM's products {ratio(work.steps[ALIKE].ratios).median:.2f}" if ALIKE in work.steps else ""
        operations = counted_operations(work, FAST)
        beside = f"; XLA counts {operations:.2f} times its operations" if operations is not None else ""
        says = (
            f"A step of 1-SAM takes {sam.median:.2f} [{sam.low:.2f}, {sam.high:.2f}] times one of SGD "
            f"(at most {work.bound:g} is claimed){beside}; by plain vmap {plain.median:.1f} times; the same SGD step again "
            f"{control.median:.2f} [{control.low:.2f}, {control.high:.2f}]{alike}. {counted(work.rounds, 'round')}, batch {work.batch}."
        )
        return Ruling(outcome, says)

    def _beside_vmap(self, workloads: Mapping[str, WorkloadTimes]) -> Ruling:
        """Rule on time, memory and compilation beside plain vmap; the sentence names the workload that comes nearest to each limit."""
        shares: dict[str, tuple[float, str]] = {}
        outcomes: list[Outcome] = []
        for name, work in workloads.items():
            fast, plain = work.steps[FAST], work.steps[PLAIN]
            known = plain.memory > 0  # where XLA does not tell the memory, it is 0
            parts = {
                "time": ratio(fast.ratios).median / ratio(plain.ratios).median,
                "memory": fast.memory / plain.memory if known else 0.0,
                "compilation": fast.compile_s / plain.compile_s / self.compiles,
            }
            within = all(share <= 1 for share in parts.values())
            outcomes.append("inconclusive" if not (known and self._steady(work)) else "supports" if within else "refutes")
            for kind, share in parts.items():
                shares[kind] = max(shares.get(kind, (0.0, "")), (share, name))
        told = {kind: f"{share * (self.compiles if kind == 'compilation' else 1):.3f} ({name})" for kind, (share, name) in shares.items()}
        says = (
            f"Beside 1-SAM by vmap, over {counted(len(workloads), 'workload')}, it takes at most {told['time']} of the time and "
            f"{told['memory']} of the temporary memory, and {told['compilation']} times the compilation ({self.compiles:g} is allowed)."
        )
        return Ruling(all_of(outcomes), says)
