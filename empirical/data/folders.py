"""Images in folders, one sub-folder a class: `train/<class>/*`, and `test/<class>/*` or `val/<class>/*`; PNG or JPEG.

The label of a class is its place among the sorted names of the training folders, and the test images must be of the same classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from empirical.data.files import Listed, Paths, entries
from empirical.data.images import DataError

TESTS = ("test", "val")


def listed(root: Path) -> Listed:
    """Return the images under `root`, ordered by class and then by name; the data set is named after the folder.

    Raises DataError for a folder that is missing, empty or holds anything else, and for a class that only one of the two parts has.
    """
    names = class_names(root / "train")
    tests = [root / test for test in TESTS if (root / test).is_dir()]
    if not tests:
        raise DataError(f"{root} must hold a folder {' or '.join(TESTS)} beside train, got neither; add the test images")
    _check_same(root / "train", names, tests[0], class_names(tests[0]))
    return Listed(root.resolve().name, len(names), root, _images(root / "train", names), _images(tests[0], names))


def class_names(parent: Path) -> list[str]:
    """Return the sorted names of the sub-folders; raise DataError where there is none, or where a file lies among them."""
    names = entries(parent)
    files = [path for path in names if not path.is_dir()]
    if files:
        raise DataError(f"{parent} must hold one sub-folder for each class and nothing else, got the file {files[0].name}; move it away")
    if not names:
        raise DataError(f"{parent} must hold one sub-folder for each class, got an empty folder; unpack the images there")
    return [path.name for path in names]


def _check_same(train: Path, names: Sequence[str], test: Path, tested: Sequence[str]) -> None:
    """Raise DataError for a class of one part that the other lacks: its folder was most likely lost on the way."""
    for present, absent, extra in ((test, train, set(tested) - set(names)), (train, test, set(names) - set(tested))):
        if extra:
            raise DataError(f"every class of {present} needs a folder in {absent}, got {min(extra)} without one; add it or remove it")


def _images(parent: Path, names: Sequence[str]) -> Paths:
    """Return all files of the classes and their labels."""
    paths: list[Path] = []
    counts: list[int] = []
    for name in names:
        files = entries(parent / name)
        if not files:
            raise DataError(f"every class needs at least one image, got none in {parent / name}; add some or remove the folder")
        paths += files
        counts.append(len(files))
    return paths, np.repeat(np.arange(len(names), dtype=np.int32), counts)
