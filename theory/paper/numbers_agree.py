"""Throughout: do the numbers, the cross-references and the notation of the paper agree with one another?

Statement.  Each part sets what two or more places of the paper print side by side, and compares them exactly.
Idea.       The data hold the quotes with their places; altered data must be rejected by the same check.
As printed. Some parts fall: the comparisons that disagree are the counterexamples. The corrected part says what agrees instead.
Source.     `quoted_numbers`, `cross_references` and `notation` name the place of every quote.
"""

from __future__ import annotations

from dataclasses import replace

from theory.domain import Space
from theory.paper import cross_references, notation, quoted_numbers
from theory.statement import Agreement, Claim


def copied(statements: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
    """Say of statements that their data is copied from the paper."""
    return tuple(replace(statement, copied=True) for statement in statements)


CLAIMS = (
    Claim(
        id="numbers-agree",
        space=Space({}),
        printed=copied((*quoted_numbers.PRINTED, *cross_references.PRINTED, *notation.PRINTED)),
        corrected=copied((*quoted_numbers.CORRECTED, *cross_references.CORRECTED, *notation.CORRECTED)),
    ),
)
