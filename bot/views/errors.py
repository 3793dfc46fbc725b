"""What a person reads when something went wrong: what happened, why, and what to do next."""

from bot.errors import DarkroomError
from bot.views import parts
from bot.views.message import Message


def problem(error: DarkroomError) -> Message:
    """At most three lines, and the vendor's code in small print for whoever searches for it."""
    lines = [parts.prose(line) for line in (error.what, error.why, error.next_step) if line]
    said = "\n".join(lines) or "That did not work."
    return parts.message(
        said.replace("\n", " "),
        [parts.section(said), parts.context(f"Code: {parts.code(error.code)}") if error.code else None],
    )


def unexpected(token: str) -> Message:
    """For what nobody foresaw: a token by which the operators find it in the log."""
    said = "Something went wrong that I did not expect. Nothing that you did causes this; try again in a moment."
    return parts.message(
        said,
        [parts.section(said), parts.context(f"If it stays so, tell the operators {parts.code(token)}.")],
    )
