"""Trying a release with golden images, between AWS bringing it up and anybody hearing of it."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import golden
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Check, Endpoint, EndpointStatus
from bot.domain.golden import Golden
from bot.errors import BusyError, DarkroomError, PlatformError
from bot.ports import Clock, DataSets, Endpoints, GoldenImages, Images, ModelHosting, TickLock, Wakeup
from bot.services.arriving import Arriving
from bot.services.rows import each
from bot.services.taking import taken

# A serverless endpoint may take minutes to wake up, again and again while AWS is short of room.
PATIENCE = timedelta(minutes=15)
MARGIN = 0.15
log = logging.getLogger(__name__)


class GoldenCheck:
    """Checks what waits for it, one release after another; it may take minutes, so a lane of its own does it."""

    def __init__(
        self,
        rows: tuple[Endpoints, DataSets],
        vendors: tuple[GoldenImages, ModelHosting, Images],
        arriving: Arriving,
        turn: tuple[TickLock, Wakeup],
        clock: Clock,
        margin: float = MARGIN,
    ) -> None:
        self._endpoints, self._data_sets = rows
        self._golden, self._hosting, self._images = vendors
        self._arriving = arriving
        self._lock, self._told = turn
        self._clock = clock
        self._margin = margin
        self._begun: dict[str, datetime] = {}

    def check_all(self) -> bool:
        """Check every release that waits for it. True: some wait still, for the next time."""
        with self._lock.held() as mine:
            if mine:
                each("golden_check", self._waiting(), self._check)
        return bool(self._waiting())

    def _waiting(self) -> list[Endpoint]:
        return [one for one in self._endpoints.unsettled() if one.status == EndpointStatus.CHECKING]

    def _check(self, release: Endpoint) -> None:
        begun = self._begun.setdefault(release.id, self._clock())
        try:
            check = self._checked(release)
        except BusyError as error:
            if self._clock() - begun < PATIENCE:
                raise
            check = Check(
                passed=False, problem=f"It did not answer within {PATIENCE.seconds // 60} minutes. {error.why}"
            )
        self._arriving.settle(release, check)
        del self._begun[release.id]
        self._told.call()

    def _checked(self, release: Endpoint) -> Check:
        data_set = self._data_sets.all().get(release.data_set)
        try:
            images = self._kept(release, data_set)
        except BusyError:
            raise
        except DarkroomError as error:
            log.warning("no_golden_images id=%s data_set=%s", release.id, release.data_set)
            return Check(problem=error.sentences)
        if not images:
            return Check(problem=_without(release, data_set))
        return self._tried(release, images, multi_label=data_set is not None and data_set.multi_label)

    def _kept(self, release: Endpoint, data_set: DataSet | None) -> Sequence[Golden]:
        kept = self._golden.of(release)
        if kept is not None:
            return kept
        if data_set is None or not _fits(data_set, release):
            return ()
        return self._golden.keep(release, data_set)

    def _tried(self, release: Endpoint, images: Sequence[Golden], *, multi_label: bool) -> Check:
        scores: list[float] = []
        for image in images:
            try:
                answer = self._hosting.invoke(
                    release.name, *taken(release, image.image, image.content_type, self._images)
                )
            except BusyError:
                raise
            except PlatformError as error:
                return Check(len(images), sum(scores), False, error.sentences)
            if problem := golden.fault(answer, len(release.classes), multi_label=multi_label):
                return Check(len(images), sum(scores), False, problem)
            scores.append(golden.score(image, answer, multi_label=multi_label))
        return golden.judged(scores, release.accuracy, self._margin)


def _fits(data_set: DataSet, release: Endpoint) -> bool:
    """Whether its labels are those that the release's model has learnt."""
    return data_set.classes == release.classes


def _without(release: Endpoint, data_set: DataSet | None) -> str:
    """Why there are no images to try it with."""
    if data_set is None:
        return f"Nothing is known any more of the data set {release.data_set}."
    if not _fits(data_set, release):
        return f"The data set {data_set.name} has other classes by now."
    return f"Of the data set {data_set.name} no validation image can be used."
