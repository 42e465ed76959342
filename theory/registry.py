"""Find every claim in code: each module under `theory/<family>/` that has a `CLAIMS` tuple states claims."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from theory.statement import Claim

ROOT = Path(__file__).parent
NOT_FAMILIES = {"attack", "formal", "kernel"}


def modules() -> list[str]:
    """Return the dotted names of all modules below the family folders, in order of their names."""
    families = sorted(p.name for p in ROOT.iterdir() if (p / "__init__.py").exists() and p.name not in NOT_FAMILIES)
    return [f"theory.{family}.{info.name}" for family in families for info in pkgutil.iter_modules([str(ROOT / family)])]


@cache
def claims() -> dict[str, tuple[Claim, str]]:
    """Return {claim id: (claim, dotted name of its module)}; raise ValueError where two modules state the same id."""
    found: dict[str, tuple[Claim, str]] = {}
    for name in modules():
        for claim in getattr(importlib.import_module(name), "CLAIMS", ()):
            if claim.id in found:
                raise ValueError(f"every claim is stated once, but {claim.id} is in {found[claim.id][1]} and in {name}; remove one")
            found[claim.id] = (claim, name)
    return found
