"""Oxford Flowers102 as its authors publish it: 8,189 photographs of 102 flowers, of various sizes, and their official split.

    jpg/image_00001.jpg ... image_08189.jpg   from 102flowers.tgz
    imagelabels.mat    labels (1, 8189), from 1 to 102
    setid.mat          trnid (1, 1020), valid (1, 1020), tstid (1, 6149): numbers of images, from 1

Choice: the paper does not say which images it trains on. Here they are `trnid` and `valid` together, 20 a class, and the test is `tstid`.
The slice that choices are made on is taken from the former by seed, as with every other data set.
Matlab's files are read by SciPy, which runs nothing that they hold. Its reader may crash on a damaged one (seen: a segmentation fault in
SciPy 1.17), so that no file of another sum than the published one's is opened.
Source: Nilsback and Zisserman, robots.ox.ac.uk/~vgg/data/flowers/102.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

from empirical.data.files import Listed, Paths, entries
from empirical.data.images import DataError
from reports.files import MIB, read_bytes

ARCHIVE, LABELS, SPLIT = "102flowers.tgz", "imagelabels.mat", "setid.mat"
FOLDER, JPG = "flowers-102", "jpg"
MD5 = {
    ARCHIVE: "52808999861908f626f3c1f4e79d11fa",
    LABELS: "e0620be6f572b9609742df49c70aed4d",
    SPLIT: "a5357ecc9cb78c4bef273ce3793fc85c",
}
CLASSES, IMAGES = 102, 8189
SPLITS = {"trnid": 1020, "valid": 1020, "tstid": 6149}
SIZE = 64  # pixels a side where none are asked for
AGAIN = "fetch it again"
LIMIT = MIB  # bytes of one of Matlab's files


def is_here(data: Path) -> bool:
    """Say whether a path is, or holds, something of what the authors publish, whole or not."""
    photographs = (data / JPG).is_dir() and not (data / "train").is_dir()
    return photographs or data.name == ARCHIVE or any((data / name).exists() for name in (FOLDER, ARCHIVE, LABELS, SPLIT))


def listed(data: Path) -> Listed:
    """Return the images of the folder, or of `flowers-102` inside, in the order of their numbers.

    Raises DataError for a file that is missing or odd, a label that is no class, an image that is in no part of the split or in two.
    """
    root = data / FOLDER if (data / FOLDER).is_dir() else data
    if not (root / JPG).is_dir():
        raise DataError(f"{root} must hold the folder {JPG} with {IMAGES} photographs, got none; unpack {ARCHIVE} there")
    labels = _numbers(root / LABELS, "labels", IMAGES)
    if not np.array_equal(np.unique(labels), np.arange(1, CLASSES + 1)):
        raise DataError(f"labels in {root / LABELS} must be all of 1..{CLASSES}, got {_told(labels)}; {AGAIN}")
    numbers = {key: _numbers(root / SPLIT, key, count) for key, count in SPLITS.items()}
    together = np.concatenate(list(numbers.values()))
    if not np.array_equal(np.sort(together), np.arange(1, IMAGES + 1)):
        raise DataError(f"{root / SPLIT} must hold each number of 1..{IMAGES} once, got {_told(together)}; {AGAIN}")
    names = [f"image_{number:05d}.jpg" for number in range(1, IMAGES + 1)]
    missing = sorted(set(names) - {path.name for path in entries(root / JPG)})
    if missing:
        problem = f"got no {missing[0]} ({len(missing)} missing)"
        raise DataError(f"{root / JPG} must hold {IMAGES} photographs, {problem}; unpack {ARCHIVE} again")

    def part(*keys: str) -> Paths:
        rows = np.sort(np.concatenate([numbers[key] for key in keys])) - 1
        return [root / JPG / names[row] for row in rows], labels[rows].astype(np.int32) - 1

    return Listed("flowers102", CLASSES, root, part("trnid", "valid"), part("tstid"))


def _numbers(path: Path, key: str, count: int) -> np.ndarray:
    """Return the `count` whole numbers under `key` as int64 (count,), from the very file that its authors publish."""
    from scipy.io import loadmat

    try:
        content = read_bytes(path, LIMIT)
    except OSError as error:
        raise DataError(f"{path} must be readable, but: {error.strerror}; {AGAIN}") from error
    total = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if total != MD5[path.name]:
        raise DataError(f"{path} must have the MD5 sum {MD5[path.name]}, which loaders of many hands agree on, got {total}; {AGAIN}")
    values = np.asarray(loadmat(io.BytesIO(content), variable_names=(key,)).get(key))
    if values.dtype.kind not in "iu" or values.size != count:
        raise DataError(f"{path} must hold {count} whole numbers as {key!r}, got {values.dtype} of shape {values.shape}; {AGAIN}")
    return values.ravel().astype(np.int64)


def _told(values: np.ndarray) -> str:
    """Return what numbers there are, for a message."""
    return f"{values.min()}..{values.max()}, {len(np.unique(values))} different ones"
