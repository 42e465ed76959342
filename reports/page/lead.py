"""The findings in one sentence: how many formulas and arguments of the paper hold, and on how many seeds its main table stands."""

from __future__ import annotations

from reports.counted import counted
from reports.page import table_one
from reports.page.entries import Document
from reports.page.story import Story
from reports.page.words import POINTING

SAYS = (
    "Sharpness-aware minimisation (SAM) withstands wrong labels by what it does early in training, not by flat minima. "
    "In linear models it up-weights the gradients of clean examples. In deeper networks it works entirely through the network's "
    "Jacobian, and a cheaper penalty on activations and last-layer weights largely recovers its gain."
)
"""The abstract of the paper in plain words."""
SHARES = ((1.0, "all survive"), (0.75, "mostly survive"), (0.5, "survive more often than not"), (0.0, "mostly fall"))
"""Shares of the claims of theory that survive, at least, in words."""


def lead(page: Document, told: Story) -> str:
    """Return the sentence; "" where the page has no claim of theory."""
    if not told.theory:
        return ""
    share = next(words for least, words in SHARES if told.survive >= least * told.theory)
    repaired = ", with small repairs" if told.repaired else ""
    arguments = len(told.arguments)
    fallen = f"{arguments} of its arguments {'does' if arguments == 1 else 'do'} not" if arguments else ""
    return f"{'; '.join(part for part in (f'its claims of theory {share}{repaired}', fallen, _table(page)) if part)}."


def _table(page: Document) -> str:
    """Return which way the strongest run of Table 1 points while no full run decides it; "" where one does, or none ran."""
    entry = next((claim.printed for claim in page.claims if claim.id == table_one.CLAIM), None)
    if entry is None or entry.verdict != "open" or entry.measured is None or not entry.direction:
        return ""
    return f"Table 1 is open: a {entry.qualifier} run ({counted(entry.measured.seeds, 'seed')}) {POINTING[entry.direction]}"
