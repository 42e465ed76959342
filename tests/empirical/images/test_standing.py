"""A sweep that is under way: its results so far, the networks that its rule still needs, and that it decides nothing."""

import json
import time

import msgspec
import numpy as np
import pytest
from PIL import Image

from empirical import __main__ as command
from empirical.experiments import fig_1, fig_4_accuracy, fig_5, table_1
from empirical.images import sweep as image_sweep
from empirical.images.runs import network
from empirical.images.standing import Stands, needs, passed
from empirical.images.sweep import in_order, tasks
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Setup
from empirical.report.summary import PROBES
from empirical.report.unfinished import UnfinishedError
from empirical.training.metrics import append_metrics
from empirical.training.run_files import ORIGIN, Origin, Part, claim, config_of, encode, locked
from reports import evidence, verdict
from reports.command import UNFINISHED
from reports.provenance import provenance

SHORT = {"SGD": 0.50, "L-SAM": 0.51, "J-SAM": 0.66, "1-SAM": 0.67, "SGD with the penalty": 0.57}
"""Best test accuracies that meet every rule on peaks."""


@pytest.fixture
def data(tmp_path):
    """Ten classes of a few images at CIFAR-10's size."""
    random = np.random.default_rng(0)
    for part, count in (("train", 200), ("test", 2)):
        for label in range(10):
            folder = tmp_path / "images" / part / str(label)
            folder.mkdir(parents=True)
            for number in range(count):
                Image.fromarray(random.integers(0, 255, (32, 32, 3)).astype(np.uint8)).save(folder / f"{number}.jpg")
    return tmp_path / "images"


@pytest.fixture(autouse=True)
def marks(monkeypatch):
    """Keep the mark for few images away: these tests look only at the unfinished part of a sweep."""
    monkeypatch.setattr(image_sweep, "mark", lambda *_, whole_data, complete: "" if complete else "partial")  # noqa: ARG005


def probes(best, epochs, *, fitted, norm=1.0):
    """Probes of one network: a peak at the fifth epoch, after which wrong labels are fitted and accuracy falls; or a curve that rises."""
    at = np.arange(1, epochs + 1)
    test = np.where(at == 5, best, best - 0.1) if fitted else best * at / epochs
    curves = {name: np.full(epochs, norm) for name in (*PROBES, "noisy_true_accuracy") if name != "holdout_accuracy"}
    curves["test_accuracy"] = test
    curves["clean_accuracy"] = np.minimum(1.0, 0.1 + best * at / 50)
    curves["noisy_accuracy"] = np.where(at > 5, 1.0 if fitted else 0.05, 0.05)
    return curves


def train(task, curves):
    """Write the folder of a network as if it had been trained so far."""
    config = config_of(task.settings, task.images)
    curves |= {"holdout_accuracy": curves["test_accuracy"]} if task.sample.held_out else {}
    with locked(task.folder):
        claim(task.folder, config)
        for index in range(len(curves["test_accuracy"])):
            append_metrics(task.folder, index + 1, {name: values[index] for name, values in curves.items()})
        origin = msgspec.structs.replace(provenance("", None, time.time()), data=config.data)
        timing = msgspec.structs.replace(origin.timing, wall_s=100.0)
        part = Part(1, msgspec.structs.replace(origin, device="gpu made up", timing=timing))
        (task.folder / ORIGIN).write_bytes(encode(Origin(1, [part])))


def setup_of(data, out, **changes):
    return Setup(**{"profile": "paper", "data": data, "out": out, "train": False, **changes})


def begun(module, setup, epochs, *, fitted=True, only=None):
    """Have networks of an experiment trained for some epochs."""
    random = np.random.default_rng(epochs)
    for key, rows in tasks("made-up", module.arms_on_images("paper"), setup).items():
        best, norm = SHORT[key.method], 0.5 if key.method == "1-SAM" else 1.0
        for row in rows if only is None or key.method in only else []:
            for task in row:
                train(task, probes(best + 0.001 * random.standard_normal(), epochs, fitted=fitted, norm=norm))


def test_a_sweep_under_way_has_results_of_the_networks_that_there_are(data, tmp_path):
    setup = setup_of(data, tmp_path / "out", seeds=1)
    begun(table_1, setup, 40, only=("SGD", "L-SAM"))
    begun(table_1, setup, 30, fitted=False, only=("1-SAM",))
    arm = table_1.arms_on_images("paper")[ArmKey("ResNet18", "SGD with the penalty")]
    train(network(arm, 1, 1, data.absolute(), setup.out.absolute(), "float32", command=""), probes(0.57, 20, fitted=True))
    results = table_1.ON_IMAGES.run(setup)
    assert results.run == "table-1-paper"
    assert (results.seeds, results.qualifier) == ([1], "partial")
    assert results.needs == (
        "seeds 2 and 3; all 200 epochs of 1-SAM (30 done); and the whole of J-SAM, SGD with the penalty (γ 0.01, 0.001), "
        "SGD with the penalty (γ 0.1, 0.01) and SGD with the penalty (γ 0.3, 0.03)"
    )
    ruling = table_1.ON_IMAGES.judge(results)[table_1.RESULT]
    assert (ruling.outcome, ruling.needs) == ("inconclusive", results.needs)
    assert "J-SAM none yet" in ruling.says
    assert "(γ 0.03, 0.003) 0.570, n = 1" in ruling.says
    rows = {(row["network and method"], row["rho or gammas"]): row["epochs so far"] for row in table_1.ON_IMAGES.table(results)}
    assert rows == {
        ("ResNet18, SGD", "0"): "40",
        ("ResNet18, L-SAM", "0.01"): "40",
        ("ResNet18, 1-SAM", "0.01"): "30",
        ("ResNet18, SGD with the penalty", "0.03, 0.003"): "20",
    }
    assert table_1.ON_IMAGES.picture(results).count("<svg") == 1
    assert results.data[0] == "images in folders, 10 classes, as JPEG"


def test_evidence_says_which_networks_were_set_aside_beside_the_note_that_was_given(data, tmp_path):
    setup = setup_of(data, tmp_path / "out", seeds=1, note="On a made-up GPU.")
    begun(fig_5, setup, 40, only=("SGD",))
    begun(fig_5, setup, 30, fitted=False, only=("1-SAM",))
    assert fig_5.ON_IMAGES.run(setup).note == (
        "On a made-up GPU. Set aside, since the best is long past, and to be continued after all others: SGD of seed 1 (40 of 200 epochs)."
    )


def test_gaps_have_intervals_over_the_seeds_that_both_methods_have(data, tmp_path):
    out = tmp_path / "out"
    begun(fig_1, setup_of(data, out, seeds=3), 40, only=("SGD",))
    begun(fig_1, setup_of(data, out, seeds=2), 30, fitted=False, only=("1-SAM",))
    results = fig_1.ON_IMAGES.run(setup_of(data, out))
    effect = fig_1.ON_IMAGES.judge(results)[fig_1.RESULT].effect
    assert effect is not None
    assert effect.low is not None
    assert effect.high is not None
    assert (results.seeds, effect.seeds) == ([1, 2, 3], 2)
    assert effect.low < effect.mean < effect.high
    assert results.needs == "all 200 epochs of 1-SAM (30 done); and the whole of 1-SAM", "of seed 3"


@pytest.mark.parametrize(
    ("module", "fitted", "epochs", "expected"),
    [
        (fig_1, True, 40, ("supports", "")),  # its rule is one on peaks, and all of them are passed
        (fig_1, False, 40, ("inconclusive", "partial")),  # they may still rise
        (fig_5, True, 40, ("inconclusive", "partial")),  # its rule looks at the last epoch
        (fig_5, True, 200, ("supports", "")),
        (fig_5, False, 200, ("supports", "")),
    ],
)
def test_a_partial_sweep_decides_only_where_its_rule_says_that_a_passed_peak_is_one(data, tmp_path, module, fitted, epochs, expected):
    setup = setup_of(data, tmp_path / "out")
    begun(module, setup, epochs, fitted=fitted)
    results = module.ON_IMAGES.run(setup)
    ruling = module.ON_IMAGES.judge(results)[module.RESULT]
    assert (ruling.outcome, results.qualifier) == expected
    assert bool(results.needs) is bool(ruling.needs) is (expected[1] == "partial")
    assert ("peak is passed" in module.ON_IMAGES.rule.sentence) is (module is fig_1)


def test_networks_of_which_there_is_nothing_are_left_out_where_each_is_looked_at_alone(data, tmp_path):
    setup = setup_of(data, tmp_path / "out", seeds=1)
    for key, rows in tasks("made-up", fig_4_accuracy.arms_on_images("paper"), setup).items():
        if key.setting == "2NN":
            train(rows[0][0], probes(SHORT[key.method], 20, fitted=True))
    results = fig_4_accuracy.ON_IMAGES.run(setup)
    assert {key.setting for key in results.arms} == {"2NN"}
    assert results.needs == "seeds 2 and 3; and the whole of 8 networks"


def test_with_no_train_nothing_is_trained_and_evidence_is_written(data, tmp_path, capsys):
    out = tmp_path / "out"
    begun(fig_1, setup_of(data, out, seeds=1), 20, fitted=False)
    before = {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")}
    call = ["run", "fig-1", "--profile", "paper", "--data", str(data), "--out", str(out), "--no-train", "--note", "made up"]
    assert command.main(call) == 0
    assert {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")} == before
    (item,) = evidence.read(evidence.path_of(out, "empirical", "fig-1")).evidence
    assert (item.qualifier, item.details["run"], item.details["direction"], item.details["note"]) == (
        "partial",
        "fig-1-paper",
        "for",
        "made up",
    )
    assert item.details["needs"].startswith("seeds 2 and 3; and all 200 epochs")
    assert "run was cut short" not in item.says
    judged = verdict.of_statement("experiment", [item])
    assert (judged.word, judged.qualifier, judged.direction) == ("open", "partial", "for")
    assert "Its rule still needs seeds 2 and 3" in " ".join(capsys.readouterr().out.split())


def test_the_seconds_shown_are_seconds_of_training(data, tmp_path, capsys):
    """Two networks of 100 s each; the call itself takes far less, and trains nothing."""
    out = tmp_path / "out"
    begun(fig_1, setup_of(data, out, seeds=1), 20)
    assert command.main(["run", "fig-1", "--profile", "paper", "--data", str(data), "--out", str(out), "--no-train"]) == 0
    assert "200.0" in capsys.readouterr().out
    dossier = evidence.read(evidence.path_of(out, "empirical", "fig-1"))
    assert (dossier.provenance.timing.wall_s, dossier.provenance.device) == (200.0, "gpu made up")
    assert dossier.evidence[0].details["machine"].startswith("gpu made up (0.1 h of training")


def test_where_nothing_is_there_nothing_is_written(data, tmp_path, capsys):
    with pytest.raises(UnfinishedError, match="0 of 2 networks trained") as caught:
        fig_1.ON_IMAGES.run(setup_of(data, tmp_path / "out", seeds=1))
    assert caught.value.results is None
    call = ["run", "fig-1", "--profile", "paper", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out"), "--no-train"]
    assert command.main(call) == UNFINISHED
    assert not list((tmp_path / "out").glob("experiments/*.json"))
    assert "next: the same command without --no-train goes on with fig-1" in " ".join(capsys.readouterr().out.split())


def test_a_smaller_run_stands_beside_that_in_the_papers_settings(data, tmp_path):
    out = tmp_path / "out"
    begun(fig_1, setup_of(data, out, seeds=1), 20)
    call = ["run", "fig-1", "--profile", "paper", "--data", str(data), "--out", str(out), "--no-train"]
    assert command.main(call) == 0
    path = evidence.path_of(out, "empirical", "fig-1")
    whole = json.loads(path.read_text())
    small = json.loads(json.dumps(whole["evidence"][0]))
    small["details"] |= {"run": "fig-1"}
    whole["evidence"] = [small | {"qualifier": "reduced"}]
    path.write_text(json.dumps(whole))
    assert command.main(call) == 0
    assert {item.details["run"]: item.qualifier for item in evidence.read(path).evidence} == {"fig-1": "reduced", "fig-1-paper": "partial"}


def test_a_peak_is_passed_only_where_wrong_labels_are_fitted_and_accuracy_has_fallen():
    assert passed(probes(0.6, 40, fitted=True))
    assert not passed(probes(0.6, 40, fitted=False))
    assert not passed(probes(0.6, 9, fitted=True)), "too few epochs to say"
    still = probes(0.6, 40, fitted=True)
    assert not passed({**still, "noisy_accuracy": np.full(40, 0.94)})
    assert not passed({**still, "test_accuracy": np.full(40, 0.6)})


def test_networks_are_trained_seed_by_seed_with_grids_of_strengths_last(data, tmp_path):
    made = tasks("made-up", table_1.arms_on_images("paper"), setup_of(data, tmp_path / "out"))
    order = [(task.settings.seed, task.settings.method) for task in in_order(made)]
    methods = ["sgd", "l-sam", "j-sam", "1-sam", *["penalty"] * 4]
    assert order == [(seed, method) for seed in (1, 2, 3) for method in methods]


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        ([Stands("SGD", 1, 200, 200, True)], ""),
        ([Stands("SGD", 1, 100, 200, False)], "all 200 epochs of SGD (100 done)"),
        ([Stands("SGD", 1, 100, 200, True)], ""),
        (
            [Stands("SGD", 1, 100, 200, False), Stands("1-SAM", 1, 0, 200, False)],
            "all 200 epochs of SGD (100 done); and the whole of 1-SAM",
        ),
        ([Stands("SGD", 1, 200, 200, True), Stands("SGD", 2, 0, 200, False)], "seed 2"),
        ([Stands(f"n{i}", 1, 10 + i, 200, False) for i in range(9)], "all 200 epochs of 9 networks (10 to 18 done)"),
    ],
)
def test_the_needs_of_a_rule_are_one_part_of_a_sentence(networks, expected):
    assert needs(networks, [1]) == expected
    assert needs(networks, [1, 3]).startswith("seed")
