"""In which settings the networks of a run differ from those that its statement speaks of: ours and the paper's side by side."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from reports.page.closing import Networks
from reports.page.details import SETTING
from reports.page.shown import Experiment

NAMES = {"2nn": "2NN", "dln": "DLN", "resnet18": "ResNet18"}
"""Networks as the paper writes them."""
TWICE = {"planned_epochs": "epochs"}
"""A setting that takes the place of another where a run was not finished."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One setting: its name, its values here, and the paper's."""

    name: str
    here: str
    paper: str


def differences(run: Experiment, paper: Networks | None) -> list[Difference]:
    """Return the settings in which any network of a run differs from the paper's; none where the statement names no networks."""
    if paper is None or not run.settings:
        return []
    arms = [_read(words) for words in run.settings.values()]
    models = {arm["model"] for arm in arms if "model" in arm}
    rows = [Difference(name="model", here=_list(_named(models)), paper=_list(_named(paper.models)))] if models - set(paper.models) else []
    for name, meant in paper.settings.items():
        values = {arm[name] for arm in arms if name in arm}
        if values - {meant}:
            rows.append(Difference(name=name, here=_list(values), paper=meant))
    return rows


def _read(words: str) -> dict[str, str]:
    """Return the settings of an arm, {name: value}, from `name = value, name = value`."""
    settings: Mapping[str, str] = dict(part.split(" = ", 1) for part in SETTING.split(words) if " = " in part)
    return {TWICE.get(name, name): value for name, value in settings.items()}


def _named(models: set[str] | list[str]) -> list[str]:
    return [NAMES.get(model, model) for model in models]


def _list(values: set[str] | list[str]) -> str:
    return " or ".join(sorted(values))
