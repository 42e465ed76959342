"""Is a setting that the paper chose the best on held-out points? One method is trained in this setting and in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from empirical.images.arms import BASES, VARIED, Arm, choosing, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.arm_key import changed_in, in_setting
from empirical.report.experiment import Experiment, Profile, Results, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at
from empirical.report.results import average, effect, mean, networks
from empirical.report.rules.conditions import Below
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule
from empirical.report.rules.term import Term
from reports.direction import Effect

NEAR = 0.01  # "best" needs a margin before the run: a point of held-out accuracy
Settings = Callable[[Profile], Mapping[str, Mapping[str, Any]]]


def arms_of(method: str, settings: Settings, profile: Profile) -> dict[str, Arm]:
    """Return one method at every setting, with images held out."""
    sample = choosing(BASES[profile][VARIED[profile]].sample)
    arms: dict[str, Arm] = {}
    for name, changes in settings(profile).items():
        arms |= variant(in_setting(VARIED[profile], name), profile, VARIED[profile], (method,), sample=sample, **changes)
    return arms


def held_out(method: str) -> Callable[[Results], dict[str, np.ndarray]]:
    """Return what reads the held-out accuracies of a method in every setting, {setting: (seeds,)}."""
    return lambda results: {name: at(results, name, method, "held_out", "own") for name in networks(results)}


def told(method: str, results: Results) -> str:
    """Return the held-out accuracy of every other setting beside the first one's, and the best test accuracies."""
    held = held_out(method)(results)
    first, *others = held
    beside = "; ".join(f"{_short(name)}: {mean(held[name] - held[first])}" for name in others)
    best = "; ".join(f"{_short(name)}: {average(at(results, name, method, 'peak', 'own'))}" for name in held)
    return f"Held-out accuracy beside {average(held[first])} of {_short(first)}: {beside}. Best test accuracy: {best}."


def turns_on(method: str, results: Results) -> Effect | None:
    """Return how far the first setting is ahead of its best rival, with the margin."""
    held = held_out(method)(results)
    first, *others = held
    margins = {name: held[first] + NEAR - held[name] for name in others}
    rival = min(others, key=lambda name: mean(margins[name]).mean if mean(margins[name]).n else np.inf)
    return effect(f"held-out accuracy of {_short(first)}, and {NEAR:g}, less that of {_short(rival)}", margins[rival])


def rule(target: Target, method: str, rivals: str, own: str) -> SeedRule:
    """Return the rule: no rival is better by a point."""
    held = held_out(method)
    others = Term(f"at each of {rivals}, it", lambda results, _: np.stack(list(held(results).values())[1:], axis=1))
    first = Term(f"that at {own}", lambda results, _: next(iter(held(results).values())))
    part = Part(Below(others, first, NEAR), partial(told, method), partial(turns_on, method))
    setting = "by the best accuracy on held-out points with noisy labels"
    return SeedRule(seeds=SEEDS, cases=Cases("for ResNet18 (under `pocket` the 2NN)", ONCE.read), setting=setting, parts={target: part})


def picture(method: str, results: Results) -> str:
    """Draw the best accuracies on held-out and on test points, setting by setting."""
    place = list(range(1, len(networks(results)) + 1))
    stats = (("held_out", "held out, noisy labels", PALETTE[0]), ("peak", "test", PALETTE[1]))
    lines = [
        interval_line(place, np.stack([at(results, name, method, stat, "own") for name in networks(results)], axis=1), label, colour)
        for stat, label, colour in stats
    ]
    return svg([Panel(changed_in(networks(results)[0])[0], "setting, in the order of the table", "best accuracy", lines)])


def tuned_setting(
    *,
    id: str,  # noqa: A002 - the experiment's field
    method: str,
    settings: Settings,
    question: str,
    expected: str,
    rivals: str,
    own: str,
) -> Experiment:
    """Return the experiment; it asks about the first setting, which `own` names in words, as `rivals` names the others."""
    target = Target(id, "beyond", "result")
    return on_images(
        id=id,
        question=question,
        targets=(target,),
        expected=expected,
        rule=rule(target, method, rivals, own),
        arms=partial(arms_of, method, settings),
        picture=partial(picture, method),
    )


def _short(name: str) -> str:
    return changed_in(name)[1]
