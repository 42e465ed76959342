"""Machines on which networks were trained or steps timed, where another machine wrote the record of it."""

from __future__ import annotations

from reports.page.entries import Document


def machines_elsewhere(page: Document) -> dict[str, list[str]]:
    """Return {machine: claims that have runs of it} of each machine that wrote no record itself, claims in the page's order."""
    wrote = {origin.device for claim in page.claims for origin in claim.provenance.values()}
    claims: dict[str, list[str]] = {}
    for claim in page.claims:
        machines = {str(item.details.get("machine", "")).partition(" (")[0] for item in claim.evidence}
        for machine in sorted(machines - wrote - {""}):
            claims.setdefault(machine, []).append(claim.id)
    return claims
