"""Results that are on disk, judged once more: `python -m empirical.judge_again FOLDER [RUN ...]` writes their evidence anew.

Nothing is trained and no picture is drawn. What a run found, where and when, stays as it was; rules, questions, marks and directions are
those of this version. Exit status: 0, or 2 for a file that cannot be read or written or an experiment that is not there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tyro

from empirical.experiment import Experiment, Results, experiments
from empirical.record import write
from empirical.spoken import SPOKEN, mark
from reports.evidence import EvidenceError, Provenance

WRONG = 2


@dataclass(frozen=True)
class Call:
    """Judge results of a folder once more and write their evidence anew."""

    folder: Annotated[Path, tyro.conf.Positional]
    """A folder with experiments/RUN.json, such as reports/published."""
    runs: Annotated[tuple[str, ...], tyro.conf.Positional] = ()
    """Runs; all of them where none is named."""


def again(folder: Path, run: str) -> None:
    """Judge one run once more; raise EvidenceError where its results cannot be read or its experiment is not there."""
    path = folder / "experiments" / f"{run}.json"
    try:
        whole: dict[str, Any] = msgspec.json.decode(path.read_bytes())
        results, origin = whole["results"], msgspec.convert(whole["provenance"], Provenance)
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}; name a run that is there") from error
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path} must hold results, but {error}; run the experiment again") from error
    experiment = experiments().get(whole.get("experiment", run))
    if experiment is None:
        raise EvidenceError(f"{path} is of {whole.get('experiment')}, which is no experiment of this version; delete it")
    results = marked(experiment, results)
    write(experiment, results, experiment.judge(results), origin, folder)


def marked(experiment: Experiment, results: Results) -> Results:
    """Return results of networks on images with the mark that their settings deserve; others as they are.

    Where an earlier version did not keep whether all images were there, they count as there where it did not mark the results.
    """
    if not experiment.data or "qualifier" not in results or not all(target in SPOKEN for target in experiment.targets):
        return results
    settings = [arm["setting"] for arm in results["arms"].values()]
    whole = results.get("whole_data", not results["qualifier"])
    complete = not results.get("needs") and len(results["seeds"]) >= experiment.seeds and results["qualifier"] != "partial"
    return {**results, "qualifier": mark(experiment.targets, experiment.data, settings, whole_data=whole, complete=complete)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge what is asked for and return the exit status."""
    call = tyro.cli(Call, prog="python -m empirical.judge_again", description=__doc__, args=arguments)
    try:
        for run in call.runs or sorted(path.stem for path in (call.folder / "experiments").glob("*.json")):
            again(call.folder, run)
    except EvidenceError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
