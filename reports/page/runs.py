"""What runs leave beside their evidence: the values of every seed, and pictures; read for the page.

`<folder>/experiments/ID.json` holds the results of an experiment, `<folder>/figures/ID.svg` its picture. As with evidence, what a
folder named first holds counts, and each file counts whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from reports.bounds import refuse_unbounded
from reports.evidence import EvidenceError, write_whole
from reports.files import MIB, read_bytes
from reports.page import figure

RESULTS, PICTURE = 256 * MIB, 16 * MIB  # bytes of one file
VALUES, VALUES_DEPTH = 1_000_000, 16  # numbers of one list, and lists and objects within one another
NOT_PUBLISHED = "curves"  # of each arm: they are drawn in the picture, and are most of the file


class Seeds(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of seeds: the smallest, middle and largest value of a column of an arm, and its number of seeds.

    `names` says what differs between the columns of the arm, and `setting` what that is in this one; both are empty for a single column.
    """

    arm: str
    names: str
    setting: str
    seeds: int
    least: float
    middle: float
    largest: float


class _Arm(msgspec.Struct, frozen=True):
    setting: dict[str, Any] = {}
    values: dict[str, Any] = {}


class _Results(msgspec.Struct, frozen=True):
    arms: dict[str, _Arm] = {}


class _Shape(msgspec.Struct, frozen=True):
    """What the page takes for granted in a file of results; whatever else stands there is let be."""

    results: _Results = _Results()


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Results and cleaned pictures, by the id of their experiment."""

    experiments: dict[str, dict[str, Any]] = {}
    figures: dict[str, str] = {}

    def seeds(self, experiment: str, statistic: str = "peak") -> list[Seeds]:
        """Return the spread over seeds of one statistic of an experiment, arm by arm and column by column; empty where it has none."""
        arms = self.experiments.get(experiment, {}).get("results", {}).get("arms", {})
        return [row for name, arm in arms.items() for row in _spread(name, arm, statistic)]


def gather(folders: Iterable[Path]) -> Runs:
    """Read results and pictures of several folders; raise EvidenceError where a file cannot be used."""
    experiments: dict[str, dict[str, Any]] = {}
    figures: dict[str, str] = {}
    for folder in folders:
        for path in sorted((folder / "experiments").glob("*.json")):
            experiments.setdefault(path.stem, _read(path))
        for path in sorted((folder / "figures").glob("*.svg")):
            figures.setdefault(path.stem, _picture(path))
    return Runs(experiments=dict(sorted(experiments.items())), figures=dict(sorted(figures.items())))


def published(runs: Runs) -> dict[str, bytes]:
    """Return what the page needs of the runs, {path in the folder: content}; curves are left out, since the pictures show them."""
    results = {f"experiments/{name}.json": _encode(_without_curves(whole)) for name, whole in runs.experiments.items()}
    return results | {f"figures/{name}.svg": drawn.encode() + b"\n" for name, drawn in runs.figures.items()}


def write(folder: Path, runs: Runs) -> None:
    """Write what the page needs of the runs to a folder, each file whole."""
    for name, content in published(runs).items():
        write_whole(folder / name, content)


def _read(path: Path) -> dict[str, Any]:
    try:
        results = msgspec.json.decode(read_bytes(path, RESULTS))
        msgspec.convert(results, _Shape)
        refuse_unbounded(results, "its object", items=VALUES, depth=VALUES_DEPTH)
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}") from error
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{path} does not hold results: {error}; delete it and run the experiment again") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError(f"{path} must be a whole JSON file, but {error}; delete it and run the experiment again") from error
    except ValueError as error:
        raise EvidenceError(f"{path} does not hold results: {error}; delete it and run the experiment again") from error
    return results


def _picture(path: Path) -> str:
    try:
        return figure.cleaned(read_bytes(path, PICTURE).decode("utf-8"), path.stem)
    except EvidenceError:
        raise
    except (OSError, ValueError, LookupError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EvidenceError(f"{path} must be a readable SVG file, but {reason}; delete it and run the experiment again") from error


def _encode(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value, order="deterministic") + b"\n"


def _without_curves(whole: dict[str, Any]) -> dict[str, Any]:
    results = dict(whole.get("results", {}))
    if "arms" in results:
        results["arms"] = {
            name: {key: value for key, value in arm.items() if key != NOT_PUBLISHED} for name, arm in results["arms"].items()
        }
    return {**whole, "results": results}


def _spread(name: str, arm: dict[str, Any], statistic: str) -> list[Seeds]:
    """Return a row for each column of an arm; none where the arm lacks the statistic or it is no table of numbers.

    Of a sweep under way a column has the seeds that there are, and none where there are none.
    """
    try:
        values = msgspec.convert(arm.get("values", {}).get(statistic, []), list[list[float | None]])
    except msgspec.ValidationError:
        return []
    columns = list(zip(*values, strict=False))
    varied = _varied(arm.get("setting", {}), len(columns))
    rows: list[Seeds] = []
    for index, column in enumerate(columns):
        numbers = sorted(value for value in column if value is not None)
        if not numbers:
            continue
        words = ", ".join(f"{values[index]:g}" for values in varied.values())
        middle = numbers[(len(numbers) - 1) // 2]  # a value that was found, also where the number of seeds is even
        names = ", ".join(varied)
        rows.append(Seeds(arm=name, names=names, setting=words, seeds=len(numbers), least=numbers[0], middle=middle, largest=numbers[-1]))
    return rows


def _varied(setting: dict[str, Any], columns: int) -> dict[str, list[float]]:
    """Return what a setting lists for each column, radius first, where the columns differ in it."""
    lists = {key: value for key, value in setting.items() if isinstance(value, list) and len(value) == columns > 1}
    numbers = {key: value for key, value in lists.items() if all(isinstance(item, int | float) for item in value) and len(set(value)) > 1}
    names = {"rhos": "ρ", "rates": "learning rate", "gamma_v": "γ of the last layer", "gamma_z": "γ of the activations"}
    return {names.get(key, key): numbers[key] for key in sorted(numbers, key=lambda key: (key != "rhos", key))}
