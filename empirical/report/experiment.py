"""An experiment: a question, the paper's values, a rule written before any run, and the code that answers it.

`run` returns results: the typed struct of a sweep (`sweep_results.py`), or another struct with the same facts about the run. The rule is a
pure function of results, so that it can be tested with made-up ones; `picture` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from empirical.report.profile import Profile
from empirical.report.statistics import Outcome
from empirical.report.sweep_results import RunFacts, SweepResults
from reports.direction import Effect
from reports.evidence import Form, Qualifier

if TYPE_CHECKING:
    from empirical.jobs.place import Backend
    from empirical.methods.bfloat16 import Precision

R = TypeVar("R", bound=RunFacts)
R_contra = TypeVar("R_contra", bound=RunFacts, contravariant=True)


class Target(NamedTuple):
    """The statement of the ledger that an experiment speaks about."""

    claim: str
    form: Form
    part: str


@dataclass(frozen=True)
class Finding:
    """One attack on a statement that needs a check, not a measurement: it is recorded under its method, with the details of that method."""

    method: Literal["property", "near-miss", "counterexample"]
    outcome: Outcome
    says: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Ruling:
    """The rule's answer on one statement: the outcome and one sentence with the numbers that decided.

    `findings` are written in place of the one record of an experiment where the statement is checked and not measured.
    `effect` is the number that the ruling turns on; `needs` says what the rule still needs of a sweep that is under way, as a part of a
    sentence.
    """

    outcome: Outcome
    says: str
    findings: tuple[Finding, ...] = ()
    effect: Effect | None = None
    needs: str = ""


class Rule(Protocol[R_contra]):
    """What results must show, written before any run: one object says it in a sentence and judges results by it (`report/rules/`)."""

    @property
    def sentence(self) -> str:
        """The rule in words."""
        ...

    def judge(self, results: R_contra) -> Mapping[Target, Ruling]:
        """Return a ruling for each target."""
        ...


@dataclass(frozen=True)
class Cost:
    """What a run takes on this machine: seconds, peak memory in MiB; `missing` says why it cannot run here, if it cannot.

    `qualifier` marks the results of such a run; None: the experiment's own.
    `parts` are the seconds of work that experiments share, by name of the work: the next experiment need not do it again.
    `flops` are the operations of each network on images, under the names of their parts.
    """

    seconds: float
    memory_mib: float
    missing: str = ""
    qualifier: Qualifier | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    flops: Mapping[str, float] = field(default_factory=dict)


def seconds_in_turn(costs: Iterable[Cost]) -> list[float]:
    """Return the seconds of each run after the runs before it: a part that experiments share is counted once."""
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
    after), `precision`, `train` (False: train nothing, report the networks that exist), `note` (what a reader must know of the networks
    that their folders do not say), `carry` (told of an experiment's run folders, the most needed first), and `measure`: whether their
    cost in seconds is measured, which takes seconds itself; `run` needs proportions only.
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
    carry: Callable[[str, Callable[[], Sequence[Path]]], None] = lambda *_: None
    progress: Callable[[str, float], None] = lambda *_: None  # (words for the present work, share of the whole)


@dataclass(frozen=True, kw_only=True)
class Experiment(Generic[R]):
    """One question with its answer's rule; R is the type of its results.

    results    the struct of its results, by which they are read from a file
    expected   the paper's values, as text
    rule       what results must show, with a ruling for each target
    qualifier  "" for the paper's own setting, "reduced" or "stand-in" otherwise; results of some profile may say another themselves
    data       the data set that it is run on: a name of `claimed_networks.py`
    seeds      the number of seeds below which every ruling is inconclusive
    table      results -> rows of (heading -> text) for the terminal and the report
    picture    results -> SVG text
    command    the command that runs it again, where it is not `python -m empirical run ID`
    """

    id: str
    question: str
    targets: tuple[Target, ...]
    expected: str
    rule: Rule[R]
    qualifier: Qualifier
    seeds: int
    cost: Callable[[Setup], Cost]
    run: Callable[[Setup], R]
    table: Callable[[R], list[dict[str, str]]]
    picture: Callable[[R], str]
    command: str = ""
    data: str = ""
    results: type[RunFacts] = SweepResults

    def judge(self, results: R) -> Mapping[Target, Ruling]:
        """Return the rule's answer on each target."""
        return self.rule.judge(results)
