"""A network whose best is long past makes room for the next one, goes on after all others, and ends as if it had never been set aside."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from empirical import __main__ as command
from empirical.data.images import Pixels
from empirical.images import runs as image_runs
from empirical.images.arms import Arm, Sample
from empirical.images.aside import ORDER, RULE, told
from empirical.images.runs import NEEDED, by_need, images_of, network, train
from empirical.images.standing import Stands
from empirical.images.sweep import in_order
from empirical.training.checkpoint import Checkpoint, save_state
from empirical.training.metrics import append_metrics
from empirical.training.run_files import CHECKPOINT, CONFIG, METRICS, SCHEMA, claim, config_of, locked

README = Path(__file__).resolve().parents[3] / "README.md"
EPOCHS = 5


@pytest.fixture(autouse=True)
def made(monkeypatch):
    images_of.cache_clear()
    random = np.random.default_rng(0)

    def part(count):
        return random.integers(0, 255, (count, 4, 4, 3)).astype(np.uint8), (np.arange(count) % 7).astype(np.int32)

    every = Pixels("made", 7, part(40), part(21))
    monkeypatch.setattr(image_runs, "pixels", lambda *_: every)
    yield
    images_of.cache_clear()


@pytest.fixture
def stops(monkeypatch):
    """How many epochs each network had whenever its training stopped, in order; a best is long past from the second epoch on."""
    noted, run = [], image_runs.run

    def noting(folder, settings, *given, **options):
        done = run(folder, settings, *given, **options)
        noted.append((settings.method, done.epochs))
        return done

    monkeypatch.setattr(image_runs, "run", noting)
    monkeypatch.setattr(image_runs, "passed", lambda probes: len(probes["test_accuracy"]) >= 2)
    return noted


def networks(out, *methods, **options):
    arms = [Arm(model="dln", method=name, width=2, batch=8, epochs=EPOCHS, probed=8, sample=Sample(train=16)) for name in methods]
    return [network(arm, 1, 0, out, out, "float32", command="", compiles_fast=True, **options) for arm in arms]


def contents(out):
    return {path.relative_to(out): path.read_bytes() for name in (CONFIG, METRICS, CHECKPOINT, "state-*") for path in out.rglob(name)}


def test_a_network_set_aside_goes_on_after_all_others_and_ends_as_if_never_set_aside(tmp_path, stops):
    shares = []
    assert train(networks(tmp_path / "aside", "sgd", "n-sam"), None, tmp_path, shares.append, yielding=True) == []
    assert stops == [("sgd", 2), ("n-sam", 2), ("sgd", EPOCHS), ("n-sam", EPOCHS)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    stops.clear()
    assert train(networks(tmp_path / "alone", "sgd", "n-sam"), None, tmp_path, lambda _: None) == []
    assert stops == [("sgd", EPOCHS), ("n-sam", EPOCHS)]
    assert contents(tmp_path / "aside") == contents(tmp_path / "alone")


def fabricated(task, epochs):
    """Make the folder of a network as if it had been trained for some epochs."""
    with locked(task.folder):
        claim(task.folder, config_of(task.settings, task.images))
        for epoch in range(1, epochs + 1):
            append_metrics(task.folder, epoch, dict.fromkeys(NEEDED, 0.5))
        save_state(task.folder, {"weights": np.zeros(1)}, Checkpoint(SCHEMA, epochs, []))


@pytest.mark.usefixtures("stops")
def test_the_next_lease_needs_unfinished_networks_first_then_those_set_aside_then_finished_ones(tmp_path):
    finished, aside, begun, new = tasks = networks(tmp_path, "sgd", "n-sam", "l-sam", "1-sam")
    fabricated(finished, EPOCHS)
    fabricated(aside, 2)
    fabricated(begun, 1)
    assert by_need(tasks) == [task.folder for task in (begun, new, aside, finished)]


def test_the_next_lease_leaves_aside_the_networks_set_aside_by_the_lease_before(tmp_path, stops):
    first, second = networks(tmp_path, "sgd", "n-sam")
    train([replace(first, stop=3)], None, tmp_path, lambda _: None)
    train([first, second], None, tmp_path, lambda _: None, yielding=True)
    assert stops == [("sgd", 3), ("n-sam", 2), ("sgd", EPOCHS), ("n-sam", EPOCHS)]


def test_where_time_is_over_first_nothing_that_was_set_aside_goes_on(tmp_path, stops):
    made = networks(tmp_path, "sgd", "n-sam")
    late = replace(made[1], until=time.time() - 1)
    train([made[0], late], None, tmp_path, lambda _: None, yielding=True)
    assert stops == [("sgd", 2), ("n-sam", 0)]


def test_a_failed_network_is_not_tried_again(tmp_path, stops):
    made = networks(tmp_path, "sgd", "n-sam")
    made[0].folder.mkdir(parents=True)
    (made[0].folder / CONFIG).write_text("no JSON")
    failures = train(made, None, tmp_path, lambda _: None, yielding=True)
    assert [failure.task for failure in failures] == [made[0].name]
    assert stops == [("n-sam", 2), ("n-sam", EPOCHS)]


def test_grids_come_last_within_a_seed_and_the_penalty_after_them(tmp_path):
    penalty = Arm(model="dln", method="penalty", reading="printed", gammas=((0.1, 0.1), (0.2, 0.2)), sample=Sample(train=16))
    grid, alone = (Arm(model="dln", method="1-sam", rhos=rhos, sample=Sample(train=16)) for rhos in ((0.1, 0.2), (0.3,)))
    made = {
        name: [[network(arm, seed, column, tmp_path, tmp_path, "float32", command="") for column in range(arm.columns)] for seed in (1, 2)]
        for name, arm in (("penalty", penalty), ("grid", grid), ("alone", alone))
    }
    order = [(task.settings.seed, task.settings.method, task.settings.rho) for task in in_order(made)]
    own = [("1-sam", 0.3), ("1-sam", 0.1), ("1-sam", 0.2), ("penalty", 0.01), ("penalty", 0.01)]
    assert order == [(seed, method, rho) for seed in (1, 2) for method, rho in own]


def test_a_sentence_names_the_networks_set_aside():
    past, rising = Stands("SGD", 1, 61, 200, True), Stands("1-SAM", 1, 90, 200, False)
    assert told([past, rising, Stands("L-SAM", 1, 200, 200, True)]) == (
        "Set aside, since the best is long past, and to be continued after all others: SGD of seed 1 (61 of 200 epochs)."
    )
    assert told([past] * 7).endswith(": 7 networks.")
    assert told([rising]) == ""


def test_the_rule_is_in_the_plan_and_in_the_readme(capsys, monkeypatch):
    assert RULE in ORDER
    monkeypatch.setattr("empirical.images.cost.speed", lambda *_: 1e12)
    assert command.main(["plan", "fig-3a"]) == 0
    assert ORDER not in capsys.readouterr().out, "no network on images"
    assert command.main(["plan", "fig-1", "--profile", "paper"]) == 0
    assert ORDER in capsys.readouterr().out
    assert RULE in " ".join(README.read_text(encoding="utf-8").split())
