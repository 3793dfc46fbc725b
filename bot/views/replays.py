"""What a replay says in the thread of the request's card."""

from collections.abc import Sequence

from bot.domain.replays import Pair, Replay, Results
from bot.views import figures, parts
from bot.views.evidence import in_figures
from bot.views.message import Message

REPLAY = "approval.replay"


def replay_words(replay: Replay, pairs: Sequence[Pair], *, with_picture: bool = True) -> str:
    """One paragraph; the picture of the disagreements stands below it, unless it would show a private channel's."""
    if replay.problem:
        return f"{parts.mention(replay.requested_by)} the replay came to nothing. {parts.prose(replay.problem)}"
    differing = sum(one.differs for one in pairs)
    images = figures.of_things(len(pairs), "image")
    said = f"{parts.mention(replay.requested_by)} replayed the last {images}"
    if replay.results != Results():
        said = f"{parts.mention(replay.requested_by)} {in_figures(replay.results)}. Replayed the last {images}"
    if not pairs:
        return f"{said}: none of them can be had from Slack any more."
    if not differing:
        return f"{said}: both models see the same in all of them."
    if not with_picture:
        return f"{said}: the models disagree about {differing}. They were shared where not all can look who read this."
    return f"{said}: the models disagree about {differing}. Live → candidate:"


def replaying_reply() -> Message:
    return parts.note("Replaying the last images through both models; what comes of it will be said in this thread.")
