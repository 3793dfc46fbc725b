"""What people read who ask for images, and the operators of what they alone can mend."""

from collections.abc import Mapping

from bot.domain.asking import Asked, Outcome
from bot.domain.channel_settings import ChannelSettings
from bot.domain.endpoints import Endpoint
from bot.views import asking, operators, parts
from bot.views.channel_settings import settings_page
from bot.views.message import Message
from tests.builders import CHANNEL, an_endpoint

LINK = "https://darkroom-lab.slack.com/archives/C0EMOJI0001/p1772443800000100"


def messages() -> Mapping[str, Message]:
    """By the name of their golden files."""
    other = an_endpoint(id="e2", name="pets-live", classes=("cat", "dog"))
    return {
        "asked_taken": asking.asked(Asked(Outcome.TAKEN, 1, "emoji-live", LINK)),
        "asked_again": asking.asked(Asked(Outcome.AGAIN, 3, "emoji-live", LINK)),
        "asked_under_way": asking.asked(Asked(Outcome.UNDER_WAY, 2, "emoji-live", LINK)),
        "asked_answered": asking.asked(Asked(Outcome.ANSWERED, 1, "emoji-live", "")),
        "asked_retold": asking.asked(Asked(Outcome.RETOLD, 1, "emoji-live", "")),
        "asked_undecided": asking.asked(Asked(Outcome.UNDECIDED, 1, "", LINK)),
        "asked_which_endpoint": _question([an_endpoint(), other]),
        "asked_which_endpoint_none": _question([]),
        "channel_settings": settings_page(ChannelSettings(CHANNEL, converts=True, keep_days=90), an_endpoint()),
        "channel_settings_none": settings_page(ChannelSettings(CHANNEL), None),
        "operators_scope": operators.scope_missing("files:read"),
        "operators_scope_unknown": operators.scope_missing(""),
    }


def _question(choices: list[Endpoint]) -> Message:
    text, blocks = asking.question(1, choices)
    return parts.message(text, blocks)
