"""Find every claim in code: each module under `theory/<family>/` that has a `CLAIMS` tuple states claims.

A module that cannot be loaded is a separate fault, which is kept and told; the claims of all other modules are there.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from theory.broken import described
from theory.statement import Claim

ROOT = Path(__file__).parent
NOT_FAMILIES = {"attack", "formal", "kernel"}


class Stated(NamedTuple):
    """All claims in code: {id: (claim, dotted name of its module)}, and a line for each module that does not state claims as it should."""

    claims: dict[str, tuple[Claim, str]]
    faults: list[str]


def modules() -> list[str]:
    """Return the dotted names of all modules below the family folders, in order of their names."""
    families = sorted(p.name for p in ROOT.iterdir() if (p / "__init__.py").exists() and p.name not in NOT_FAMILIES)
    return [f"theory.{family}.{info.name}" for family in families for info in pkgutil.iter_modules([str(ROOT / family)])]


def claims() -> dict[str, tuple[Claim, str]]:
    """Return {claim id: (claim, dotted name of its module)} of all modules that can be loaded."""
    return stated().claims


@cache
def stated() -> Stated:
    """Load every module, and return their claims and the faults of some modules."""
    registered: dict[str, tuple[Claim, str]] = {}
    broken: dict[str, list[str]] = {}  # modules that fail for one reason: a module that many import fails in each of them
    faults: list[str] = []
    for name in modules():
        try:
            own: Any = getattr(importlib.import_module(name), "CLAIMS", ())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything, and the others must be found all the same
            broken.setdefault(described(error), []).append(file_of(name))
            continue
        if not isinstance(own, tuple):
            faults.append(f"{file_of(name)}: CLAIMS must be a tuple of Claim, got {type(own).__name__}")
            continue
        for claim in own:
            if not isinstance(claim, Claim):
                faults.append(f"{file_of(name)}: CLAIMS must be a tuple of Claim, but holds {type(claim).__name__}")
            elif claim.id in registered:
                files = f"{file_of(registered[claim.id][1])} and in {file_of(name)}"
                faults.append(f"every claim is stated once, but {claim.id} is in {files}; remove one")
            else:
                registered[claim.id] = (claim, name)
    return Stated(registered, [*(f"{', '.join(names)} cannot be loaded: {why}" for why, names in broken.items()), *faults])


def file_of(module: str) -> str:
    """Return the file of a module, as it stands in the project."""
    return module.replace(".", "/") + ".py"
