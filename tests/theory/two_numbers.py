"""The two-number system of the toy model, followed in floating point: trajectories and accuracies for several radii.

    a' = sigma(C - m_c) / n,   b' = sigma(C - m_n) / n,   C = rho sqrt(B^2 + N),
    m_c = B^2 (n_c a - n_n b) + N a,   m_n = -B^2 (n_c a - n_n b) + N b,
    accuracy = Phi(B^2 (n_c a - n_n b) / (s sqrt(tau^2 + N (n_c a^2 + n_n b^2)))).

Gradient steps of size eta follow it exactly (`reduction`). Pure NumPy: nothing is trained, nothing is drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr


@dataclass(frozen=True)
class Toy:
    """A toy data set with orthogonal noise, and how it is trained; the defaults are the paper's sizes.

    signal        B, the clean coordinate
    noise_square  N, the squared norm of one noise vector
    noise_sd      s, the standard deviation of one noise coordinate of test points
    clean, noisy  numbers of points, n_c and n_n
    start         tau, the norm of the initial weights
    step          eta, the size of a full-batch gradient step
    """

    signal: float = 2.0
    noise_square: float = 999.0
    noise_sd: float = 1.0
    clean: int = 300
    noisy: int = 200
    start: float = 1.0
    step: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what the system is not defined for."""
        if min(self.noise_square, self.noise_sd, self.step) <= 0 or min(self.clean, self.noisy) < 1 or self.start < 0:
            raise ValueError(f"norms, counts and the step must be positive and start not negative, got {self}")


@dataclass(frozen=True)
class Paths:
    """Trajectories for several radii: each array (radii, steps + 1), the first column before the first step.

    a, b      progress of clean and of mislabelled points
    accuracy  test accuracy in [0, 1]; 1/2 where the weights carry no signal
    """

    radii: np.ndarray
    a: np.ndarray
    b: np.ndarray
    accuracy: np.ndarray

    @property
    def peaks(self) -> np.ndarray:
        """The best accuracy along each trajectory, (radii,)."""
        return np.max(self.accuracy, axis=1)


def accuracy_at(toy: Toy, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the test accuracy after progress a and b, of their broadcast shape; 1/2 at a = b = 0."""
    signal = toy.signal**2 * (toy.clean * a - toy.noisy * b)
    norm_square = toy.start**2 + toy.noise_square * (toy.clean * a**2 + toy.noisy * b**2)
    return ndtr(np.divide(signal, toy.noise_sd * np.sqrt(norm_square), out=np.zeros(np.broadcast(a, b).shape), where=norm_square > 0))


def ceiling(toy: Toy) -> float:
    """Return the accuracy that no radius exceeds: Phi(B^2 (n_c - n_n) / (s sqrt(n N)))."""
    count = toy.clean + toy.noisy
    return float(ndtr(toy.signal**2 * (toy.clean - toy.noisy) / (toy.noise_sd * np.sqrt(count * toy.noise_square))))


def follow(toy: Toy, radii: np.ndarray, steps: int) -> Paths:
    """Train by `steps` full-batch steps of 1-SAM for each radius (rho >= 0; 0 is gradient descent)."""
    radii = np.asarray(radii, dtype=float)
    if radii.ndim != 1 or np.any(radii < 0):
        raise ValueError(f"radii must be a list of numbers that are not negative, got {radii}")
    shift = radii * np.sqrt(toy.signal**2 + toy.noise_square)
    rate = toy.step / (toy.clean + toy.noisy)
    a, b = np.zeros((len(radii), steps + 1)), np.zeros((len(radii), steps + 1))
    for k in range(steps):
        pull = toy.signal**2 * (toy.clean * a[:, k] - toy.noisy * b[:, k])
        a[:, k + 1] = a[:, k] + rate * expit(shift - pull - toy.noise_square * a[:, k])
        b[:, k + 1] = b[:, k] + rate * expit(shift + pull - toy.noise_square * b[:, k])
    return Paths(radii, a, b, accuracy_at(toy, a, b))
