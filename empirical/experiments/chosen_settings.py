"""Are the settings that the paper chose, or leaves open, the best on held-out points?

Appendix A.2 says that the rate was tuned for SGD and the radius for 1-SAM at SGD's rate; it never mentions momentum. Eq. 4.5 leaves
both strengths of its penalty open: do other strengths serve it better than those that Table 1 tries here?

Run.     `python -m empirical run chosen-rate chosen-rho chosen-gammas --profile pocket --data DIR`
Time.    `chosen-rate`: 6 minutes of training on two CPU cores (`pocket`)
         `chosen-rho`: 4 minutes of training on two CPU cores (`pocket`)
         `chosen-gammas`: 5 minutes of training on two CPU cores (`pocket`)
Paper.   Rate 0.01, tuned for SGD; radius 0.01, tuned at SGD's rate; no momentum is mentioned and no strengths are given.
"""

from __future__ import annotations

from itertools import product

from empirical.images.arms import BASES, PENALTY, VARIED
from empirical.images.tuned_setting import tuned_setting
from empirical.report.profile import Profile

FACTORS = (1.0, 0.1, 0.3, 3.0, 10.0)
MOMENTA = (0.0, 0.9)


def rates(profile: Profile) -> dict[str, dict[str, float]]:
    """Return rates around the profile's, which comes first, without and with momentum."""
    rate = BASES[profile][VARIED[profile]].rate
    pairs = [(factor * rate, momentum) for momentum in MOMENTA for factor in FACTORS]
    return {f"rate {rate:g} and momentum {momentum:g}": {"rate": rate, "momentum": momentum} for rate, momentum in pairs}


RHOS = (0.01, 0.002, 0.005, 0.02, 0.05)


def radii(_: Profile) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return radii around the paper's, which comes first."""
    return {f"ρ = {rho:g}": {"rhos": (rho,)} for rho in RHOS}


FIRST = (0.1, 0.01)
"""Of the pairs that `images/arms.py` tries."""
GRID = tuple(product((0.03, 0.1, 0.3), (0.003, 0.01, 0.03)))


def gammas(_: Profile) -> dict[str, dict[str, tuple[tuple[float, float], ...]]]:
    """Return pairs of strengths of activations and weights; the one asked about comes first."""
    pairs = dict.fromkeys((FIRST, *GRID))
    return {f"gammas {z:g} and {v:g}": {"gammas": ((z, v),)} for z, v in pairs}


RATE = tuned_setting(
    id="chosen-rate",
    method="SGD",
    settings=rates,
    question="On held-out points with wrong labels, is the paper's rate, without momentum, the best for SGD in ResNet18?",
    expected="0.01, tuned for SGD; nothing is said of momentum",
    rivals="the rates from a tenth to ten times the profile's (0.01 under `paper`), without momentum or with 0.9",
    own="the profile's rate without momentum",
)
RADIUS = tuned_setting(
    id="chosen-rho",
    method="1-SAM",
    settings=radii,
    question="On held-out points with wrong labels, is the paper's radius the best for 1-SAM in ResNet18?",
    expected="0.01, tuned at SGD's rate",
    rivals=f"the radii {', '.join(f'{rho:g}' for rho in RHOS[1:])}",
    own=f"{RHOS[0]:g}",
)
GAMMAS = tuned_setting(
    id="chosen-gammas",
    method=PENALTY,
    settings=gammas,
    question="On held-out points with wrong labels, are the strengths of the penalty that we take the best in ResNet18?",
    expected="the paper gives none",
    rivals="the other pairs with 0.03, 0.1 or 0.3 for activations and 0.003, 0.01 or 0.03 for weights",
    own="0.1 and 0.01",
)
EXPERIMENTS = (
    RATE,
    RADIUS,
    GAMMAS,
)
