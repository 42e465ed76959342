"""The command `fetch`: images from those who publish them."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from empirical.cli.options import Fetch
from empirical.data.fetch import fetch
from empirical.data.source import layout
from reports import calls, lock


def fetch_data(call: Fetch, console: Console) -> int:
    """Fetch one data set and print where it is."""
    calls.output("--to", call.to)
    advice = "choose another with --to DIR"
    with (
        lock.locked(call.to, f"{lock.LOCKS}/fetch-{call.name}", f"fetch {call.name} to {call.to}", advice=advice),
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress,
    ):
        task = progress.add_task(f"fetching {call.name}", total=1.0)
        data = fetch(call.name, call.to, lambda activity, share: progress.update(task, description=activity, completed=share), call.mirror)
    console.print(f"{layout(data)}; give it with --data {data}", highlight=False, soft_wrap=True)
    return 0
