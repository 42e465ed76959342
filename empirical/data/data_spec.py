"""The images of an experiment: one data set, as its authors publish it or in folders with the same number of classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from empirical.data.folders import class_names
from empirical.data.images import Pixels
from empirical.data.source import SIZES, Kind, kind


@dataclass(frozen=True)
class DataSpec:
    """A data set as its authors publish it: numbers of images and classes.

    `fewest` is how few classes images in folders may have to stand for it.
    """

    kind: Kind
    train: int
    test: int
    classes: int
    fewest: int

    @property
    def side(self) -> int:
        """Pixels a side where an experiment asks for no other size."""
        return SIZES[self.kind]

    def missing(self, data: Path | None) -> str:
        """Return why images will not do, "" where they will; raise DataError for a path that holds nothing known."""
        if data is None:
            return f"no images: give a folder of {self.kind} with --data"
        layout_kind = kind(data)
        if layout_kind == self.kind:
            return ""
        if layout_kind != "folders":
            return f"it takes {self.kind}, and --data holds {layout_kind}"
        count = len(class_names(data / "train"))
        if self.fewest <= count <= self.classes:
            return ""
        classes = f"{self.fewest}" if self.fewest == self.classes else f"{self.fewest} to {self.classes}"
        return f"it takes {self.kind} or images in folders of {classes} classes, and --data holds {count}"

    def whole(self, pixels: Pixels) -> bool:
        """Whether these are as many images and classes as are published; folders may hold fewer."""
        return (len(pixels.train[1]), len(pixels.test[1]), pixels.classes) == (self.train, self.test, self.classes)


CIFAR10 = DataSpec("cifar-10", 50_000, 10_000, 10, fewest=10)
TINY_IMAGENET = DataSpec("tiny-imagenet", 100_000, 10_000, 200, fewest=200)
FLOWERS102 = DataSpec("flowers102", 2_040, 6_149, 102, fewest=50)
"""Flowers102 also in part, as it is at hand in public repositories; its official split for training and validation is trained on."""
