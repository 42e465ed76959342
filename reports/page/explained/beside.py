"""Which picture stands beside which theorem."""

from __future__ import annotations

from reports.page.entries import Document
from reports.page.explained import dead_zone, one_sam_exact, robust_loss, sam_hurts, two_groups
from reports.page.picture import Picture

DRAWN = (dead_zone.picture, one_sam_exact.picture, robust_loss.picture, sam_hurts.picture, two_groups.picture)


def beside(page: Document) -> dict[str, Picture]:
    """Return the pictures by the id of the claim that they stand with, for the claims of this page, in its order."""
    drawn = {claim: picture for draw in DRAWN for picture in [draw()] for claim in picture.claims}
    return {claim.id: drawn[claim.id] for claim in page.claims if claim.id in drawn}
