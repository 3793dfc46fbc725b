"""Links to messages, as Slack writes them: https://docs.slack.dev/reference/methods/chat.getPermalink."""

from sandbox.slack.answers import Json
from sandbox.slack.workspace import Workspace


def permalink(channel_id: str, message: Json) -> str:
    """A reply's link names its thread too."""
    link = f"https://{Workspace.DOMAIN}.slack.com/archives/{channel_id}/p{message['ts'].replace('.', '')}"
    thread_ts = message.get("thread_ts", message["ts"])
    return link if thread_ts == message["ts"] else f"{link}?thread_ts={thread_ts}&cid={channel_id}"
