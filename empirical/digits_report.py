"""Tables, panels and costs that the experiments on digits share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from empirical.digits_sweep import MODELS, SEEDS, Arm, at, column, own_column
from empirical.experiment import Cost, Results, Setup
from empirical.figures import PALETTE, Line, Panel
from empirical.results import mean, values
from theory.provenance import cores

# Seconds of one core: a program's compilation, and an epoch of one network by shard size (None: the whole batch).
COMPILE, NETWORK = 8.0, {None: 0.005, 1: 0.005, 8: 0.012, 32: 0.009}


def cost(arms: Mapping[str, Arm]) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep, if no other experiment has trained these arms."""

    def of(setup: Setup) -> Cost:
        if setup.profile == "smoke":
            return Cost(seconds=1.0 + 3.0 * len(arms), memory_mib=700.0)
        count = SEEDS if setup.seeds is None else setup.seeds
        seconds = sum(COMPILE + NETWORK[arm.shard] * arm.epochs * count * len(arm.rhos) for arm in arms.values())
        return Cost(seconds=round(seconds / min(cores(), len(arms)), 1), memory_mib=900.0)

    return of


def table(results: Results) -> list[dict[str, str]]:
    """Return a row for each arm and radius: best test accuracy, its epoch, the last one, and what the radius was chosen on."""
    rows: list[dict[str, str]] = []
    for arm, kept in results["arms"].items():
        for index, rho in enumerate(kept["setting"]["rhos"]):
            chosen = " (best)" if len(kept["setting"]["rhos"]) > 1 and index == own_column(results, arm) else ""
            row = {"network and method": arm, "rho": "0" if arm.endswith("SGD") else f"{rho:g}"}
            row["best test accuracy"] = str(mean(values(results, arm, "peak")[:, index]))
            row["at epoch"] = f"{values(results, arm, 'peak_epoch')[:, index].mean():.0f}"
            row["last accuracy"] = f"{values(results, arm, 'last')[:, index].mean():.3f}"
            row["held out, noisy"] = f"{values(results, arm, 'held_out')[:, index].mean():.3f}{chosen}"
            rows.append(row)
    return rows


def curve_panel(results: Results, model: str, curve: str, y: str, methods: Sequence[str]) -> Panel:
    """Return a panel of one curve of methods at 1-SAM's radius, SGD dashed in black."""
    lines = [curve_line(results, model, curve, method, method, PALETTE[index]) for index, method in enumerate(methods)]
    return Panel(model, "epoch", y, lines)


def curve_line(results: Results, model: str, curve: str, method: str, label: str, colour: str) -> Line:
    """Return the curve of one method at 1-SAM's radius, with its band over seeds."""
    drawn, index = results["arms"][f"{model}, {method}"]["curves"][curve], column(results, model, method, "same")
    mid, low, high = ([row[index] for row in drawn[key]] for key in ("mean", "low", "high"))
    descent = method == "SGD"
    return Line(drawn["steps"], mid, label, PALETTE[6] if descent else colour, low, high, "--" if descent else "-")


def peaks(results: Results, methods: Sequence[str]) -> str:
    """Return the best test accuracies of methods at 1-SAM's radius, network by network, as text."""
    each = [f"{model}: " + ", ".join(f"{method} {at(results, model, method, 'peak').mean():.3f}" for method in methods) for model in MODELS]
    return "; ".join(each)
