"""The experiments on real images: their rules on made-up results, a tiny run from a folder, and what is said where they cannot run."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from empirical import __main__ as command
from empirical.experiments import fig_4_accuracy as module
from empirical.image_arms import BASES, arms
from empirical.image_sweep import SEEDS

METHODS = module.METHODS
PEAKS = {"SGD": 0.40, "L-SAM": 0.41, "J-SAM": 0.45, "1-SAM": 0.46}


def made_up(peaks, seeds=SEEDS, short="", spread=0.001):
    """Results in which every radius of a method has the same best accuracy; methods differ from seed to seed by `spread`."""
    random = np.random.default_rng(0)
    found = {}
    for name, arm in arms("pocket", BASES["pocket"], METHODS).items():
        each = np.repeat(peaks[name.split(", ")[1]] + spread * random.standard_normal((seeds, 1)), arm.columns, axis=1).tolist()
        found[name] = {
            "setting": {"method": arm.method, "rhos": list(arm.rhos)},
            "values": {"peak": each, "held_out": each, "last": each, "peak_epoch": each},
            "curves": {},
        }
    return {"seeds": list(range(seeds)), "short": short, "arms": found}


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        (made_up(PEAKS), "supports"),
        (made_up(PEAKS | {"L-SAM": 0.45}), "refutes"),
        (made_up(PEAKS | {"J-SAM": 0.41}), "refutes"),
        (made_up(PEAKS | {"1-SAM": 0.40}), "inconclusive"),  # nothing is gained
        (made_up(PEAKS, spread=0.05), "inconclusive"),
        (made_up(PEAKS, seeds=2), "inconclusive"),
        (made_up(PEAKS, short="profile smoke"), "inconclusive"),
    ],
)
def test_the_rule_decides_as_it_says(results, outcome):
    assert module.judge(results)[module.RESULT].outcome == outcome


@pytest.fixture
def data(tmp_path):
    """Ten classes of noise, told apart by their mean, at CIFAR-10's size."""
    random = np.random.default_rng(0)
    for part, count in (("train", 20), ("test", 7)):
        for label in range(10):
            folder = tmp_path / "images" / part / str(label)
            folder.mkdir(parents=True)
            for number in range(count):
                Image.fromarray(random.integers(20 * label, 20 * label + 60, (32, 32, 3)).astype(np.uint8)).save(folder / f"{number}.png")
    return tmp_path / "images"


def test_a_smoke_run_leaves_run_folders_and_the_next_one_trains_nothing(data, tmp_path):
    call = ["run", "fig-4-accuracy-images", "--profile", "smoke", "--data", str(data), "--out", str(tmp_path / "out")]
    assert command.main(call) == 0
    kept = json.loads((tmp_path / "out" / "experiments" / "fig-4-accuracy-images.json").read_text())
    assert kept["results"]["arms"]["2NN, 1-SAM"]["setting"]["train"] == 128
    assert kept["rulings"][0]["outcome"] == "inconclusive"
    assert re.fullmatch(r"images [0-9a-f]{16}, images [0-9a-f]{16}", kept["provenance"]["data"])
    checkpoints = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "runs").glob("*/checkpoint.json")}
    assert len(checkpoints) == len(METHODS) * len(MODELS)
    assert command.main(call) == 0
    assert {path: path.stat().st_mtime_ns for path in checkpoints} == checkpoints
    assert json.loads((tmp_path / "out" / "experiments" / "fig-4-accuracy-images.json").read_text())["results"] == kept["results"]


def test_without_images_it_says_what_is_missing(capsys, monkeypatch, data):
    monkeypatch.delenv(command.DATA, raising=False)
    assert command.main(["run", "fig-4-accuracy-images", "--profile", "pocket"]) == 2
    assert "no images: give a folder with --data" in capsys.readouterr().err
    assert command.main(["run", "fig-4-accuracy-images", "--data", str(data)]) == 2
    assert "--profile pocket" in capsys.readouterr().err
