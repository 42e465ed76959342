"""Which images an experiment takes: those of one data set, as its authors publish them or in folders with as many classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from empirical.data.folders import class_names
from empirical.data.source import Kind, kind


@dataclass(frozen=True)
class Wanted:
    """A data set, and how many classes a folder of images may have to stand for it."""

    kind: Kind
    fewest: int
    most: int

    def missing(self, data: Path | None) -> str:
        """Return why images will not do, "" where they will; raise DataError for a path that holds nothing known."""
        if data is None:
            return f"no images: give a folder of {self.kind} with --data"
        found = kind(data)
        if found == self.kind:
            return ""
        if found != "folders":
            return f"it takes {self.kind}, and --data holds {found}"
        count = len(class_names(data / "train"))
        if self.fewest <= count <= self.most:
            return ""
        classes = f"{self.fewest}" if self.fewest == self.most else f"{self.fewest} to {self.most}"
        return f"it takes {self.kind} or images in folders of {classes} classes, and --data holds {count}"


CIFAR10 = Wanted("cifar-10", 10, 10)
TINY_IMAGENET = Wanted("tiny-imagenet", 200, 200)
FLOWERS102 = Wanted("flowers102", 50, 102)
"""Flowers102 also in part, as it is at hand in public repositories; what rests on a part is told by the fingerprint."""
