"""A proposition as a sentence, made from nothing but the proposition: what a reader holds against the ledger's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from theory.kernel.terms import All, Every, Exists, Rel, Sign, Solution, Tends, free
from theory.symbols import MatrixTotal, Total, Unit
from theory.text import mathematics, text_with_norms

SIGNS = {"<": "<", "<=": "≤", "=": "=", "!=": "≠"}


def formula(term: Any) -> str:
    """Write a term: σ, Φ, ρ for their names, ‖a‖ for its norm, ^ for powers, a dot before bound variables."""
    return _signs(re.sub(r"(?<![\w.])\.([^\W\d]\w*)(\[[^\]]*\])?", r"·\1", text_with_norms(term)))


def _signs(written: str) -> str:
    return written.replace("**", "^").replace("sigma(", "σ(").replace("Phi(", "Φ(").replace("rho", "ρ")


def _mathematics(term: Any) -> str:
    """Write a term as `formula` does, with the signs of mathematics: |x|, ⟨a, b⟩, ∑, ∇ and d/dv."""
    return _signs(mathematics(term))


def clause(proposition: Any, write: Callable[[Any], str] = formula) -> str:
    """Write a relation, a limit, or several of them, without quantifiers; `write` writes their terms."""
    if isinstance(proposition, Rel):
        if isinstance(proposition.right, sp.ZeroMatrix) and proposition.op in ("=", "!="):
            return f"{write(proposition.left)} {'is' if proposition.op == '=' else 'is not'} zero"
        return f"{write(proposition.left)} {SIGNS[proposition.op]} {write(proposition.right)}"
    if isinstance(proposition, Tends):
        name = proposition.variable.name[1:]
        shown = proposition.expression.xreplace({proposition.variable: sp.Symbol(name, real=True)})
        to = {sp.oo: "∞", -sp.oo: "−∞"}.get(proposition.to, str(proposition.to))
        return f"{write(shown)} tends to {write(proposition.value)} as {write(sp.Symbol(name))} → {to}"
    if isinstance(proposition, Exists):
        parts = "; ".join(clause(part, write) for part in proposition.parts)
        return f"there are {', '.join(map(write, proposition.variables))} with {parts}"
    if isinstance(proposition, Every):
        return f"for every unit vector {write(proposition.index)} in R^({proposition.index.shape[0]}), {clause(proposition.part, write)}"
    if isinstance(proposition, Solution):
        slope, s, y, at, value, along = (write(part) if isinstance(part, sp.Basic) else part for part in proposition)
        beside = f", and along it {clause(along, write)}" if along else ""
        return f"the solution of d{y}/d{s} = {slope} with {y} = 0 at {s} = 0 is {value} at {s} = {at}{beside}"
    assert isinstance(proposition, All)
    return "; and ".join(clause(part, write) for part in proposition.parts)


def sentence(hypotheses: Iterable[Rel | Every | Solution], conclusion: Any) -> str:
    """Write a sequent: its variables by sorts, its hypotheses, its conclusion, and over what its sums run."""
    hypotheses = sorted(hypotheses, key=clause)
    variables = set().union(*map(free, [*hypotheses, conclusion]))
    sorts: dict[str, list[str]] = {}
    for v in sorted(variables, key=str):
        sorts.setdefault(_sort(v), []).append(_mathematics(v))
    order = sorted(sorts, key=lambda sort: (not sort.startswith("whole"), sort != "real", sort))
    quantified = "; ".join(f"{', '.join(sorts[sort])} {sort}" for sort in order)
    given = " with " + ", ".join(clause(h, _mathematics) for h in hypotheses) if hypotheses else ""
    start = f"For all {quantified}{given}: " if quantified else ""
    said = f"{start}{clause(conclusion, _mathematics)}{_ranges([*hypotheses, conclusion])}"
    said = said.replace("for every unit vector", "for every basis vector")
    return _named_apart(said, {v.name for v in variables})


def _sort(v: Any) -> str:
    """Return the sort of a variable, in words that follow its name."""
    if isinstance(v, sp.MatrixSymbol):
        rows, columns = (f"({_mathematics(side)})" if side.is_Add else _mathematics(side) for side in v.shape)
        space = f"R^{rows if rows.startswith('(') else f'({rows})'}" if v.shape[1] == 1 else f"R^({rows} × {columns})"
        return f"of the standard basis of {space}" if isinstance(v, Unit) else f"in {space}"
    return "in {−1, 1}" if isinstance(v, Sign) else "whole and at least 1" if v.is_integer else "real"


def _ranges(propositions: Iterable[Any]) -> str:
    """Say over what the sums of a sequent run, if it has any: a sum over examples or classes has a basis vector for each of them."""
    ranges: dict[str, set[str]] = {}
    for total in set().union(*map(_sums, propositions)):
        index = total.args[1]
        ranges.setdefault(_mathematics(index), set()).add(f"R^({_mathematics(index.shape[0])})")
    said = "; ".join(f"∑_{index} runs over the standard basis of {' or '.join(sorted(ranges[index]))}" for index in sorted(ranges))
    return f" (here {said})" if said else ""


def _sums(proposition: Any) -> set[Any]:
    """Return the sums within a proposition."""
    if isinstance(proposition, All | Exists):
        return set().union(*map(_sums, proposition.parts))
    if isinstance(proposition, Every):
        return _sums(proposition.part)
    if isinstance(proposition, Solution):
        return set().union(*(term.atoms(Total, MatrixTotal) for term in (proposition.slope, *proposition.along[1:])))
    terms = proposition[1:] if isinstance(proposition, Rel) else (proposition.expression, proposition.value)
    return set().union(*(sp.sympify(term).atoms(Total, MatrixTotal) for term in terms))


def _named_apart(said: str, taken: set[str]) -> str:
    """Write bound variables without their dot; one that has the name of another variable of the sequent gets an index."""

    def named(match: re.Match[str]) -> str:
        return f"{match[1]}₁" if match[1] in taken else match[1]

    return re.sub(r"·([^\W\d]\w*)", named, said)
