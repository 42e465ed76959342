"""The words that the pages use for forms, verdicts, methods and outcomes."""

from __future__ import annotations

from typing import Literal

from reports.direction import Direction
from reports.direction import Effect as Measured
from reports.evidence import Form, Method, Outcome
from reports.ledger import Effect
from reports.verdict import Word

TITLES: dict[Form, str] = {"printed": "As printed", "corrected": "Corrected", "beyond": "Beyond the paper"}
LABELS: dict[Method, str] = {
    "symbolic": "Derivation",
    "certificate": "Certificate",
    "quotation": "Quotation",
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
"""Details that the line above them has said already, or that stand in claims.json alone."""
OUTCOMES: dict[Outcome, str] = {"supports": "met its rule", "refutes": "missed its rule", "inconclusive": "undecided", "not-run": "not run"}
QUALIFIERS: dict[str, str] = {
    "partial": "the paper's settings, but not all seeds, epochs or networks yet: shows a direction, decides nothing",
    "reduced": "smaller than the paper's experiment: shows a direction, decides nothing",
    "stand-in": "other data or models than the paper's: shows a direction, decides nothing",
}
MEANINGS: dict[Word, str] = {
    "proved": "A derivation that a machine checked covers the whole statement, and no attack refutes it.",
    "quoted": "Places of the paper, copied by hand, were compared exactly; `python -m theory quotes` looks for the numbers in its text.",
    "checked": "There is no proof, but every property held and every near miss was rejected.",
    "measured": "An experiment met the rule that was written before it ran.",
    "refuted": "A counterexample stands, shown shrunk and confirmed beyond rounding.",
    "not-reproduced": "An experiment ran in full and missed its rule.",
    "open": "Evidence is missing, not run or undecided, or comes only from a partial, reduced or stand-in run.",
}
EFFECTS: dict[Effect, str] = {
    "changes-argument": "An argument falls",
    "missing-assumption": "An assumption is missing",
    "wording": "The wording says too much",
    "notation": "A slip of notation",
}
"""What falls with a printed statement that is refuted, the weightiest first."""
REPAIRS: dict[Effect, tuple[str, str]] = {
    "changes-argument": ("{} argument", "{} arguments"),
    "missing-assumption": ("{} missing assumption", "{} missing assumptions"),
    "wording": ("{} wording that says too much", "{} wordings that say too much"),
    "notation": ("{} slip of notation", "{} slips of notation"),
}
"""What has to be repaired, for one claim and for several."""
NAMED = {
    "1-sam": "1-SAM", "n-sam": "n-SAM", "m-sam": "m-SAM", "j-sam": "J-SAM", "l-sam": "L-SAM", "sgd": "SGD", "2nn": "2NN", "dln": "DLN",
    "resnet18": "ResNet18", "resnet18-alone": "ResNet18, points normalised alone",
}  # fmt: skip
"""Methods and networks as runs record them: as the paper writes them."""
SETTINGS = {
    "decay": "weight decay",
    "gamma": "γ",
    "gamma_v": "γ of the last layer",
    "gamma_z": "γ of the activations",
    "held_out": "points held out",
    "init": "norm of the initial weights",
    "model": "network",
    "probed": "points probed",
    "rate": "learning rate",
    "rates": "learning rates",
    "rhos": "ρ",
    "share": "share of wrong labels",
    "shrink": "images shrunk by",
    "test": "test points",
    "train": "training points",
}
"""The names of settings that a run does not write as a reader knows them."""
FACTS = {
    "coq": "Coq",
    "exceeded": "beyond the tolerance in float64",
    "ruled": "decided in 50 digits",
    "worst": "largest deviation",
}
"""The names of facts of evidence that say too little by themselves."""
POINTING: dict[Direction, str] = {"for": "points for it", "against": "points against it", "undecided": "points neither way"}
WAYS: dict[Direction, str] = {"for": "for the paper", "against": "against it", "undecided": "neither way"}
"""Which way the evidence on some open claims points, after the number of these claims."""
ARROWS: dict[Direction, str] = {"for": "↑", "against": "↓", "undecided": "↔"}
"""What the map shows of a direction, beside the words for those who do not see it."""


def pointing(direction: Direction | Literal[""], measured: Measured | None) -> str:
    """Return which way the evidence on an open statement points, and by which number, in words; "" where it points nowhere."""
    if not direction:
        return ""
    return f"{POINTING[direction]}: {measured.told}" if measured else POINTING[direction]


def marked(qualifier: str, direction: Direction | Literal[""], measured: Measured | None, setting: str = "") -> str:
    """Return what stands in brackets after a verdict: its qualifier, which way it points, and another setting; "" where there is none."""
    short = f"{direction}, {measured.short}" if direction and measured else direction
    return "; ".join(part for part in (qualifier, short, f"{setting} setting" if setting else "") if part)


def title(form: Form, setting: str) -> str:
    """Return the title of a form: what was measured in another setting than the printed one is not called as printed."""
    return "The paper's claim" if form == "printed" and setting else TITLES[form]
