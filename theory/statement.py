"""What a claim is: statements of five kinds, the space of its points, and the assumptions it rests on.

Every kind knows its *formulas* (SymPy: what the paper prints, what near misses rewrite) and its *definition* (JAX:
built from the loss and the perturbation, differentiated automatically). The two routes share nothing, so they can
disagree. `theory.attack` turns each kind into attacks; a claim is data and, at most, proofs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import sympy as sp

from reports.evidence import Form
from theory.domain import Space
from theory.kernel.rules import Theorem
from theory.kernel.terms import Every, Rel, Solution

Definition = Callable[[SimpleNamespace], Any]
BoundProof = Callable[[Any], Theorem]
Atoms = Mapping[sp.Symbol | sp.MatrixSymbol, Definition]
Exact = Callable[[random.Random], dict[Any, Any]]
Where = Mapping[sp.Symbol | sp.MatrixSymbol, sp.Basic]


@dataclass(frozen=True, kw_only=True)
class Formulaic:
    """What the kinds with a formula share.

    part        the statement's name in the ledger
    where       abbreviations the formula uses, themselves printed formulas (near misses rewrite them too);
                a later entry may use earlier ones
    atoms       symbols of the formula that are computed from definitions by JAX (f, its gradient, softmax...)
    theorem     takes the statement's goal (`theory.goal`) and returns a theorem of the kernel, which must be that goal
    given       what the statement assumes beside the claim's assumptions, as relations of the kernel
    also        what the ledger's sentence says beyond the comparison (a limit, a sign), as propositions that the theorem must have, too
    space       overrides the claim's space
    exact       draws points that satisfy the hypotheses exactly, as balls, where random numbers never would; for the attack beyond the box
    conditioning  size of the terms that automatic differentiation subtracts from one another, where that exceeds the
                result: it widens the float64 tolerance by their rounding; 50 digits still rule on what exceeds it
    """

    part: str
    where: Where = field(default_factory=dict)
    atoms: Atoms = field(default_factory=dict)
    theorem: BoundProof | None = None
    given: tuple[Rel | Every | Solution, ...] = ()
    also: tuple[Any, ...] = ()
    space: Space | None = None
    exact: Exact | None = None
    conditioning: sp.Basic | None = None

    def expand(self, expression: sp.Basic) -> sp.Basic:
        """Return the expression with the abbreviations of `where` put in."""
        for symbol, meaning in reversed(list(self.where.items())):
            expression = expression.xreplace({symbol: meaning})
        return expression


@dataclass(frozen=True, kw_only=True)
class Identity(Formulaic):
    """`formula` equals what autodiff finds from the definition, at every point of the space."""

    formula: sp.Basic
    defined_by: Definition


@dataclass(frozen=True, kw_only=True)
class Inequality(Formulaic):
    """smaller <= larger (or <) at every point; each side is a SymPy formula or a JAX definition (shape ()).

    tight: maps a drawn batch to points at which the two sides meet up to `slack`, relative to the larger magnitude of the two.
    Where it is given the constant is known to be the best, and near misses of the formula must miss the meeting or break the bound.
    """

    smaller: sp.Basic | Definition
    larger: sp.Basic | Definition
    strictly: bool = False
    tight: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    slack: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Monotone(Formulaic):
    """`quantity` (SymPy or JAX, shape ()) increases (or decreases) in the scalar variable `along`, the others held fixed.

    Two points are compared; the space must admit a second value of `along`, drawn from the same domain.
    """

    quantity: sp.Basic | Definition
    along: sp.Symbol
    increasing: bool = True
    strictly: bool = True


@dataclass(frozen=True, kw_only=True)
class Limit(Formulaic):
    """The definition tends to `value` as `along` tends to infinity, no slower than `rate` says.

    rate: a SymPy bound on the largest entry of |definition - value|; it must tend to 0 (SymPy decides that) and hold at
    every drawn point. A rate makes the limit a statement that one can attack at finite points.
    """

    value: sp.Basic
    defined_by: Definition
    along: sp.Symbol
    rate: sp.Basic


@dataclass(frozen=True)
class Finding:
    """One line of an agreement: the sentence that two values agree, whether they do, and the values."""

    says: str
    agrees: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Shapes, quoted numbers, cross-references: a finite list of comparisons, each decided exactly.

    copied says that the data is what the paper prints, copied by hand: that it agrees with itself is no theorem.
    check(data) compares and must find at least one thing to compare; `variants` are changed data that it must reject.
    """

    part: str
    data: Any
    check: Callable[[Any], Sequence[Finding]]
    variants: Mapping[str, Any]
    copied: bool = False
    theorem: None = None


Statement = Identity | Inequality | Monotone | Limit | Agreement


@dataclass(frozen=True)
class Assumption:
    """A named assumption and the space in which it alone is violated: is it needed?

    says     the assumption in words
    without  the space of points at which it alone is violated
    parts    the names of the statements that it belongs to, of whatever form; empty means all
    given    the same as relations of the kernel, which theorems may use; where there are any, no point of `without` may satisfy them all
    """

    says: str
    without: Space
    parts: tuple[str, ...] = ()
    given: tuple[Rel | Every | Solution, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One row of the ledger, in code.

    id       its id in the ledger
    space    the points that its statements are attacked at, where they state no other space
    printed, corrected, beyond   the statements of each form
    assumes  the assumptions that are dropped, one at a time
    """

    id: str
    space: Space
    printed: tuple[Statement, ...] = ()
    corrected: tuple[Statement, ...] = ()
    beyond: tuple[Statement, ...] = ()
    assumes: tuple[Assumption, ...] = ()

    def forms(self) -> list[tuple[Form, tuple[Statement, ...]]]:
        """Return the non-empty forms with their statements, printed first."""
        every: list[tuple[Form, tuple[Statement, ...]]] = [
            ("printed", self.printed),
            ("corrected", self.corrected),
            ("beyond", self.beyond),
        ]
        return [(form, statements) for form, statements in every if statements]


def assumed(claim: Claim) -> int:
    """Return how many assumptions the claim's comparisons have, each counted for every statement that it belongs to."""
    compared = [statement.part for _, statements in claim.forms() for statement in statements if not isinstance(statement, Agreement)]
    return sum(not assumption.parts or part in assumption.parts for assumption in claim.assumes for part in compared)
