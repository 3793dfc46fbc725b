"""A container's workers: turns, time that runs out in the queue, and errors that find their way."""

import threading

import pytest

from sandbox.sagemaker.workers import TooSlowError, Workers


def test_what_the_work_raises_arrives() -> None:
    def work() -> None:
        raise TimeoutError("the work's own")

    with pytest.raises(TimeoutError, match="the work's own"):
        Workers().run(work, 5)


def test_who_gives_up_in_the_queue_is_not_worked_for() -> None:
    workers, begun, release, done = Workers(), threading.Event(), threading.Event(), []

    def hold() -> None:
        begun.set()
        release.wait(30)

    holder = threading.Thread(target=workers.run, args=(hold, 5))
    holder.start()
    begun.wait(30)
    with pytest.raises(TooSlowError):
        workers.run(lambda: done.append("worked"), 0.01)
    release.set()
    holder.join()
    workers.run(lambda: done.append("next"), 5)

    assert done == ["next"]


def test_more_workers_work_at_once() -> None:
    workers = Workers()
    workers.resize(2)
    meeting = threading.Barrier(2, timeout=30)
    other = threading.Thread(target=workers.run, args=(meeting.wait, 5))
    other.start()
    workers.run(meeting.wait, 5)
    other.join()

    assert not meeting.broken
