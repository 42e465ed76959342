"""The plan on a GPU, told from a second of SGD, against epochs of the paper's ResNet18 that an NVIDIA H200 took."""

import jax
import pytest

from empirical.images import cost as image_cost
from empirical.images.arms import PENALTY, arm
from empirical.images.cost import cost, counts_of, slowness
from empirical.report.experiment import Setup

EPOCH_S = {"SGD": 2.2, "L-SAM": 4.7, "J-SAM": 5.2, "1-SAM": 5.1}
PENALTY_S = 3.4
PROBES_S = 0.45
"""Seconds of an epoch on one H200 at batch 128 in float32, and of the probes among them."""
COUNTS = counts_of("resnet18", 64, 32, 10)
IMAGES, PROBED, TESTED = 50_000, 5_000, 10_000
THIRD = 4 / 3


@pytest.fixture(autouse=True)
def gpu(monkeypatch):
    """A GPU that does as many operations a second as the H200 did in steps of SGD."""
    rate = COUNTS.step("sgd") * IMAGES / (EPOCH_S["SGD"] - PROBES_S)
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(image_cost, "speed", lambda *_: rate)
    return rate


def planned(method):
    """Return the seconds that the plan gives to an epoch of one network."""
    resnet18 = arm("paper", "ResNet18", method, **({"gammas": ((0.03, 0.003),)} if method == PENALTY else {}))
    return cost(lambda _: [resnet18], 1)(Setup(profile="paper", measure=True)).seconds / resnet18.epochs


@pytest.mark.parametrize(("method", "took"), [*EPOCH_S.items(), (PENALTY, PENALTY_S)])
def test_an_epoch_is_planned_within_a_third_of_what_it_took(method, took):
    assert took / THIRD < planned(method) < THIRD * took


def test_the_probes_are_planned_within_a_third_of_what_they_took(gpu):
    assert PROBES_S / THIRD < (COUNTS.probe * PROBED + COUNTS.forward * TESTED) / gpu < THIRD * PROBES_S


def test_operations_count_alike_on_a_cpu_and_where_no_second_pass_is_made_example_by_example(monkeypatch):
    resnet18 = arm("paper", "ResNet18", "1-SAM")
    assert slowness(resnet18) > 1
    assert slowness(arm("paper", "ResNet18", "n-SAM")) == slowness(arm("paper", "ResNet18", "SGD")) == 1
    monkeypatch.setattr(jax, "default_backend", lambda: "cpu")
    assert slowness(resnet18) == 1
