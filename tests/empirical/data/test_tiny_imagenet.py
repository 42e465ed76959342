"""Tiny-ImageNet's original layout, here with three classes and a few made-up images each: labels, order, and all that may be wrong."""

import shutil

import numpy as np
import pytest
from PIL import Image

from empirical.data import tiny_imagenet as module
from empirical.data.images import DataError, noisy
from empirical.data.source import load

NAMES = ("n03", "n01", "n02")  # not sorted, as in the file that is published
TRAIN, VAL = 3, 2


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    for name, value in (("CLASSES", len(NAMES)), ("TRAIN", TRAIN), ("VAL", VAL)):
        monkeypatch.setattr(module, name, value)


def save(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((64, 64, 3), value, np.uint8)).save(path, format="JPEG")


@pytest.fixture
def root(tmp_path):
    """Images whose grey value tells class and number: training 10 c + i, validation 100 + 10 c + i, for the class named n0c."""
    root = tmp_path / "tiny-imagenet-200"
    lines = []
    for name in NAMES:
        grey = 10 * int(name[1:])
        for number in range(TRAIN):
            save(root / "train" / name / "images" / f"{name}_{number}.JPEG", grey + number)
        (root / "train" / name / f"{name}_boxes.txt").write_text("")
        for number in range(VAL):
            # The numbers of validation images run across the classes.
            file = f"val_{number * len(NAMES) + NAMES.index(name)}.JPEG"
            save(root / "val" / "images" / file, 100 + grey + number)
            lines.append(f"{file}\t{name}\t0\t32\t44\t62\n")
    (root / "val" / "val_annotations.txt").write_text("".join(sorted(lines)))
    (root / "wnids.txt").write_text("".join(f"{name}\n" for name in NAMES))
    save(root / "test" / "images" / "test_0.JPEG", 1)
    return root


def test_labels_are_places_among_the_sorted_classes(root):
    pixels = load(root, 8)
    assert (pixels.name, pixels.classes) == ("tiny-imagenet", 3)
    assert pixels.train[0].shape == (9, 8, 8, 3)
    assert pixels.train[0][:, 0, 0, 0].tolist() == [10, 11, 12, 20, 21, 22, 30, 31, 32]
    assert pixels.train[1].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert pixels.test[0][:, 0, 0, 0].tolist() == [110, 111, 120, 121, 130, 131]
    assert pixels.test[1].tolist() == [0, 0, 1, 1, 2, 2]
    assert pixels.train[1].dtype == pixels.test[1].dtype == np.int32


def test_the_size_is_32_unless_told_and_the_folder_above_does_as_well(root):
    assert load(root).train[0].shape == (9, 32, 32, 3)
    assert np.array_equal(load(root.parent, 64).train[0], load(root, 64).train[0])


def test_one_folder_a_class_gives_the_same_images_in_the_same_order(root, tmp_path):
    annotated = load(root, 8)
    where = dict(line.split("\t")[:2] for line in (root / "val" / "val_annotations.txt").read_text().splitlines())
    for file, name in where.items():
        (tmp_path / "by-class" / "val" / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "val" / "images" / file, tmp_path / "by-class" / "val" / name)
    for name in NAMES:
        shutil.copytree(root / "train" / name / "images", tmp_path / "by-class" / "train" / name)
    by_class = load(tmp_path / "by-class", 8)
    annotated_fingerprint, by_class_fingerprint = (
        noisy(pixels._replace(name="same"), seed=0, share=0.3, held_out=2).fingerprint for pixels in (annotated, by_class)
    )
    assert annotated_fingerprint == by_class_fingerprint
    assert noisy(annotated, seed=0, share=0.3, held_out=2).fingerprint.startswith("tiny-imagenet ")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


ANNOTATIONS = "val/val_annotations.txt"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda root: shutil.rmtree(root / "train"), r"must be, or hold, the folder tiny-imagenet-200 with train and val in it, got none"),
        (lambda root: (root / "wnids.txt").unlink(), r"wnids\.txt must be readable, but: No such file"),
        (lambda root: (root / "wnids.txt").write_bytes(b"n01\n\xff\n"), r"wnids\.txt must be text, got bytes that are none at place 4"),
        (lambda root: (root / "wnids.txt").write_text("n01\nn02\n"), r"must name 3 classes, each once, got 2 in 2 lines"),
        (lambda root: edit(root / "wnids.txt", "n03", "n02"), r"must name 3 classes, each once, got 2 in 3 lines"),
        (lambda root: (root / "wnids.txt").write_text("n01\nn02\nn03\nn03\n"), r"must name 3 classes, each once, got 3 in 4 lines"),
        (lambda root: shutil.rmtree(root / "train" / "n02"), r"n02/images must be a folder that can be read, but: No such file"),
        (lambda root: (root / "train" / "n09").mkdir(), r"train must hold the classes of wnids\.txt alone, got n09"),
        (lambda root: (root / "train/n02/images/n02_1.JPEG").unlink(), r"every class has 3 images, got 2 for .*train/n02/images"),
        (lambda root: (root / ANNOTATIONS).unlink(), r"val_annotations\.txt must be readable, but: No such file"),
        (
            lambda root: edit(root / ANNOTATIONS, "n02", "n09"),
            r"must give an image and one of 3 classes, got 'val_\d\.JPEG\\tn09",
        ),
        (lambda root: edit(root / ANNOTATIONS, "\tn01", " n01"), r"line \d of .* must give an image and one of 3 classes"),
        (
            lambda root: edit(root / ANNOTATIONS, "val_1.JPEG", "val_0.JPEG"),
            r"must name each image once, got 'val_0\.JPEG' in line 2 again",
        ),
        (
            lambda root: edit(root / ANNOTATIONS, "val_1.JPEG", "val_9.JPEG"),
            r"that val_annotations\.txt names, got none named val_9",
        ),
        (lambda root: (root / "val/images/val_3.JPEG").unlink(), r"images that val_annotations\.txt names, got none named val_3\.JPEG"),
        (lambda root: save(root / "val/images/val_7.JPEG", 1), r"got val_7\.JPEG that no line names"),
        (lambda root: edit(root / ANNOTATIONS, "n02", "n01"), r"every class has 2 images, got 3 for n01 in .*val_annotations\.txt"),
        (lambda root: shutil.rmtree(root / "val" / "images"), r"val/images must be a folder that can be read"),
        (
            lambda root: (root / "val/images/val_3.JPEG").write_bytes(b""),
            r"must be a whole PNG or JPEG, but .*val_3\.JPEG is not",
        ),
    ],
)
def test_each_fault_is_told_in_one_line(root, spoil, message):
    spoil(root)
    with pytest.raises(DataError, match=message) as raised:
        load(root, 8)
    assert "\n" not in str(raised.value)
