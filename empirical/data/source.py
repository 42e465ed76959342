"""Whatever images a path holds, found by its layout: CIFAR-10's binary batches, Tiny-ImageNet or Flowers102 as their authors publish them,
or one sub-folder a class.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from empirical.data import cifar10, flowers, folders, tiny_imagenet
from empirical.data.files import Listed, decoded
from empirical.data.images import DataError, Pixels
from empirical.data.packed import packed

JPEG = {".jpg", ".jpeg"}
Kind = Literal["cifar-10", "tiny-imagenet", "flowers102", "folders"]
SIZES: dict[Kind, int] = {"cifar-10": cifar10.SIZE, "tiny-imagenet": tiny_imagenet.SIZE, "flowers102": flowers.SIZE, "folders": 32}
"""Pixels a side where none are asked for."""


def kind(data: Path) -> Kind:
    """Return what a path holds, from names alone and whether it is whole or not; raise DataError where it is nothing known."""
    if cifar10.is_here(data):
        return "cifar-10"
    if tiny_imagenet.is_here(data):
        return "tiny-imagenet"
    if flowers.is_here(data):
        return "flowers102"
    if (data / "train").is_dir():
        return "folders"
    raise DataError(
        f"--data must hold {cifar10.ARCHIVE}, {cifar10.FOLDER}, its .bin files, {tiny_imagenet.FOLDER}, {flowers.FOLDER}, or images as "
        f"train/CLASS/* and test/CLASS/*, got {data}; give the folder above `train`"
    )


def layout(data: Path) -> str:
    """Return what a path holds, in words, without reading an image; raise DataError where it is nothing known."""
    words: dict[Kind, str] = {
        "cifar-10": "CIFAR-10, binary batches",
        "tiny-imagenet": "Tiny-ImageNet, original layout",
        "flowers102": "Flowers102, official split",
    }
    layout_kind = kind(data)
    return words[layout_kind] if layout_kind in words else f"images in folders, {len(folders.class_names(data / 'train'))} classes"


def load(data: Path, size: int | None = None, cache: Path | None = None) -> Pixels:
    """Return all images of a path with their labels: square ones of `size` pixels a side, or as many as SIZES says.

    `cache` is a folder where decoded images are kept for the next time (`packed.py`), which CIFAR-10's batches do not need. Raises
    DataError for CIFAR-10's batches at a size other than theirs (resized they would be other data under the same name), and for everything
    that the loaders refuse.
    """
    layout_kind = kind(data)
    side = SIZES[layout_kind] if size is None else size
    if layout_kind == "cifar-10":
        if side != cifar10.SIZE:
            raise DataError(f"images of CIFAR-10's batches have {cifar10.SIZE} pixels a side, got size {side}; leave it out")
        return cifar10.cifar10(data)
    listed = _listed(layout_kind, data)
    return decoded(listed, side) if cache is None else packed(listed, side, cache)


def _listed(layout_kind: Kind, data: Path) -> Listed:
    """Return the files of a data set that comes as files."""
    if layout_kind == "tiny-imagenet":
        return tiny_imagenet.listed(data)
    return flowers.listed(data) if layout_kind == "flowers102" else folders.listed(data)


def told_data(data: Path) -> str:
    """Return in words which data a path holds; it says so where pixels went through JPEG, since they differ from the published pixels."""
    described = layout(data)
    names = (path.suffix.lower() for path in (data / "train").rglob("*") if path.is_file()) if described.startswith("images in") else ()
    return f"{described}, as JPEG" if next(iter(names), "") in JPEG else described
