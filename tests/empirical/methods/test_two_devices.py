"""Inside `jax.shard_map` and `jax.pmap` on two devices every direction equals the direction of one device on the whole batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.empirical.methods.oracle import EXACT

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The measurements of a process that has two virtual devices (`on_two_devices.py`)."""
    script, out = Path(__file__).with_name("on_two_devices.py"), tmp_path_factory.mktemp("two devices") / "found.json"
    called = subprocess.run([sys.executable, str(script), str(out)], cwd=ROOT, capture_output=True, text=True)
    assert called.returncode == 0, called.stderr
    return json.loads(out.read_text())


def test_in_shard_map_every_method_gives_what_sgd_gives_by_jax(measured):
    errors = measured["shard_map"]
    assert len(errors) == 6
    assert max(errors.values()) <= EXACT, errors


def test_in_pmap_the_mean_over_devices_is_the_gradient_of_the_whole_batch(measured):
    errors = measured["pmap"]
    assert set(errors) == {"SGD", "1-SAM", "1-SAM in chunks", "L-SAM", "J-SAM", "m-SAM", "n-SAM"}
    for name, error in errors.items():
        assert error["gradient"] <= EXACT, (name, error)
        assert error["diagnostics"] <= EXACT, (name, error)
        assert error["without the mean"] > 0.1, "halves of the batch must differ, or equality says little"


def test_training_by_pmap_takes_the_steps_of_one_device(measured):
    assert measured["training"]["apart"] <= EXACT
    assert measured["training"]["moved"] > 0.01


def test_in_pmap_each_device_may_have_a_network_and_a_radius(measured):
    assert measured["networks"] <= EXACT


def test_a_collective_inside_the_model_is_refused_in_pmap(measured):
    assert measured["refusal"] == "the model calls psum, which mixes examples of several devices"
