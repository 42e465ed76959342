"""Decoded images that are kept: equal to a new decoding, made again where a file changed or is damaged, and never half written."""

import errno
import os

import numpy as np
import PIL
import pytest
from PIL import Image

from empirical.data import packed as module
from empirical.data.files import decoded
from empirical.data.folders import listed
from empirical.data.images import DataError
from empirical.data.source import load


@pytest.fixture
def root(tmp_path):
    random = np.random.default_rng(0)
    for part, count in (("train", 3), ("test", 1)):
        for name in ("a", "b"):
            (tmp_path / "data" / part / name).mkdir(parents=True)
            for number in range(count):
                Image.fromarray(random.integers(0, 256, (5, 5, 3)).astype(np.uint8)).save(tmp_path / "data" / part / name / f"{number}.png")
    return tmp_path / "data"


@pytest.fixture
def counted(monkeypatch):
    """How often images were decoded."""
    calls = []

    def count(*arguments):
        calls.append(arguments)
        return decoded(*arguments)

    monkeypatch.setattr(module, "decoded", count)
    return calls


def assert_same_pixels(first, second):
    assert (first.name, first.classes, first.scale) == (second.name, second.classes, second.scale)
    for (left, left_labels), (right, right_labels) in ((first.train, second.train), (first.test, second.test)):
        assert left.dtype == right.dtype == np.uint8
        assert np.array_equal(left, right)
        assert np.array_equal(left_labels, right_labels)


def test_the_second_time_nothing_is_decoded_and_all_is_equal(root, tmp_path, counted):
    expected = load(root, 5)
    for _ in range(3):
        assert_same_pixels(load(root, 5, cache=tmp_path / "cache"), expected)
    assert len(counted) == 1
    kept = list((tmp_path / "cache").iterdir())
    assert [path.name.rsplit("-", 1)[0] for path in kept] == ["data-5"]
    assert kept[0].stat().st_size == 32 + 8 * 5 * 5 * 3


def test_kept_images_may_be_changed_without_changing_the_file(root, tmp_path):
    load(root, 5, cache=tmp_path)
    load(root, 5, cache=tmp_path).train[0][:] = 0
    assert_same_pixels(load(root, 5, cache=tmp_path), load(root, 5))


def another_size(*_):
    return 4


def change(root, _):
    Image.fromarray(np.zeros((5, 5, 3), np.uint8)).save(root / "train" / "a" / "0.png")


def touch(root, _):
    stat = (root / "train" / "a" / "0.png").stat()
    os.utime(root / "train" / "a" / "0.png", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


def add(root, _):
    Image.fromarray(np.zeros((5, 5, 3), np.uint8)).save(root / "test" / "b" / "1.png")


def other_pillow(_, monkeypatch):
    monkeypatch.setattr(PIL, "__version__", "0")


def other_decoding(_, monkeypatch):
    monkeypatch.setattr(module, "VERSION", -1)


@pytest.mark.parametrize("differ", [another_size, change, touch, add, other_pillow, other_decoding])
def test_whatever_pixels_depend_on_makes_another_file(root, tmp_path, counted, monkeypatch, differ):
    load(root, 5, cache=tmp_path / "cache")
    size = differ(root, monkeypatch) or 5
    assert_same_pixels(load(root, size, cache=tmp_path / "cache"), load(root, size))
    assert len(counted) == 2
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_new_name_that_changes_the_order_is_seen_where_lengths_and_times_are_equal(root, tmp_path):
    first, second = (root / "train" / "a" / name for name in ("0.png", "1.png"))
    second.write_bytes(first.read_bytes() + b"\0")
    first.write_bytes((root / "train" / "a" / "2.png").read_bytes().ljust(second.stat().st_size, b"\0"))
    for path in (first, second):
        os.utime(path, ns=(0, 0))
    load(root, 5, cache=tmp_path / "cache")
    first.rename(root / "train" / "a" / "1a.png")
    assert_same_pixels(load(root, 5, cache=tmp_path / "cache"), load(root, 5))


def test_the_labels_and_the_name_are_part_of_the_key(root):
    whole = listed(root)
    swapped = whole._replace(train=(whole.train[0], 1 - whole.train[1]))
    assert len({module.key(listing, 5) for listing in (whole, swapped, whole._replace(name="other"), whole._replace(classes=3))}) == 4


@pytest.mark.parametrize("length", [0, 31, 32, -1, None])
def test_a_kept_file_of_another_length_is_made_again(root, tmp_path, counted, length):
    load(root, 5, cache=tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:length] if length is not None else whole + b"\0")
    assert_same_pixels(load(root, 5, cache=tmp_path / "cache"), load(root, 5))
    assert len(counted) == 2
    assert path.read_bytes() == whole


@pytest.mark.parametrize("place", [0, 31, 32, 300, -1])
def test_a_single_wrong_bit_is_seen(root, tmp_path, counted, place):
    load(root, 5, cache=tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    assert_same_pixels(load(root, 5, cache=tmp_path / "cache"), load(root, 5))
    assert len(counted) == 2


def test_a_full_disk_is_said_and_leaves_nothing(root, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(DataError, match=r"must be kept in .*cache, but: No space left on device; free space or choose another folder"):
        load(root, 5, cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_folder_that_is_a_file_is_said(root, tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(DataError, match=r"decoded images must be kept in .*cache, but:"):
        load(root, 5, cache=tmp_path / "cache")


def test_an_image_that_cannot_be_read_leaves_nothing(root, tmp_path):
    (root / "train" / "b" / "2.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"every image must be a whole PNG or JPEG"):
        load(root, 5, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_an_image_lost_after_it_was_listed_is_said(root):
    whole = listed(root)
    whole.test[0][0].unlink()
    with pytest.raises(DataError, match=r"test/a/0\.png must be readable, but: No such file or directory; unpack the images again"):
        module.key(whole, 5)
