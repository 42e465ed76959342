"""What the details of evidence hold: the keys that attacks, proofs and experiments use, each with its type and bounds.

A key means the same whatever the method; which method uses which is listed in `reports/README.md`. Any other key may hold
any JSON value within the bounds of `reports.bounds`, and the page shows it in a plain table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reports.bounds import ITEMS, LARGEST, Count, Id, Label, Text, in_words, refuse_unbounded

Score = float | Annotated[str, msgspec.Meta(pattern=r"^(-?inf|-?[0-9.]+e\+[0-9]{3})$")]
"""A number; as text one without bound, or one above 1e300."""
Words = dict[Label, Text]
Texts = Annotated[list[Text], msgspec.Meta(max_length=ITEMS)]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a derivation: what it says, the tool that checked it, and what that tool was given."""

    says: Text
    by: Text = ""
    detail: Text = ""


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exact comparison: the sentence that two values agree, the values, and whether they do."""

    says: Text
    found: Text
    agrees: bool


class Miss(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wrong variant of a formula, and the point that shows it."""

    change: Text
    formula: Text = ""
    killed_by: Text = ""


class Theorem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A theorem that Coq checked, with its statement."""

    theorem: Text
    statement: Text


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """Every key that is known; none must be there."""

    # proofs
    steps: list[Step] | UnsetType = UNSET
    cited: Texts | UnsetType = UNSET
    findings: list[Comparison] | UnsetType = UNSET
    theorem: Text | UnsetType = UNSET
    file: Text | UnsetType = UNSET
    statement: Text | UnsetType = UNSET
    coq: Text | UnsetType = UNSET
    axioms: Texts | UnsetType = UNSET
    also: list[Theorem] | UnsetType = UNSET
    # attacks
    points: Count | UnsetType = UNSET
    exceeded: Count | UnsetType = UNSET
    ruled: Count | UnsetType = UNSET
    precision: Text | UnsetType = UNSET
    domain: Words | UnsetType = UNSET
    sizes: list[dict[Label, Count]] | UnsetType = UNSET
    worst: Score | UnsetType = UNSET
    tolerance: Annotated[float, msgspec.Meta(ge=0)] | Text | UnsetType = UNSET
    note: Text | UnsetType = UNSET
    point: Words | UnsetType = UNSET
    left: Text | UnsetType = UNSET
    right: Text | UnsetType = UNSET
    digits: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] | UnsetType = UNSET
    assumption: Text | UnsetType = UNSET
    needed: bool | UnsetType = UNSET
    made: Count | UnsetType = UNSET
    rejected: Count | UnsetType = UNSET
    equivalent: Count | UnsetType = UNSET
    equal: Texts | UnsetType = UNSET
    survivors: Texts | UnsetType = UNSET
    misses: list[Miss] | UnsetType = UNSET
    # experiments
    experiment: Id | UnsetType = UNSET
    question: Text | UnsetType = UNSET
    rule: Text | UnsetType = UNSET
    expected: Text | UnsetType = UNSET
    rows: list[Words] | UnsetType = UNSET
    seeds: Count | UnsetType = UNSET
    settings: Words | UnsetType = UNSET
    figure: Text | UnsetType = UNSET
    commit: Text | UnsetType = UNSET
    command: Text | UnsetType = UNSET
    machine: Text | UnsetType = UNSET
    data: Text | UnsetType = UNSET
    date: Text | UnsetType = UNSET
    published: bool | UnsetType = UNSET


def check(details: dict[str, Any], where: str) -> None:
    """Raise ValueError where details break a bound, a known key has another type, or counts contradict one another; `where` names them."""
    refuse_unbounded(details, where)
    try:
        known = msgspec.convert(details, Details)
    except msgspec.ValidationError as error:
        raise ValueError(in_words(error).replace("`$", f"`{where}", 1)) from error
    _check_counts(known, where)


def whole(details: Mapping[str, Any], key: str) -> int:
    """Return a whole number among the details of a record, 0 where there is none."""
    value = details.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _check_counts(known: Details, where: str) -> None:
    """Raise ValueError where one count is more than it can be beside another one, or is not the length of the list that it counts."""
    for part, whole in (("exceeded", "points"), ("rejected", "made"), ("equivalent", "made")):
        fewer, more = getattr(known, part), getattr(known, whole)
        if fewer is not UNSET and more is not UNSET and fewer > more:
            raise ValueError(f"`{part}` is at most `{whole}`, got {fewer} of {more} at {where}")
    for count, names in (("rejected", "misses"), ("equivalent", "equal")):
        number, listed = getattr(known, count), getattr(known, names)
        if number is not UNSET and listed is not UNSET and number != len(listed):
            raise ValueError(f"`{count}` counts `{names}`, got {number} and a list of {len(listed)} at {where}")
    made, rejected, equivalent, survivors = known.made, known.rejected, known.equivalent, known.survivors
    if UNSET in (made, rejected, equivalent) or isinstance(survivors, UnsetType):
        return
    if made != rejected + equivalent + len(survivors):  # pyright: ignore[reportOperatorIssue] - none of them is UNSET here
        told = f"{rejected} + {equivalent} + {len(survivors)} of {made}"
        raise ValueError(f"near misses are rejected, equivalent or survivors, got {told} made at {where}")
