"""Cards and their threads in Slack.

Before a first post the conversation is searched for it: a crash between posting and recording does not post twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.adapters.slack.charting import ChartUploader, taken_back
from bot.adapters.slack.client import unready_file
from bot.adapters.slack.pictures import Drawing, wanted
from bot.adapters.slack.posting import Posting, digest_of, one_of
from bot.adapters.slack.reporting import ReportUploader
from bot.domain import rule_findings, watchdog
from bot.domain.cards import ACCURACY, CURVES, Card, Chart, DeploymentCase, Subject, milestone
from bot.domain.comparisons import Compared
from bot.domain.corrections import Correction
from bot.domain.editions import DigestCase
from bot.domain.jobs import Job
from bot.domain.leases import LeaseCase
from bot.domain.preparations import Preparation
from bot.domain.strays import Stray
from bot.domain.tunings import Tuning
from bot.errors import ChatError, NoMessageError, NoPlaceError
from bot.views import approval_notes
from bot.views import approvals as approval_views
from bot.views import comparisons as comparison_views
from bot.views import datasets as data_set_views
from bot.views import digests as digest_views
from bot.views import jobs as job_views
from bot.views import leases as lease_views
from bot.views import notices as notice_views
from bot.views import strays as stray_views
from bot.views import tunings as tuning_views
from bot.views.message import Message

# Quiet hours are shorter than a day; what was posted before that tells of another night.
_LONGEST_WAIT = timedelta(days=1)
log = logging.getLogger(__name__)


class SlackAnnouncer:
    """Implements the port `Announcer`. `approvers` are the ids that an approval's card mentions.

    `correction` is what a failed job's card offers to start instead, and `lease_length` for how long an owner keeps.
    """

    def __init__(
        self,
        client: WebClient,
        drawing: Drawing,
        approvers: tuple[str, ...],
        correction: Callable[[Job], Correction | None],
        lease_length: timedelta = timedelta(days=7),
    ) -> None:
        self._posting = Posting(client)
        self._drawing = drawing
        self._charts = ChartUploader(client)
        self._reports = ReportUploader(client, drawing.kept)
        self._approvers = approvers
        self._correction = correction
        self._lease_length = lease_length

    def show(self, card: Card, subject: Subject, now: datetime) -> Card:
        pictures = wanted(subject, self._drawing)
        brought = replace(card, pictures=self._charts.brought_up(card.pictures, pictures))
        shown = brought
        if digest_of(self._card_message(brought, subject, now)) != card.digest:
            shown = self._shown(brought, subject, now, (card.pictures, {}))
        self._charts.remove_unused(card.pictures, shown.pictures)
        return shown

    def announce(self, card: Card, subject: Subject, *, told_together: bool = False) -> None:
        note, loud = self._note(card, subject)
        if note is None or not card.message_ts:
            return
        try:
            if not (loud and told_together):
                self._say(card, note, _part(card, subject), loud)
            if isinstance(subject, Preparation):
                self._reports.bring(card, subject)
        except NoMessageError:
            # Somebody deleted the card just now; it comes back with its next change, and needs no thread before.
            log.info("announcement_dropped id=%s", card.subject_id)

    def _say(self, card: Card, note: Message, part: str, loud: bool) -> None:
        if not self._posting.posted_before(card.channel_id, part, thread_ts=card.message_ts):
            self._posting.post(card.channel_id, note, part, thread_ts=card.message_ts, reply_broadcast=loud)

    def announce_together(self, cards: Sequence[tuple[Card, Subject]], now: datetime) -> None:
        told = [self._note(card, subject) for card, subject in cards if card.announced != milestone(subject)]
        notes = [note for note, loud in told if note and loud]
        if not notes:
            return
        channel_id = cards[0][0].channel_id
        part = one_of(_part(card, subject) for card, subject in cards)
        if not self._posting.posted_before(channel_id, part, since=now - _LONGEST_WAIT):
            self._posting.post(channel_id, notice_views.told_together(notes), part)

    def _card_message(self, card: Card, subject: Subject, now: datetime) -> Message:
        match subject:
            case Job():
                chart = card.pictures.get(ACCURACY, Chart())
                alt = self._alt_texts(subject).get(ACCURACY, "")
                return job_views.job_card(subject, now, chart.file_id, alt, self._correction(subject))
            case DeploymentCase():
                curves = card.pictures.get(CURVES, Chart()).file_id
                alt = self._alt_texts(subject).get(CURVES, "")
                return approval_views.approval_card(subject, self._approvers, (curves, alt))
            case Preparation() | Tuning() | DigestCase():
                return _with_pictures(subject, now, self._drawn(card, subject))
            case LeaseCase() | Stray():
                return self._left_message(subject)
            case Compared():
                curves = card.pictures.get(CURVES, Chart()).file_id
                return comparison_views.comparison_card(subject, curves, self._alt_texts(subject).get(CURVES, ""))

    def _left_message(self, subject: LeaseCase | Stray) -> Message:
        """What is asked of the one to whom it is left: to keep it or to let it go."""
        if isinstance(subject, Stray):
            return stray_views.stray_card(subject)
        return lease_views.lease_card(subject, self._lease_length)

    def _drawn(self, card: Card, subject: Subject) -> list[tuple[str, str]]:
        """The files that Slack can show, each with what it says."""
        shown = {name: chart.file_id for name, chart in card.pictures.items() if chart.file_id}
        return [(shown[name], alt) for name, alt in self._alt_texts(subject).items() if name in shown]

    def _alt_texts(self, subject: Subject) -> dict[str, str]:
        return {name: picture.alt for name, picture in wanted(subject, self._drawing).items()}

    def _note(self, card: Card, subject: Subject) -> tuple[Message | None, bool]:
        """The thread's line, and whether the channel should hear it too."""
        match subject:
            case Job() if subject.active:
                return notice_views.warning_note(subject, watchdog.untold(subject, card.announced)), False
            case Job():
                is_end, found = rule_findings.untold(subject, card.announced)
                return notice_views.end_note(subject, is_end=is_end, found=found), is_end
            case DeploymentCase():
                return approval_notes.milestone_note(subject, self._approvers), subject.endpoint is not None
            case Preparation():
                return data_set_views.finished_note(subject), data_set_views.is_news(subject)
            case Tuning():
                return tuning_views.finished_note(subject), True
            case Compared() | LeaseCase() | Stray() | DigestCase():
                return None, False

    def _shown(self, card: Card, subject: Subject, now: datetime, fallbacks: tuple[Mapping[str, Chart], ...]) -> Card:
        """Slack may not have looked through a picture after all: then the card is shown without, and comes back to it.

        It is likeliest one of the new ones, so those are left out first; `fallbacks` are the pictures to be kept.
        """
        try:
            return self._put(card, subject, self._card_message(card, subject, now))
        except ChatError as error:
            if not fallbacks or not unready_file(error):
                raise
        less = replace(card, pictures=taken_back(card.pictures, fallbacks[0]))
        return self._shown(less, subject, now, fallbacks[1:])

    def _put(self, card: Card, subject: Subject, message: Message) -> Card:
        if card.message_ts:
            try:
                self._posting.update(card.channel_id, card.message_ts, message)
                return replace(card, digest=digest_of(message))
            except (NoMessageError, NoPlaceError):
                # Somebody deleted it, or has had the bot leave the conversation: it comes back where it can.
                card = replace(card, message_ts="")
        channel_id, message_ts = self._first_post(card, subject, message)
        return replace(card, channel_id=channel_id, message_ts=message_ts, digest=digest_of(message))

    def _first_post(self, card: Card, subject: Subject, message: Message) -> tuple[str, str]:
        requester, since = _asked(subject)
        found = self._posting.posted_before(card.channel_id, card.subject_id, since=since)
        if found:
            self._posting.update(card.channel_id, found, message)
            return card.channel_id, found
        try:
            return self._posting.post(card.channel_id, message, card.subject_id)
        except NoPlaceError:
            # A private channel or a conversation that the bot is not in: the requester still gets the card.
            return self._posting.post(requester, message, card.subject_id)


def _part(card: Card, subject: Subject) -> str:
    """What a message about the subject's milestone is known by."""
    return f"{card.subject_id}.{milestone(subject)}"


def _with_pictures(subject: Preparation | Tuning | DigestCase, now: datetime, drawn: list[tuple[str, str]]) -> Message:
    match subject:
        case Preparation():
            return data_set_views.data_set_card(subject, now, drawn)
        case Tuning():
            return tuning_views.tuning_card(subject, now, drawn)
        case DigestCase():
            return digest_views.digest_card(subject, drawn[0] if drawn else ("", ""))


def _asked(subject: Subject) -> tuple[str, datetime]:
    """Who asked for it, and when."""
    match subject:
        case DeploymentCase():
            return subject.approval.requested_by, subject.approval.requested_at
        case Compared():
            return subject.comparison.requested_by, subject.comparison.requested_at
        case LeaseCase():
            # The card goes to the owner; where Slack has no way to them, to the channel that the endpoint answers.
            return subject.endpoint.channel_id, subject.lease.asked_at or subject.lease.began_at
        case Stray():
            return subject.channel_id, subject.found_at
        case DigestCase():
            return subject.edition.asked_by, subject.edition.until
        case _:
            return subject.requested_by, subject.requested_at
