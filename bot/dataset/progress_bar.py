"""A bar on the terminal that shows how far a pass over a data set is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.domain.preparations import Progress


@contextmanager
def watching(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """What is to be told of the progress; it draws on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("Checking"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, said="")

        def watch(progress: Progress) -> None:
            said = f"{progress.left_out:,} left out" if progress.left_out else ""
            bar.update(task, total=progress.found, completed=progress.checked, said=said)

        yield watch


def _ignore(_: Progress) -> None:
    """Nobody watches."""
