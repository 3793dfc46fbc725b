"""What a channel reads of its own settings for pictures."""

from bot.domain.channel_settings import ChannelSettings
from bot.domain.endpoints import Endpoint
from bot.views import figures, parts
from bot.views.message import Message


def settings_page(settings: ChannelSettings, endpoint: Endpoint | None) -> Message:
    """Which endpoint answers, what is converted, what is kept, and how each is changed."""
    lines = [_answers(endpoint), _converts(settings), _keeps(settings)]
    return parts.message(lines[0].replace("*", ""), [parts.section("\n".join(lines)), parts.context(_HOW)])


_HOW = (
    "`/classify convert on` or `off`, `/classify keep 90d` or `off`, `/endpoints route NAME here`: for the endpoint's "
    "owner and approvers."
)


def _answers(endpoint: Endpoint | None) -> str:
    if endpoint is None:
        return "*No endpoint* answers the images here; they are left alone."
    accuracy = f"{figures.percent(endpoint.accuracy)} validation"
    return f"*{parts.name(endpoint.name)}* ({parts.name(endpoint.job_name)}, {accuracy}) answers the images here."


def _converts(settings: ChannelSettings) -> str:
    what = "Images that are too large, or HEIC or WebP,"
    if settings.converts:
        return f"{what} are *converted* without being asked."
    return f"{what} are *not converted* unless somebody presses the button."


def _keeps(settings: ChannelSettings) -> str:
    if not settings.keeps:
        return "Pictures are *not kept* to learn from."
    days = figures.of_things(settings.keep_days, "day")
    return f"Pictures that somebody called right or wrong are *kept for {days}* to learn from, then deleted."
