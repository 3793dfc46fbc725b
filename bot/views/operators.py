"""What the operators read of what only they can mend."""

from bot.views import parts
from bot.views.message import Message

_UNSAID = (
    "It sends a web page in a file's place, as where the scope `files:read` is missing, or where the app was not "
    "reinstalled after it was added"
)


def scope_missing(scope: str) -> Message:
    """Slack keeps files from the bot for want of a permission, or sends a web page in their place and no reason."""
    head = "Slack does not give me what people share."
    lacking = f"I lack the scope {parts.code(scope)}" if scope else _UNSAID
    return parts.message(
        f"{head} {lacking.replace('`', '')}.",
        [
            parts.section(f"{parts.DECISION} *{head}* {lacking}."),
            parts.section(
                "`python -m bot doctor` names what is missing. Then paste `manifest.yml` into the app's manifest and "
                "reinstall the app to the workspace; people can ask for their images to be tried again."
            ),
            parts.context("I tell this once a day at most, and not to those who share images."),
        ],
    )
