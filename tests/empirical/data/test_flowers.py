"""Flowers102 as its authors publish it, here with three classes and twelve made-up photographs: labels, split, and refused folders."""

import hashlib

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from empirical.data import flowers as module
from empirical.data.images import DataError
from empirical.data.source import load

IMAGES = 12
LABELS = [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]
PARTS = {"trnid": [4, 2], "valid": [12, 3], "tstid": [1, 5, 6, 7, 8, 9, 10, 11]}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "CLASSES", 3)
    monkeypatch.setattr(module, "IMAGES", IMAGES)
    monkeypatch.setattr(module, "SPLITS", {key: len(numbers) for key, numbers in PARTS.items()})


def write(path, monkeypatch, values):
    """Write a Matlab file and have its own MD5 sum be the right one."""
    savemat(path, {key: np.array(numbers)[None] if isinstance(numbers, list) else numbers for key, numbers in values.items()})
    monkeypatch.setitem(module.MD5, path.name, hashlib.md5(path.read_bytes()).hexdigest())


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Photographs wider than high; the number of an image is its grey value."""
    root = tmp_path / "flowers-102"
    (root / "jpg").mkdir(parents=True)
    for number in range(1, IMAGES + 1):
        Image.fromarray(np.full((70, 90, 3), number, np.uint8)).save(root / "jpg" / f"image_{number:05d}.jpg", quality=100)
    write(root / "imagelabels.mat", monkeypatch, {"labels": LABELS})
    write(root / "setid.mat", monkeypatch, PARTS)
    return root


def test_the_sums_equal_the_ones_that_other_loaders_know():
    assert module.MD5 == {
        "102flowers.tgz": "52808999861908f626f3c1f4e79d11fa",
        "imagelabels.mat": "e0620be6f572b9609742df49c70aed4d",
        "setid.mat": "a5357ecc9cb78c4bef273ce3793fc85c",
    }


def test_trnid_and_valid_are_trained_on_and_labels_begin_with_0(root):
    pixels = load(root, 8)
    assert (pixels.name, pixels.classes) == ("flowers102", 3)
    assert pixels.train[0][:, 0, 0, 0].tolist() == [2, 3, 4, 12]
    assert pixels.train[1].tolist() == [0, 1, 2, 1]
    assert pixels.test[0][:, 0, 0, 0].tolist() == PARTS["tstid"]
    assert pixels.test[1].tolist() == [2, 0, 1, 2, 0, 1, 2, 0]
    assert pixels.train[1].dtype == np.int32


def test_the_size_is_64_unless_told_and_the_folder_above_does_as_well(root):
    assert load(root.parent).train[0].shape == (4, 64, 64, 3)


def test_a_file_of_another_sum_is_not_opened(root, monkeypatch):
    for name in ("imagelabels.mat", "setid.mat"):
        path = root / name
        whole = path.read_bytes()
        monkeypatch.setattr("scipy.io.loadmat", lambda *_, **__: {"labels": np.array([LABELS])})
        path.write_bytes(whole[:-1])
        with pytest.raises(DataError, match=rf"{name} must have the MD5 sum .*, got [0-9a-f]{{32}}; fetch it again"):
            load(root, 8)
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("imagelabels.mat", {"label": LABELS}, r"must hold 12 whole numbers as 'labels', got object of shape \(\)"),
        ("imagelabels.mat", {"labels": LABELS[1:]}, r"must hold 12 whole numbers as 'labels', got int64 of shape \(1, 11\)"),
        ("imagelabels.mat", {"labels": np.array([LABELS], object)}, r"must hold 12 whole numbers as 'labels', got object"),
        ("imagelabels.mat", {"labels": np.array([LABELS]) + 0.5}, r"must hold 12 whole numbers as 'labels', got float64"),
        ("imagelabels.mat", {"labels": [4, *LABELS[1:]]}, r"must be all of 1\.\.3, got 1\.\.4, 4 different ones"),
        ("imagelabels.mat", {"labels": [0, *LABELS[1:]]}, r"must be all of 1\.\.3, got 0\.\.3, 4 different ones"),
        ("imagelabels.mat", {"labels": [1, 2] * 6}, r"must be all of 1\.\.3, got 1\.\.2, 2 different ones"),
        ("setid.mat", {"trnid": [4, 2], "valid": [12, 3]}, r"must hold 8 whole numbers as 'tstid', got object"),
        ("setid.mat", PARTS | {"valid": [12, 4]}, r"must hold each number of 1\.\.12 once, got 1\.\.12, 11 different ones"),
        ("setid.mat", PARTS | {"valid": [13, 3]}, r"must hold each number of 1\.\.12 once, got 1\.\.13, 12 different ones"),
        ("setid.mat", PARTS | {"trnid": [4, 2, 1]}, r"must hold 2 whole numbers as 'trnid', got int64 of shape \(1, 3\)"),
    ],
)
def test_numbers_that_are_not_what_they_must_be_are_refused(root, monkeypatch, name, values, message):
    write(root / name, monkeypatch, values)
    with pytest.raises(DataError, match=message) as raised:
        load(root, 8)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        (["imagelabels.mat"], r"imagelabels\.mat must be readable, but: No such file .*; fetch it again"),
        (["setid.mat"], r"setid\.mat must be readable, but: No such file"),
        (["jpg/image_00007.jpg"], r"must hold 12 photographs, got no image_00007\.jpg \(1 missing\); unpack 102flowers\.tgz again"),
        ([f"jpg/image_{number:05d}.jpg" for number in range(5, 13)], r"got no image_00005\.jpg \(8 missing\)"),
    ],
)
def test_missing_files_are_named(root, lost, message):
    for name in lost:
        (root / name).unlink()
    with pytest.raises(DataError, match=message):
        load(root, 8)


def test_an_archive_that_is_not_unpacked_is_said(root):
    (root / "jpg").rename(root / "jpeg")
    (root / "102flowers.tgz").write_bytes(b"")
    with pytest.raises(DataError, match=r"must hold the folder jpg with 12 photographs, got none; unpack 102flowers\.tgz there"):
        load(root)
