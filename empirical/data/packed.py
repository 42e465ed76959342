"""Decoded images, kept in one file: 110,000 JPEG files take half a minute or more to decode, and every run is a separate process.

The name of a cached file is a hash of its sources: the data set, the size, and each image's path, label, length and time of change. Other
sources give another file, and no file is ever changed. It holds a SHA-256 sum (32 bytes) and the pixels as they are, training images
first: how many there are is known beforehand. A file that is damaged is made again.
"""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

import numpy as np

from empirical.data.files import Listed, decoded
from empirical.data.images import DataError, Pixels
from reports.unfinished import Part

VERSION = 1  # counts changes in how an image becomes pixels
SUM = hashlib.sha256().digest_size  # bytes


def packed(listed: Listed, size: int, cache: Path) -> Pixels:
    """Return the result of `decoded`: read from its file in `cache`, or computed and written there.

    Raises DataError where an image cannot be read, and where the folder cannot be written to or is full; nothing half written stays.
    """
    path = cache / f"{listed.name}-{size}-{key(listed, size)}.pixels"
    cached = _read(path, listed, size)
    if cached is not None:
        return cached
    pixels = decoded(listed, size)
    _write(path, pixels)
    return pixels


def key(listed: Listed, size: int) -> str:
    """Return 16 hexadecimal digits (SHA-256) of all that the pixels depend on.

    Pillow's version is among it, since another one may decode a JPEG to pixels that differ by one. Raises DataError for a missing file.
    """
    import PIL

    digest = hashlib.sha256(f"{VERSION} {PIL.__version__} {listed.name} {listed.classes} {size}".encode())
    for part in (listed.train, listed.test):
        digest.update(f"\n{len(part[0])}".encode())
        for path, label in zip(*part, strict=True):
            try:
                stat = path.stat()
            except OSError as error:
                raise DataError(f"{path} must be readable, but: {error.strerror}; unpack the images again") from error
            digest.update(b"\n" + os.fsencode(path.relative_to(listed.root)))
            digest.update(f"\0{label} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _read(path: Path, listed: Listed, size: int) -> Pixels | None:
    """Return the kept images; None where there is no such file or it is damaged, and must be made again."""
    shapes = [(len(paths), size, size, 3) for paths, _ in (listed.train, listed.test)]
    try:
        if path.stat().st_size != SUM + sum(math.prod(shape) for shape in shapes):
            return None
        with path.open("rb") as file:
            expected = file.read(SUM)
            train, test = (np.fromfile(file, np.uint8, math.prod(shape)).reshape(shape) for shape in shapes)
    except OSError:
        return None
    if _digest(train, test) != expected:
        return None
    return Pixels(listed.name, listed.classes, (train, listed.train[1]), (test, listed.test[1]))


def _digest(*arrays: np.ndarray) -> bytes:
    """Return the SHA-256 sum of arrays, one after the other."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.data)
    return digest.digest()


def _write(path: Path, pixels: Pixels) -> None:
    """Write a file whole or not at all. It is streamed: whole files in memory, as others are written, would hold the images twice."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with Part(path) as file:
            file.write(_digest(pixels.train[0], pixels.test[0]))
            file.write(pixels.train[0].data)
            file.write(pixels.test[0].data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"decoded images must be kept in {path.parent}, but: {reason}; free space or choose another folder") from error
