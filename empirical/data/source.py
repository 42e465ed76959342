"""Whatever images a folder holds, found by its layout: CIFAR-10's binary batches, or one sub-folder a class."""

from __future__ import annotations

from pathlib import Path

from empirical.data.cifar10 import ARCHIVE, BATCHES, FOLDER, PICKLED, cifar10
from empirical.data.folders import class_names, folder
from empirical.data.images import DataError, Pixels


def is_cifar10(data: Path) -> bool:
    """Say whether a path is, or holds, something of CIFAR-10 as its authors publish it, whole or not."""
    return data.name == ARCHIVE or any((data / name).exists() for name in (ARCHIVE, FOLDER, *BATCHES, *PICKLED))


def layout(data: Path) -> str:
    """Return what a path holds, in words, without reading an image; raise DataError where it is neither."""
    if is_cifar10(data):
        return "CIFAR-10, binary batches"
    if (data / "train").is_dir():
        return f"images in folders, {len(class_names(data / 'train'))} classes"
    raise DataError(
        f"--data must hold {ARCHIVE}, {FOLDER}, its .bin files, or images as train/CLASS/* and test/CLASS/*, got {data}; "
        "give the folder above `train`"
    )


def load(data: Path, size: int = 32) -> Pixels:
    """Return all images of a path with their labels, square ones of `size` pixels where they come in folders."""
    layout(data)
    return cifar10(data) if is_cifar10(data) else folder(data, size)
