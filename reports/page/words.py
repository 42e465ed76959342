"""The words that the pages use for forms, verdicts, methods and outcomes."""

from __future__ import annotations

from reports.evidence import Form, Method, Outcome
from reports.ledger import Effect
from reports.verdict import Word

TITLES: dict[Form, str] = {"printed": "As printed", "corrected": "Corrected", "beyond": "Beyond the paper"}
SHORT: dict[Form, str] = {"printed": "printed", "corrected": "corrected", "beyond": "beyond"}
LABELS: dict[Method, str] = {
    "symbolic": "Derivation",
    "certificate": "Certificate",
    "formal": "Formal proof",
    "property": "Attack by points",
    "near-miss": "Near misses",
    "assumption": "Assumption",
    "limit": "Limit",
    "counterexample": "Counterexample",
    "experiment": "Experiment",
}
TOLD: dict[Method, tuple[str, ...]] = {
    **dict.fromkeys(LABELS, ()),
    "assumption": ("assumption", "needed"),
    "counterexample": ("digits",),
}
"""Details that the line above them has said already."""
OUTCOMES: dict[Outcome, str] = {"supports": "met its rule", "refutes": "missed its rule", "inconclusive": "undecided", "not-run": "not run"}
QUALIFIERS: dict[str, str] = {
    "reduced": "smaller than the paper's experiment: shows a direction, decides nothing",
    "stand-in": "other data or models than the paper's: shows a direction, decides nothing",
}
MEANINGS: dict[Word, str] = {
    "proved": "A derivation that a machine checked covers the whole statement, and no attack refutes it.",
    "checked": "There is no proof, but every property held and every near miss was rejected.",
    "measured": "An experiment met the rule that was written before it ran.",
    "refuted": "A counterexample stands, shown shrunk and confirmed beyond rounding.",
    "not-reproduced": "An experiment ran in full and missed its rule.",
    "open": "Evidence is missing, not run or undecided, or comes only from a reduced or stand-in run.",
}
EFFECTS: dict[Effect, str] = {
    "changes-argument": "An argument falls",
    "missing-assumption": "An assumption is missing",
    "wording": "The wording says too much",
    "notation": "A slip of notation",
}
"""What falls with a printed statement that is refuted, the weightiest first."""
