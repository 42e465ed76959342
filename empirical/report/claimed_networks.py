"""The models, data set and settings of each statement about networks, as data that every run is compared with.

A run on another model or data set is a stand-in. A run of the same model on the same data in other settings is reduced. A run in the
same settings, but without all seeds, epochs or networks, is partial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from empirical.report.experiment import Target
from reports.evidence import Qualifier

CIFAR10, TINY_IMAGENET, FLOWERS102 = "cifar-10", "tiny-imagenet", "flowers102"
WIDTHS = {"dln": 500, "2nn": 500, "resnet18": 64, "resnet18-alone": 64}
"""Of hidden layers, or filters of the first layer (Appendix A.2)."""
NAMES = {"dln": "the DLN", "2nn": "the 2NN", "resnet18": "ResNet18", "resnet18-alone": "ResNet18 with points normalised alone"}
A2: Mapping[str, Any] = {
    "batch": 128,
    "rate": 0.01,
    "momentum": 0.0,
    "decay": 5e-4,
    "epochs": 200,
    "rhos": [0.01],
    "share": 0.3,
    "shrink": 1,
    "train": "all",
    "test": "all",
    "precision": "float32",
}
"""Appendix A.2 for all networks, with 30% wrong labels; weights and passes in float32, as nothing else is said."""


@dataclass(frozen=True)
class Spoken:
    """The networks of one statement. The statement itself varies the settings `varied`; `settings` are its differences from `A2`."""

    models: tuple[str, ...]
    data: str = CIFAR10
    varied: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def foreign(self, data: str, setting: Mapping[str, Any]) -> list[str]:
        """Return in words where a run has another model or data set than the statement; an empty list where both are the same."""
        pairs = {"model": (setting["model"], self.models), "data": (data, (self.data,))}
        return [f"{key} {value} for {' or '.join(wanted)}" for key, (value, wanted) in pairs.items() if value not in wanted]

    def changed(self, setting: Mapping[str, Any]) -> list[str]:
        """Return in words which settings of a network differ from the statement's; a setting that is not given counts as equal."""
        wanted = {"width": WIDTHS.get(setting["model"]), **A2, **self.settings}
        asked = {key: value for key, value in wanted.items() if key not in self.varied}
        has = {**asked, **setting, "epochs": setting.get("planned_epochs", setting.get("epochs", asked.get("epochs")))}
        return [f"{key} {has[key]} for {value}" for key, value in asked.items() if has[key] != value]


RESNET, ALL = ("resnet18",), ("dln", "2nn", "resnet18")


def _of(claim: str, models: tuple[str, ...], *varied: str, form: Any = "printed", part: str = "result") -> tuple[Target, Spoken]:
    return Target(claim, form, part), Spoken(models, varied=frozenset(varied))


SPOKEN: dict[Target, Spoken] = dict(
    [
        *(_of(claim, RESNET) for claim in ("fig-1", "fig-2", "fig-5", "fig-7", "table-1", "gap-17-to-9", "clean-loss-higher")),
        _of("fig-7", RESNET, part="logit-scale"),
        *(_of(claim, ALL) for claim in ("fig-4-scale", "fig-4-accuracy")),
        _of("batchnorm", ("resnet18", "resnet18-alone")),
        _of("fig-9", RESNET, "share"),
        _of("fig-12", RESNET, "train"),
        _of("fig-13", RESNET, "width"),
        _of("fig-14", RESNET, "rate", "rhos", "epochs"),
        # These three speak of networks, and name none.
        _of("small-shards", ALL, "rhos"),
        _of("large-lr-sgd", ALL, "rate", part="networks"),
        _of("lsam-own-rho", ALL, "rhos", form="beyond"),
        _of("chosen-rate", RESNET, "rate", "momentum", form="beyond"),
        _of("chosen-rho", RESNET, "rhos", form="beyond"),
        _of("chosen-gammas", RESNET, form="beyond"),
        (Target("fig-8", "printed", "tiny-imagenet"), Spoken(RESNET, TINY_IMAGENET)),
        *(
            (Target("fig-8", "printed", part), Spoken(RESNET, FLOWERS102, settings={"share": 0.2, "train": 2040}))
            for part in ("flowers102", "flowers102-no-drop")
        ),
    ]
)


def in_place(targets: Iterable[Target], settings: Iterable[Mapping[str, Any]]) -> str:
    """Return as a sentence which networks stand in for the networks of the statements; "" where none does."""
    wanted = {model for target in targets for model in SPOKEN[target].models}
    stand_ins = {setting["model"] for setting in settings} - wanted
    if not stand_ins:
        return ""
    trained, meant = (" and ".join(NAMES[model] for model in sorted(models)) for models in (stand_ins, wanted))
    return f"Here {trained} stand{'s' if len(stand_ins) == 1 else ''} in for {meant}."


def mark(targets: Iterable[Target], data: str, settings: Iterable[Mapping[str, Any]], *, whole_data: bool, complete: bool) -> Qualifier:
    """Return the qualifier of networks trained in these settings, for statements that are in `SPOKEN`.

    `whole_data` says whether all images of the data set were there, `complete` whether nothing is left of what the rule asks for.
    """
    pairs = [(SPOKEN[target], setting) for target in targets for setting in settings]
    if any(spoken.foreign(data, setting) for spoken, setting in pairs):
        return "stand-in"
    if not whole_data or any(spoken.changed(setting) for spoken, setting in pairs):
        return "reduced"
    return "" if complete else "partial"
