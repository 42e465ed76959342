"""The findings that a reader meets first: what survives, which arguments fall, what stays open; from verdicts, effects, directions."""

from __future__ import annotations

from collections import Counter

import msgspec

from reports import direction
from reports.direction import Direction
from reports.ledger import EFFECTS, Effect
from reports.page.entries import ClaimEntry, Document, FormEntry
from reports.page.words import REPAIRS

HEAVIEST: Effect = EFFECTS[0]


class Fallen(msgspec.Struct, frozen=True, kw_only=True):
    """An argument of the paper that falls: the claim, and what falls with it."""

    claim: ClaimEntry
    reason: str


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The findings in three parts. Theory holds the statements that mathematics proves or refutes; experiments are told apart from it.

    theory, proved   printed claims of theory, and the number proved as printed
    repaired         those that fall as printed and hold corrected while the argument stands, by the weightiest effect of a refuted part
    lost             those that fall while the argument stands, of which no corrected form holds
    unjudged         those that fall and whose effect nobody has judged yet
    arguments        one entry for each refuted part that changes an argument
    experiments      printed claims that experiments decide, of which `reproduced` met their rule and `missed` did not, both in full
    inferred         the reproduced ones that were decided in a setting that the paper does not print
    open_to          the open ones by the way their evidence points
    """

    theory: int
    proved: int
    repaired: dict[Effect, int]
    lost: int
    unjudged: int
    arguments: list[Fallen]
    experiments: int
    reproduced: int
    inferred: int
    missed: list[ClaimEntry]
    open_to: dict[Direction, list[ClaimEntry]]
    unlit: list[ClaimEntry]

    @property
    def survive(self) -> int:
        """The number of claims of theory that hold as printed or after a repair."""
        return self.proved + sum(self.repaired.values())

    @property
    def elsewhere(self) -> str:
        """How many of the reproduced claims were decided in an inferred setting, in words."""
        return f"{'all' if self.inferred == self.reproduced > 1 else f'{self.inferred} of them'} in an inferred setting"

    @property
    def repairs(self) -> str:
        """How many claims needed which repair, in words."""
        return ", ".join(REPAIRS[effect][number != 1].format(number) for effect, number in self.repaired.items())


def story(page: Document) -> Story:
    """Return the findings of a page."""
    printed = [(claim, claim.printed) for claim in page.claims if claim.printed]
    measured = [(claim, entry) for claim, entry in printed if claim.kind == "experiment"]
    theory = [(claim, entry) for claim, entry in printed if claim.kind != "experiment"]
    fallen = [(claim, entry, weightiest(entry)) for claim, entry in theory if entry.verdict == "refuted"]
    milder = [(claim, effect) for claim, _, effect in fallen if effect not in (HEAVIEST, None)]
    mended = Counter(effect for claim, effect in milder if effect and claim.corrected and claim.corrected.verdict != "open")
    still_open = [(claim, entry) for claim, entry in measured if entry.verdict == "open"]
    return Story(
        theory=len(theory),
        proved=sum(entry.verdict in ("proved", "checked", "quoted") for _, entry in theory),
        repaired={effect: mended[effect] for effect in reversed(EFFECTS) if mended[effect]},
        lost=len(milder) - sum(mended.values()),
        unjudged=sum(effect is None for _, _, effect in fallen),
        arguments=[
            Fallen(claim=claim, reason=part.effect_reason)
            for claim, entry, _ in fallen
            for part in entry.parts
            if part.verdict == "refuted" and part.effect == HEAVIEST
        ],
        experiments=len(measured),
        reproduced=sum(entry.verdict == "measured" for _, entry in measured),
        inferred=sum(entry.verdict == "measured" and entry.setting == "inferred" for _, entry in measured),
        missed=[claim for claim, entry in measured if entry.verdict == "not-reproduced"],
        open_to={way: [claim for claim, entry in still_open if entry.direction == way] for way in direction.DIRECTIONS},
        unlit=[claim for claim, entry in still_open if not entry.direction],
    )


def weightiest(entry: FormEntry) -> Effect | None:
    """Return the weightiest effect of a form's refuted parts; None where none is judged."""
    effects = {part.effect for part in entry.parts if part.verdict == "refuted"}
    return next((effect for effect in EFFECTS if effect in effects), None)
