"""Eight virtual CPU devices take one step as one device does, each with its share of the work (`on_eight_devices.py`)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from empirical.training.mesh import devices_for

ROOT = Path(__file__).resolve().parents[3]
ROUNDING = {"float32": 1e-6, "float64": 1e-12}


def on_eight_devices(subject, folder):
    script = Path(__file__).with_name("on_eight_devices.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    called = subprocess.run([sys.executable, str(script), subject, str(folder)], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert called.returncode == 0, called.stderr
    return json.loads(called.stdout)


@pytest.fixture(scope="module", params=list(ROUNDING))
def steps(request, tmp_path_factory):
    return request.param, on_eight_devices(request.param, tmp_path_factory.mktemp("steps"))


def test_every_direction_equals_the_direction_of_a_single_device(steps):
    dtype, results = steps
    for model, result in results.items():
        assert result["dtype"] == [dtype]
        assert len(result["apart"]) == 7
        assert max(result["apart"].values()) <= ROUNDING[dtype], (model, result["apart"])
        assert result["differ"] > 0.1, "methods must differ, or equality says little"


def test_each_device_computes_two_examples_of_sixteen_and_the_gradient_is_whole_on_all(steps):
    """Adding weight to weight is not shared, and m-SAM's four shards leave half of the devices idle: more than an eighth of the work."""
    for result in steps[1].values():
        assert set(result["examples"].values()) == {2}
        assert 1 / 8 < result["share"] < 1 / 4
        assert result["whole"]


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    return folder, on_eight_devices("training", folder)


@pytest.mark.parametrize("way", ["in a loop", "stepwise"])
def test_an_epoch_on_eight_devices_equals_an_epoch_on_one_device_up_to_rounding(training, way):
    result = training[1][way]
    assert result["devices"] == 8
    assert result["apart"] < 1e-6  # float32, six steps
    assert result["moved"] > 0.1
    assert result["probes"] < 1e-5
    assert training[1]["sums over devices"]


def test_a_run_on_eight_devices_goes_on_bitwise_and_names_their_number(training):
    folder, results = training
    assert results["cut"] == 1
    assert (folder / "cut" / "metrics.jsonl").read_bytes() == (folder / "through" / "metrics.jsonl").read_bytes()
    assert device_of(folder / "through").startswith("8 x cpu ")


def test_a_run_takes_as_many_devices_as_divide_its_batch(training):
    assert device_of(training[0] / "six").startswith("6 x cpu ")  # a batch of 12


def device_of(folder):
    return json.loads((folder / "provenance.json").read_text())["parts"][0]["provenance"]["device"]


@pytest.mark.parametrize(("batch", "there", "used"), [(128, 8, 8), (128, 6, 4), (12, 8, 6), (7, 5, 1), (4, 8, 4), (1, 8, 1), (128, 1, 1)])
def test_the_largest_number_of_devices_that_divides_the_batch_is_taken(batch, there, used):
    assert devices_for(batch, range(there)) == list(range(used))


def test_a_cpu_is_one_device():
    assert devices_for(128) == jax.devices("cpu")[:1]
