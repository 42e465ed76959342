"""The table of a sweep over networks: a row for each arm and strength."""

from __future__ import annotations

from empirical.report.reading import own_column, strengths
from empirical.report.results import average, mean, values
from empirical.report.sweep_results import SweepResults


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return a row for each trained arm and strength: best test accuracy, its epoch, the last accuracy, and the held-out accuracy.

    The held-out accuracy chooses the strength. Of a sweep under way a row also says how many epochs its networks have had.
    """
    rows: list[dict[str, str]] = []
    for key, arm in results.arms.items():
        tried = strengths(arm.setting)
        for index, strength in enumerate(tried):
            if not mean(values(results, key, "peak")[:, index]).n:
                continue
            chosen = " (best)" if len(tried) > 1 and index == own_column(results, key) else ""
            row = {"network and method": key.written, "rho or gammas": strength}
            row["best test accuracy"] = str(mean(values(results, key, "peak")[:, index]))
            row["at epoch"] = average(values(results, key, "peak_epoch")[:, index], 0)
            row["last accuracy"] = average(values(results, key, "last")[:, index])
            held_out = f"{average(values(results, key, 'held_out')[:, index])}{chosen}" if "held_out" in arm.values else "-"
            row["held out, noisy"] = held_out
            if results.needs:
                row["epochs so far"] = average(values(results, key, "epochs")[:, index], 0)
            rows.append(row)
    return rows
