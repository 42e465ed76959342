"""Images with noisy labels, as arrays in memory; and the handwritten digits that ship with scikit-learn (8x8, ten classes).

The given labels are what a method trains on. The clean ones are kept for measurement only. The held-out slice is noisy like the
training data, so that a choice made on it is one that a practitioner could make; the test labels are clean.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from empirical.noise import corrupt


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
                    found = f"{labels.min()}..{labels.max()}"
                    raise ValueError(f"labels must lie in 0..{self.classes - 1}, got {found} in {part} of {self.name}; raise `classes`")
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


def digits(seed: int, share: float = 0.3, train: int = 1280, held_out: int = 160) -> Images:
    """Return the 1797 digits as uint8 (n, 8, 8, 1), scaled to [0, 1], split by `seed`; what is left over is the test split.

    Exactly round(n share) labels are wrong in the training data and in the held-out slice, uniformly over the wrong classes.
    Raises ValueError where the sizes leave no test image, and for a share outside [0, 1).
    """
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    count = len(labels)
    if train < 1 or held_out < 0 or train + held_out >= count:
        raise ValueError(f"training and held-out images must leave some of the {count} digits for the test, got {train} and {held_out}")
    inputs, labels = pixels.reshape(count, 8, 8, 1).astype(np.uint8), labels.astype(np.int32)
    order, train_noise, held_noise = (np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(3))
    first, second, rest = np.split(order.permutation(count), [train, train + held_out])

    def noisy(rows: np.ndarray, rng: np.random.Generator) -> Split:
        return Split(inputs[rows], corrupt(labels[rows], 10, share, rng).astype(np.int32), labels[rows])

    test = Split(inputs[rest], labels[rest], labels[rest])
    sixteen = np.full((1, 1, 1), 16, np.float32)  # the largest grey value
    return Images("digits", 10, noisy(first, train_noise), noisy(second, held_noise), test, 0 * sixteen, sixteen)
