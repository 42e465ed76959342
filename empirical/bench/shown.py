"""What the benchmark shows: the table of steps, the picture of their ratios, and the lines on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from empirical.bench.bench_results import BenchResults
from empirical.bench.step_times import BASE, counted_operations, ratio
from empirical.methods.rules.rule import ROUTES
from empirical.report.experiment import Ruling, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from reports import terminal
from reports.page.words import OUTCOMES


def table(results: BenchResults) -> list[dict[str, str]]:
    """Return a row for each step of each workload."""
    rows: list[dict[str, str]] = []
    for name, work in results.workloads.items():
        for step, timing in work.steps.items():
            interval, middle = ratio(timing.ratios), sorted(timing.seconds)[len(timing.seconds) // 2]
            row = {"model": name, "step": step, "median ms": f"{1e3 * middle:.1f}"}
            row["times SGD"] = "1" if step == BASE else f"{interval.median:.2f} [{interval.low:.2f}, {interval.high:.2f}]"
            operations = counted_operations(work, step)
            row["operations"] = "–" if operations is None else f"{operations:.2f}"
            rows.append(row | {"memory MiB": f"{timing.memory / 2**20:.0f}", "compile s": f"{timing.compile_s:.1f}"})
    return rows


def routes(results: BenchResults) -> list[dict[str, str]]:
    """Return a row for each layer of unlike shapes whose routes were timed, the route that 1-SAM takes marked."""
    rows: list[dict[str, str]] = []
    for name, work in results.workloads.items():
        for layer in work.routes:
            row = {"model": name, "layer": layer.layer, "layers": str(layer.layers), "weight": "x".join(map(str, layer.weight))}
            row["input"] = "x".join(str(size) for size in layer.inputs if size > 1)
            for route in ROUTES:
                us = f"{1e6 * layer.seconds[route]:.0f}" if route in layer.seconds else "–"
                row[f"{route} us"] = f"{us} *" if route == layer.taken else us
            rows.append(row)
    return rows


def picture(results: BenchResults) -> str:
    """Draw the ratios of each step in ascending order, so that the spread over rounds is seen."""
    panels: list[Panel] = []
    for name, work in results.workloads.items():
        lines: list[Line] = []
        for colour, (step, timing) in zip(PALETTE, [item for item in work.steps.items() if item[0] != BASE], strict=False):
            drawn = sorted(timing.ratios)
            places = [(rank + 0.5) / len(drawn) for rank in range(len(drawn))]
            lines.append(Line(places, drawn, step, colour))
        levels = [(work.bound, "claimed for 1-SAM")]
        panels.append(Panel(f"{name}, batch {work.batch}", "share of rounds", "times SGD", lines, levels, log_y=True))
    return svg(panels)


def printed(
    rows: Sequence[Mapping[str, str]], layers: Sequence[Mapping[str, str]], rulings: Mapping[Target, Ruling], width: int | None
) -> list[terminal.Line | Text]:
    """Return the table of steps, the table of routes where there is one, and a sentence on each workload."""
    leaves = {"compile s": 4, "memory MiB": 3, "operations": 2, "median ms": 1}
    columns = [terminal.Column(name, right=name not in ("model", "step"), leaves=leaves.get(name, 0)) for name in rows[0]]
    lines: list[terminal.Line | Text] = [
        line for row in terminal.table(columns, [list(row.values()) for row in rows], width) for line in row
    ]
    if layers:
        columns = [terminal.Column(name, right=name.endswith(("us", "layers")), leaves=4 if name == "model" else 0) for name in layers[0]]
        drawn = [line for row in terminal.table(columns, [list(row.values()) for row in layers], width) for line in row]
        lines += [Text(), Text("Both passes of each layer by each route; * is the route of 1-SAM."), *drawn]
    for target, ruling in rulings.items():
        lines += [Text(), terminal.Line(Text(f"{target.part}: {OUTCOMES[ruling.outcome]}. {ruling.says}"), 0, 2)]
    return lines
