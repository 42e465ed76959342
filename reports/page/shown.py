"""A finding as the page shows it: keys that its method is known to record get a special form, all others stand in plain tables.

Only empty lists of sizes, rows and citations are left out: a key of an unknown name, or a known one of another shape, goes to `tables`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, TypeVar

import msgspec

from reports.direction import Direction, Effect
from reports.methods import Comparison, Step
from reports.page import details, near_misses
from reports.page.details import Table
from reports.page.entries import EvidenceEntry
from reports.page.near_misses import NearMisses

T = TypeVar("T")
Pairs = list[tuple[str, str]]


class Experiment(msgspec.Struct, frozen=True):
    """What a record of an experiment says beside its ruling."""

    experiment: str
    question: str
    rule: str
    expected: str
    seeds: int
    command: str
    commit: str = ""
    machine: str = ""
    data: str = ""
    date: str = ""
    published: bool = False
    figure: str = ""
    settings: dict[str, str] = {}
    run: str = ""
    direction: Direction | Literal[""] = ""
    effect: Effect | None = None
    needs: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The name of the run: of an experiment there may be one in the paper's settings beside a smaller one."""
        return self.run or self.experiment


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of one finding.

    `experiment` is what made it, where one did; `point` and `sides` belong to a counterexample or an assumption; `where` is the domain.
    """

    item: EvidenceEntry
    experiment: Experiment | None
    steps: list[Step]
    comparisons: list[Comparison]
    near: NearMisses | None
    point: Pairs
    sides: tuple[str, str] | None
    where: Pairs
    rows: Table | None
    tables: list[Table]


def shown(item: EvidenceEntry) -> Shown:
    """Return a finding in parts."""
    left = {key: value for key, value in item.details.items() if key != "far"}  # how many points beyond the box: claims.json has it
    experiment = _experiment(left)
    steps = _theorem(left) if left.get("bound") is True else _take(left, "steps", list[Step], [])
    comparisons = _take(left, "findings", list[Comparison], [])
    point = list(_take(left, "point", dict[str, str], {}).items())
    domain = _take(left, "domain", dict[str, str], {})
    near = near_misses.grouped(left) if item.method == "near-miss" else None
    if near is not None:
        left = {key: value for key, value in left.items() if key not in {"made", "rejected", "misses", "equivalent", "equal", "survivors"}}
    sides: tuple[str, str] | None = None
    if isinstance(left.get("left"), str) and isinstance(left.get("right"), str):
        sides = (left.pop("left"), left.pop("right"))
    for nothing in ("cited", "rows", "sizes"):
        if left.get(nothing) == []:
            del left[nothing]
    rows = details.without_constants(details.tables({"rows": left.pop("rows")})[0]) if _is_table(left.get("rows")) else None
    return Shown(
        item=item,
        experiment=experiment,
        steps=steps,
        comparisons=comparisons,
        near=near,
        point=point,
        sides=sides,
        where=_together(domain),
        rows=rows,
        tables=details.tables(left),
    )


def _take(left: dict[str, Any], key: str, kind: type[T], without: T) -> T:
    """Take a key out of details if its value has the shape of `kind`; otherwise leave it there and return `without`."""
    if key not in left:
        return without
    try:
        converted = msgspec.convert(left[key], kind)
    except msgspec.ValidationError:
        return without
    del left[key]
    return converted


def _theorem(left: dict[str, Any]) -> list[Step]:
    """Take a theorem of the kernel out of details: how often it used each rule, in one step.

    Its steps, of which some have thirty, stand in claims.json; the sentence that it proved stands with the statement.
    """
    steps = _take(left, "steps", list[Step], [])
    for key in ("bound", "sentence", "hypotheses used", *(["hypotheses unused"] if left.get("hypotheses unused") == [] else [])):
        left.pop(key, None)  # the sentence says which hypotheses were used
    rules = ", ".join(f"{rule} {times}" if times > 1 else rule for rule, times in Counter(step.by for step in steps).most_common())
    return [Step(says="Proved, bound to the statement as checked", by=f"kernel: {rules}")]


def _experiment(left: dict[str, Any]) -> Experiment | None:
    """Take what an experiment records out of details; None, and nothing taken, where they are not an experiment's."""
    try:
        experiment = msgspec.convert(left, Experiment)
    except msgspec.ValidationError:
        return None
    for key in msgspec.structs.asdict(experiment):
        left.pop(key, None)
    return experiment


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _together(domain: dict[str, str]) -> Pairs:
    """Return (variables, domain) pairs, variables that share a domain in one."""
    groups: dict[str, list[str]] = {}
    for name, text in domain.items():
        groups.setdefault(text, []).append(name)
    return [(", ".join(names), text) for text, names in groups.items()]
