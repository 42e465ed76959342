"""Appendix A.1: how labels are corrupted, and why Eq. 3.1 describes another law.

Statement.  Of n labels a whole number m = n Delta is chosen at random, and each chosen one becomes a random wrong class.
            Then exactly n Delta labels are wrong; P(t = k) = Delta/(K-1) for each wrong class k, and P(t = y) = 1 - Delta.
Idea.       One point is chosen in C(n-1, m-1) of the C(n, m) selections.
Assumes.    n Delta is whole, as it is for every data set of the paper whose size is known.
As printed. Eq. 3.1 flips each label independently with probability Delta, and the text after it has that corrupt Delta of
            the data. It does so on average only: the number of flips has variance n Delta (1 - Delta).
Source.     Appendix A.1; Eq. 3.1 and the sentence after it.

Every outcome is counted, for small n and K; for all sizes at once nothing is proved, since the kernel knows no selections.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product

import numpy as np

from theory.domain import Batch, Space, Values
from theory.paper import iid_flips
from theory.statement import Agreement, Assumption, Claim, Finding, Identity
from theory.symbols import positive

K, q, a, c = positive("K q a c")  # classes; Delta = a/q; q c points
n, Delta = positive("n Delta")
WHERE = {Delta: a / q}


@cache
def outcomes(n: int, m: int, K: int) -> tuple[int, int, int, int, int, int]:
    """Go through every equally likely outcome of A.1 for m of n points and K classes, all true labels being class 0.

    Returns (number of outcomes; those in which point 0 has label 0; those in which it has label 1; those in which points 0
    and 1 are both wrong; fewest and most wrong labels in one outcome).
    """
    total = true = first = both_wrong = 0
    wrong = []
    for chosen in combinations(range(n), m):
        for classes in product(range(1, K), repeat=m):
            labels = [0] * n
            for point, label in zip(chosen, classes, strict=True):
                labels[point] = label
            total, true, first = total + 1, true + (labels[0] == 0), first + (labels[0] == 1)
            both_wrong += labels[0] != 0 and labels[1 % n] != 0
            wrong.append(sum(label != 0 for label in labels))
    return total, true, first, both_wrong, min(wrong), max(wrong)


def counted(extra: int) -> Callable[[Batch], Batch]:
    """Return the construction that adds the counts of `outcomes`; `extra` points beyond q c make n Delta fractional."""

    def construct(batch: Batch) -> Batch:
        a = np.clip(batch["a"], 1, batch["q"] - 1)
        rows = []
        for one_a, one_q, one_c, one_K in zip(a, batch["q"], batch["c"], batch["K"], strict=True):
            n = int(one_q * one_c) + extra
            rows.append(outcomes(n, int(one_a) * n // int(one_q), int(one_K)))
        names = ("total", "kept", "first", "both", "fewest", "most")
        columns = {name: np.array(values, dtype=float) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
        return {**batch, "a": a, "n": batch["q"] * batch["c"] + extra, **columns}

    return construct


DOMAINS = {K: Values((2.0, 3.0, 4.0)), q: Values((2.0, 3.0)), a: Values((1.0, 2.0)), c: Values((1.0, 2.0))}
WHOLE = Space(DOMAINS, construct=counted(0), note="n = q c, Delta = a/q with 0 < a < q; every outcome is counted")
FRACTIONAL = Space(DOMAINS, construct=counted(1), note="n = q c + 1, so that n Delta is not whole and is rounded down")


def whole(sets: Sequence[tuple[str, int, Fraction]]) -> list[Finding]:
    """Tell for each data set whether n Delta is whole."""
    return [
        Finding(f"{name}: n Delta is whole", (n * delta).denominator == 1, f"{n} times {delta} is {n * delta}") for name, n, delta in sets
    ]


SETS = (
    *[(f"toy data, n = {n}", n, Fraction(2, 5)) for n in (100, 300, 500, 700, 2000, 3000)],
    *[(f"CIFAR-10, {percent}% of 50000 images", 500 * percent, Fraction(3, 10)) for percent in (10, 50, 100)],
    ("Tiny-ImageNet, 100000 images", 100_000, Fraction(3, 10)),
)

CLAIMS = (
    Claim(
        id="label-noise",
        space=WHOLE,
        printed=(
            Identity(part="no-more", formula=n * Delta, where=WHERE, defined_by=lambda p: p.most),
            Identity(part="no-fewer", formula=n * Delta, where=WHERE, defined_by=lambda p: p.fewest),
            Identity(part="uniform", formula=Delta / (K - 1), where=WHERE, defined_by=lambda p: p.first / p.total),
            Identity(part="kept", formula=1 - Delta, where=WHERE, defined_by=lambda p: p.kept / p.total),
            *iid_flips.PRINTED,
        ),
        corrected=iid_flips.CORRECTED,
        beyond=(
            Identity(
                part="pairs",
                formula=Delta * (n * Delta - 1) / (n - 1),
                where=WHERE,
                defined_by=lambda p: p.both / p.total,
            ),
            *iid_flips.BEYOND,
            Agreement(
                part="whole",
                data=SETS,
                check=whole,
                variants={f"{name}, one point more": ((name, n + 1, delta),) for name, n, delta in SETS},
            ),
        ),
        assumes=(Assumption("n Delta is whole", FRACTIONAL, parts=("no-more", "no-fewer", "uniform", "kept", "pairs")),),
    ),
)
