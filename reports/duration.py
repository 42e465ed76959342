"""Durations in words, in the unit that a person takes."""

from __future__ import annotations

YEAR_S = 365.25 * 86400


def duration(seconds: float) -> str:
    """Return a duration of so many seconds with two or three digits, from seconds to years: 40 s, 12 min, 3.5 h, 12 d, 4 months."""
    if seconds < 5400:
        return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    if seconds < 90 * 86400:
        return f"{seconds / 3600:.1f} h" if seconds < 96 * 3600 else f"{seconds / 86400:.0f} d"
    if seconds < 2 * YEAR_S:
        return f"{12 * seconds / YEAR_S:.0f} months"
    return f"{seconds / YEAR_S:.{0 if seconds >= 10 * YEAR_S else 1}f} years"
