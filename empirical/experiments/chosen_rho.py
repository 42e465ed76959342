"""Appendix A.2 has the radius tuned for 1-SAM at SGD's rate: is it the best on held-out points?"""

from __future__ import annotations

from empirical.images.tuned_setting import tuned_setting
from empirical.report.experiment import Profile

RHOS = (0.01, 0.002, 0.005, 0.02, 0.05)


def settings(_: Profile) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return radii around the paper's, which comes first."""
    return {f"ρ = {rho:g}": {"rhos": (rho,)} for rho in RHOS}


EXPERIMENT = tuned_setting(
    id="chosen-rho",
    method="1-SAM",
    settings=settings,
    question="On held-out points with wrong labels, is the paper's radius the best for 1-SAM in ResNet18?",
    expected="0.01, tuned at SGD's rate",
    rivals=f"the radii {', '.join(f'{rho:g}' for rho in RHOS[1:])}, beside {RHOS[0]:g},",
)
