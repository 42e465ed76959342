"""From lease to lease: the runs that the next lease needs go to a small folder (`carried.py`), as many as fit, and come back from it.

Needed most are the rows of all runs (settings, metrics, provenance), then the newest states of runs that are not finished, and last the
states of finished runs, which nothing goes on from. A run whose state does not fit keeps its rows, and begins anew when it goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from empirical.training import carried
from empirical.training.carried import ORDER, Carried, CarryError, carried_in, content_of
from empirical.training.checkpoint import PIECE, Checkpoint
from empirical.training.metrics import LINES
from empirical.training.run_files import CHECKPOINT, CONFIG, JSON, METRICS, RunError, config_in, decoded, locked, remove, write
from empirical.training.run_folder import epochs_in
from reports import files
from reports.counted import counted
from reports.files import MIB

COPIED_S = 60.0
"""Seconds from one copy to the next: what a kill costs the next lease."""
LISTED = 1024
"""Bytes of a run in the list, or fewer."""
TRIES = 5
"""How often a run is read while another process saves its state."""


class Snapshot(NamedTuple):
    """A run folder at one moment: content of its files beside the state, its checkpoint, the files of the state, and how far it is."""

    rows: Mapping[str, bytes]
    checkpoint: bytes
    states: Mapping[Path, int]  # with their bytes
    epochs: float
    finished: bool

    @property
    def row_bytes(self) -> int:
        """Bytes of the rows, with the checkpoint of a finished run, and of their place in the list."""
        return LISTED + sum(map(len, self.rows.values())) + (len(self.checkpoint) if self.finished else 0)

    @property
    def state_bytes(self) -> int:
        """Bytes of the state, with the checkpoint of a run that is not finished."""
        return sum(self.states.values()) + (0 if self.finished else len(self.checkpoint))


class Carrier:
    """Carries runs in the folder `place`, at most `limit` MiB of them, and takes up at once what it holds into the run folders in `runs`.

    Called with an experiment and a function that returns its run folders, the most needed first, it copies them when the last copy is
    a minute old. Raises CarryError for a folder that cannot be used, before anything is written, and RunError where a run folder is in use.
    """

    def __init__(self, place: Path, runs: Path, limit: int) -> None:
        self._place, self._runs, self._limit = place, runs, limit * MIB
        self._carried = carried_in(place)
        take_up(place, self._carried, runs)
        self._needed: dict[str, Callable[[], Sequence[Path]]] = {}
        self._copied = time.monotonic()
        self._sums: dict[tuple[Path, int, int], str] = {}

    def __call__(self, experiment: str, needed: Callable[[], Sequence[Path]]) -> None:
        """Note the runs of an experiment, and copy all that were noted if it is time; an error in that is kept for the end."""
        if experiment not in self._needed:
            self._refuse_others(experiment, {folder.name for folder in needed()})
        self._needed[experiment] = needed
        if time.monotonic() >= self._copied + COPIED_S:
            try:
                self.copy()
            except (CarryError, OSError):  # to be tried again, and told at the end: training goes on meanwhile
                self._copied = time.monotonic()

    def copy(self) -> list[str]:
        """Copy all runs that were noted or taken up; return in sentences what did and did not fit. Raises CarryError if writing fails."""
        noted = {experiment: [folder.name for folder in needed()] for experiment, needed in self._needed.items()}
        names = list(dict.fromkeys(name for group in (*noted.values(), self._carried.runs) for name in group))
        snapshots = {name: snapshot for name in names if (snapshot := self._snapshot(name)) is not None}
        damaged = {name: sums for name, sums in self._carried.runs.items() if name not in snapshots}  # as they were when last copied
        room, runs, lacking = self._limit, dict[str, dict[str, str]](), dict[str, Snapshot]()
        for name, sums in damaged.items():
            if (size := carried.size_of(self._place, sums)) <= room:
                runs[name], room = sums, room - size
        for name, snapshot in snapshots.items():
            if snapshot.row_bytes <= room:
                room -= snapshot.row_bytes
                runs[name] = {file: carried.keep(self._place, content) for file, content in snapshot.rows.items()}
                runs[name] |= {CHECKPOINT: carried.keep(self._place, snapshot.checkpoint)} if snapshot.finished else {}
            else:
                lacking[name] = snapshot
        for name in sorted(snapshots.keys() & runs.keys(), key=lambda name: (snapshots[name].finished, names.index(name))):
            size, state = self._state(name, snapshots[name], room)
            runs[name], room = runs[name] | state, room - size
            if not state and snapshots[name].states:
                lacking[name] = snapshots[name]
        known = {**self._carried.experiments, **noted}
        carried_names = {experiment: [name for name in group if name in runs] for experiment, group in known.items()}
        experiments = {experiment: group for experiment, group in carried_names.items() if group}
        self._carried = Carried(carried.SCHEMA, experiments, {name: runs[name] for name in names if name in runs})
        carried.replace(self._place, self._carried)
        self._copied = time.monotonic()
        return [
            *_left_out(lacking, runs),
            f"{counted(len(runs), 'network')}, {(self._limit - room) / MIB:.1f} MiB, carried in {self._place}",
        ]

    def _refuse_others(self, experiment: str, names: set[str]) -> None:
        """Raise CarryError where the folder carries other networks of the experiment: to go on would be to begin, and in silence."""
        before = self._carried.experiments.get(experiment, [])
        if before and not names & set(before):
            raise CarryError(
                f"{self._place} carries {counted(len(before), 'network')} of {experiment}, such as {before[0]}, and this call would train "
                "others; give the same --data, --profile and --precision as before, or choose another folder with --carry DIR"
            )

    def _snapshot(self, name: str) -> Snapshot | None:
        """Return a run as it is now, None where it has not begun or is damaged."""
        for _ in range(TRIES):
            try:
                return snapshot_of(self._runs / name)
            except FileNotFoundError:  # another process has saved a newer state meanwhile
                continue
            except (RunError, OSError):
                break
        return None

    def _state(self, name: str, snapshot: Snapshot, room: int) -> tuple[int, dict[str, str]]:
        """Copy the state of a run if there is room for it; return its bytes and its files. A state that has been replaced is read anew."""
        for _ in range(TRIES):
            try:
                if not snapshot.states or snapshot.state_bytes > room:
                    return 0, {}
                state = {path.name: self._keep_state(path) for path in snapshot.states}
                rows = {file: carried.keep(self._place, content) for file, content in snapshot.rows.items()}
                return snapshot.state_bytes, {**rows, **state, CHECKPOINT: carried.keep(self._place, snapshot.checkpoint)}
            except FileNotFoundError:
                again = self._snapshot(name)
                if again is None:
                    break
                snapshot = again
        return 0, {}

    def _keep_state(self, path: Path) -> str:
        """Copy one file of a state, unless the very file was copied before."""
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._sums or not (self._place / carried.FILES / self._sums[key]).exists():
            self._sums[key] = carried.keep(self._place, files.read_bytes(path, PIECE))
        return self._sums[key]


def snapshot_of(folder: Path) -> Snapshot | None:
    """Return a run folder as it is now, None where nothing was trained in it; raise RunError or OSError where it cannot be read."""
    checkpoint, at = b"", None
    if (folder / CHECKPOINT).exists():  # first: files that are written after it may be ahead of it, and are cut then
        checkpoint = files.read_bytes(folder / CHECKPOINT, JSON)
        at = decoded(folder / CHECKPOINT, Checkpoint)
    rows = {name: files.read_bytes(folder / name, LINES) for name in ORDER if (folder / name).exists()}
    if METRICS in rows:
        rows[METRICS] = rows[METRICS][: rows[METRICS].rfind(b"\n") + 1]  # whole lines
    if at is None and not rows.get(METRICS):
        return None
    finished = at is not None and at.epoch >= config_in(folder).settings.epochs
    paths = [folder / name for name in at.files] if at else []
    complete = not finished or all(path.exists() for path in paths)  # a finished run may have left its state behind
    states = {path: path.stat().st_size for path in paths} if complete else {}
    return Snapshot(rows, checkpoint, states, at.epochs if at else 0.0, finished)


def take_up(place: Path, carrying: Carried, runs: Path) -> None:
    """Write carried runs to their folders in `runs`, unless these are as far; a kill in the midst leaves each as it was or further.

    Raises CarryError for a run whose name is not its config's, and RunError where a checkpoint is of a newer version, before anything is
    written; RunError where a run folder is in use.
    """
    further = [name for name in carrying.runs if _epochs(place, carrying, name) > _epochs_here(runs / name)]
    for name in further:
        sums = carrying.runs[name]
        with locked(runs / name):
            states = [file for file in sums if file not in {*ORDER, CHECKPOINT}]
            for file in (*ORDER, *states, CHECKPOINT):
                if file in sums:
                    write(runs / name / file, content_of(place, carrying, name, file))
            remove(path for path in (runs / name).glob("state-*") if path.name not in states)


def _epochs(place: Path, carrying: Carried, name: str) -> tuple[float, int]:
    """Return the epochs that a carried run goes on from, and those that it has metrics of."""
    sums = carrying.runs[name]
    config = hashlib.sha256(content_of(place, carrying, name, CONFIG)).hexdigest()[:12]
    if not name.endswith(f"-{config}"):
        raise CarryError(
            f"{place} carries {name}, whose {CONFIG} is of another run, {config}; copy it again from where it came, or delete it"
        )
    at = decoded(place / carried.FILES / sums[CHECKPOINT], Checkpoint).epochs if CHECKPOINT in sums else 0.0
    return at, content_of(place, carrying, name, METRICS).count(b"\n") if METRICS in sums else 0


def _epochs_here(folder: Path) -> tuple[float, int]:
    """Return the same of a run folder."""
    try:
        return epochs_in(folder), files.read_bytes(folder / METRICS, LINES).count(b"\n")
    except OSError:
        return epochs_in(folder), 0


def _left_out(lacking: Mapping[str, Snapshot], runs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return sentences on what was not copied, since it did not fit."""
    sentences: list[str] = []
    for name, snapshot in lacking.items():
        if name not in runs:
            sentences.append(f"no room for {name}: the next lease knows nothing of it")
        elif not snapshot.finished:
            size = snapshot.state_bytes / MIB
            sentences.append(f"no room for the state of {name} after {snapshot.epochs:.4g} epochs ({size:.1f} MiB): it begins anew")
    finished = [name for name, snapshot in lacking.items() if name in runs and snapshot.finished]
    if finished:
        sentences.append(f"no room for the last states of finished networks, which nothing goes on from: {', '.join(finished)}")
    return [f"{sentence}; --carry-mib gives more room" for sentence in sentences]
