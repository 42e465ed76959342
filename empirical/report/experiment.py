"""What an experiment is: a question, the paper's values, a rule written before any run, and the code that answers it.

`run` returns plain data (JSON values, one entry a
seed); `judge` is a pure function of that data, so that it can be tested with made-up results; `picture` draws it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from empirical.report.statistics import Outcome
from reports.direction import Effect
from reports.evidence import Form, Qualifier

if TYPE_CHECKING:
    from empirical.jobs.place import Backend
    from empirical.methods.bfloat16 import Precision

Profile = Literal["smoke", "auto", "pocket", "paper"]
Results = dict[str, Any]


class Target(NamedTuple):
    """The statement of the ledger that an experiment speaks about."""

    claim: str
    form: Form
    part: str


@dataclass(frozen=True)
class Finding:
    """One attack on a statement that needs a check, not a measurement: a record of its own method, with that method's details."""

    method: Literal["property", "near-miss", "counterexample"]
    outcome: Outcome
    says: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Ruling:
    """What the rule says of one statement: the outcome and one sentence with the numbers that decided.

    `findings` are written in place of the one record of an experiment where the statement is checked and not measured.
    `effect` is the number that the ruling turns on; `needs` says what the rule still needs of a sweep that is under way, as a part of a
    sentence.
    """

    outcome: Outcome
    says: str
    findings: tuple[Finding, ...] = ()
    effect: Effect | None = None
    needs: str = ""


@dataclass(frozen=True)
class Cost:
    """What a run takes on this machine: seconds, peak memory in MiB; `missing` says why it cannot run here, if it cannot.

    `qualifier` is what marks the results of such a run; None: the experiment's own.
    `parts` are those of the seconds that experiments share, under names: what one of them did is there for the next.
    `flops` are the operations of each network on images, under the names of their parts.
    """

    seconds: float
    memory_mib: float
    missing: str = ""
    qualifier: Qualifier | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    flops: Mapping[str, float] = field(default_factory=dict)


def seconds_in_turn(costs: Iterable[Cost]) -> list[float]:
    """Return what each takes after those before it: a part that experiments share is counted once."""
    known: set[str] = set()
    seconds: list[float] = []
    for cost in costs:
        seconds.append(max(0.0, cost.seconds - sum(cost.parts[name] for name in cost.parts.keys() & known)))
        known |= cost.parts.keys()
    return seconds


@dataclass(frozen=True)
class Setup:
    """How to run: profile, number of seeds (None takes the experiment's own), data folder, and where progress is told.

    For networks on images alone are `backend` (None: this process), `until` (a reading of `time.time()`), `epochs` (how many to stop
    after), `precision`, `train` (without it nothing is trained, and what is there is told), `note` (what a reader must know of the networks
    that their folders do not say), and `measure`: whether their cost in seconds is measured, which takes seconds itself; `run` needs
    proportions only.
    """

    profile: Profile = "auto"
    seeds: int | None = None
    data: Path | None = None
    out: Path = Path("reports/out")
    backend: Backend | None = None
    until: float | None = None
    epochs: int | None = None
    precision: Precision = "float32"
    train: bool = True
    note: str = ""
    measure: bool = False
    progress: Callable[[str, float], None] = lambda *_: None  # (what is done, share of the whole)


class UnfinishedError(RuntimeError):
    """An experiment whose networks are not all trained: how many are, how many epochs of all are done, and a line for each that failed.

    `results` are those of the networks that there are, None where none is far enough. `refused` has a line for each network that cannot be
    trained before its call or a file is mended.
    """

    def __init__(
        self,
        networks: tuple[int, int],
        epochs: tuple[float, int],
        failures: Sequence[str],
        results: Results | None = None,
        refused: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{networks[0]} of {networks[1]} networks trained, {_about(epochs[0])} of {epochs[1]} epochs")
        self.failures = list(failures)
        self.refused = list(refused)
        self.results = results


def _about(count: float) -> str:
    """Return a number of epochs with at most two digits after the point, rounded down: what is not done is not told."""
    return f"{math.floor(100 * count + 1e-6) / 100:g}" if count >= 0.01 or count == 0 else "less than 0.01"


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One question with its answer's rule.

    expected   the paper's values, as text
    rule       the rule of `judge` in words, written before the first run
    qualifier  "" for the paper's own setting, "reduced" or "stand-in" otherwise; results of some profile may say another themselves
    data       the data set that it is run on: a name of `claimed_networks.py`
    seeds      the number of seeds below which every ruling is inconclusive
    judge      results -> a ruling for each target
    table      results -> rows of (heading -> text) for the terminal and the report
    picture    results -> SVG text
    command    what runs it again, where that is not `python -m empirical run ID`
    """

    id: str
    question: str
    targets: tuple[Target, ...]
    expected: str
    rule: str
    qualifier: Qualifier
    seeds: int
    cost: Callable[[Setup], Cost]
    run: Callable[[Setup], Results]
    judge: Callable[[Results], Mapping[Target, Ruling]]
    table: Callable[[Results], list[dict[str, str]]]
    picture: Callable[[Results], str]
    command: str = ""
    data: str = ""
