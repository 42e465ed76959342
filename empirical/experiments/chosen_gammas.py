"""Eq. 4.5 leaves both strengths of its penalty open: do others serve it better than those that Table 1 tries here?"""

from __future__ import annotations

from itertools import product

from empirical.images.arms import PENALTY
from empirical.images.tuned_setting import tuned_setting
from empirical.report.experiment import Profile

FIRST = (0.1, 0.01)
"""Of the pairs that `images/arms.py` tries."""
GRID = tuple(product((0.03, 0.1, 0.3), (0.003, 0.01, 0.03)))


def settings(_: Profile) -> dict[str, dict[str, tuple[tuple[float, float], ...]]]:
    """Return pairs of strengths of activations and weights; the one asked about comes first."""
    pairs = dict.fromkeys((FIRST, *GRID))
    return {f"gammas {z:g} and {v:g}": {"gammas": ((z, v),)} for z, v in pairs}


EXPERIMENT = tuned_setting(
    id="chosen-gammas",
    method=PENALTY,
    settings=settings,
    question="On held-out points with wrong labels, are the strengths of the penalty that we take the best in ResNet18?",
    expected="the paper gives none",
    rivals="the other pairs with 0.03, 0.1 or 0.3 for activations and 0.003, 0.01 or 0.03 for weights, beside 0.1 and 0.01,",
)
