"""The numbers that the paper quotes, held against its Table 1 and against one another, in exact fractions.

Rule.       A number quoted with k decimals agrees with an exact one when it is that number rounded to k decimals.
            Table 1 is taken as exact. Numbers said to be one setting agree when they are the same fraction.
Idea.       Each comparison is a small record with the place of every quote; the check knows nothing of the outcome.
As printed. Figure 9's caption has 20 points where Table 1 has 16.99; "17% higher" is 17 points, as a percentage it is 32;
            the penalty recovers 49% of the gain, which is not the larger part; J-SAM 98%, which is not all of it.
Source.     The places named in the data. These are parts of the claim in `numbers_agree`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from theory.paper.quote_checks import (
    Comparison,
    Quote,
    Threshold,
    agreement,
    changed,
    compare_all,
    difference,
    judge,
    nested,
    refuse_unlisted,
    repeated,
)
from theory.statement import Agreement

TABLE_1 = {"1-SAM": "69.47", "L-SAM": "54.13", "J-SAM": "69.17", "SGD": "52.48", "SGD with penalty": "60.8"}
GAP = Comparison("1-SAM over SGD", difference("1-SAM", "SGD"), (Quote("Section 1", "17"), Quote("Section 4.3", "17")), TABLE_1)
REMAINDER = Comparison("1-SAM over SGD with penalty", difference("1-SAM", "SGD with penalty"), (Quote("Section 4.3", "9"),), TABLE_1)
GAIN = Comparison("SGD with penalty over SGD", difference("SGD with penalty", "SGD"), (Quote("caption of Table 1", "8"),), TABLE_1)
FIGURE_9 = replace(GAP, quotes=(Quote("caption of Figure 9, with 30% label noise", "20"),))
RELATIVE = Comparison(
    "accuracy of 1-SAM above SGD's accuracy, in percent of the latter",
    lambda table: 100 * (table["1-SAM"] / table["SGD"] - 1),
    (Quote("Section 1", "17"),),
    TABLE_1,
)

LARGELY = Threshold("abstract", "the larger part of the gain", "SGD with penalty", lambda s: s > Fraction(1, 2), TABLE_1)
NOT_LARGELY = replace(LARGELY, word="less than half of the gain", holds=lambda s: s < Fraction(1, 2))
MOST = (
    Threshold("Section 4", "most of the gain", "J-SAM", lambda s: s > Fraction(1, 2), TABLE_1),
    Threshold("Section 4.1", "almost all of the gain, that is nine tenths", "J-SAM", lambda s: s >= Fraction(9, 10), TABLE_1),
    Threshold("Section 4", "not the larger part of the gain", "L-SAM", lambda s: s < Fraction(1, 2), TABLE_1),
)

ENTIRELY = (
    Threshold("abstract", "the whole gain", "J-SAM", lambda s: s >= 1, TABLE_1),
    Threshold("abstract", "no part of the gain", "L-SAM", lambda s: s <= 0, TABLE_1),
)
NEARLY = (
    Comparison("J-SAM over SGD", difference("J-SAM", "SGD"), (Quote("as corrected", "16.69"),), TABLE_1),
    Comparison("L-SAM over SGD", difference("L-SAM", "SGD"), (Quote("as corrected", "1.65"),), TABLE_1),
    Comparison("1-SAM over SGD", difference("1-SAM", "SGD"), (Quote("as corrected", "16.99"),), TABLE_1),
)

SETTINGS = {
    "label noise on CIFAR-10": [
        Quote(place, "0.3") for place in ("Section 1", "Section 4.1", "A.2", "Figure 9", "Figure 12", "Figure 13", "Figure 14")
    ],
    "rho of SAM on CIFAR-10": [Quote(p, "0.01") for p in ("Section 4.1", "Table 1", "A.2", "Figure 9", "Figure 12", "Figure 13")],
    "label noise of the toy data": [Quote(place, "0.4") for place in ("Section 3.1", "A.3", "Figure 10", "Figure 11")],
    "toy dimensions": [Quote("A.3", "1000"), Quote("Figure 10", "1000")],
    "toy examples": [Quote("A.3", "500"), Quote("a panel of Figure 10", "500"), Quote("Figure 11", "500")],
    "toy learning rate": [Quote("A.3", "0.01"), Quote("Figure 10", "0.01"), Quote("a panel of Figure 11", "0.01")],
    "gap without label noise": [Quote("Section 4.3", "8"), Quote("Figure 9", "8")],
    "gain of the penalty without label noise": [Quote("Section 4.3", "1"), Quote("Figure 9", "1")],
    "half the filters of ResNet18": [Quote("Figure 13", "32"), Quote("half of the 64 of Figure 13", str(Fraction(64, 2)))],
    "a quarter of the filters of ResNet18": [Quote("Figure 13", "16"), Quote("a quarter of the 64 of Figure 13", str(Fraction(64, 4)))],
}
RANGES = {"Section 3.1": ("0", "0.18"), "Figure 3": ("0", "0.18"), "Figure 10": ("0.03", "0.18")}  # of rho, on toy data with 500 examples
ONE_RANGE = {f"{end} rho": [Quote(place, text[k]) for place, text in RANGES.items()] for k, end in enumerate(("smallest", "largest"))}


COMPUTED = {"half the filters of ResNet18", "a quarter of the filters of ResNet18"}  # of which the second number is half of 64, say
refuse_unlisted(
    [
        *(quote for group in (GAP, REMAINDER, GAIN, FIGURE_9, RELATIVE) for quote in group.quotes),
        *(quote for name, quotes in SETTINGS.items() for quote in (quotes[:1] if name in COMPUTED else quotes)),
        *(quote for quotes in ONE_RANGE.values() for quote in quotes),
        *(Quote("Table 1", value) for value in TABLE_1.values()),
    ]
)

PRINTED = (
    agreement("gap-17", GAP, ("16", "18", "16.9", "20")),
    agreement("gap-9", REMAINDER, ("8", "10", "8.6", "7")),
    agreement("gain-8", GAIN, ("7", "9", "8.4", "17")),
    agreement("gap-in-figure-9", FIGURE_9),
    agreement("percent-higher", RELATIVE),
    Agreement(part="largely-recover", data=(LARGELY,), check=judge, variants={}),
    Agreement(
        part="j-sam-recovers",
        data=MOST,
        check=judge,
        variants={f"{t.word}, of L-SAM": (replace(t, method="L-SAM"),) for t in MOST[:2]}
        | {f"{t.word}, of the penalty": (replace(t, method="SGD with penalty"),) for t in MOST[:2]}
        | {f"{MOST[2].word}, of J-SAM": (replace(MOST[2], method="J-SAM"),)},
    ),
    Agreement(part="entirely", data=ENTIRELY, check=judge, variants={}),
    Agreement(part="settings", data=SETTINGS, check=repeated, variants=changed(SETTINGS)),
    Agreement(part="rho-range", data=ONE_RANGE, check=repeated, variants={}),
)
CORRECTED = (
    agreement("gap-in-figure-9", replace(FIGURE_9, quotes=(replace(FIGURE_9.quotes[0], value="17"),)), ("20", "16", "18", "16.9")),
    agreement("percent-higher", replace(RELATIVE, quotes=(replace(RELATIVE.quotes[0], value="32"),)), ("17", "31", "33", "20")),
    Agreement(
        part="largely-recover",
        data=(NOT_LARGELY,),
        check=judge,
        variants={
            "the larger part": (LARGELY,),
            "the penalty one point better": (replace(NOT_LARGELY, table={**TABLE_1, "SGD with penalty": "61.8"}),),
        }
        | {f"less than half, of {method}": (replace(NOT_LARGELY, method=method),) for method in ("1-SAM", "J-SAM")},
    ),
    Agreement(
        part="entirely",
        data=NEARLY,
        check=compare_all,
        variants={
            f"{wrong} quoted for {row.says}": tuple(replace(o, quotes=(Quote("as corrected", wrong),)) if o is row else o for o in NEARLY)
            for row, wrong in zip(NEARLY, ("16.99", "0", "16.69"), strict=True)
        }
        | {"J-SAM half a point better in Table 1": tuple(replace(o, table={**TABLE_1, "J-SAM": "69.67"}) for o in NEARLY)},
    ),
    Agreement(
        part="rho-range",
        data=RANGES,
        check=nested,
        variants={
            "Figure 10 from 0": {**RANGES, "Figure 10": ("0", "0.18")},
            "Figure 10 up to 0.2": {**RANGES, "Figure 10": ("0.03", "0.2")},
            "Figure 10 up to 0.15": {**RANGES, "Figure 10": ("0.03", "0.15")},
            "Figure 3 from 0.03": {**RANGES, "Figure 3": ("0.03", "0.18")},
            "Section 3.1 up to 0.1": {**RANGES, "Section 3.1": ("0", "0.1")},
        },
    ),
)
