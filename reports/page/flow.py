"""The two numbers of `early-stopping`, followed in plain Python for the picture of its flow (a test compares them with NumPy's).

a' = sigma(C - m_c) / n,   b' = sigma(C - m_n) / n,   C = rho sqrt(B^2 + N),
m_c = B^2 (n_c a - n_n b) + N a,   m_n = -B^2 (n_c a - n_n b) + N b,
accuracy = Phi(B^2 (n_c a - n_n b) / sqrt(tau^2 + N (n_c a^2 + n_n b^2))).
"""

from __future__ import annotations

import math

SIGNAL, NOISE, CLEAN, NOISY, START, STEP = 2.0, 999.0, 300, 200, 1.0, 0.01
"""B, N, n_c, n_n, tau and the size of a gradient step: the paper's toy data, with weights of norm one and noise of unit variance."""


def follow(rho: float, steps: int) -> list[tuple[float, float]]:
    """Return (a, b) before the first and after each full-batch step of 1-SAM; rho = 0 is gradient descent."""
    shift, rate, square = rho * math.hypot(SIGNAL, math.sqrt(NOISE)), STEP / (CLEAN + NOISY), SIGNAL**2
    a = b = 0.0
    path = [(a, b)]
    for _ in range(steps):
        pull = square * (CLEAN * a - NOISY * b)
        a, b = a + rate / (1 + math.exp(pull + NOISE * a - shift)), b + rate / (1 + math.exp(NOISE * b - pull - shift))
        path.append((a, b))
    return path


def accuracy(a: float, b: float) -> float:
    """Return the test accuracy after progress a of clean and b of mislabelled points."""
    signal = SIGNAL**2 * (CLEAN * a - NOISY * b)
    weight_norm = math.sqrt(START**2 + NOISE * (CLEAN * a * a + NOISY * b * b))
    return 0.5 * (1 + math.erf(signal / weight_norm / math.sqrt(2)))


def level(value: float, a: float, most: float) -> float | None:
    """Return the b in [a, most] at which the accuracy after progress a is `value`; None where there is none. It falls in b (proved)."""
    low, high = a, most
    if accuracy(a, low) < value or accuracy(a, high) > value:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if accuracy(a, middle) > value else (low, middle)
    return low
