"""A channel's last images through the model that is asked for and the live one, side by side, before the decision."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain import image_rules, predictions, replays
from bot.domain.approvals import Approval
from bot.domain.cards import Card
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.image_rules import FORMATS, MAX_BYTES
from bot.domain.predictions import Prediction
from bot.domain.replays import LOOKED_THROUGH, Measured, Pair, Replay, ReplayStatus, Results
from bot.domain.uploads import Upload
from bot.errors import (
    BusyError,
    ChatBusyError,
    ChatError,
    DarkroomError,
    RefusedError,
    TakenError,
    WrongStateError,
)
from bot.ports import (
    Approvals,
    Cards,
    Clock,
    Endpoints,
    Files,
    Images,
    Jobs,
    ModelHosting,
    Routes,
    TickLock,
    Uploads,
    Wakeup,
)
from bot.services.known_sets import KnownPicture, KnownSets
from bot.services.rows import each
from bot.services.taking import taken

log = logging.getLogger(__name__)


class Replays(Protocol):
    """The replays. `add` says whether it is new; `save` is compare-and-set on `version`."""

    def add(self, replay: Replay) -> bool: ...
    def of(self, approval_id: str) -> Replay | None: ...
    def save(self, replay: Replay) -> Replay: ...
    def open(self) -> list[Replay]: ...


class Exhibits(Protocol):
    """What is shown in a card's thread beside its notes."""

    def show_replay(self, card: Card, replay: Replay, pairs: Sequence[Pair], shared_in: str) -> None:
        """Say what came of it, with a picture of the disagreements; once, however often it is called.

        The images were `shared_in` that channel, whose pictures others see only if it is public.
        """


class Replaying:
    """Writes the wish into its row; at most one replay a request."""

    def __init__(
        self,
        rows: tuple[Replays, Approvals, Endpoints, Routes, Uploads],
        wakeup: Wakeup,
        clock: Clock,
    ) -> None:
        self._replays, self._approvals, self._endpoints, self._routes, self._uploads = rows
        self._wakeup = wakeup
        self._clock = clock

    def ask(self, approval_id: str, by: str) -> Approval:
        approval = self._approvals.get(approval_id)
        if not approval.pending:
            raise WrongStateError("This is decided; there is nothing to replay for.")
        if live_for(approval, self._endpoints, self._routes) is None:
            raise WrongStateError("Nothing is live there yet to compare the model with.")
        if not latest(approval, self._uploads):
            raise WrongStateError("No image was answered there yet, so that there is nothing to replay.")
        if not self._replays.add(Replay(approval.id, by, self._clock())):
            raise WrongStateError("A replay was asked for already; what came of it is in the card's thread.")
        self._wakeup.call()
        return approval


class ReplayRunner:
    """Brings up the temporary endpoint, asks both models, shows what came of it, and clears up in any case."""

    def __init__(
        self,
        rows: tuple[Replays, Approvals, Jobs, Endpoints, Routes, Uploads, Cards],
        vendors: tuple[ModelHosting, Files, Images, Exhibits],
        known: KnownSets,
        lock: TickLock,
        clock: Clock,
    ) -> None:
        self._replays, self._approvals, self._jobs, self._endpoints, self._routes, self._uploads, self._cards = rows
        self._hosting, self._files, self._images, self._exhibits = vendors
        self._known = known
        self._lock = lock
        self._clock = clock

    def advance_all(self) -> bool:
        """One step for each. True: something is left to do."""
        with self._lock.held() as mine:
            if mine:
                each("replay_wish", self._approvals.pending(), self._wish)
                each("replay", self._replays.open(), self._advance)
        return bool(self._replays.open())

    def _wish(self, approval: Approval) -> None:
        """A model that was trained with pictures from use is compared unasked, once for each request."""
        if self._replays.of(approval.id) is not None or not self._jobs.get(approval.job_id).from_use:
            return
        live = live_for(approval, self._endpoints, self._routes)
        if live is not None and self._replays.add(Replay(approval.id, approval.requested_by, self._clock())):
            log.info("replay_by_itself id=%s", approval.id)

    def _advance(self, replay: Replay) -> None:
        approval = self._approvals.get(replay.id)
        candidate = replays.temporary(approval, self._jobs.get(approval.job_id), replay.requested_at)
        if replay.status == ReplayStatus.CLEARING:
            self._clear(replay, candidate)
            return
        try:
            after = self._next(replay, approval, candidate)
            if after.status != replay.status:
                self._replays.save(after)
        except (BusyError, ChatBusyError) as error:
            if self._clock() - replay.requested_at < replays.PATIENCE:
                raise
            self._give_up(replay, error)
        except ChatError:
            # It cannot be shown; nothing on AWS needs to wait for that.
            self._replays.save(replays.moved(replay, ReplayStatus.CLEARING))
        except WrongStateError:
            raise
        except DarkroomError as error:
            self._give_up(replay, error)

    def _next(self, replay: Replay, approval: Approval, candidate: Endpoint) -> Replay:
        match replay.status:
            case ReplayStatus.REQUESTED:
                self._bring_up(candidate, self._jobs.get(approval.job_id).artifact)
                return replays.moved(replay, ReplayStatus.CREATING)
            case ReplayStatus.CREATING:
                return replays.moved(replay, self._awaited(replay, candidate))
            case _:
                live = self._live(approval)
                measured = replace(replay, results=self._results(candidate, live))
                pairs = self._pairs(approval, candidate, live)
                self._exhibits.show_replay(self._cards.of(approval.id), measured, pairs, approval.serves_channel_id)
                return replays.moved(measured, ReplayStatus.CLEARING)

    def _bring_up(self, candidate: Endpoint, artifact: str) -> None:
        self._hosting.create_model(candidate, artifact)
        self._hosting.create_configuration(candidate)
        self._hosting.create_endpoint(candidate)

    def _awaited(self, replay: Replay, candidate: Endpoint) -> ReplayStatus:
        snapshot = self._hosting.observe(candidate.name)
        if snapshot.status == EndpointStatus.CREATING:
            if self._clock() - replay.requested_at >= replays.PATIENCE:
                raise RefusedError("AWS did not bring the temporary endpoint up in half an hour.")
            return ReplayStatus.CREATING
        if snapshot.status != EndpointStatus.IN_SERVICE:
            raise RefusedError("The temporary endpoint did not come up.", snapshot.failure_reason)
        return ReplayStatus.RUNNING

    def _live(self, approval: Approval) -> Endpoint:
        live = live_for(approval, self._endpoints, self._routes)
        if live is None:
            raise RefusedError("What was live there is no longer.")
        return live

    def _results(self, candidate: Endpoint, live: Endpoint) -> Results:
        return Results(
            golden=self._measured(self._known.golden(live), candidate, live),
            from_use=self._measured(self._known.from_use(candidate), candidate, live),
        )

    def _measured(self, pictures: Iterable[KnownPicture], candidate: Endpoint, live: Endpoint) -> Measured | None:
        """How many both have right; None where there is no picture that both take."""
        images, right = 0, [0, 0]
        for one in pictures:
            try:
                said = [self._asked(endpoint, one.image, one.content_type) for endpoint in (candidate, live)]
            except RefusedError as error:
                log.info("replay_without_picture name=%s why=%s", candidate.name, type(error).__name__)
                continue
            images += 1
            right = [count + (told.labels[0].name == one.label) for count, told in zip(right, said, strict=True)]
        return Measured(images, *right) if images else None

    def _pairs(self, approval: Approval, candidate: Endpoint, live: Endpoint) -> list[Pair]:
        pairs: list[Pair] = []
        for upload in latest(approval, self._uploads):
            try:
                pairs.append(self._pair(upload, candidate, live))
            except ChatBusyError:
                raise
            except (RefusedError, ChatError) as error:
                log.info("replay_without_image id=%s upload=%s why=%s", approval.id, upload.id, type(error).__name__)
        return pairs

    def _pair(self, upload: Upload, candidate: Endpoint, live: Endpoint) -> Pair:
        image = self._files.fetch(upload.url, MAX_BYTES)
        facts = self._images.look(image)
        image_rules.check_image(upload.file_name, facts)
        image, content_type = self._images.cleaned(image), FORMATS[facts.format]
        asked = (self._asked(endpoint, image, content_type) for endpoint in (candidate, live))
        return replays.pair(self._images.as_jpeg(image), *asked)

    def _asked(self, endpoint: Endpoint, image: bytes, content_type: str) -> Prediction:
        asked = taken(endpoint, image, content_type, self._images)
        return predictions.ranked(endpoint.classes, self._hosting.invoke(endpoint.name, *asked), 0.0)

    def _give_up(self, replay: Replay, why: DarkroomError) -> None:
        failed = replays.moved(replay, ReplayStatus.CLEARING, why.sentences)
        log.warning("replay_failed id=%s code=%s", replay.id, why.code)
        try:
            self._exhibits.show_replay(self._cards.of(replay.id), failed, (), "")
        except ChatBusyError:
            raise
        except ChatError as error:
            # It cannot be said; what is on AWS has to go all the same.
            log.warning("replay_not_shown id=%s code=%s", replay.id, error.code)
        self._replays.save(failed)

    def _clear(self, replay: Replay, candidate: Endpoint) -> None:
        try:
            self._hosting.delete(candidate)
        except TakenError:
            log.warning("left_alone id=%s name=%s", replay.id, candidate.name)
        else:
            if self._hosting.observe(candidate.name).status != EndpointStatus.DELETED:
                return
        self._replays.save(replays.moved(replay, ReplayStatus.DONE))
        log.info("replay_cleared id=%s", replay.id)


def live_for(approval: Approval, endpoints: Endpoints, routes: Routes) -> Endpoint | None:
    """What answers where the model is asked for."""
    routed = routes.of(approval.serves_channel_id)
    live = endpoints.named(approval.endpoint_name) or (endpoints.named(routed) if routed else None)
    return live if live and live.answering else None


def latest(approval: Approval, uploads: Uploads) -> list[Upload]:
    """The last images of the channel that were answered."""
    return replays.replayable(uploads.latest(approval.serves_channel_id, LOOKED_THROUGH))
