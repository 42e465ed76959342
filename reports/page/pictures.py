"""Pictures that explain: a lemma's ratio, a bound beside the tight one, the flow behind a theorem, and what killed the near misses.

Curves are drawn from the statements; points and bars come from evidence.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

import msgspec

from reports.counted import counted
from reports.page import flow, near_misses, table_one
from reports.page.entries import Document
from reports.page.picture import Picture
from reports.page.plot import Plot

APART = 36
"""Units from one label of a level to the next."""


def all_of(page: Document) -> list[Picture]:
    """Return all pictures, in the order of the page; those about a claim that the page lacks are left out."""
    known = {claim.id for claim in page.claims}
    drawn = [table(page), ratio(), bounds(page), training(), kills(page)]
    return [picture for picture in drawn if known.issuperset(picture.claims)]


def table(page: Document) -> Picture:
    """Draw Table 1 as its strongest run has it, beside the paper's numbers."""
    run, methods = table_one.rows(page)
    numbers = "; ".join(f"{row.method} {row.here:.3f}, the paper {row.paper:.3f}" for row in methods)
    marked = f" ({counted(run.seeds, 'seed')})" if run else ""
    bars = ", bars its interval over seeds" if any(row.low < row.high for row in methods) else ""
    return Picture(
        id="table-1",
        title="Table 1: the best test accuracy of each method.",
        says=f"Dots: the strongest run here{marked}{bars}. Rings: the paper. {numbers}.",
        result=f"Best here: {max(methods, key=lambda row: row.here).method}." if methods else "",
        claims=(table_one.CLAIM,),
        svg=table_one.picture(page),
        absent="No run of Table 1 yet.",
    )


@functools.cache
def ratio() -> Picture:
    """Draw the ratio of Lemma 3.1 for three shifts, each below its bound."""
    plot = Plot((-8, 8), (0, 8.5), "margin z", "weight of the example")
    plot.axes([(value, f"{value}".replace("-", "−")) for value in range(-8, 9, 4)], [(value, f"{value}") for value in range(0, 9, 2)])
    labels = []
    for shift, colour in ((0.5, "p5"), (1.0, "p1"), (2.0, "p2")):
        bound = math.exp(shift)
        plot.line([(-8, bound), (8, bound)], colour, dashed=True, kind="thin")
        points = [(z / 10, _ratio(z / 10, shift)) for z in range(-80, 81)]
        plot.line(points, colour)
        labels.append(((8.0, bound), f"C = {shift:g}, bound {bound:.2f}", colour))
    plot.ends(labels)
    return Picture(
        id="ratio",
        title="The weight that 1-SAM gives an example in a linear model.",
        says=r"$\sigma(-z+C)/\sigma(-z)$ rises from $1$ to its bound $e^{C}$ (dashed): examples that are fitted well gain most.",
        result="Each line rises with the margin and stays below its bound.",
        claims=("lemma-3.1",),
        svg=plot.svg(),
    )


def bounds(page: Document) -> Picture:
    """Draw the printed bounds of the loss for two classes beside the tight ones, with the shrunk counterexamples."""
    plot = Plot((0, 3), (0, 4.5), "bound C on the norm of the logits", "loss of one example", margins=(14, 96, 44, 46))
    plot.axes([(value, f"{value}") for value in range(4)], [(value, f"{value}") for value in range(5)])
    grid = [step / 50 for step in range(151)]
    labels = []
    for sign, side in ((1, "upper"), (-1, "lower")):
        for factor, colour, words in ((1.0, "p2", "printed"), (math.sqrt(2), "p1", "tight")):
            points = [(c, math.log1p(math.exp(sign * factor * c))) for c in grid]
            plot.line(points, colour, dashed=words == "printed")
            labels.append((points[-1], f"{words}, {side}", colour))
    fallen = _refuting_losses(page)
    for place in fallen:
        plot.dot(place, "refuted")
    plot.ends(labels)
    return Picture(
        id="bounds",
        title="The printed bounds of the loss, and the tight ones, for two classes.",
        says=(
            r"With $\|f\|_2\le C$ the logits may differ by $\sqrt{2}\,C$, not only by $C$. "
            "Dots: the shrunk counterexamples, outside the printed bounds."
        ),
        result=f"{counted(len(fallen), 'counterexample')} outside the printed bounds and inside the tight ones, which lie farther apart.",
        claims=("loss-bounds",),
        svg=plot.svg(),
    )


@functools.cache
def training() -> Picture:
    """Draw the paths of training in the plane of the two numbers, over level lines of accuracy."""
    wide, high, scale = 4.0, 0.6, flow.NOISE
    plot = Plot((0, wide), (0, high), "progress of clean points, N a", "lead of mislabelled points, N (b − a)", margins=(14, 44, 44, 52))
    plot.axes([(value, f"{value}") for value in range(5)], [(value / 10, f"{value / 10:g}") for value in range(0, 7, 2)])
    labelled = (-math.inf, 0.0)
    for percent in range(54, 70, 2):
        line = [(x, (b - a) * scale) for x in (step / 40 for step in range(1, 161)) for a in (x / scale,) for b in _level(percent / 100, a)]
        inside = [(x, y) for x, y in line if y <= high]
        if len(inside) > 1:
            plot.line(inside, "quiet", kind="level")
            edge = plot.at(inside[-1])
            if math.dist(labelled, edge) >= APART:
                plot.words((edge[0] + 3, edge[1] + 4 if inside[-1][0] > wide - 0.1 else edge[1] - 3), f"{percent}%", kind="faint")
                labelled = edge
    peaks: list[str] = []
    for rho, colour in ((0.0, "ink"), (0.09, "p1"), (0.18, "p2")):
        path = [(a, b) for a, b in flow.follow(rho, 9000)[::10] if a * scale <= wide]
        best = max(path, key=lambda place: flow.accuracy(*place))
        plot.line([(a * scale, (b - a) * scale) for a, b in path if (b - a) * scale <= high], colour)
        peak = (best[0] * scale, (best[1] - best[0]) * scale)
        plot.dot(peak, colour)
        x, y = plot.at(peak)
        words = f"{'GD' if rho == 0 else f'ρ = {rho:g}'}: {100 * flow.accuracy(*best):.1f}%"
        peaks.append(words)
        plot.words((x - 9, y - 7) if rho == 0 else (x + 8, y + 16), words, anchor="end" if rho == 0 else "start", kind=f"end {colour}")
    return Picture(
        id="flow",
        title="The flow behind early stopping.",
        says=(
            "Training in the toy model is a path in this plane; thin lines join places of equal test accuracy. "
            r"A larger $\rho$ holds mislabelled points back, so that its peak (dot) is higher."
        ),
        result=f"Peaks: {', '.join(peaks)}.",
        claims=("early-stopping",),
        svg=plot.svg(),
    )


def kills(page: Document) -> Picture:
    """Draw for each claim a bar of its near misses, cut where another point did the killing."""
    rows: list[tuple[str, list[int], int, int]] = []
    for claim in page.claims:
        groups = [near for item in claim.evidence if item.method == "near-miss" and (near := near_misses.grouped(item.details))]
        parts = sorted((len(group.changes) for near in groups for group in near.groups), reverse=True)
        if parts:
            rows.append((claim.id, parts, sum(len(near.equal) for near in groups), sum(len(near.survivors) for near in groups)))
    if not rows:
        return Picture(id="kills", title="What killed the near misses.", says="", result="", claims=(), absent="No near misses here yet.")
    most = max(sum(parts) + equal + alive for _, parts, equal, alive in rows)
    step, left = 16, 158
    plot = Plot((0, most), (0, len(rows)), "near misses", "", height=step * len(rows) + 62, margins=(6, 34, 46, left))
    ticks = range(0, most + 1, max(50, most // 5 // 50 * 50))
    plot.axes([(value, f"{value}") for value in ticks], [])
    for number, (name, parts, equal, alive) in enumerate(rows):
        base, start = len(rows) - number - 1, 0
        pieces = [(width, "p1" if index % 2 == 0 else "p5") for index, width in enumerate(parts)] + [(equal, "line"), (alive, "refuted")]
        boxes: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {}
        for width, colour in pieces:
            if width:
                boxes.setdefault(colour, []).append(((start, base + 0.12), (start + width, base + 0.88)))
                start += width
        for colour, drawn in boxes.items():
            plot.bars(drawn, colour)
        x, y = plot.at((0, base + 0.5))
        plot.words((x - 8, y + 4), name, anchor="end", kind="small")
        plot.words((plot.at((start, 0))[0] + 5, y + 4), f"{start}", kind="small")
    return Picture(
        id="kills",
        title="What killed the near misses.",
        says=(
            "Each bar counts the near misses of a claim: its formulas, made wrong on purpose. One point killed all of one piece; the "
            "pieces have two blues by turns. Those in pale grey were shown to equal the formula. One that survived would be red."
        ),
        result=f"{sum(sum(parts) for _, parts, _, _ in rows)} were killed and {sum(alive for *_, alive in rows) or 'none'} survived.",
        claims=(),
        svg=plot.svg(),
    )


def _ratio(z: float, shift: float) -> float:
    return (1 + math.exp(z)) / (1 + math.exp(z - shift))


def _level(value: float, a: float) -> Iterable[float]:
    point = flow.level(value, a, a + 0.7 / flow.NOISE)
    return () if point is None else (point,)


def _refuting_losses(page: Document) -> list[tuple[float, float]]:
    """Return (norm of the logits, loss) of the shrunk counterexamples to the printed bounds, where they have two classes."""
    points: list[tuple[float, float]] = []
    for claim in page.claims:
        for item in claim.evidence if claim.id == "loss-bounds" else []:
            point = item.details.get("point")
            if item.method == "counterexample" and isinstance(point, dict) and point.get("K") == "2":
                logits = msgspec.json.decode(point["f"], type=list[float])
                loss = item.details["left"] if item.part == "upper" else item.details["right"]
                points.append((math.hypot(*logits), float(loss)))
    return points
