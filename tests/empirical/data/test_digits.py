"""The digits: sizes, scale, an exact share of wrong labels, separate random streams, and arrays that do not fit together."""

import dataclasses

import numpy as np
import pytest

from empirical.data.digits import digits
from empirical.data.images import Images, Split


@pytest.fixture(scope="module")
def data():
    return digits(0)


def split(n=3, labels=None, shape=(2, 2, 1)):
    labels = np.zeros(n, np.int32) if labels is None else labels
    return Split(np.zeros((n, *shape), np.uint8), labels, labels)


def images(**parts):
    sizes = {"centre": np.zeros((1, 1, 1)), "spread": np.ones((1, 1, 1))}
    return Images("made up", 2, **{"train": split(), "held_out": split(), "test": split(), **sizes, **parts})


def test_the_splits_hold_every_digit_once(data):
    assert (len(data.train), len(data.held_out), len(data.test)) == (1280, 160, 357)
    rows = np.concatenate([part.inputs for part in (data.train, data.held_out, data.test)]).reshape(1797, -1)
    from sklearn.datasets import load_digits

    assert np.array_equal(np.sort(rows, axis=0), np.sort(load_digits().data.astype(np.uint8), axis=0))
    scaled = (data.train.inputs - data.centre) / data.spread
    assert (scaled.min(), scaled.max()) == (0, 1)


def test_an_exact_share_is_wrong_in_training_and_held_out_data_and_none_in_the_test(data):
    assert np.sum(data.train.given != data.train.clean) == 384
    assert np.sum(data.held_out.given != data.held_out.clean) == 48
    assert np.array_equal(data.test.given, data.test.clean)


def test_labels_belong_to_their_images(data):
    """The means of the images of two labels differ much more under the clean labels than they would under shuffled ones."""

    def apart(labels):
        return np.std([data.train.inputs[labels == k].mean(0) for k in range(10)], axis=0).mean()

    shuffled = np.random.default_rng(0).permutation(data.train.clean)
    assert apart(data.train.clean) > 5 * apart(shuffled)


def test_noise_does_not_move_the_splits_and_the_seed_moves_everything(data):
    clean = digits(0, share=0.0)
    assert np.array_equal(clean.train.inputs, data.train.inputs)
    assert np.array_equal(clean.train.given, data.train.clean)
    next_seed = digits(1)
    assert not np.array_equal(next_seed.train.inputs, data.train.inputs)
    assert not np.array_equal(next_seed.train.given != next_seed.train.clean, data.train.given != data.train.clean)


def test_the_fingerprint_sees_one_label_and_nothing_but_content(data):
    assert digits(0).fingerprint == data.fingerprint
    given = data.train.given.copy()
    given[0] = (given[0] + 1) % 10
    changed = dataclasses.replace(data, train=dataclasses.replace(data.train, given=given))
    assert changed.fingerprint != data.fingerprint
    assert data.fingerprint.startswith("digits ")


@pytest.mark.parametrize("sizes", [(1700, 97), (0, 10), (100, -1)])
def test_sizes_that_leave_no_test_are_refused(sizes):
    with pytest.raises(ValueError, match="must leave some of the 1797 digits for the test"):
        digits(0, train=sizes[0], held_out=sizes[1])


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_outside_the_half_open_interval_is_refused(share):
    with pytest.raises(ValueError, match=r"share of wrong labels must lie in \[0, 1\)"):
        digits(0, share=share)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"test": split(shape=(3, 2, 1))}, "inputs .* make a split, got .* in test of made up"),
        ({"train": split(labels=np.zeros(2, np.int32))}, "make a split, got .* in train"),
        ({"held_out": split(labels=np.array([0, 1, 2]))}, r"labels must lie in 0\.\.1, got 0\.\.2 in held_out of made up"),
        ({"test": split(0)}, "the test split of made up must hold at least one image"),
        ({"spread": np.zeros((1, 1, 1))}, "a spread above 0, got"),
        ({"centre": np.zeros(3)}, "need the 3 axes of an image"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        images(**parts)


def test_a_loader_may_leave_the_held_out_slice_empty():
    assert len(images(held_out=split(0)).held_out) == 0
