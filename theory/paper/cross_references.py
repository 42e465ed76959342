"""Cross-references: does the figure or equation that a sentence points to show what the sentence says it shows?

Rule.       A reference is right when the figures it names show, together, everything the sentence sees in them.
As printed. Appendix B.2 finds naive SAM in Figures 4 and 3; Figure 6 alone shows it. Section 1 and Appendix C see the accuracy
            gap follow test accuracy in Figures 2 and 7; neither draws test accuracy, Figure 1 does. Two panels of Figure 11 have
            one title. Abstract and text differ on where the penalty was tried.
Source.     The places named in the data. These are parts of the claim in `numbers_agree`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from theory.statement import Agreement, Finding

# what each figure draws, by its panels, legends and caption
SHOWS: Mapping[int, frozenset[str]] = {
    1: frozenset({"test accuracy", "clean and noisy training accuracy", "training loss", "SAM", "SGD"}),
    2: frozenset({"accuracy gap", "SAM", "SGD"}),
    3: frozenset({"test accuracy", "toy data", "1-SAM", "gradient norm ratio", "gradient descent"}),
    4: frozenset({"test accuracy", "logit scale ratio", "SAM", "J-SAM", "L-SAM", "SGD"}),
    5: frozenset({"activation norm", "last-layer norm", "SAM"}),
    6: frozenset({"test accuracy", "toy data", "1-SAM", "n-SAM", "rho = 100000", "gradient descent", "Hessian trace", "loss ratio"}),
    7: frozenset({"accuracy gap", "loss ratio", "update norm ratio", "logit scale ratio", "SAM", "J-SAM", "L-SAM", "SGD"}),
    9: frozenset({"no label noise", "SAM", "SGD", "penalty"}),
    12: frozenset({"share of the data", "SAM", "SGD"}),
}


@dataclass(frozen=True)
class Reference:
    """A sentence that points to figures: its place, what it sees there, and the numbers it gives."""

    place: str
    sees: frozenset[str]
    figures: tuple[int, ...]


def follow(references: Sequence[Reference]) -> list[Finding]:
    """Look up what each reference sees in the figures it names."""
    findings = []
    for r in references:
        shown = frozenset().union(*(SHOWS.get(figure, frozenset()) for figure in r.figures))
        missing = ", ".join(sorted(r.sees - shown))
        named = " and ".join(f"Figure {figure}" for figure in r.figures)
        found = f"{missing} is not shown" if missing else "all is shown"
        findings.append(Finding(f"{named} shows {', '.join(sorted(r.sees))} ({r.place})", not missing, found))
    return findings


def different(titles: Sequence[str]) -> list[Finding]:
    """Compare the titles of a figure's panels with one another."""
    counts = Counter(titles).items()
    return [
        Finding(f"the title {title} stands over one panel", count == 1, f"{count} panel{'s' * (count != 1)} with it")
        for title, count in counts
    ]


def several(reports: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Tell whether more than one of each kind stands where the abstract uses the plural."""
    return [Finding(f"there are several {kind}", len(set(items)) > 1, ", ".join(sorted(set(items)))) for kind, items in reports.items()]


def only(reports: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Tell whether exactly one of each kind stands there."""
    return [
        Finding(f"there is a single item among the {kind}", len(set(items)) == 1, ", ".join(sorted(set(items))))
        for kind, items in reports.items()
    ]


def redirected(references: Sequence[Reference], wrong: Sequence[int]) -> dict[str, Any]:
    """Return the references with one at a time pointing to a wrong figure alone."""
    return {
        f"{r.place} pointed to Figure {figure}": tuple(replace(o, figures=(figure,)) if o is r else o for o in references)
        for r in references
        for figure in wrong
    }


NAIVE = (
    Reference("Appendix B.2, the radius of naive SAM", frozenset({"n-SAM", "rho = 100000"}), (4,)),
    Reference("Appendix B.2, the first steps of naive SAM", frozenset({"n-SAM", "test accuracy"}), (3,)),
)
NAIVE_IN_6 = tuple(replace(r, figures=(6,)) for r in NAIVE)
TRACKS = frozenset({"accuracy gap", "test accuracy"})
GAP = (
    Reference("Section 1, the gap tracks test accuracy", TRACKS, (2,)),
    Reference("Appendix C, the gap goes with test accuracy", TRACKS, (7,)),
)
GAP_WITH_1 = tuple(replace(r, figures=(1, *r.figures)) for r in GAP)
OTHERS = (
    Reference("Section 1, SAM and SGD under label noise", frozenset({"test accuracy", "SAM", "SGD"}), (1,)),
    Reference("Section 1, more data (Appendix F)", frozenset({"share of the data", "SAM", "SGD"}), (12,)),
    Reference("Section 3.1, toy data", frozenset({"test accuracy", "toy data", "gradient norm ratio"}), (3,)),
    Reference("Section 4.1, logit scale", frozenset({"logit scale ratio"}), (4,)),
    Reference("Section 4.1, L-SAM and J-SAM", frozenset({"test accuracy", "L-SAM", "J-SAM", "SGD"}), (4,)),
    Reference("Section 4.2, norms", frozenset({"activation norm", "last-layer norm"}), (5,)),
    Reference("Section 4.3, no label noise", frozenset({"no label noise", "penalty"}), (9,)),
    Reference("Section 4.4, clean loss at the same gap", frozenset({"training loss", "loss ratio", "accuracy gap"}), (1, 7)),
    Reference("Appendix B.1, test accuracy and rho", frozenset({"test accuracy", "1-SAM"}), (3,)),
)

PANELS = ("LR=0.001 N=500", "LR=0.01 N=500", "LR=0.1 N=500", "LR=0.1 N=500")
RATES = tuple(dict.fromkeys(PANELS))
PENALTY = {"data sets on which the penalty was tried": ("CIFAR-10",), "networks with which it was tried": ("ResNet18",)}

PRINTED = (
    Agreement(part="cross-references", data=NAIVE, check=follow, variants={}),
    Agreement(part="gap-and-test-accuracy", data=GAP, check=follow, variants={}),
    Agreement(part="other-references", data=OTHERS, check=follow, variants=redirected(OTHERS, (2,))),
    Agreement(part="panels-of-figure-11", data=PANELS, check=different, variants={}),
    Agreement(part="where-the-penalty-was-tried", data=PENALTY, check=several, variants={}),
)
CORRECTED = (
    Agreement(
        part="cross-references",
        data=NAIVE_IN_6,
        check=follow,
        variants={"as printed": NAIVE, **redirected(NAIVE_IN_6, tuple(set(SHOWS) - {6}))},
    ),
    Agreement(
        part="gap-and-test-accuracy",
        data=GAP_WITH_1,
        check=follow,
        variants={"as printed": GAP, **redirected(GAP_WITH_1, (1, 2, 3, 4, 6, 7))},
    ),
    Agreement(
        part="panels-of-figure-11",
        data=RATES,
        check=different,
        variants={"as printed": PANELS, **{f"{title} twice": (*RATES, title) for title in RATES}},
    ),
    Agreement(
        part="where-the-penalty-was-tried",
        data=PENALTY,
        check=only,
        variants={
            f"{item} too": {**PENALTY, kind: (*PENALTY[kind], item)} for kind, item in zip(PENALTY, ("Tiny-ImageNet", "2NN"), strict=True)
        },
    ),
)
