"""A proposition as a sentence, made from nothing but the proposition: what a reader holds against the ledger's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sympy as sp

from theory.kernel.terms import All, Every, Exists, Rel, Sign, Tends, free
from theory.symbols import Unit
from theory.text import text_with_norms

SIGNS = {"<": "<", "<=": "≤", "=": "=", "!=": "≠"}


def formula(term: Any) -> str:
    """Write a term: σ, Φ, ρ for their names, ‖a‖ for its norm, ^ for powers, a dot before bound variables."""
    written = re.sub(r"(?<![\w.])\.([^\W\d]\w*)(\[[^\]]*\])?", r"·\1", text_with_norms(term))
    return written.replace("**", "^").replace("sigma(", "σ(").replace("Phi(", "Φ(").replace("rho", "ρ")


def clause(proposition: Any) -> str:
    """Write a relation, a limit, or several of them, without quantifiers."""
    if isinstance(proposition, Rel):
        if isinstance(proposition.right, sp.ZeroMatrix) and proposition.op in ("=", "!="):
            return f"{formula(proposition.left)} {'is' if proposition.op == '=' else 'is not'} zero"
        return f"{formula(proposition.left)} {SIGNS[proposition.op]} {formula(proposition.right)}"
    if isinstance(proposition, Tends):
        name = proposition.variable.name[1:]
        shown = proposition.expression.xreplace({proposition.variable: sp.Symbol(name, real=True)})
        to = {sp.oo: "∞", -sp.oo: "−∞"}.get(proposition.to, str(proposition.to))
        return f"{formula(shown)} tends to {formula(proposition.value)} as {formula(sp.Symbol(name))} → {to}"
    if isinstance(proposition, Exists):
        return f"there are {_names(proposition.variables)} with {'; '.join(map(clause, proposition.parts))}"
    if isinstance(proposition, Every):
        return f"for every unit vector {formula(proposition.index)} in R^({proposition.index.shape[0]}), {clause(proposition.part)}"
    assert isinstance(proposition, All)
    return "; and ".join(map(clause, proposition.parts))


def _names(symbols: Iterable[Any]) -> str:
    return ", ".join(formula(s) for s in symbols)


def sentence(hypotheses: Iterable[Rel | Every], conclusion: Any) -> str:
    """Write a sequent: its variables by sorts, its hypotheses, its conclusion."""
    hypotheses = sorted(hypotheses, key=clause)
    variables = set().union(*map(free, [*hypotheses, conclusion]))
    sorts: dict[str, list[Any]] = {}
    for v in sorted(variables, key=str):
        if isinstance(v, sp.MatrixSymbol):
            rows, columns = v.shape
            sort = (
                f"a unit vector of R^({rows})"
                if isinstance(v, Unit)
                else f"in R^({rows})"
                if columns == 1
                else f"in R^({rows} × {columns})"
            )
        else:
            sort = "in {−1, 1}" if isinstance(v, Sign) else "whole and at least 1" if v.is_integer else "real"
        sorts.setdefault(sort, []).append(v)
    order = sorted(sorts, key=lambda sort: (not sort.startswith("whole"), sort != "real", sort))
    quantified = "; ".join(f"{_names(sorts[sort])} {sort}" for sort in order)
    given = " with " + ", ".join(map(clause, hypotheses)) if hypotheses else ""
    start = f"For all {quantified}{given}: " if quantified else ""
    return start + clause(conclusion)
