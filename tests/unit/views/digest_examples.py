"""The screens of digests and quiet hours."""

from dataclasses import replace
from datetime import time

from bot.domain.editions import Contents, DigestCase, Pictures
from bot.domain.in_use import InUse
from bot.domain.jobs import JobStatus
from bot.domain.quiet_hours import QuietHours
from bot.domain.spending import Period, Spend
from bot.views import digests
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_finished_tuning,
    a_job,
    an_approval,
    an_endpoint,
    realtime_hosting,
)
from tests.digests import a_digest, an_edition
from tests.unit.views.endpoint_examples import a_holding

QUIET = QuietHours(CHANNEL, time(20), time(8), "Europe/Berlin", REQUESTER)
FULL = Contents(
    runs=(
        a_finished_job(),
        a_finished_tuning(),
        a_job(id="f", name="emoji-0bad00", status=JobStatus.FAILED),
        replace(a_finished_job(id="s", name="emoji-51c0aa"), status=JobStatus.STOPPED),
    ),
    endpoints=(
        a_holding(in_use=InUse(62, 56)),
        a_holding(an_endpoint(id="e2", name="emoji-fast", hosting=realtime_hosting())),
    ),
    waiting=(an_approval(),),
    pictures=Pictures(1240, 27, 3),
    spent=Spend(Period(NOW, NOW), training=1.234),
    month=Spend(Period(NOW, NOW), 9.0, 3.0, 2.0, ("emoji-live",), 200.0),
)
NOTHING = Contents()
STANDING = Contents(endpoints=FULL.endpoints[:1])
MANY = Contents(runs=tuple(a_finished_job(id=f"{number}", name=f"emoji-{number:06x}") for number in range(9)))


def a_digest_case(contents: Contents = FULL) -> DigestCase:
    return DigestCase(an_edition(), contents, a_digest(), (REQUESTER, APPROVER, "S0APPROVERS"))


def messages() -> dict[str, Message]:
    """Every message by the name of its golden file."""
    monthly = a_digest(cron="0 9 1 * *", zone="Europe/Berlin")
    return {
        "digest_full": digests.digest_card(a_digest_case(), ("F0BEST00001", "Best validation accuracies.")),
        "digest_many": digests.digest_card(a_digest_case(MANY)),
        "digest_nothing": digests.digest_card(a_digest_case(NOTHING)),
        "digest_standing": digests.digest_card(a_digest_case(STANDING)),
        "digest_unset": digests.digest_card(replace(a_digest_case(NOTHING), digest=None)),
        "digest_asked_reply": digests.asked_reply(an_edition()),
        "digest_planned_reply": digests.planned_reply(a_digest(), zone_was_said=False),
        "digest_planned_reply_cron": digests.planned_reply(monthly, zone_was_said=True),
        "digest_stopped_reply": digests.stopped_reply(a_digest()),
        "digest_stopped_reply_none": digests.stopped_reply(None),
        "digest_settings": digests.settings_page(a_digest(), QUIET),
        "digest_settings_none": digests.settings_page(None, None),
        "digest_quiet_reply": digests.quiet_reply(QUIET, zone_was_said=False),
        "digest_loud_reply": digests.loud_reply(QUIET),
        "digest_loud_reply_none": digests.loud_reply(None),
    }
