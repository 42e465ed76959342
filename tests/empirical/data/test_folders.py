"""Image folders: labels from sorted names, whole pixels, an exact share of wrong labels, one clear message for each fault."""

import numpy as np
import pytest
from PIL import Image

from empirical.data.files import decoded, image
from empirical.data.folders import listed
from empirical.data.images import DataError, moments, noisy


def save(path, values, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(values, np.uint8)).save(path, **options)


def grey(value, size=4):
    return np.full((size, size, 3), value)


@pytest.fixture
def root(tmp_path):
    """Two classes, written in the wrong order: images of class b are 100 and above."""
    for number in range(5):
        save(tmp_path / "flowers" / "train" / "b" / f"{number}.png", grey(100 + number))
        save(tmp_path / "flowers" / "train" / "a" / f"{number}.png", grey(number))
    save(tmp_path / "flowers" / "test" / "b" / "0.PNG", grey(200))
    save(tmp_path / "flowers" / "test" / "a" / "0.jpg", grey(50))
    (tmp_path / "flowers" / "train" / ".DS_Store").write_bytes(b"")
    return tmp_path / "flowers"


def read(root, **changes):
    settings = {"size": 4, "seed": 0, "share": 0.0, "held_out": 2, "most": None, **changes}
    return noisy(decoded(listed(root), settings["size"]), settings["seed"], settings["share"], settings["held_out"], settings["most"])


def test_labels_are_places_among_sorted_folders_and_every_image_is_there_once(root):
    data = read(root)
    assert (data.name, data.classes) == ("flowers", 2)
    assert (len(data.train), len(data.held_out), len(data.test)) == (8, 2, 2)
    pixels = np.concatenate([data.train.inputs, data.held_out.inputs])
    labels = np.concatenate([data.train.clean, data.held_out.clean])
    assert pixels.dtype == np.uint8
    assert labels.dtype == np.int32
    assert np.array_equal(labels, pixels[:, 0, 0, 0] >= 100)
    assert sorted(pixels[:, 0, 0, 0]) == [*range(5), *range(100, 105)]
    assert data.test.inputs[:, 0, 0, 0].tolist() == [50, 200]
    assert data.test.clean.tolist() == [0, 1]
    assert data.centre[0, 0, 0] == pytest.approx(data.train.inputs[..., 0].mean())
    assert data.spread[0, 0, 0] == pytest.approx(data.train.inputs[..., 0].std())


def test_an_exact_share_of_training_labels_is_wrong_and_none_of_the_test(root):
    data = read(root, share=0.5, held_out=4)
    assert np.sum(data.train.given != data.train.clean) == 3
    assert np.sum(data.held_out.given != data.held_out.clean) == 2
    assert np.array_equal(data.test.given, data.test.clean)


def test_the_seed_alone_decides_and_fewer_images_are_some_of_them(root):
    assert read(root, share=0.3).fingerprint == read(root, share=0.3).fingerprint != read(root, share=0.3, seed=1).fingerprint
    few, all_of_them = read(root, most=3), read(root)
    assert np.array_equal(few.train.inputs, all_of_them.train.inputs[:3])
    assert np.array_equal(few.held_out.inputs, all_of_them.held_out.inputs)


def test_val_stands_in_for_test(root):
    (root / "test").rename(root / "val")
    assert len(read(root).test) == 2


def test_another_shape_is_cut_to_its_central_square_and_resized(tmp_path):
    wide = np.zeros((4, 8, 3))
    wide[:, 2:6] = 200
    save(tmp_path / "wide.png", wide)
    assert np.array_equal(image(tmp_path / "wide.png", 4), grey(200))
    assert np.array_equal(image(tmp_path / "wide.png", 2), grey(200, 2))
    save(tmp_path / "grey.png", np.full((4, 4), 7))
    assert np.array_equal(image(tmp_path / "grey.png", 4), grey(7))


def test_each_channel_has_its_own_moments():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 4, 3)).astype(np.uint8)
    mean, spread = moments(pixels)
    assert mean == pytest.approx(pixels.mean((0, 1, 2))[None, None], rel=1e-6)
    assert spread == pytest.approx(pixels.std((0, 1, 2))[None, None], rel=1e-6)


def truncate(root):
    path = root / "train" / "a" / "0.png"
    path.write_bytes(path.read_bytes()[:-30])


def damage(root):
    path = root / "train" / "b" / "2.png"
    path.write_bytes(b"not an image")


def gif(root):
    Image.fromarray(grey(1).astype(np.uint8)).save(root / "train" / "a" / "x.png", format="GIF")


def huge(root):
    # A header that promises 30,000 x 30,000 pixels, which would take 2.7 GB.
    save(root / "train" / "a" / "huge.png", grey(1))
    path = root / "train" / "a" / "huge.png"
    raw = bytearray(path.read_bytes())
    raw[16:24] = (30_000).to_bytes(4, "big") * 2
    path.write_bytes(bytes(raw))


def empty_class(root):
    for part in ("train", "test"):
        (root / part / "c").mkdir()


def clear(root):
    for path in sorted((root / "train").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (truncate, r"every image must be a whole PNG or JPEG, but .*a/0\.png is not \(.*\)"),
        (damage, r"every image must be a whole PNG or JPEG, but .*b/2\.png is not"),
        (gif, r"every image must be a whole PNG or JPEG, but .*a/x\.png is not"),
        (huge, r"every image must be a whole PNG or JPEG, but .*a/huge\.png is not"),
        (lambda root: (root / "train" / "a" / "labels.txt").write_text("0"), r"files ending in \.png, \.jpg, \.jpeg, got .*labels\.txt"),
        (lambda root: (root / "train" / "a" / "more.png").mkdir(), r"images must be files .* got .*more\.png"),
        (lambda root: (root / "train" / "labels.txt").write_text("0"), r"nothing else, got the file labels\.txt"),
        (empty_class, r"at least one image, got none in .*c"),
        (clear, r"one sub-folder for each class, got an empty folder"),
        (lambda root: (root / "train").rename(root / "training"), r"train must be a folder that can be read, but: No such file"),
        (lambda root: (root / "test").rename(root / "tests"), r"must hold a folder test or val beside train, got neither"),
        (lambda root: (root / "test" / "b").rename(root / "test" / "c"), r"needs a folder in .*train, got c without one"),
        (lambda root: (root / "test" / "b").rename(root / "b"), r"every class of .*train needs a folder in .*test, got b without one"),
        (lambda root: (root / "train" / "a").rename(root / "a"), r"every class of .*test needs a folder in .*train, got a without one"),
    ],
)
def test_each_fault_is_told_in_one_line(root, spoil, message):
    spoil(root)
    with pytest.raises(DataError, match=message) as raised:
        read(root)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"held_out": 10}, r"must leave some of the 10 of flowers to train on, got 10"),
        ({"held_out": -1}, r"to train on, got -1"),
        ({"most": 0}, r"at most 0"),
        ({"size": 0}, r"at least 1 pixel, got 0"),
        ({"share": 1.0}, r"must lie in \[0, 1\), got 1\.0"),
        ({"share": float("nan")}, r"must lie in \[0, 1\), got nan"),
    ],
)
def test_wrong_settings_are_refused(root, changes, message):
    with pytest.raises(ValueError, match=message):
        read(root, **changes)


def test_one_class_and_images_of_one_grey_are_refused(tmp_path):
    for part in ("train", "test"):
        for name in ("a", "b"):
            save(tmp_path / part / name / "0.png", grey(9))
    with pytest.raises(DataError, match=r"every channel of .* must vary over the training images"):
        read(tmp_path, held_out=0)
    for part in ("train", "test"):
        (tmp_path / part / "b" / "0.png").unlink()
        (tmp_path / part / "b").rmdir()
    with pytest.raises(DataError, match="at least two classes"):
        read(tmp_path, held_out=0)
