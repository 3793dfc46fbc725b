"""What the operators read of what only they can mend."""

from bot.views import parts
from bot.views.message import Message


def scope_missing(scope: str) -> Message:
    """Slack keeps something from the bot for want of a permission, which it may not have named."""
    lacking = f"I lack the scope {parts.code(scope)}" if scope else "I lack a scope"
    return parts.message(
        f"Slack does not give me what people share: {lacking.replace('`', '')}.",
        [
            parts.section(f"{parts.DECISION} *Slack does not give me what people share.* {lacking}."),
            parts.section(
                "`python -m bot doctor` names what is missing. Then paste `manifest.yml` into the app's manifest and "
                "reinstall the app to the workspace; people can ask for their images to be tried again."
            ),
            parts.context("I tell this once a day at most, and not to those who share images."),
        ],
    )
