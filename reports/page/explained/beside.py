"""Which picture stands beside which theorem."""

from __future__ import annotations

from reports.page.entries import Document
from reports.page.explained import dead_zone, one_sam_exact, robust_loss, sam_hurts, two_groups
from reports.page.picture import Picture

DRAWN = {
    "dead-zone": dead_zone.picture,
    "one-sam-exact": one_sam_exact.picture,
    "robust-loss": robust_loss.picture,
    "sam-hurts": sam_hurts.picture,
    "two-groups": two_groups.picture,
}
"""By the id of the claim that a picture explains."""


def beside(page: Document) -> dict[str, Picture]:
    """Return the pictures by the id of the claim that they stand with, for the claims of this page, in its order."""
    return {claim.id: DRAWN[claim.id]() for claim in page.claims if claim.id in DRAWN}
