"""Tables, panels and costs that the experiments on digits share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from empirical.digits_program import CORNERS
from empirical.digits_sweep import SEEDS, Arm, at, column, own_column, radius
from empirical.experiment import Cost, Results, Setup
from empirical.figures import PALETTE, Line, Panel, svg
from empirical.results import average, mean, networks, values
from empirical.toy_report import interval_line
from theory.provenance import cores

# Seconds of one core: a program's compilation; of each point and epoch, for each unit of width and for a part that does not depend on it,
# by what shares a perturbation (None: the whole batch); probes after an epoch.
COMPILE = 8.0
EXAMPLE = {(None, False): 1.5e-8, (1, False): 1.5e-8, (8, False): 1.0e-7, (32, False): 7.0e-8, (None, True): 1.5e-8}
BASE_WIDTH = 20
PROBE, PROBE_ALL = 1.0e-3, 3.0e-3


def table(results: Results) -> list[dict[str, str]]:
    """Return a row for each arm and strength that was trained: best test accuracy, its epoch, the last one, and what chose the strength.

    Of a sweep under way a row also says how many epochs its networks have had.
    """
    rows: list[dict[str, str]] = []
    for arm, kept in results["arms"].items():
        each = strengths(kept["setting"])
        for index, strength in enumerate(each):
            if not mean(values(results, arm, "peak")[:, index]).n:
                continue
            chosen = " (best)" if len(each) > 1 and index == own_column(results, arm) else ""
            row = {"network and method": arm, "rho or gammas": strength}
            row["best test accuracy"] = str(mean(values(results, arm, "peak")[:, index]))
            row["at epoch"] = average(values(results, arm, "peak_epoch")[:, index], 0)
            row["last accuracy"] = average(values(results, arm, "last")[:, index])
            held_out = f"{average(values(results, arm, 'held_out')[:, index])}{chosen}" if "held_out" in kept["values"] else "-"
            row["held out, noisy"] = held_out
            if results.get("needs"):
                row["epochs so far"] = average(values(results, arm, "epochs")[:, index], 0)
            rows.append(row)
    return rows


def strengths(setting: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the strength of each column of an arm as text: 0 for SGD, the radius, or the two gammas."""
    if setting["method"] == "sgd":
        return ["0"]
    if "gamma_z" in setting:
        return [f"{z:g}, {v:g}" for z, v in zip(setting["gamma_z"], setting["gamma_v"], strict=True)]
    return [f"{rho:g}" for rho in setting["rhos"]]


def strength(results: Results, model: str, method: str) -> str:
    """Return the strength that a method was given by its own held-out accuracy, as text."""
    return strengths(results["arms"][f"{model}, {method}"]["setting"])[column(results, model, method, "own")]


def curve_panel(results: Results, model: str, curve: str, y: str, methods: Sequence[str]) -> Panel:
    """Return a panel of one curve of methods at 1-SAM's radius, SGD dashed in black."""
    lines = [curve_line(results, model, curve, method, method, PALETTE[index]) for index, method in enumerate(methods)]
    return Panel(model, "epoch", y, [line for line in lines if line.x])


def curve_line(results: Results, model: str, curve: str, method: str, label: str, colour: str) -> Line:
    """Return the curve of one method at 1-SAM's radius, with its band over seeds."""
    return drawn(results, f"{model}, {method}", curve, column(results, model, method, "same"), label, colour, dashed=method == "SGD")


def drawn(results: Results, arm: str, curve: str, index: int, label: str, colour: str, *, dashed: bool) -> Line:
    """Return the curve of one column of an arm, as far as it goes; a dashed one is black. One seed has no band."""
    found = results["arms"][arm]["curves"][curve]
    ends = [place for place, row in enumerate(found["mean"], 1) if row[index] is not None]
    stop = max(ends, default=0)
    mid, low, high = ([float("nan") if row[index] is None else row[index] for row in found[key][:stop]] for key in ("mean", "low", "high"))
    shade, style = (PALETTE[6], "--") if dashed else (colour, "-")
    if len(results["seeds"]) == 1:
        return Line(found["steps"][:stop], mid, label, shade, style=style)
    return Line(found["steps"][:stop], mid, label, shade, low, high, style)


def peaks(results: Results, methods: Sequence[str]) -> str:
    """Return the best test accuracies of methods at 1-SAM's radius, network by network, as text."""
    each = [
        f"{model}: " + ", ".join(f"{method} {average(at(results, model, method, 'peak'))}" for method in methods)
        for model in networks(results)
    ]
    return "; ".join(each)


def leads(results: Results, setting: str, index: int | None = None) -> np.ndarray:
    """Return 1-SAM's lead over SGD in best test accuracy, (seeds,), at one column or, for None, at the radius best for the setting."""
    sam = values(results, f"{setting}, 1-SAM", "peak")
    chosen = own_column(results, f"{setting}, 1-SAM") if index is None else index
    return sam[:, chosen] - at(results, setting, "SGD", "peak")


def led(results: Results, settings: Mapping[str, float], index: int | None = None) -> str:
    """Return 1-SAM's lead over SGD in best test accuracy in each setting as text: at one column, and at the radius best for the setting."""
    says: list[str] = []
    for name in settings:
        own = f"{mean(leads(results, name))} at its own ρ = {radius(results, name, '1-SAM', 'own'):g}"
        fixed = "" if index is None else f"{mean(leads(results, name, index))} at ρ = {_rho(results, name, index):g}, "
        says.append(f"{name}: SGD {average(at(results, name, 'SGD', 'peak'))}, lead of 1-SAM {fixed}{own}")
    return f"{'; '.join(says)}."


def _rho(results: Results, setting: str, index: int) -> float:
    return results["arms"][f"{setting}, 1-SAM"]["setting"]["rhos"][index]


def lead_panels(results: Results, settings: Mapping[str, float], x: str, index: int | None = None) -> str:
    """Draw the best accuracies of SGD and 1-SAM, and the lead of 1-SAM, against what the settings vary."""
    place = list(settings.values())
    descent = np.stack([at(results, name, "SGD", "peak") for name in settings], axis=1)
    lead = np.stack([leads(results, name, index) for name in settings], axis=1)
    best = [interval_line(place, descent, "SGD", PALETTE[6]), interval_line(place, descent + lead, "1-SAM", PALETTE[0])]
    ahead = [interval_line(place, lead, "", PALETTE[0])]
    return svg([Panel("2NN", x, "best test accuracy", best, log_x=True), Panel("2NN", x, "lead of 1-SAM", ahead, [(0.0, "")], log_x=True)])


def cost(arms: Mapping[str, Arm], seeds: int = SEEDS) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep; its parts are programs to compile and networks to train, which experiments share."""

    def of(setup: Setup) -> Cost:
        if setup.profile == "smoke":
            return Cost(seconds=1.0 + 3.0 * len(arms), memory_mib=700.0)
        count, parts = seeds if setup.seeds is None else setup.seeds, {}
        for arm in arms.values():
            parts[f"compile {_program(arm)}"] = COMPILE / cores()
            parts |= {f"train {arm} with seed {seed}": _seconds(arm) / cores() for seed in range(count)}
        return Cost(seconds=sum(parts.values()), memory_mib=900.0, parts=parts)

    return of


def _program(arm: Arm) -> Arm:
    """Return what stands for all arms that one compiled program trains."""
    return replace(arm, method="sgd" if arm.method in CORNERS else arm.method, rhos=(), gammas=(), rate=0.0)


def _seconds(arm: Arm) -> float:
    """Return the estimated seconds of one core for one seed of an arm: steps over all points, and probes."""
    steps = EXAMPLE[arm.shard, arm.method == "penalty"] * arm.train * (BASE_WIDTH + arm.width)
    return arm.columns * arm.epochs * (steps + (PROBE_ALL if arm.whole else PROBE))
