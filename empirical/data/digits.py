"""The handwritten digits that ship with scikit-learn: 1797 real images of 8x8 pixels in ten classes."""

from __future__ import annotations

import numpy as np

from empirical.data.images import Images, Split
from empirical.data.noise import corrupt


def digits(seed: int, share: float = 0.3, train: int = 1280, held_out: int = 160) -> Images:
    """Return the 1797 digits as uint8 (n, 8, 8, 1), scaled to [0, 1], split by `seed`; the remaining images are the test split.

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
    first, second, third = np.split(order.permutation(count), [train, train + held_out])

    def noisy(rows: np.ndarray, rng: np.random.Generator) -> Split:
        return Split(inputs[rows], corrupt(labels[rows], 10, share, rng).astype(np.int32), labels[rows])

    test = Split(inputs[third], labels[third], labels[third])
    sixteen = np.full((1, 1, 1), 16, np.float32)  # the largest grey value
    return Images("digits", 10, noisy(first, train_noise), noisy(second, held_noise), test, 0 * sixteen, sixteen)
