"""The peak over steps, attacked where it could fall first: at the best step so far, does the accuracy rise with the radius?

A peak is the largest of smooth functions of C = rho sqrt(B^2 + N). It never falls in C if each of them rises wherever it is the largest.
Units in which N = n_n = 1 lose nothing: `share` of the largest step allowed, B^2 n_n / N, n_c / n_n, n_n tau^2 / N^2 and C say all.
"""

import numpy as np
import pytest
from scipy.special import expit

POINTS, STEPS = 20_000, 30


def draws(seed):
    """Return B^2, n_c / n_n, tau^2 and C of random runs over many magnitudes, each (POINTS,)."""
    rng = np.random.default_rng(seed)
    square, start = 10 ** rng.uniform(-3, 3, POINTS), 10 ** rng.uniform(-8, 6, POINTS)
    ratio = 1 + 10 ** rng.uniform(-2, 3, POINTS)
    return square, ratio, start, np.where(rng.random(POINTS) < 0.2, 0.0, 10 ** rng.uniform(-2, 1.7, POINTS))


def trained(square, ratio, start, shift, size):
    """Return the score, of which the accuracy is an increasing function, its slope in C and the size of the slope's two parts.

    Each has the shape (STEPS, points), for the steps 1, 2, ...
    """
    a, b, slope_a, slope_b = np.zeros((4, *np.shape(shift)))
    after = []
    for _ in range(STEPS):
        pull, slope_pull = square * (ratio * a - b), square * (ratio * slope_a - slope_b)
        clean, noisy = shift - pull - a, shift + pull - b
        slope_a = slope_a + size * expit(clean) * expit(-clean) * (1 - slope_pull - slope_a)
        slope_b = slope_b + size * expit(noisy) * expit(-noisy) * (1 + slope_pull - slope_b)
        a, b = a + size * expit(clean), b + size * expit(noisy)
        length = np.sqrt(ratio * a**2 + b**2 + start)
        of_a = ratio * (b**2 + a * b + start) * slope_a / length**3
        of_b = (ratio * a**2 + ratio * a * b + start) * slope_b / length**3
        after.append(((ratio * a - b) / length, of_a - of_b, np.abs(of_a) + np.abs(of_b)))
    return tuple(np.array(values) for values in zip(*after, strict=True))


def slopes_at_best_steps(share, seed):
    """Return the slopes in C, relative to their parts, after the second and later steps that are the best so far; infinite elsewhere.

    After the first step a = b, and the slope is a positive multiple of tau^2, which may be far below rounding.
    """
    square, ratio, start, shift = draws(seed)
    score, slope, parts = trained(square, ratio, start, shift, share * 4 / (1 + 2 * square))
    return np.where(score >= np.maximum.accumulate(score), slope / parts, np.inf)[1:]


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_with_steps_of_the_sizes_allowed_the_accuracy_rises_at_every_best_step(share):
    slopes = slopes_at_best_steps(share, seed=1)
    assert np.min(slopes) > 0
    assert np.count_nonzero(np.isfinite(slopes)) > POINTS  # many later steps are the best so far


def test_with_longer_steps_it_falls_at_some():
    assert np.min(slopes_at_best_steps(2.0, seed=1)) < -0.5


def test_the_slope_is_the_limit_of_differences():
    step, shift = 1e-6, np.array([0.0, 0.9, 3.0])
    below, above = (trained(0.7, 2.0, 0.4, shift + by, 0.5)[0] for by in (-step, step))
    _, slope, parts = trained(0.7, 2.0, 0.4, shift, 0.5)
    assert np.max(np.abs((above - below) / (2 * step) - slope) / parts) < 1e-8
