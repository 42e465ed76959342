"""The table of a sweep over networks: a row for each arm and strength."""

from __future__ import annotations

from empirical.report.experiment import Results
from empirical.report.reading import own_column, strengths
from empirical.report.results import average, mean, values


def table(results: Results) -> list[dict[str, str]]:
    """Return a row for each trained arm and strength: best test accuracy, its epoch, the last accuracy, and the held-out accuracy.

    The held-out accuracy chooses the strength. Of a sweep under way a row also says how many epochs its networks have had.
    """
    rows: list[dict[str, str]] = []
    for arm, kept in results["arms"].items():
        tried = strengths(kept["setting"])
        for index, strength in enumerate(tried):
            if not mean(values(results, arm, "peak")[:, index]).n:
                continue
            chosen = " (best)" if len(tried) > 1 and index == own_column(results, arm) else ""
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
