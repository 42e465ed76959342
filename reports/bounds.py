"""Bounds of what evidence and ledger may hold: far above what they do hold, and low enough that no file fills the memory or the page."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

import msgspec

LETTERS = 20_000
"""Characters of one text; the longest that was written has some hundreds."""
ITEMS = 10_000
"""Items of one list or object."""
DEPTH = 8
"""Lists and objects within one another."""
LARGEST = 2**53
"""Whole numbers up to this one are the same in every reader of JSON; larger ones are written as text."""

# Line ends and tabs are text; a zero byte or an escape code is none.
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Text = Annotated[str, msgspec.Meta(max_length=LETTERS, pattern=_PLAIN)]
Label = Annotated[str, msgspec.Meta(max_length=400, pattern=_PLAIN)]
"""A name, a key or a version."""
# Ids name files and anchors, so that nothing but letters, digits, dots and hyphens may stand in one.
Id = Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


_PATTERN = re.compile(r"`str` matching regex '([^']*)'")
_WORDS = {
    "x00": "text without control characters",
    "a-z0-9": "small letters, digits, dots and hyphens",
    "inf": "a number, or as text `inf` or `-inf`",
}


def in_words(error: Exception) -> str:
    """Return what msgspec says of a value, with words in the place of a pattern."""
    return _PATTERN.sub(lambda match: next((words for sign, words in _WORDS.items() if sign in match[1]), match[0]), str(error))


def refuse_unbounded(value: Any, where: str, items: int = ITEMS, depth: int = DEPTH) -> None:
    """Raise ValueError, with the place in words, where a JSON value breaks a bound; `where` names the value."""
    if isinstance(value, str):
        if len(value) > LETTERS:
            raise ValueError(f"a text has at most {LETTERS} characters, got {len(value)} at {where}")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a number must be finite, got {value} at {where}")
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"a whole number lies within 2^53, got {value.bit_length()} bits at {where}; a larger one is written as text")
    elif isinstance(value, list | tuple | dict):
        if depth == 0:
            raise ValueError(f"lists and objects must not stand so deep in one another, got a further one at {where}")
        if len(value) > items:
            raise ValueError(f"a list or object has at most {items} items, got {len(value)} at {where}")
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            refuse_unbounded(key, f"a key of {where}")
            refuse_unbounded(item, f"{where}.{key}" if isinstance(value, dict) else f"{where}[{key}]", items, depth - 1)
