"""Is a setting that the paper chose the best on held-out points? One method is trained in this setting and in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from empirical.images.arms import BASES, VARIED, Arms, choosing, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Experiment, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.profile import Profile
from empirical.report.reading import at
from empirical.report.results import average, effect, mean
from empirical.report.rules.conditions import Below
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults
from reports.direction import Effect

NEAR = 0.01  # "best" needs a margin before the run: a point of held-out accuracy
Settings = Callable[[Profile], Mapping[str, Mapping[str, Any]]]


def full_name(profile: Profile, name: str) -> str:
    """Return the setting of the network that is varied under a profile, in which something is changed, as keys of arms have it."""
    return f"{VARIED[profile]}, {name}"


def arms_of(method: str, settings: Settings, profile: Profile) -> Arms:
    """Return one method at every setting, with images held out."""
    sample = choosing(BASES[profile][VARIED[profile]].sample)
    arms: Arms = {}
    for name, changes in settings(profile).items():
        arms |= variant(full_name(profile, name), profile, VARIED[profile], (method,), sample=sample, **changes)
    return arms


@dataclass(frozen=True)
class Tuned:
    """One method in several settings of one network: what its rule, sentences and picture read."""

    method: str
    settings: Settings

    def read(self, results: SweepResults, stat: str) -> dict[str, np.ndarray]:
        """Return a statistic in every setting, {the change: (seeds,)}."""
        if results.profile is None:
            raise ValueError("results of a tuned setting must name their profile, got none; run the experiment again")
        full = {name: full_name(results.profile, name) for name in self.settings(results.profile)}
        return {name: at(results, setting, self.method, stat, "own") for name, setting in full.items()}

    def told(self, results: SweepResults) -> str:
        """Return the held-out accuracy of every other setting beside the first one's, and the best test accuracies."""
        held = self.read(results, "held_out")
        first, *rivals = held
        beside = "; ".join(f"{name}: {mean(held[name] - held[first])}" for name in rivals)
        best = "; ".join(f"{name}: {average(peak)}" for name, peak in self.read(results, "peak").items())
        return f"Held-out accuracy beside {average(held[first])} of {first}: {beside}. Best test accuracy: {best}."

    def turns_on(self, results: SweepResults) -> Effect | None:
        """Return how far the first setting is ahead of its best rival, with the margin."""
        held = self.read(results, "held_out")
        first, *rivals = held
        margins = {name: held[first] + NEAR - held[name] for name in rivals}
        rival = min(rivals, key=lambda name: mean(margins[name]).mean if mean(margins[name]).n else np.inf)
        return effect(f"held-out accuracy of {first} plus {NEAR:g}, less the held-out accuracy of {rival}", margins[rival])

    def picture(self, results: SweepResults) -> str:
        """Draw the best accuracies on held-out and on test points, setting by setting."""
        stats = (("held_out", "held out, noisy labels", PALETTE[0]), ("peak", "test", PALETTE[1]))
        lines: list[Line] = []
        for stat, label, colour in stats:
            columns = list(self.read(results, stat).values())
            lines.append(interval_line(list(range(1, len(columns) + 1)), np.stack(columns, axis=1), label, colour))
        network = VARIED[results.profile or "paper"]
        return svg([Panel(network, "setting, in the order of the table", "best accuracy", lines)])


def rule(target: Target, tuned: Tuned, rivals: str, own: str) -> SeedRule:
    """Return the rule: no rival is better by a point."""
    rival = Term(
        f"the accuracy at each of {rivals}", lambda results, _: np.stack(list(tuned.read(results, "held_out").values())[1:], axis=1)
    )
    first = Term(f"the accuracy at {own}", lambda results, _: next(iter(tuned.read(results, "held_out").values())))
    part = Part(Below(rival, first, NEAR), tuned.told, tuned.turns_on)
    setting = "by the best accuracy on held-out points with noisy labels"
    return SeedRule(seeds=SEEDS, cases=Cases("for ResNet18 (under `pocket` the 2NN)", ONCE.read), setting=setting, parts={target: part})


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
    target, tuned = Target(id, "beyond", "result"), Tuned(method, settings)
    return on_images(
        id=id,
        question=question,
        targets=(target,),
        expected=expected,
        rule=rule(target, tuned, rivals, own),
        arms=partial(arms_of, method, settings),
        picture=tuned.picture,
    )
