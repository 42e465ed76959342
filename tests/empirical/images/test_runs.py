"""Which images a network sees: shrunk ones, every so many test images, splits by seed; and where run folders say they come from."""

import json

import numpy as np
import pytest

from empirical.data.images import DataError, Pixels
from empirical.images import runs as image_runs
from empirical.images.arms import Arm, Sample
from empirical.images.runs import Network, images_of, network, origin, shrunk
from empirical.report.sweep_results import Trained


def test_a_shrunk_pixel_is_the_rounded_mean_of_those_it_replaces():
    image = np.arange(2 * 4 * 6 * 1, dtype=np.uint8).reshape(2, 4, 6, 1)
    small = shrunk(image, 2)
    assert (small.shape, small.dtype) == ((2, 2, 3, 1), np.uint8)
    for n, i, j in np.ndindex(2, 2, 3):
        assert small[n, i, j, 0] == np.round(image[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean())
    assert shrunk(image, 1) is image


def test_images_shrink_by_a_divisor_of_their_size_alone():
    with pytest.raises(DataError, match="by a divisor of their size, got 4 for 4 x 6 pixels"):
        shrunk(np.zeros((1, 4, 6, 3), np.uint8), 4)


pytestmark = pytest.mark.usefixtures("whole")


@pytest.fixture
def whole(monkeypatch):
    """Forty training and twenty-one test images of seven classes, class by class; an image's pixels are its number."""
    images_of.cache_clear()
    random = np.random.default_rng(0)

    def part(count):
        inputs = random.integers(0, 255, (count, 4, 4, 3)).astype(np.uint8)
        inputs[:, 0, 0, 0] = np.arange(count)
        return inputs, np.sort(np.arange(count) % 7).astype(np.int32)

    made = Pixels("made", 7, part(40), part(21))
    monkeypatch.setattr(image_runs, "pixels", lambda *_: made)
    yield
    images_of.cache_clear()


def test_fewer_test_images_are_taken_at_equal_steps(tmp_path):
    few = images_of(tmp_path, tmp_path, Sample(train=10, held_out=5, test=7), 1)
    assert few.test.inputs[:, 0, 0, 0].tolist() == list(range(0, 21, 3))
    assert few.test.clean.tolist() == list(range(7)), "every class alike"
    assert (len(few.train), len(few.held_out)) == (10, 5)
    every = images_of(tmp_path, tmp_path, Sample(), 1)
    assert (len(every.train), len(every.held_out), len(every.test)) == (40, 0, 21)


def test_a_seed_says_which_images_are_kept_and_which_labels_are_wrong(tmp_path):
    sample = Sample(train=20, share=0.3)
    first, second = (images_of(tmp_path, tmp_path, sample, seed) for seed in (1, 2))
    assert first.fingerprint != second.fingerprint
    assert (first.train.given != first.train.clean).sum() == (second.train.given != second.train.clean).sum() == 6
    images_of.cache_clear()
    assert images_of(tmp_path, tmp_path, sample, 1).fingerprint == first.fingerprint


def test_the_origin_of_networks_names_machines_commits_and_seconds(tmp_path):
    arm = Arm(model="2nn", width=4, batch=8, epochs=2, probed=8, chunk=8, sample=Sample(train=16, held_out=4, test=7))
    made = [network(arm, seed, 0, tmp_path, tmp_path, "float32", command="", compiles_fast=True) for seed in (1, 2)]
    for task in made:
        task()
    trained = origin(made)
    assert len(trained.machines) == len(trained.commits) == 1
    assert trained.seconds >= 0
    assert trained.unknown == 0
    assert {"jax", "python"} <= set(trained.versions)
    assert origin([]) == Trained(machines=[], commits=[], seconds=0)


def test_a_stretch_that_a_kill_cut_short_is_counted_since_nobody_knows_its_seconds(tmp_path):
    arm = Arm(model="2nn", width=4, batch=8, epochs=2, probed=8, chunk=8, sample=Sample(train=16, held_out=4, test=7))
    task = network(arm, 1, 0, tmp_path, tmp_path, "float32", command="", compiles_fast=True)
    task()
    path = task.folder / "provenance.json"
    whole = json.loads(path.read_text())
    whole["parts"][0]["provenance"]["timing"]["wall_s"] = 0.0
    path.write_text(json.dumps(whole))
    assert (origin([task]).unknown, origin([task]).seconds) == (1, 0)


def test_a_network_is_found_by_its_settings_and_its_data(tmp_path):
    arm = Arm(model="2nn", width=4, sample=Sample(train=16))

    def name(arm, seed=1):
        task: Network = network(arm, seed, 0, tmp_path, tmp_path, "float32", command="")
        return task.name

    changed_arms = [Arm(model="2nn", width=5, sample=Sample(train=16)), Arm(model="2nn", width=4, sample=Sample(train=17))]
    assert name(arm) == name(Arm(model="2nn", width=4, sample=Sample(train=16)))
    assert len({name(arm), name(arm, 2), *map(name, changed_arms)}) == 4
