"""Toy data that keep all assumptions exactly, in rational numbers: points for the attack with balls, near and far out.

Random matrices are never orthogonal to one another. Rows of a reflection are, and with rational entries they are so exactly.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from theory.early_stopping.meant import Z_c, Z_n, e_1
from theory.early_stopping.toy import B, N, a, b, eta, n_c, n_n, rho, s, tau, w0, y_c, y_n
from theory.kernel.terms import plain
from theory.symbols import real

COUNTS = ((2, 1), (3, 1), (3, 2), (2, 1), (1, 1), (1, 2))  # of clean and of mislabelled points; the last two break a majority
a_1, p_2, rho_2 = real("a_1 p_2 rho_2")


def exact_data(rng: random.Random) -> dict[Any, Any]:
    """Return counts, data and numbers of one point as balls, by their symbols; `sizes` holds the counts as whole numbers."""
    clean, noisy = rng.choice(COUNTS)
    rows = _reflection(rng, clean + noisy + 1)
    length, start = _number(rng), rng.choice((Fraction(0), _number(rng), _number(rng), _number(rng)))
    noise = [[Fraction(0), *(length * entry for entry in row)] for row in rows]
    progress, radius = _number(rng), rng.choice((Fraction(0), _number(rng)))
    numbers = {
        B: _number(rng),
        N: length**2,
        s: _number(rng),
        tau: start,
        eta: _number(rng),
        a: progress,
        b: progress * rng.choice((Fraction(1), _number(rng))),
        a_1: progress * Fraction(rng.randint(1, 4), 4),
        p_2: _number(rng),
        rho: radius,
        rho_2: radius + _number(rng),
    }
    matrices = {
        w0: [[entry] for entry in (Fraction(0), *(start * entry for entry in rows[-1]))],
        Z_c: noise[:clean],
        Z_n: noise[clean : clean + noisy],
        y_c: [[Fraction(rng.choice((-1, 1)))] for _ in range(clean)],
        y_n: [[Fraction(rng.choice((-1, 1)))] for _ in range(noisy)],
        e_1: [[Fraction(int(k == 0))] for k in range(clean + noisy + 2)],
    }
    at: dict[Any, Any] = {"sizes": {plain(n_c): sp.Integer(clean), plain(n_n): sp.Integer(noisy)}}
    at |= {plain(n_c): flint.arb(clean), plain(n_n): flint.arb(noisy)}
    at |= {plain(symbol): _ball(value) for symbol, value in numbers.items()}
    return at | {plain(symbol): flint.arb_mat([[_ball(v) for v in row] for row in value]) for symbol, value in matrices.items()}


def _reflection(rng: random.Random, rows: int) -> list[list[Fraction]]:
    """Return the rows of I - 2 h h^T / |h|^2 for a vector h of whole numbers that is not zero."""
    h = [rng.randint(-3, 3) for _ in range(rows - 1)] + [rng.choice((-2, -1, 1, 2))]
    square = sum(v * v for v in h)
    return [[Fraction(int(i == j)) - Fraction(2 * h[i] * h[j], square) for j in range(rows)] for i in range(rows)]


def _number(rng: random.Random) -> Fraction:
    """Return a positive number: a small one in half of the draws, and else up to 10^30 or down to 10^-30."""
    power = rng.choice((0, 0, 0, rng.randint(-2, 2), rng.randint(-30, 30)))
    return Fraction(rng.randint(1, 9), rng.choice((1, 2, 3))) * Fraction(10) ** power


def _ball(value: Fraction) -> Any:
    return flint.arb(flint.fmpq(value.numerator, value.denominator))
