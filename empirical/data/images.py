"""Images with noisy labels, as arrays in memory, and how images and labels that were read from anywhere become them.

The given labels are what a method trains on. The clean ones are kept for measurement only. The held-out slice is noisy like the
training data, so that a choice made on it is one that a practitioner could make; the test labels are clean.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from empirical.data.noise import corrupt
from reports.refusal import Refusal

Labelled = tuple[np.ndarray, np.ndarray]  # images uint8 (n, H, W, 3), labels int32 (n,)


class DataError(Refusal):
    """Data that cannot be read as it must be; the message says what must hold, what came and what to do."""


@dataclass(frozen=True)
class Split:
    """n images (n, ...) of any number type, their given labels (n,) and their clean labels (n,)."""

    inputs: np.ndarray
    given: np.ndarray
    clean: np.ndarray

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.inputs)


@dataclass(frozen=True)
class Images:
    """What every image loader returns. A network sees (inputs - centre) / spread, which is done on the device.

    `centre` and `spread` have as many axes as one image, each of length 1 or the image's. `held_out` may be empty.
    Raises ValueError for a split whose arrays disagree, for labels outside 0..classes-1, and for a spread that is not positive.
    """

    name: str
    classes: int
    train: Split
    held_out: Split
    test: Split
    centre: np.ndarray
    spread: np.ndarray

    def __post_init__(self) -> None:
        shape = self.train.inputs.shape[1:]
        for part in ("train", "held_out", "test"):
            split: Split = getattr(self, part)
            if split.inputs.shape[1:] != shape or not split.given.shape == split.clean.shape == (len(split),):
                shapes = f"{split.inputs.shape}, {split.given.shape} and {split.clean.shape}"
                raise ValueError(f"inputs (n, ...) and two arrays of labels (n,) make a split, got {shapes} in {part} of {self.name}")
            for labels in (split.given, split.clean):
                if labels.size and not 0 <= labels.min() <= labels.max() < self.classes:
                    label_range = f"{labels.min()}..{labels.max()}"
                    raise ValueError(
                        f"labels must lie in 0..{self.classes - 1}, got {label_range} in {part} of {self.name}; raise `classes`"
                    )
        for part in ("train", "test"):
            if not len(getattr(self, part)):
                raise ValueError(f"the {part} split of {self.name} must hold at least one image, got none")
        if not self.centre.ndim == self.spread.ndim == len(shape) or not np.all(self.spread > 0):
            raise ValueError(f"centre and spread need the {len(shape)} axes of an image and a spread above 0, got {self.spread.tolist()}")

    @cached_property
    def fingerprint(self) -> str:
        """The name and a hash (SHA-256, 16 hexadecimal digits) of every array, labels included."""
        digest = hashlib.sha256(f"{self.name} {self.classes}".encode())
        splits = (self.train, self.held_out, self.test)
        for array in (*(a for s in splits for a in (s.inputs, s.given, s.clean)), self.centre, self.spread):
            digest.update(f"{array.dtype.str} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return f"{self.name} {digest.hexdigest()[:16]}"


class Pixels(NamedTuple):
    """Images as they were read, with their true labels. `scale` is (centre, spread) of the pixels, each (1, 1, 3), where it is given."""

    name: str
    classes: int
    train: Labelled
    test: Labelled
    scale: tuple[np.ndarray, np.ndarray] | None = None


def noisy(pixels: Pixels, seed: int, share: float, held_out: int, most: int | None = None) -> Images:
    """Return images with an exact share of wrong labels in the training data and in the slice of `held_out` images taken from it.

    `most` keeps only so many of the remaining training images, chosen by `seed`; all of them where None. Where no scale is given it is the
    mean and the standard deviation of each channel over the training images that are kept.
    Raises DataError for sizes that leave no training image, for fewer than two classes, and for a channel that is one grey throughout.
    """
    name, classes, (inputs, labels), test, scale = pixels
    if classes < 2:
        raise DataError(f"{name} must hold at least two classes, or no label can be wrong, got {classes}; add a sub-folder for each class")
    if not 0 <= held_out < len(labels) or (most is not None and most < 1):
        raise DataError(f"held-out images must leave some of the {len(labels)} of {name} to train on, got {held_out} and at most {most}")
    order, train_noise, held_noise = (np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(3))
    held, remaining = np.split(order.permutation(len(labels)), [held_out])

    def split(rows: np.ndarray, rng: np.random.Generator) -> Split:
        return Split(inputs[rows], corrupt(labels[rows], classes, share, rng).astype(np.int32), labels[rows])

    train = split(remaining[:most], train_noise)
    centre, spread = moments(train.inputs) if scale is None else scale
    if not np.all(spread > 0):
        raise DataError(f"every channel of {name} must vary over the training images, got deviations {spread.ravel().tolist()}")
    return Images(name, classes, train, split(held, held_noise), Split(test[0], test[1], test[1]), centre, spread)


def moments(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each channel of uint8 images (n, H, W, C), both (1, 1, C) in float32.

    From the histogram of each channel, so that no copy of the images in floating point is made.
    """
    greys = np.arange(256)
    counts = np.stack([np.bincount(pixels[..., channel].ravel(), minlength=256) for channel in range(pixels.shape[-1])])  # (C, 256)
    mean = counts @ greys / counts.sum(1)
    variance = (counts * (greys - mean[:, None]) ** 2).sum(1) / counts.sum(1)
    return mean.astype(np.float32)[None, None], np.sqrt(variance).astype(np.float32)[None, None]
