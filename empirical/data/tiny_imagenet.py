"""Tiny-ImageNet as its authors publish it: 200 classes of ImageNet at 64x64 pixels, 500 training and 50 validation images a class.

    wnids.txt                             the classes, one a line
    train/<wnid>/images/*.JPEG
    val/images/*.JPEG, val/val_annotations.txt    a line: file, wnid, a box that is not used; told apart by tabs

The test images have no labels, so that the validation images take their part, as everywhere in the literature. A label is the place among
the sorted classes: the same images in one folder a class (`folders.py`) have the same labels in the same order. Source: Stanford's CS231n.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

import numpy as np

from empirical.data.files import Listed, Paths, entries
from empirical.data.images import DataError
from reports.files import MIB, read_bytes
from reports.refusal import short

ARCHIVE = "tiny-imagenet-200.zip"
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"  # of the archive; its authors publish none, and loaders of many hands agree on this one
FOLDER = "tiny-imagenet-200"
CLASSES, TRAIN, VAL = 200, 500, 50  # classes, and images of each
SIZE = 32  # pixels a side where none are asked for; the images have 64
LIMIT = 16 * MIB  # bytes of one of the texts
AGAIN = f"unpack {ARCHIVE} again"


def is_here(data: Path) -> bool:
    """Say whether a path is, or holds, something of the original layout, whole or not."""
    if data.name == ARCHIVE or any((data / name).exists() for name in (ARCHIVE, FOLDER, "wnids.txt", "val/val_annotations.txt")):
        return True
    train = data / "train"
    return train.is_dir() and any((path / "images").is_dir() for path in entries(train)[:1])


def listed(data: Path) -> Listed:
    """Return the images of the folder, or of the one of that name inside, ordered by class and then by name.

    Raises DataError for anything that is missing, is there too often, or names an unknown class or image.
    """
    root = next((place for place in (data / FOLDER, data) if place.is_dir()), None)
    if root is None or not (root / "train").is_dir():
        raise DataError(f"{data} must be, or hold, the folder {FOLDER} with train and val in it, got none; {AGAIN}")
    lines = _lines(root / "wnids.txt")
    names = sorted(set(lines))
    if not len(lines) == len(names) == CLASSES:
        raise DataError(f"{root / 'wnids.txt'} must name {CLASSES} classes, each once, got {len(names)} in {len(lines)} lines; {AGAIN}")
    return Listed("tiny-imagenet", CLASSES, root, _train(root / "train", names), _val(root / "val", names))


def _train(folder: Path, names: list[str]) -> Paths:
    """Return the training images of all classes."""
    strangers = {path.name for path in entries(folder)} - set(names)
    if strangers:
        raise DataError(f"{folder} must hold the classes of wnids.txt alone, got {min(strangers)}; {AGAIN}")
    paths: list[Path] = []
    for name in names:
        images = entries(folder / name / "images")
        _check_count(folder / name / "images", len(images), TRAIN)
        paths += images
    return paths, np.repeat(np.arange(len(names), dtype=np.int32), TRAIN)


def _val(folder: Path, names: list[str]) -> Paths:
    """Return the validation images, with the classes that the annotations give them."""
    place = folder / "val_annotations.txt"
    classes: dict[str, str] = {}
    for number, line in enumerate(_lines(place), 1):
        file, name = (*line.split("\t"), "")[:2]
        if name not in names:
            raise DataError(f"line {number} of {place} must give an image and one of {len(names)} classes, got {short(line)}; {AGAIN}")
        if file in classes:
            raise DataError(f"{place} must name each image once, got {short(file)} in line {number} again; {AGAIN}")
        classes[file] = name
    _check_same(folder, {path.name for path in entries(folder / "images")}, classes.keys())
    counts = Counter(classes.values())
    for name in names:
        _check_count(f"{name} in {place}", counts[name], VAL)
    ordered = sorted(classes, key=lambda file: (classes[file], file))
    return [folder / "images" / file for file in ordered], np.repeat(np.arange(len(names), dtype=np.int32), VAL)


def _check_same(folder: Path, images: Collection[str], annotated: Collection[str]) -> None:
    """Raise DataError for an annotation without image, or the reverse."""
    lost, unknown = set(annotated) - set(images), set(images) - set(annotated)
    if lost or unknown:
        problem = f"got none named {min(lost)}" if lost else f"got {min(unknown)} that no line names"
        raise DataError(f"{folder / 'images'} must hold the images that val_annotations.txt names, {problem}; {AGAIN}")


def _check_count(place: Path | str, count: int, expected: int) -> None:
    """Raise DataError for a class that is not whole."""
    if count != expected:
        raise DataError(f"every class has {expected} images, got {count} for {place}; {AGAIN}")


def _lines(path: Path) -> list[str]:
    """Return the lines of a text, without empty ones."""
    try:
        return [line for line in read_bytes(path, LIMIT).decode("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise DataError(f"{path} must be readable, but: {error.strerror}; {AGAIN}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} must be text, got bytes that are none at place {error.start}; {AGAIN}") from error
