"""From images and labels, wherever they were read, to the data of a run: noisy labels, a held-out slice, the scale of each channel."""

from __future__ import annotations

import numpy as np

from empirical.data.digits import Images, Split
from empirical.noise import corrupt

Labelled = tuple[np.ndarray, np.ndarray]  # images uint8 (n, H, W, 3), labels int32 (n,)


class DataError(ValueError):
    """Data that cannot be read as it must be; the message says what must hold, what came and what to do."""


def noisy(
    name: str,
    classes: int,
    train: Labelled,
    test: Labelled,
    seed: int,
    share: float,
    held_out: int,
    most: int | None = None,
    scale: tuple[np.ndarray, np.ndarray] | None = None,
) -> Images:
    """Return images with an exact share of wrong labels in the training data and in the slice of `held_out` images taken from it.

    `most` keeps only so many of the remaining training images, chosen by `seed`; all of them where None. `scale` is (centre, spread) of
    the pixels, each (1, 1, 3); where None, the mean and the standard deviation of each channel over the training images that are kept.
    Raises DataError for sizes that leave no training image, for fewer than two classes, and for a channel that is one grey throughout.
    """
    inputs, labels = train
    if classes < 2:
        raise DataError(f"{name} must hold at least two classes, or no label can be wrong, got {classes}; add a sub-folder for each class")
    if not 0 <= held_out < len(labels) or (most is not None and most < 1):
        raise DataError(f"held-out images must leave some of the {len(labels)} of {name} to train on, got {held_out} and at most {most}")
    order, train_noise, held_noise = (np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(3))
    held, rest = np.split(order.permutation(len(labels)), [held_out])

    def split(rows: np.ndarray, rng: np.random.Generator) -> Split:
        return Split(inputs[rows], corrupt(labels[rows], classes, share, rng).astype(np.int32), labels[rows])

    kept = split(rest[:most], train_noise)
    centre, spread = moments(kept.inputs) if scale is None else scale
    if not np.all(spread > 0):
        raise DataError(f"every channel of {name} must vary over the training images, got deviations {spread.ravel().tolist()}")
    return Images(name, classes, kept, split(held, held_noise), Split(test[0], test[1], test[1]), centre, spread)


def moments(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each channel of uint8 images (n, H, W, C), both (1, 1, C) in float32.

    From the histogram of each channel, so that no copy of the images in floating point is made.
    """
    greys = np.arange(256)
    counts = np.stack([np.bincount(pixels[..., channel].ravel(), minlength=256) for channel in range(pixels.shape[-1])])  # (C, 256)
    mean = counts @ greys / counts.sum(1)
    variance = (counts * (greys - mean[:, None]) ** 2).sum(1) / counts.sum(1)
    return mean.astype(np.float32)[None, None], np.sqrt(variance).astype(np.float32)[None, None]
