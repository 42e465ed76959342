"""What changed between two published versions: the verdicts that differ, and the statements that came or went."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from reports.evidence import EvidenceError
from reports.files import MIB, read_bytes
from reports.page.entries import FORMS

LIMIT = 64 * MIB
"""Bytes of a claims.json."""


class Part(msgspec.Struct, frozen=True):
    """What an earlier version says of a statement; whatever else stands there is let be, so that versions of any age can be read."""

    part: str
    verdict: str
    qualifier: str = ""

    @property
    def told(self) -> str:
        """The verdict with its qualifier."""
        return f"{self.verdict} ({self.qualifier})" if self.qualifier else self.verdict


class _Of(msgspec.Struct, frozen=True):
    parts: list[Part] = []


class _Claim(msgspec.Struct, frozen=True):
    id: str
    printed: _Of | None = None
    corrected: _Of | None = None
    beyond: _Of | None = None


class Version(msgspec.Struct, frozen=True):
    """A claims.json of any version that has claims with forms and parts."""

    schema: Literal[1]
    claims: list[_Claim]

    def statements(self) -> dict[tuple[str, str, str], Part]:
        """Return the statements by claim, form and part, in order."""
        return {
            (claim.id, form, part.part): part
            for claim in self.claims
            for form in FORMS
            if (of := getattr(claim, form))
            for part in of.parts
        }


def read(path: Path) -> Version:
    """Return a version; raise EvidenceError where the file holds none."""
    try:
        return msgspec.json.decode(read_bytes(path, LIMIT), type=Version)
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}; name a claims.json") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise EvidenceError(f"{path} must be a claims.json of this project, but {error}; name another") from error


def changes(before: Version, after: Version) -> list[str]:
    """Return a line for each statement that changed, came or went, in the order of the later version."""
    old, new = before.statements(), after.statements()
    lines = [f"{_name(key)}: {old[key].told} -> {part.told}" for key, part in new.items() if key in old and old[key].told != part.told]
    came = [f"{_name(key)}: new, {part.told}" for key, part in new.items() if key not in old]
    gone = [f"{_name(key)}: gone, was {part.told}" for key, part in old.items() if key not in new]
    return [*lines, *came, *gone]


def _name(key: tuple[str, str, str]) -> str:
    return f"{key[0]}, {key[1]} {key[2]}"
