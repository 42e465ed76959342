"""Images in folders, one sub-folder a class: `train/<class>/*`, and `test/<class>/*` or `val/<class>/*`; PNG or JPEG.

The label of a class is its place among the sorted names of the training folders. Nothing is skipped: a file that cannot be read, or
that is no PNG or JPEG by its ending, stops the reading with its path. Names that begin with a dot are the system's and do not count.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from empirical.data.images import DataError, Labelled, Pixels

ENDINGS = (".png", ".jpg", ".jpeg")
TESTS = ("test", "val")


def folder(root: Path, size: int, classes: int | None = None, name: str | None = None) -> Pixels:
    """Return the images under `root` as uint8 (n, size, size, 3) with their labels.

    An image of another shape is cut to its central square and resized. `classes` is how many classes the labels allow, any number where
    None. Raises DataError for a folder that is missing, empty or holds anything else, for an image that cannot be read, for more classes
    than allowed, and for a test class without training folder.
    """
    if size < 1:
        raise DataError(f"the size of an image must be at least 1 pixel, got {size}")
    names = class_names(root / "train")
    if classes is not None and len(names) > classes:
        raise DataError(f"{root / 'train'} must hold at most {classes} classes, which the labels allow, got {len(names)}; raise `classes`")
    tests = [root / test for test in TESTS if (root / test).is_dir()]
    if not tests:
        raise DataError(f"{root} must hold a folder {' or '.join(TESTS)} beside train, got neither; add the test images")
    strangers = sorted(set(class_names(tests[0])) - set(names))
    if strangers:
        raise DataError(
            f"every class of {tests[0]} needs a folder in {root / 'train'}, got {strangers[0]} without one; add it or remove it"
        )
    return Pixels(name or root.resolve().name, len(names), read(root / "train", names, size), read(tests[0], names, size))


def class_names(parent: Path) -> list[str]:
    """Return the sorted names of the sub-folders; raise DataError where there is none, or where a file lies among them."""
    found = _entries(parent)
    files = [path for path in found if not path.is_dir()]
    if files:
        raise DataError(f"{parent} must hold one sub-folder for each class and nothing else, got the file {files[0].name}; move it away")
    if not found:
        raise DataError(f"{parent} must hold one sub-folder for each class, got an empty folder; unpack the images there")
    return [path.name for path in found]


def read(parent: Path, names: Sequence[str], size: int) -> Labelled:
    """Return all images of the classes that are there, ordered by class and then by name, and their labels."""
    paths: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        if not (parent / name).is_dir():
            continue
        found = _entries(parent / name)
        if not found:
            raise DataError(f"every class needs at least one image, got none in {parent / name}; add some or remove the folder")
        paths += found
        labels += [label] * len(found)
    pixels = np.empty((len(paths), size, size, 3), np.uint8)
    for place, path in enumerate(paths):
        pixels[place] = image(path, size)
    return pixels, np.array(labels, np.int32)


def image(path: Path, size: int) -> np.ndarray:
    """Return one image as uint8 (size, size, 3); raise DataError with its path where it cannot be read."""
    from PIL import Image

    if path.suffix.lower() not in ENDINGS or not path.is_file():
        raise DataError(f"images must be files ending in {', '.join(ENDINGS)}, got {path}; convert it or move it away")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # an image of so many pixels is a mistake or an attack
            with Image.open(path, formats=("PNG", "JPEG")) as opened:
                whole = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise DataError(f"every image must be a whole PNG or JPEG, but {path} is not ({reason}); replace it or move it away") from error
    if whole.size != (size, size):
        side = min(whole.size)
        left, top = ((length - side) // 2 for length in whole.size)
        # Cut on its own: a resize that is told what to cut also mixes in pixels from beyond the cut.
        whole = whole.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(whole)


def _entries(parent: Path) -> list[Path]:
    """Return what a folder holds, sorted by name, without names that begin with a dot."""
    try:
        return [parent / name for name in sorted(os.listdir(parent)) if not name.startswith(".")]  # noqa: PTH208 - sorted as text
    except OSError as error:
        raise DataError(f"{parent} must be a folder that can be read, but: {error.strerror}; give the folder that holds it") from error
