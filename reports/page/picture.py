"""A picture with its words, as the page shows it."""

from __future__ import annotations

import msgspec


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture with its words; `svg` is empty and `absent` says why where there is nothing to show.

    `says` describes the drawing, `result` tells its outcome to readers who cannot see it.
    """

    id: str
    title: str
    says: str
    result: str
    claims: tuple[str, ...]
    svg: str = ""
    absent: str = ""
