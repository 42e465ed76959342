import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirical.data import orthogonal
from empirical.data.noise import corrupt
from empirical.data.toy import Toy, draw
from empirical.experiments.early_stopping_toy import two_numbers
from empirical.toy.training import train


@given(st.integers(0, 60), st.integers(2, 5), st.floats(0, 0.99), st.integers(0, 2**32 - 1))
def test_an_exact_share_of_labels_is_wrong_and_a_seed_decides_which(n, classes, share, seed):
    labels = np.arange(n) % classes
    corrupted = corrupt(labels, classes, share, np.random.default_rng(seed))
    assert (corrupted != labels).sum() == round(n * share)
    assert set(corrupted) <= set(range(classes))
    np.testing.assert_array_equal(corrupted, corrupt(labels, classes, share, np.random.default_rng(seed)))


def test_wrong_labels_are_uniform_over_the_wrong_classes_for_both_kinds_of_flips():
    n = 30_000
    for flips in ("exact", "chance"):
        corrupted = corrupt(np.full(n, 2), 4, 0.3, np.random.default_rng(0), flips)
        counts = np.bincount(corrupted, minlength=4)[[0, 1, 3]]
        assert abs(counts.sum() - 0.3 * n) <= (0 if flips == "exact" else 4 * np.sqrt(n * 0.3 * 0.7))
        assert np.abs(counts - counts.mean()).max() < 4 * np.sqrt(n * 0.1 * 0.9)  # four standard deviations


@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5, float("nan")])
def test_a_share_outside_its_range_is_refused(share):
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\)"):
        corrupt(np.zeros(3, int), 2, share, np.random.default_rng(0))


@pytest.mark.parametrize(("labels", "classes", "message"), [([0], 1, "at least two classes"), ([0, 2], 2, "labels must lie in 0..1")])
def test_labels_and_classes_must_fit(labels, classes, message):
    with pytest.raises(ValueError, match=message):
        corrupt(np.array(labels), classes, 0.1, np.random.default_rng(0))


@pytest.mark.parametrize(("noise", "deviation"), [("printed", 2.0 / np.sqrt(400)), ("unit", 2.0)])
def test_points_have_the_signal_in_front_and_noise_of_the_stated_deviation(noise, deviation):
    toy = Toy(d=401, n=100, B=3.0, gamma=2.0, noise=noise)
    sample = draw(toy, 0)
    assert toy.deviation == pytest.approx(deviation)
    for x, y in ((sample.x, sample.y), (sample.test_x, sample.test_y)):
        np.testing.assert_allclose(x[:, 0], 3.0 * y)
        assert x[:, 1:].std() == pytest.approx(deviation, rel=0.02)
    assert (sample.t != sample.y).sum() == 40
    assert np.linalg.norm(draw(Toy(d=10_000, n=1), 0, test=1).w0) == pytest.approx(1.0, rel=0.05)


def test_streams_are_apart_so_that_a_setting_changes_only_what_it_names():
    plain, changed = draw(Toy(d=20, n=30), 5), draw(Toy(d=20, n=30, flips="chance", init=0.0), 5)
    np.testing.assert_array_equal(plain.x, changed.x)
    np.testing.assert_array_equal(plain.test_x, changed.test_x)
    assert not changed.w0.any()


@pytest.mark.parametrize("toy", [Toy(d=1), Toy(n=0)])
def test_data_without_noise_coordinate_or_points_is_refused(toy):
    with pytest.raises(ValueError, match="needs d >= 2 and n >= 1"):
        draw(toy, 0)


SMALL = Toy(d=60, n=30, share=0.4)


def test_the_kept_geometry_keeps_every_assumption():
    sample = orthogonal.draw(SMALL, 2, "kept")
    noise = sample.x[:, 1:]
    np.testing.assert_allclose(noise @ noise.T, (SMALL.d - 1) * np.eye(SMALL.n), atol=1e-9)
    np.testing.assert_allclose(noise @ sample.w0[1:], 0, atol=1e-12)
    assert sample.w0[0] == 0
    assert np.linalg.norm(sample.w0) == pytest.approx(SMALL.init)


@pytest.mark.parametrize("geometry", ["equal-norms", "twins", "unequal-norms", "longer-noisy", "along-signal", "along-noise"])
def test_each_broken_geometry_breaks_its_own_assumption_alone(geometry):
    sample = orthogonal.draw(SMALL, 2, geometry)
    noise = sample.x[:, 1:]
    gram = noise @ noise.T
    square = np.diag(gram)
    orthogonal_noise = np.abs(gram - np.diag(square)).max() < 1e-9
    equal = np.ptp(square) < 1e-9
    free = abs(sample.w0[0]) < 1e-12 and np.abs(noise @ sample.w0[1:]).max() < 1e-9
    broken = {"equal-norms": (False, True, False), "twins": (False, True, True), "unequal-norms": (True, False, True)}
    broken |= {"longer-noisy": (True, False, True), "along-signal": (True, True, False), "along-noise": (True, True, False)}
    if geometry == "equal-norms":  # initial weights are orthogonal to the other geometry's noise
        free = False
    assert (orthogonal_noise, equal, free) == broken[geometry]


def test_longer_noise_is_that_of_mislabelled_points_and_weights_along_noise_have_learnt_their_labels():
    longer, along = (orthogonal.draw(SMALL, 2, geometry) for geometry in ("longer-noisy", "along-noise"))
    mislabelled = longer.t != longer.y
    length = np.linalg.norm(longer.x[:, 1:], axis=1)
    np.testing.assert_allclose(length[mislabelled], 3 * length[~mislabelled][0])
    learnt = along.t * (along.x[:, 1:] @ along.w0[1:])
    assert np.all(learnt[mislabelled] > 1e-3)
    np.testing.assert_allclose(learnt[~mislabelled], 0, atol=1e-9)


def test_orthogonal_noise_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="needs d >= n \\+ 2"):
        orthogonal.draw(Toy(d=31, n=30), 0, "kept")


@pytest.mark.parametrize("rate", [0.01, 0.5, 20.0])
def test_training_with_every_assumption_kept_follows_the_two_numbers(rate):
    sample = orthogonal.draw(SMALL, 2, "kept")
    accuracy = train(SMALL, sample, [0.0, 0.3], [rate], 40).accuracy
    for column, rho in enumerate((0.0, 0.3)):
        np.testing.assert_allclose(accuracy[:, column], two_numbers(SMALL, rho, rate, 40), rtol=0, atol=1e-12)


def test_with_one_assumption_broken_it_does_not():
    accuracy = train(SMALL, orthogonal.draw(SMALL, 2, "unequal-norms"), [0.3], [0.5], 40).accuracy
    assert np.abs(accuracy[:, 0] - two_numbers(SMALL, 0.3, 0.5, 40)).max() > 1e-3
