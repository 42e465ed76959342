"""Appendix A.2 has the rate tuned for SGD: is it the best on held-out points, and what does momentum, never mentioned, change?"""

from __future__ import annotations

from empirical.images.arms import BASES, VARIED
from empirical.images.tuned_setting import tuned_setting
from empirical.report.experiment import Profile

FACTORS = (1.0, 0.1, 0.3, 3.0, 10.0)
MOMENTA = (0.0, 0.9)


def settings(profile: Profile) -> dict[str, dict[str, float]]:
    """Return rates around the profile's, which comes first, without and with momentum."""
    rate = BASES[profile][VARIED[profile]].rate
    each = [(factor * rate, momentum) for momentum in MOMENTA for factor in FACTORS]
    return {f"rate {rate:g} and momentum {momentum:g}": {"rate": rate, "momentum": momentum} for rate, momentum in each}


EXPERIMENT = tuned_setting(
    id="chosen-rate",
    method="SGD",
    settings=settings,
    question="On held-out points with wrong labels, is the paper's rate, without momentum, the best for SGD in ResNet18?",
    expected="0.01, tuned for SGD; nothing is said of momentum",
    rivals=(
        "the rates from a tenth to ten times the profile's (0.01 under `paper`), without momentum or with 0.9, beside that rate without "
        "momentum,"
    ),
)
