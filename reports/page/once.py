"""What a page has shown so far, so that an experiment, a shared picture, a derivation or a domain stands once, and then a link to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, takewhile

import msgspec

from reports.methods import Step
from reports.page import compact, panels, paper_axes, single_values, ticks
from reports.page.details import Table
from reports.page.paper_axes import Marked
from reports.page.paper_values import Figure
from reports.page.runs import Runs, Seeds
from reports.page.shown import Pairs


class Drawn(msgspec.Struct, frozen=True):
    """A picture by its panels, the experiment with which it stands, what is said on single values and the paper's axes in it, and whether
    it has bands of intervals.
    """

    panels: list[str]
    first: str
    beside: str
    bands: bool


class Once:
    """Remembers what a page has shown, so that a reader meets it once."""

    def __init__(self, runs: Runs) -> None:
        """Begin a page of these runs."""
        self.runs = runs
        self.experiments: set[tuple[str, str]] = set()
        self.pictures: dict[str, str] = {}
        self.arms: dict[tuple[object, ...], str] = {}
        self.derivations: dict[str, dict[str, list[Step]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.domains: dict[tuple[object, ...], str] = {}
        self.tables: dict[tuple[object, ...], str] = {}

    def is_first(self, experiment: str, claim: str = "") -> bool:
        """Whether an experiment is met for the first time: on the page, or within a claim where one is named."""
        first = (experiment, claim) not in self.experiments
        self.experiments.add((experiment, claim))
        return first

    def first_run(self, experiment: str, run: str, text: str) -> str:
        """Return the run of an experiment with which a text about it first stood, this one where it did not stand yet."""
        return self.texts.setdefault((experiment, text), run)

    def known_steps(self, claim: str, statement: str, steps: list[Step]) -> tuple[int, str]:
        """Return with how many steps another derivation of this claim, met before, begins alike, and its statement: at least two."""
        before = self.derivations.setdefault(claim, {})
        alike = {name: _alike(steps, earlier) for name, earlier in before.items()}
        before.setdefault(statement, steps)
        first = max(alike, key=alike.__getitem__, default="")
        return (alike[first], first) if first and alike[first] > 1 else (0, "")

    def known_table(self, run: str, rows: Table | None) -> str:
        """Return the run whose results are the same table, met before; "" where this is the first, or there is none."""
        if rows is None:
            return ""
        first = self.tables.setdefault((rows.columns, *rows.rows, rows.constants), run)
        return "" if first == run else first

    def known_domain(self, claim: str, statement: str, where: Pairs) -> str:
        """Return the statement of this claim that was attacked on the same domain before, "" where this one is the first."""
        first = self.domains.get((claim, *where), "")
        self.domains.setdefault((claim, *where), statement)
        return first

    def seeds(self, experiment: str) -> tuple[list[Seeds], dict[str, list[str]]]:
        """Return the spread over seeds of the arms not met before, and by experiment the others, whose runs it shares with that one."""
        new: list[Seeds] = []
        known: dict[str, list[str]] = {}
        for arm, rows in groupby(self.runs.seeds(experiment), key=lambda row: row.arm):
            listed = list(rows)
            first = self.arms.setdefault(tuple(listed), experiment)
            if first == experiment:
                new += listed
            else:
                known.setdefault(first, []).append(arm)
        return new, known

    def picture(self, experiment: str, paper: Figure | None = None) -> Drawn | None:
        """Return the picture of an experiment over the axes of the paper's figure, and the one it first stood with; None without one."""
        cleaned = self.runs.figures.get(experiment)
        if cleaned is None:
            return None
        first = self.pictures.setdefault(compact.compacted(cleaned, ""), experiment)
        over = Marked(cleaned, "") if paper is None else paper_axes.marked(cleaned, paper)
        drawn = panels.split(compact.compacted(single_values.with_bars(over.svg), f"f{len(self.pictures)}-"))
        says = " ".join(filter(None, (single_values.told(cleaned), over.says)))
        return Drawn(panels=[ticks.together(panel) for panel in drawn], first=first, beside=says, bands="fill-opacity" in cleaned)


def _alike(steps: Sequence[Step], earlier: Sequence[Step]) -> int:
    """Return with how many steps two derivations begin alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(steps, earlier, strict=False)))
