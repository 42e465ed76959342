"""The texts of the command line: the list of experiments, the plan, and the end of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.text import Text

from empirical.report.experiment import Cost, Experiment, Ruling, Setup, Target, seconds_in_turn
from empirical.report.statistics import Outcome
from empirical.report.unfinished import UnfinishedError
from reports import record
from reports.counted import counted
from reports.duration import duration
from reports.page.words import OUTCOMES
from reports.plain import plain
from reports.terminal import Column, Line, table

COLOURS: dict[Outcome, str] = {"supports": "green", "refutes": "red", "inconclusive": "yellow"}
WORST: tuple[Outcome, ...] = ("refutes", "inconclusive", "supports")
FEW = 3
"""Experiments whose rulings are told in sentences, although they were not asked for by name."""
LONG_S = 30 * 86400
"""From here on a plan also says how long its operations take at FAST_FLOPS."""
FAST_FLOPS = 1e14
"""Operations a second that the plan reckons with for an accelerator."""


class Finished(NamedTuple):
    """An experiment that ran: the mark of its results, its rulings, and the seconds that it took."""

    experiment: Experiment
    mark: str
    rulings: Mapping[Target, Ruling]
    seconds: float


def listing(known: Collection[Experiment], width: int | None) -> list[Text]:
    """Return a line for each experiment: its id, its number of seeds, the claims it speaks about, and its question."""
    columns = (
        Column("experiment"),
        Column("seeds", right=True, leaves=1),
        Column("question", least=36, leaves=2),
        Column("claims", least=20, leaves=3),
    )
    rows = [
        (
            experiment.id,
            str(experiment.seeds),
            plain(experiment.question),
            ", ".join(dict.fromkeys(target.claim for target in experiment.targets)),
        )
        for experiment in known
    ]
    return [line for lines in table(columns, rows, width) for line in lines]


def plan(chosen: Sequence[Experiment], costs: Mapping[str, Cost], setup: Setup, width: int | None) -> list[Line | Text]:
    """Return what `run` would do, and, dimmed, what it could not do here, with the reason and the sums below the table."""
    columns = (
        Column("experiment"),
        Column("seeds", right=True, leaves=2),
        Column("networks", right=True, leaves=3),
        Column("flops", right=True, leaves=4),
        Column("about", right=True),
        Column("memory", right=True, leaves=1),
        Column("mark"),
    )
    groups = {able: {name: cost for name, cost in costs.items() if able is not bool(cost.missing)} for able in (True, False)}
    seconds = {name: value for group in groups.values() for name, value in zip(group, seconds_in_turn(group.values()), strict=True)}
    rows: list[list[Text]] = []
    for experiment in chosen:
        cost = costs[experiment.id]
        known = bool(cost.flops) or not cost.missing
        mark = experiment.qualifier if cost.qualifier is None else cost.qualifier
        cells = [
            experiment.id,
            str(setup.seeds or experiment.seeds),
            str(len(cost.flops) or ""),
            _flops(sum(cost.flops.values())) if cost.flops else "",
            duration(seconds[experiment.id]) if known else "",
            _memory(cost.memory_mib) if known else "",
            "not here" if cost.missing else mark,
        ]
        rows.append([Text(cell, style="dim" if cost.missing else "") for cell in cells])
    lines: list[Line | Text] = [line for row in table(columns, rows, width) for line in row]
    for why in dict.fromkeys(cost.missing for cost in groups[False].values()):
        names = ", ".join(name for name, cost in groups[False].items() if cost.missing == why)
        lines += [Text(), Text(f"cannot run here: {why}", style="yellow"), Line(Text(names, style="dim"), 2, 2)]
    lines += [Text(), Line(Text("networks, flops: all that an experiment needs; about: less what one above has"), 0, 2)]
    return lines + [_sum(able, group, seconds) for able, group in groups.items() if group]


def _sum(able: bool, group: Mapping[str, Cost], seconds: Mapping[str, float]) -> Line:
    """Return the sentence on all experiments that can, or cannot, run here."""
    flops = {name: value for cost in group.values() for name, value in cost.flops.items()}
    total, work = sum(seconds[name] for name in group), sum(flops.values())
    says = f"{counted(len(group), 'experiment')} {'here' if able else 'not here'}"
    if able or flops:
        says += f": about {duration(total)}"
    if flops:
        says += f", {counted(len(flops), 'network')} on images ({_flops(work)} flops"
        says += f": {duration(work / FAST_FLOPS)} for an accelerator that does {_flops(FAST_FLOPS)} a second)" if total >= LONG_S else ")"
    return Line(Text(says), 0, 2)


def ending(
    finished: Sequence[Finished], lacking: Mapping[str, str], unfinished: Mapping[str, UnfinishedError], named: bool, width: int | None
) -> list[Line | Text]:
    """Return a line for each experiment, then what needs more words: the rulings of few or of named ones, what failed, what did not run."""
    columns = (Column("experiment"), Column("outcome", least=20), Column("s", right=True, leaves=1))
    rows: list[tuple[str, Text, str]] = [(ran.experiment.id, _outcome(ran), f"{ran.seconds:.1f}") for ran in finished]
    for name, error in unfinished.items():
        fell = error.failures or error.refused
        state = Text("failed" if fell else "not finished", style="red" if fell else "yellow")
        rows.append((name, state.append(f": {error}", style="default"), ""))
    lines: list[Line | Text] = [line for row in table(columns, rows, width) for line in row] if rows else []
    if named or len(finished) <= FEW:
        lines += [paragraph for ran in finished for paragraph in _sentences(ran)]
    for name, error in unfinished.items():
        lines += [Line(Text(f"{name}: ", style="bold").append(failure, style="not bold"), 0, 2) for failure in error.failures]
    for why in dict.fromkeys(lacking.values()):
        names = ", ".join(name for name in lacking if lacking[name] == why)
        lines += [Text(), Line(Text(f"not run, since {why}: ", style="yellow").append(names, style="not bold"), 0, 2)]
    return lines


def _outcome(ran: Finished) -> Text:
    """Return how many statements met, missed or left their rule open, in the colour of the worst of them."""
    outcomes: list[Outcome] = [ruling.outcome for ruling in ran.rulings.values()]
    there: list[Outcome] = [outcome for outcome in WORST[::-1] if outcome in outcomes]
    if len(outcomes) == 1:
        words = OUTCOMES[outcomes[0]]
    elif len(there) == 1:
        words = f"{OUTCOMES[there[0]]} ({counted(len(outcomes), 'statement')})".replace("its rule", "their rules")
    else:
        words = ", ".join(f"{outcomes.count(outcome)} {OUTCOMES[outcome].removesuffix(' its rule')}" for outcome in there)
    worst = min(outcomes, key=WORST.index)
    return Text(f"{words}{', ' if ran.mark else ''}{ran.mark}", style=COLOURS[worst])


def _sentences(ran: Finished) -> list[Line | Text]:
    lines: list[Line | Text] = []
    for target, ruling in ran.rulings.items():
        statement = f"{target.form} {target.part}" if target.claim == ran.experiment.id else " ".join(target)
        name = Text(f"{ran.experiment.id}, {statement}: ", style="bold")
        name.append(plain(ruling.says), style="not bold")
        if ruling.needs:
            name.append(f" Its rule still needs {plain(ruling.needs)}.", style="yellow not bold")
        lines += [Text(), Line(name, 0, 2)]
    return lines


def closing(finished: Sequence[Finished], unfinished: Collection[str], out: Path, seconds: float, train: bool = True) -> list[Line | Text]:
    """Return the last lines of a run: how many experiments ran, where their results are, and the next command."""
    folders = "" if out.resolve() == record.OUT.resolve() else f" --evidence {out} --out {out}"
    build = f"python -m reports build{folders} shows them"
    again = f"the same command{'' if train else ' without --no-train'} goes on with {', '.join(unfinished)}"
    following = "; ".join(words for words, fits in ((again, unfinished), (build, finished)) if fits)
    lines = [Text(), Line(Text(f"{counted(len(finished), 'experiment')}, {duration(seconds)}; results in {out}"), 0, 2)]
    return [*lines, Line(Text(f"next: {following}", style="dim"), 0, 2)] if following else lines


def _flops(count: float) -> str:
    return f"{count:.1e}".replace("e+", "e").replace(".0e", "e")


def _memory(mib: float) -> str:
    return f"{mib:.0f} MiB" if mib < 1000 else f"{mib / 1024:.1f} GiB"
