"""What the paper's figures and tables mark, read from `paper_values.toml`, to be drawn over what our runs gave.

Only what the paper's text states stands there: the numbers beside the ticks of figures that are drawn (pictures in the PDF have none that
can be read), and the numbers of tables.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import msgspec

from reports.ledger import LedgerError

PATH = Path(__file__).with_name("paper_values.toml")
Range = tuple[float, float]


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The paper's axes for panels of ours, named by their titles and by what `y` shows.

    Ticks are text, as the paper prints them, smallest first. `lines` are numbers that it states of the drawn quantity, {name: number}.
    """

    titles: list[str]
    y: str
    x_ticks: list[str] = []
    y_ticks: list[str] = []
    lines: dict[str, str] = {}

    @property
    def x_range(self) -> Range | None:
        """The first and the last tick; None where there are none."""
        return _ends(self.x_ticks)

    @property
    def y_range(self) -> Range | None:
        """The first and the last tick; None where there are none."""
        return _ends(self.y_ticks)


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure or table of the paper, the experiment that redraws it, and where its numbers stand."""

    experiment: str
    place: str
    source: str
    panel: list[Panel]

    def panel_of(self, title: str, y: str) -> Panel:
        """Return the paper's panel for one of ours; raise KeyError where there is none."""
        for panel in self.panel:
            if title in panel.titles and y == panel.y:
                return panel
        raise KeyError(f"{self.place} must have a panel {title!r} that shows {y!r}; name it in {PATH.name}")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal[2]
    figure: list[Figure]


@functools.cache
def read(path: Path = PATH) -> dict[str, Figure]:
    """Return the figures by experiment; raise LedgerError where the file is not what it must be."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
        for figure in file.figure:
            for panel in figure.panel:
                _refuse_unordered(panel)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise LedgerError(f"{path} must hold the numbers of the paper's figures, but {error}; mend it") from error
    return {figure.experiment: figure for figure in file.figure}


def strangers(experiments: Collection[str]) -> list[str]:
    """Return, a line each, the experiments that are named here and defined nowhere."""
    return [f"paper_values.toml refers to the experiment {name}, which no module defines" for name in read() if name not in experiments]


def _ends(ticks: list[str]) -> Range | None:
    return (float(ticks[0]), float(ticks[-1])) if ticks else None


def _refuse_unordered(panel: Panel) -> None:
    """Raise ValueError where ticks do not rise, or a line is no number."""
    for ticks in (panel.x_ticks, panel.y_ticks):
        places = [float(tick) for tick in ticks]
        if len(places) == 1 or any(second <= first for first, second in itertools.pairwise(places)):
            raise ValueError(f"the ticks of {panel.y!r} must rise from the first to the last, got {ticks}")
    for value in panel.lines.values():
        float(value)
