"""Work done ahead by several threads and handed out in its order, within a bound of bytes."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
LOOK_SECONDS = 0.5


def ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[Task], Result],
    tasks: Iterable[tuple[int, Task]],
    bounds: tuple[int, int],
    waiting: Callable[[], None],
) -> Generator[Result]:
    """The results of `tasks`, which come with their bytes, in order.

    `bounds` are the most tasks and the most bytes that are under way or wait to be taken; one task may always be.
    `waiting` is called now and then while nothing comes, and may raise.
    """
    most_tasks, most_bytes = bounds
    under_way: deque[tuple[int, Future[Result]]] = deque()
    held = 0
    try:
        for size, task in tasks:
            while under_way and (len(under_way) >= most_tasks or held + size > most_bytes):
                done, future = under_way.popleft()
                held -= done
                yield awaited(future, waiting)
            under_way.append((size, pool.submit(work, task)))
            held += size
        while under_way:
            yield awaited(under_way.popleft()[1], waiting)
    finally:
        for _, future in under_way:
            future.cancel()


def awaited(future: Future[Result], waiting: Callable[[], None]) -> Result:
    """The future's result; `waiting` is called now and then until it is there."""
    while not future.done():
        try:
            return future.result(timeout=LOOK_SECONDS)
        except TimeoutError:
            # Either ours, or the work's own, which is then told below.
            waiting()
    return future.result()
