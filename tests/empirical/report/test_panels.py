"""Panels: each line shows the values of the method that it is named for."""

import pytest

from empirical.report import panels
from empirical.report.arm_key import ArmKey
from empirical.report.sweep_results import ArmResults, Curve, SweepResults

LEVELS = {"SGD": 0.4, "1-SAM": 0.6, "J-SAM": 0.5}
SETTINGS = {"narrow": 25.0, "wide": 100.0}


def arm(method, level):
    """One arm at one level, with three epochs and two seeds that differ by 0.02."""
    curve = Curve([1.0, 2.0, 3.0], *([[level + shift] for _ in range(3)] for shift in (0.0, -0.01, 0.01)))
    values = {"peak": [[level - 0.01], [level + 0.01]], "held_out": [[level], [level]]}
    return ArmResults(setting={"model": "2nn", "method": method, "rhos": [0.1]}, values=values, curves={"test_accuracy": curve})


def results(**shifts):
    """Results of each setting, in which every level is shifted."""
    arms = {ArmKey(name, method): arm(method, level + shift) for name, shift in shifts.items() for method, level in LEVELS.items()}
    return SweepResults(seeds=[1, 2], short="", arms=arms)


def test_a_curve_stands_under_the_name_of_its_method():
    panel = panels.curve_panel(results(wide=0.0), "wide", "test_accuracy", "test accuracy", list(LEVELS))
    assert {line.label: list(line.y) for line in panel.lines} == {method: [level] * 3 for method, level in LEVELS.items()}
    assert {line.label: list(line.low or ()) for line in panel.lines} == {method: [level - 0.01] * 3 for method, level in LEVELS.items()}
    assert [line.label for line in panel.lines if line.style == "--"] == ["SGD"]
    assert len({line.colour for line in panel.lines}) == len(LEVELS)


def test_best_accuracies_stand_under_their_methods_and_the_lead_is_what_1_sam_is_above_sgd(monkeypatch):
    drawn = []
    monkeypatch.setattr(panels, "svg", lambda shown: drawn.extend(shown) or "<svg/>")
    panels.lead_panels(results(narrow=0.0, wide=0.1), SETTINGS, "width")
    best, ahead = drawn
    seen = {line.label: dict(zip(line.x, line.y, strict=True)) for line in best.lines}
    assert seen == {"SGD": pytest.approx({25.0: 0.4, 100.0: 0.5}), "1-SAM": pytest.approx({25.0: 0.6, 100.0: 0.7})}
    [lead] = ahead.lines
    assert dict(zip(lead.x, lead.y, strict=True)) == pytest.approx({25.0: 0.2, 100.0: 0.2})
