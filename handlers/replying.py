"""How listeners answer: the acknowledgement itself carries the reply to a command, seen by the asker only."""

from slack_bolt import Ack, BoltResponse, Respond

from bot.views.message import Message


def ack_with(ack: Ack, message: Message) -> BoltResponse:
    """Acknowledge a slash command with a reply that only its sender sees."""
    return ack(text=message.text, blocks=message.blocks, response_type="ephemeral")


def whisper(respond: Respond, message: Message) -> None:
    """Reply to a click, for the clicker only, leaving the clicked message as it is."""
    respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
