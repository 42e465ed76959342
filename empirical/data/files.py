"""Image files: which of them make a data set, with what labels, and their pixels. PNG or JPEG, told apart by what they hold.

Nothing is skipped: a file that cannot be read, or whose name has another ending, stops the reading with its path. Names that begin with a
dot are the system's and do not count.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from empirical.data.images import DataError, Labelled, Pixels
from reports.files import MIB, read_bytes

ENDINGS = (".png", ".jpg", ".jpeg")
LIMIT = 128 * MIB  # bytes of one image
DAMAGE = (
    ArithmeticError,  # a resolution of 0 dots
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for images that are damaged."""
Tell = Callable[[float], None]
"""Is called with the share that is done, in [0, 1]."""
Paths = tuple[list[Path], np.ndarray]
"""n files and their labels int32 (n,)."""


class Listed(NamedTuple):
    """A data set before anything is decoded. `root` is the folder above all of its files."""

    name: str
    classes: int
    root: Path
    train: Paths
    test: Paths


def decoded(listed: Listed, size: int) -> Pixels:
    """Return every image as uint8 (n, size, size, 3), in the order of the list.

    An image of another shape is cut to its central square and resized. Raises DataError for a size below 1 and for an image that cannot
    be read.
    """
    if size < 1:
        raise DataError(f"the size of an image must be at least 1 pixel, got {size}")

    def read(listing: Paths) -> Labelled:
        paths, labels = listing
        pixels = np.empty((len(paths), size, size, 3), np.uint8)
        for index, path in enumerate(paths):
            pixels[index] = image(path, size)
        return pixels, labels

    return Pixels(listed.name, listed.classes, read(listed.train), read(listed.test))


def image(path: Path, size: int) -> np.ndarray:
    """Return one image as uint8 (size, size, 3); raise DataError with its path where it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"images must be files ending in {', '.join(ENDINGS)}, got {path}; convert it or move it away")
    try:
        content = read_bytes(path, LIMIT)
    except OSError as error:
        raise DataError(f"images must be files that can be read, got {path} ({error.strerror}); replace it or move it away") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about metadata that is not used: dates, cameras and the like
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # an image of so many pixels is a mistake or an attack
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
                whole = opened.convert("RGB")
    except UnidentifiedImageError as error:  # Pillow names an object of Python in its place
        raise DataError(
            f"every image must be a whole PNG or JPEG, but {path} is not (it begins as neither); replace it or move it away"
        ) from error
    except (*DAMAGE, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"every image must be a whole PNG or JPEG, but {path} is not ({reason}); replace it or move it away") from error
    if whole.size != (size, size):
        side = min(whole.size)
        left, top = ((length - side) // 2 for length in whole.size)
        # Cut on its own: a resize that is told what to cut also mixes in pixels from beyond the cut.
        whole = whole.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(whole)


def entries(parent: Path) -> list[Path]:
    """Return what a folder holds, sorted by name, without names that begin with a dot; raise DataError where it cannot be read."""
    try:
        return [parent / name for name in sorted(os.listdir(parent)) if not name.startswith(".")]  # noqa: PTH208 - sorted as text
    except OSError as error:
        raise DataError(f"{parent} must be a folder that can be read, but: {error.strerror}; give the folder that holds it") from error
