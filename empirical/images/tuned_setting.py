"""Is a setting that the paper chose the best on held-out points? One method is trained in this setting and in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from empirical.images.arms import BASES, VARIED, Arm, choosing, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Experiment, Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at
from empirical.report.results import average, effect, mean, networks, ruled
from empirical.report.statistics import all_of, exceeds

NEAR = 0.01  # "best" needs a margin before the run: a point of held-out accuracy
Settings = Callable[[Profile], Mapping[str, Mapping[str, Any]]]


def arms_of(method: str, settings: Settings, profile: Profile) -> dict[str, Arm]:
    """Return one method at every setting, with images held out."""
    sample = choosing(BASES[profile][VARIED[profile]].sample)
    arms: dict[str, Arm] = {}
    for name, changes in settings(profile).items():
        arms |= variant(f"{VARIED[profile]}, {name}", profile, VARIED[profile], (method,), sample=sample, **changes)
    return arms


def judge(method: str, target: Target, results: Results) -> dict[Target, Ruling]:
    """Rule on the held-out accuracy of every other setting beside the first setting's accuracy."""
    held, test = ({name: at(results, name, method, stat, "own") for name in networks(results)} for stat in ("held_out", "peak"))
    first, *others = held
    outcome = all_of([exceeds((NEAR - held[name] + held[first]).tolist(), 0.0, SEEDS) for name in others])
    told = "; ".join(f"{_short(name)}: {mean(held[name] - held[first])}" for name in others)
    best = "; ".join(f"{_short(name)}: {average(accuracies)}" for name, accuracies in test.items())
    says = f"Held-out accuracy beside {average(held[first])} of {_short(first)}: {told}. Best test accuracy: {best}."
    margins = {name: held[first] + NEAR - held[name] for name in others}
    rival = min(others, key=lambda name: mean(margins[name]).mean if mean(margins[name]).n else np.inf)
    turns_on = effect(f"held-out accuracy of {_short(first)}, and {NEAR:g}, less that of {_short(rival)}", margins[rival])
    return {target: ruled(results, SEEDS, outcome, says, turns_on)}


def picture(method: str, results: Results) -> str:
    """Draw the best accuracies on held-out and on test points, setting by setting."""
    place = list(range(1, len(networks(results)) + 1))
    stats = (("held_out", "held out, noisy labels", PALETTE[0]), ("peak", "test", PALETTE[1]))
    lines = [
        interval_line(place, np.stack([at(results, name, method, stat, "own") for name in networks(results)], axis=1), label, colour)
        for stat, label, colour in stats
    ]
    return svg([Panel(networks(results)[0].split(", ")[0], "setting, in the order of the table", "best accuracy", lines)])


def tuned_setting(
    *,
    id: str,  # noqa: A002 - the experiment's field
    method: str,
    settings: Settings,
    question: str,
    expected: str,
    rivals: str,
) -> Experiment:
    """Return the experiment; it asks about the first setting, and `rivals` names the other settings in words."""
    target = Target(id, "beyond", "result")
    return on_images(
        id=id,
        question=question,
        targets=(target,),
        expected=expected,
        rule=(
            f"ResNet18 (under `pocket` the 2NN), paired over {SEEDS} seeds, by the best accuracy on held-out points with noisy "
            f"labels: none of {rivals} exceeds it "
            f"by {100 * NEAR:.0f} point or more. Every 95% interval says so; refuted if one lies on the other side."
        ),
        arms=partial(arms_of, method, settings),
        judge=partial(judge, method, target),
        picture=partial(picture, method),
    )


def _short(name: str) -> str:
    return name.split(", ", 1)[1]
