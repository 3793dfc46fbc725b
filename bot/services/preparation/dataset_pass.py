"""The one pass that makes a data set of a source: plan it, pack it, and leave the files that tell of it.

It goes on where an earlier run of the same preparation was stopped: all that it knows stands in `work/` of its target.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.checks import Effect, Finding
from bot.domain.layouts import recognised
from bot.domain.preparations import Progress
from bot.domain.sources import SourceObject
from bot.errors import BusyError, GoneError, RefusedError
from bot.ports import ImageSource, Target
from bot.services.preparation import plan_file
from bot.services.preparation.closing import Closing, Order, Outcome
from bot.services.preparation.image_reading import ImageReader
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.journal import PLAN, Checkpoint, Journal
from bot.services.preparation.packing import Attempt, Means, Threads, Watch
from bot.services.preparation.plan_file import SPLITS, Plan
from bot.services.preparation.planning import planned
from bot.services.preparation.ready_check import ReadyCheck
from bot.services.preparation.tally import Tally
from bot.services.preparation.writing import NoWriter, writers_of

WORK = "work/"


class DataSetPass:
    """Runs once; `watch` is told of the progress, and raises to end the pass, which another one goes on with."""

    def __init__(self, instruments: Instruments, threads: Threads, *, checks_only: bool = False) -> None:
        self._instruments = instruments
        self._threads = threads
        self._checks_only = checks_only

    def run(self, order: Order, source: ImageSource, target: Target, watch: Watch) -> Outcome:
        """RefusedError: nothing can be made of the source as it is; BusyError: try again later."""
        journal = Journal(target)
        checkpoint, body = journal.last(), target.read(PLAN)
        if checkpoint is None or body is None:
            findings = _place(source, target)
            target.remove()
            layout = recognised(_listed(source, watch))
            if layout.ready_made is not None:
                self._refuse_packed(source)
                check = ReadyCheck(layout.ready_made, source, target, self._instruments)
                return check.run(order, (*findings, *layout.findings), self._threads, watch)
            plan = planned(layout, order.options, order.earlier)
            plan = replace(plan, findings=(*findings, *plan.findings))
            target.put(PLAN, plan_file.written(plan), "application/gzip")
            checkpoint = Checkpoint()
            journal.save(checkpoint)
        else:
            plan = plan_file.read(body)
        try:
            return self._packed(order, plan, checkpoint, self._means(order, source, target, watch))
        except GoneError as error:
            # Buckets may be set to give up uploads that nobody completes; then it is begun anew.
            clean_up(target)
            raise BusyError("What had been written is gone.", error.what, "It is written again.", error.code) from error

    def _refuse_packed(self, source: ImageSource) -> None:
        """What is packed already stays where it is, and SageMaker reads from S3 alone."""
        if not self._checks_only and not source.address.startswith("s3://"):
            raise RefusedError("These images are packed already.", next_step="Put the files into S3 as they are.")

    def _means(self, order: Order, source: ImageSource, target: Target, watch: Watch) -> Means:
        reader = ImageReader(source, self._instruments, order.options)
        writers = NoWriter if self._checks_only else writers_of(order.options.format)
        thumbnail = None if self._checks_only else self._instruments.thumbnail
        return Means(reader, target, writers, thumbnail, self._threads, watch)

    def _packed(self, order: Order, plan: Plan, checkpoint: Checkpoint, means: Means) -> Outcome:
        while True:
            attempt = Attempt(plan, means, checkpoint)
            checkpoint = attempt.run()
            empty = _empty(attempt.tally, checkpoint.dropped)
            if not empty or len(plan.classes) - len(empty) - len(checkpoint.dropped) < 2:
                break
            checkpoint = self._begin_again(means.target, checkpoint, empty)
        closing = Closing(order, plan, means.target, self._instruments, checks_only=self._checks_only)
        return closing.close(checkpoint, attempt.tally)

    def _begin_again(self, target: Target, checkpoint: Checkpoint, empty: tuple[int, ...]) -> Checkpoint:
        """Labels count without gaps, so that a class without a usable image is known only once all were read."""
        again = Checkpoint(
            checkpoint.attempt + 1, tuple(sorted({*checkpoint.dropped, *empty})), seconds=checkpoint.seconds
        )
        Journal(target).save(again)
        for channel in SPLITS:
            target.remove(f"{channel}/")
        return again


def _place(source: ImageSource, target: Target) -> tuple[Finding, ...]:
    """What is to be said of where the images lie; RefusedError where nothing may be made of them there."""
    findings = tuple(source.findings())
    refused = [one.said for one in findings if one.effect == Effect.REFUSED]
    if refused:
        raise RefusedError(refused[0])
    if target.address.startswith(source.address):
        raise RefusedError("It would be written into its own source.", next_step="Name a folder with the images only.")
    return findings


def _listed(source: ImageSource, watch: Watch) -> Iterator[SourceObject]:
    """All objects; a long listing can be ended, too."""
    for number, one in enumerate(source.objects()):
        if number % 1000 == 0:
            watch(Progress())
        yield one


def clean_up(target: Target) -> None:
    """Remove what a pass needs only while it is under way."""
    target.remove(WORK)


def _empty(tally: Tally, dropped: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        label for label, one in enumerate(tally.classes()) if label not in dropped and not one.train + one.validation
    )
