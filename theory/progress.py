"""Progress of verifying on a terminal: a bar, the claim that was last completed, and the time that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from reports.duration import duration
from theory import time_left
from theory.verify_claim import Verified


class LeftColumn(ProgressColumn):
    """The time that is left, which also goes on while a single long claim is at work."""

    max_refresh = 0.5

    def __init__(self, left: time_left.Left) -> None:
        super().__init__()
        self._left = left

    def render(self, task: Task) -> Text:
        """Return the work that is left, in words."""
        return Text(f"about {duration(self._left.seconds())} left", style="progress.remaining")


def with_progress(results: Iterable[Verified], left: time_left.Left, console: Console) -> Iterator[Verified]:
    """Yield what comes, with a bar, the claim that was last completed and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), LeftColumn(left))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("verifying", total=left.tasks)
        for item in results:
            yield item
            if item.claim in left:
                left.done(item.claim, item.wall_s)
                progress.update(task, advance=1, description=f"verifying; {item.claim} done")
