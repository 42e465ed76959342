"""Label noise: an exact share of labels made wrong, uniformly over the wrong classes (Appendix A.1), or flips by chance (Eq. 3.1)."""

from __future__ import annotations

from typing import Literal

import numpy as np

Flips = Literal["exact", "chance"]


def corrupt(labels: np.ndarray, classes: int, share: float, rng: np.random.Generator, flips: Flips = "exact") -> np.ndarray:
    """Return labels (n,) of which a share is wrong, each wrong one uniform over the other classes.

    "exact" corrupts round(n share) of them, "chance" each one with probability `share`. Raises ValueError for a share outside
    [0, 1), fewer than two classes, or labels outside 0..classes-1.
    """
    if not 0 <= share < 1:
        raise ValueError(f"the share of wrong labels must lie in [0, 1), got {share}; 0 corrupts none")
    if classes < 2:
        raise ValueError(f"a wrong label needs at least two classes, got {classes}")
    labels = np.asarray(labels)
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(f"labels must lie in 0..{classes - 1}, got {labels.min()}..{labels.max()}; raise the number of classes")
    n = len(labels)
    if flips == "exact":
        wrong = np.zeros(n, dtype=bool)
        wrong[rng.permutation(n)[: round(n * share)]] = True
    else:
        wrong = rng.random(n) < share
    # a shift by 1..classes-1 is uniform over the other classes
    return np.where(wrong, (labels + rng.integers(1, classes, n)) % classes, labels)
