"""One line of the table of formal proofs: a statement of the ledger, and the Coq theorem that is evidence on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.evidence import Form


@dataclass(frozen=True)
class Row:
    """The theorem `theorem` of the file `<file>.v` supports or refutes the statement (claim, form, part); `says` it in a sentence."""

    claim: str
    form: Form
    part: str
    file: str
    theorem: str
    says: str
    outcome: Literal["supports", "refutes"] = "supports"
    also: tuple[str, ...] = ()
