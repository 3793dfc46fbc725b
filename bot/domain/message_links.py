"""Links to messages, as *Copy link* of Slack's makes them."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.errors import UsageError

_PATH = re.compile(r"/archives/(?P<channel>[CGD][A-Z0-9]+)/p(?P<seconds>\d{10})(?P<rest>\d{6})/?")
_TS = re.compile(r"\d{10}\.\d{6}")
_USAGE = "Copy it with *Copy link* in the message's menu, as in `/classify https://…/archives/C…/p…`."


@dataclass(frozen=True, slots=True)
class MessageLink:
    """Which message a link leads to; `thread_ts` is its thread's first one, where it stands in a thread."""

    host: str
    channel_id: str
    message_ts: str
    thread_ts: str = ""


def message_link(text: str) -> MessageLink:
    """The link in the text, as typed or as Slack marks links up: `<https://…|…>`."""
    address = text.strip().strip("<>`\"'").partition("|")[0]
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _malformed() from None
    found = _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or found is None:
        raise _malformed()
    thread_ts = parse_qs(parts.query).get("thread_ts", [""])[0]
    if thread_ts and not _TS.fullmatch(thread_ts):
        raise _malformed()
    return MessageLink(parts.netloc, found["channel"], f"{found['seconds']}.{found['rest']}", thread_ts)


def is_link(word: str) -> bool:
    return word.lstrip("<`\"'").lower().startswith(("http://", "https://"))


def leads_elsewhere(link: MessageLink, workspace_url: str) -> bool:
    """Whether it leads into another workspace than the one at this address; nothing is known of an empty one."""
    return bool(workspace_url) and urlsplit(workspace_url).netloc != link.host


def _malformed() -> UsageError:
    return UsageError("This is no link to a message.", next_step=_USAGE)
