"""Results that are on disk, judged once more: `python -m empirical.cli.judge_again FOLDER [RUN ...]` brings their evidence up to date.

Nothing is trained and no picture is drawn. Question, mark, direction, the number that a ruling turns on and the sentence that tells the
numbers become those of this version; the rule, the numbers, and where and when they were made stay as they were. A record whose outcome
would be another one is refused: that takes a new run. Runs in full, whose records a verdict needs no direction of, are left alone. Exit
status: 0, or 2 for a file that cannot be read or written, or a record that is refused.
"""

from __future__ import annotations

from reports import collector, interrupt

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tyro

from empirical.experiments import experiments
from empirical.report.claimed_networks import SPOKEN, mark
from empirical.report.experiment import Experiment, Ruling, Target
from empirical.report.record import SOURCE, asked, qualifier, turning
from empirical.report.results import directions
from empirical.report.sweep_results import RunFacts, SweepResults, read_as
from reports import calls, evidence
from reports.command import FINE, start, status_of
from reports.direction import Direction, run_of
from reports.evidence import Dossier, Evidence, EvidenceError


@dataclass(frozen=True)
class Call:
    """Judge results of a folder once more and bring their evidence up to date."""

    folder: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="FOLDER")]
    """A folder with experiments/RUN.json and evidence, such as reports/published."""
    runs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[RUN ...]", help_behavior_hint="")] = ()
    """Runs; all that are no runs in full where none is named."""


def again(folder: Path, run: str) -> None:
    """Judge one run once more; raise EvidenceError where its files cannot be used, or where a record would have another outcome."""
    path = folder / "experiments" / f"{run}.json"
    try:
        whole: dict[str, Any] = msgspec.json.decode(path.read_bytes())
        experiment, values = experiments()[whole["experiment"]], whole["results"]
        results = read_as(experiment.results, values)
        ruled = [(Target(ruling["claim"], ruling["form"], ruling["part"]), ruling) for ruling in whole["rulings"]]
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}; name a run that is there") from error
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"{path} must hold results of an experiment of this version, but {error} fails; run it again") from error
    claims = dict.fromkeys(target.claim for target in experiment.targets)
    dossiers = [evidence.read(evidence.path_of(folder, SOURCE, claim)) for claim in claims]
    own = [item for dossier in dossiers for item in dossier.evidence if run_of(item) == run]
    if isinstance(results, SweepResults):
        results = in_order(marked(experiment, results), own)
    rulings = experiment.judge(results)
    spoken_of = [target for target, _ in ruled] + [Target(item.claim, item.form, item.part) for item in own]
    for target in spoken_of:
        if target not in rulings:
            raise EvidenceError(f"{run} must speak of statements that {experiment.id} rules on, got {' '.join(target)}; run it again")
    pointing = directions(experiment, results, rulings)
    renewed = [
        [_renewed(item, experiment, results, rulings, pointing) if run_of(item) == run else item for item in dossier.evidence]
        for dossier in dossiers
    ]  # all of them before the first is written: a refused record leaves every file as it was
    for dossier, items in zip(dossiers, renewed, strict=True):
        evidence.write(folder, msgspec.structs.replace(dossier, evidence=items))
    told = [{**ruling, "says": rulings[target].says} for target, ruling in ruled]
    marked_values = values if (own_mark := results.qualifier) is None else {**values, "qualifier": own_mark}
    new_words = {"question": asked(experiment, results), "rulings": told, "results": marked_values}
    evidence.write_whole(path, msgspec.json.encode({**whole, **new_words}, order="deterministic") + b"\n")


def in_order(results: SweepResults, own: Sequence[Evidence]) -> SweepResults:
    """Return results with their arms in the order of the records' rows: on disk they are sorted by name, and rules compare neighbours."""
    rows = [row.get("network and method", "") for item in own for row in item.details.get("rows", [])]
    place = {name: number for number, name in enumerate(dict.fromkeys(rows))}
    keys = sorted(results.arms, key=lambda key: place.get(key.written, len(place)))  # stable
    return msgspec.structs.replace(results, arms={key: results.arms[key] for key in keys})


def marked(experiment: Experiment, results: SweepResults) -> SweepResults:
    """Return results of networks on images with the mark that their settings deserve; others as they are.

    Where an earlier version did not keep whether all images were there, they count as there where it did not mark the results.
    """
    if not experiment.data or results.qualifier is None or not all(target in SPOKEN for target in experiment.targets):
        return results
    settings = [arm.setting for arm in results.arms.values()]
    whole = not results.qualifier if results.whole_data is None else results.whole_data
    complete = not results.needs and len(results.seeds) >= experiment.seeds and results.qualifier != "partial"
    marks = mark(experiment.targets, experiment.data, settings, whole_data=whole, complete=complete)
    return msgspec.structs.replace(results, qualifier=marks)


def _renewed(
    item: Evidence,
    experiment: Experiment,
    results: RunFacts,
    rulings: Mapping[Target, Ruling],
    pointing: Mapping[Target, Direction],
) -> Evidence:
    """Return a record with what this version says of it; raise EvidenceError where that would be another outcome."""
    target = Target(item.claim, item.form, item.part)
    ruling = rulings[target]
    if ruling.outcome != item.outcome:
        raise EvidenceError(
            f"the record of {run_of(item)} on {' '.join(target)} must keep its outcome, {item.outcome}, but by this version it is "
            f"{ruling.outcome}; run the experiment again"
        )
    new = {"run": run_of(item), "question": asked(experiment, results), "direction": pointing[target]}
    says = item.says if ruling.findings else ruling.says  # a finding has a sentence for itself
    details = {**item.details, **new, **turning(ruling)}
    return msgspec.structs.replace(item, says=says, qualifier=qualifier(experiment, results), details=details)


def _partial(dossiers: Sequence[Dossier]) -> list[str]:
    """Return the runs of which there are records with a qualifier."""
    return sorted({run_of(item) for dossier in dossiers for item in dossier.evidence if item.qualifier and item.method == "experiment"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the experiments that are named and return the exit status."""

    def work() -> int:
        call = tyro.cli(Call, prog="python -m empirical.cli.judge_again", description=__doc__, args=arguments)
        calls.folders("FOLDER", [call.folder])
        for run in call.runs or _partial([dossier for dossier in evidence.read_all(call.folder) if dossier.source == SOURCE]):
            again(call.folder, run)
        return FINE

    return status_of(work, EvidenceError)


if __name__ == "__main__":
    start(main)
