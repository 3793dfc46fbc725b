"""A person's hands and eyes on the local Slack, for smoke and scenario tests: a small client of the page's API."""

import json
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.slack.answers import Json
from sandbox.slack.drawn import (
    buttons,
    chosen_option,
    entry_of,
    filled_in,
    input_element,
    input_place,
    placed_element,
    text_of,
)
from sandbox.slack.permalinks import permalink

__all__ = ["Person", "UnseenError", "UsageError", "text_of"]

_SECONDS = 30.0
# How long to wait for what must come: what is there is seen at once, and a busy machine makes no one fail.
_PATIENCE = 30.0
# Each look costs the machine on which the awaited thing is made: so it waits for news, a few of which are one look,
# and looks without any now and then.
_TOGETHER_SECONDS, _WITHOUT_NEWS_SECONDS = 0.02, 0.25


class UnseenError(AssertionError):
    """What a person waited for did not appear; tells what was there."""


class UsageError(Exception):
    """What the page told the person instead of doing it."""


class Person:
    """One person, by id. Calls are synchronous; refusals raise `UsageError` unless the answer is the point."""

    def __init__(self, url: str, user_id: str) -> None:
        self.url = url
        self.id = user_id
        # Without proxies: the workspace is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def types(self, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Send a message or a slash command; answers {ok, answered?, error?, message?}."""
        return self._does("say", channel=channel, text=text, thread_ts=thread_ts)

    def says(self, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Send a message and return it."""
        message: Json = _granted(self.types(channel, text, thread_ts))["message"]
        return message

    def uploads(self, channel: str, *pictures: Path | str, text: str = "", thread_ts: str | None = None) -> Json:
        """Upload files (paths) or sample pictures (names) in one message, and return it."""
        fields = [("user", self.id), ("channel", channel), ("text", text), ("thread_ts", thread_ts or "")]
        fields += [("sample", entry) for entry in pictures if isinstance(entry, str)]
        files = [(entry.name, entry.read_bytes()) for entry in pictures if isinstance(entry, Path)]
        body, content_type = _multipart(fields, files)
        message: Json = _granted(self._asks("/page/upload", body, content_type))["message"]
        return message

    def clicks(self, place: Json, action_id: str, value: str | None = None, *, stale: bool = False) -> Json:
        """Click a button (or choose an option) of a message or a view; it must be drawn, unless `stale`."""
        found = [action for action in buttons(place) if action["action_id"] == action_id]
        chosen = next((action for action in found if value is None or _chosen(action) == value), None)
        if chosen is None and not stale:
            raise UnseenError(f"No {action_id!r} in: {text_of(place)}")
        made_up = {"type": "button", "block_id": "gone", "action_id": action_id, "value": value or ""}
        return self._does("action", **_where(place), action=chosen or made_up, values=_chosen_state(chosen or {}))

    def picks(self, place: Json, action_id: str, value: str, typed: str = "") -> Json:
        """Choose in any list of a message or a view that is no input: of options, the app's answers, people, channels.

        `typed` is what a list that asks the app is asked for, where that is not the value itself.
        """
        found = placed_element(place, action_id)
        if found is None:
            raise UnseenError(f"No {action_id!r} in: {text_of(place)}")
        block_id, element = found
        chosen: Any = value
        if element["type"] == "external_select":
            offered = _granted(self.searches(place, block_id, action_id, typed or value))
            chosen = {"selected_option": _among(offered, value)}
        elif "options" in element or "option_groups" in element:
            chosen = {"selected_option": _among(element, value)}
        entry = entry_of(element, chosen)
        sent = {"block_id": block_id, "action_id": action_id, **entry}
        return self._does("action", **_where(place), action=sent, values={block_id: {action_id: entry}})

    def options(self, place: Json, name: str, typed: str = "") -> list[Json]:
        """What a list that asks the app offers for what is typed, by block id or action id."""
        where = input_place(place, name)
        return _offered(_granted(self.searches(place, where["block_id"], where["action_id"], typed)))

    def chooses(self, view: Json, name: str, value: Any, /, **typed: Any) -> Json:
        """Choose in an input that tells the app so at once, with what was typed elsewhere before; not sent yet."""
        where, values = input_place(view, name), filled_in(view, self._given(view, {**typed, name: value}))
        ids = {key: where[key] for key in ("block_id", "action_id")}
        action = {**ids, **values[where["block_id"]][where["action_id"]]}
        return self._does("action", view_id=view["id"], action=action, values=values)

    def searches(self, place: Json, block_id: str, action_id: str, typed: str = "") -> Json:
        """The options of an external select; {options} or {option_groups}."""
        return self._does("options", **_where(place), block_id=block_id, action_id=action_id, value=typed)

    def submits(self, view: Json, values: Json, files: Mapping[str, Sequence[Path | str]] | None = None) -> Json:
        """Send a modal. Values go by block id or action id: a plain value, an option's text, or Slack's state object.

        `files` go to file inputs by block id or action id: paths, or names of sample files.
        """
        given = {name: {"files": self.gives(view, name, *several)} for name, several in (files or {}).items()}
        state = filled_in(view, {**self._given(view, values), **given})
        return self._does("view_submit", view_id=view["id"], values=state)

    def _given(self, view: Json, values: Json) -> Json:
        """The values, those of lists that ask the app as what it offers: nobody can choose anything else there."""
        return {name: self._offered(view, name, value) for name, value in values.items()}

    def _offered(self, view: Json, name: str, value: Any) -> Any:
        if not isinstance(value, str) or input_element(view, name)["type"] != "external_select":
            return value
        where = input_place(view, name)
        offered = _granted(self.searches(view, where["block_id"], where["action_id"], value))
        return {"selected_option": _among(offered, value)}

    def gives(self, view: Json, name: str, *files: Path | str) -> list[Json]:
        """Choose files (paths, or names of samples) in a modal's file input, which uploads them; not sent yet."""
        return [self._gives(input_place(view, name), file) for file in files]

    def _gives(self, place: Json, file: Path | str) -> Json:
        named = {"sample": file} if isinstance(file, str) else {"name": file.name}
        query = urllib.parse.urlencode({"user": self.id, **place, **named})
        data = b"" if isinstance(file, str) else file.read_bytes()
        stored: Json = _granted(self._asks(f"/page/give?{query}", data, "application/octet-stream"))["file"]
        return stored

    def closes(self, view: Json) -> Json:
        return self._does("view_close", view_id=view["id"])

    def uses_shortcut(self, callback_id: str, message: Json | None = None) -> Json:
        return self._does("shortcut", callback_id=callback_id, **(_where(message) if message else {}))

    def shortcut(self, channel: str, message: Json, callback_id: str) -> Json:
        """Use a message shortcut of the app on a message."""
        return self._does("shortcut", callback_id=callback_id, channel=channel, message_ts=message["ts"])

    def copies_link(self, message: Json) -> str:
        """The link to a message, as the menu of the message copies it."""
        return permalink(message["channel"], message)

    def edits(self, message: Json, text: str) -> Json:
        """Change the text of a message of one's own, and return the message."""
        edited: Json = _granted(self._does("edit", **_where(message), text=text))["message"]
        return edited

    def deletes(self, message: Json) -> None:
        """Delete a message of one's own; one that has replies leaves a tombstone."""
        _granted(self._does("delete", **_where(message)))

    def deletes_file(self, file: Json) -> None:
        """Delete a file of one's own; its messages stay."""
        _granted(self._does("delete_file", file=file["id"]))

    def shares(self, channel: str, file: Json, text: str = "", thread_ts: str | None = None) -> Json:
        """Share a file that is in the workspace already, and return the new message."""
        sent = {"channel": channel, "file": file["id"], "text": text, "thread_ts": thread_ts}
        message: Json = _granted(self._does("share", **sent))["message"]
        return message

    def shares_external(self, channel: str, url: str, title: str, external_type: str = "gdrive") -> Json:
        """Share a file that lies with another service, and return the message."""
        sent = {"channel": channel, "url": url, "title": title, "external_type": external_type}
        message: Json = _granted(self._does("share_external", **sent))["message"]
        return message

    def invites_bot(self, channel: str) -> Json:
        return self._does("invite", channel=channel)

    def opens_home(self) -> Json | None:
        """Open the app's Home; answers what it showed before the app heard of it (see `home`)."""
        view: Json | None = _granted(self._does("home"))["view"]
        return view

    def home(self) -> Json | None:
        view: Json | None = self._reads("home")["view"]
        return view

    def modal(self, within: float = _PATIENCE) -> Json:
        """The modal that is open on top; waits for one."""
        return self._waits(lambda: self._reads("views")["view"], within, lambda: "no modal is open")

    def sees_home(self, predicate: Callable[[Json], bool], within: float = _PATIENCE) -> Json:
        """Wait until the Home tab satisfies the predicate."""
        return self._waits(lambda: _if(self.home(), predicate), within, lambda: text_of(self.home() or {}))

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """What this person sees in a channel or a thread, oldest first."""
        found: list[Json] = self._reads("messages", channel=channel, thread_ts=thread_ts or "")["messages"]
        return found

    def sees(
        self, channel: str, predicate: Callable[[Json], bool], thread_ts: str | None = None, within: float = _PATIENCE
    ) -> Json:
        """Wait for a message that satisfies the predicate, the newest if there are several."""

        def look() -> Json | None:
            return next((m for m in reversed(self.messages(channel, thread_ts)) if predicate(m)), None)

        def there() -> str:
            return "\n---\n".join(text_of(message) for message in self.messages(channel, thread_ts))

        return self._waits(look, within, there)

    def _waits(self, look: Callable[[], Json | None], within: float, there: Callable[[], str]) -> Json:
        deadline, known = time.monotonic() + within, -1
        while True:
            found = look()
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise UnseenError(f"Not seen within {within:g} s. What was there:\n{there()}")
            time.sleep(_TOGETHER_SECONDS)
            known = self._reads("news", known=str(known), seconds=str(_WITHOUT_NEWS_SECONDS))["told"]

    def _does(self, deed: str, **sent: Any) -> Json:
        body = json.dumps({"user": self.id, **sent}).encode()
        return self._asks(f"/page/{deed}", body, "application/json")

    def _reads(self, what: str, **query: str) -> Json:
        return self._asks(f"/page/{what}?{urllib.parse.urlencode({'user': self.id, **query})}")

    def _asks(self, path: str, body: bytes | None = None, content_type: str = "") -> Json:
        headers = {"Content-Type": content_type} if content_type else {}
        request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - the address of this workspace
        with self._opener.open(request, timeout=_SECONDS) as response:
            answer: Json = json.load(response)
        return answer


def _granted(answer: Json) -> Json:
    if not answer.get("ok"):
        raise UsageError(answer.get("error"))
    return answer


def _offered(answer: Json) -> list[Json]:
    groups = answer.get("option_groups") or [answer]
    return [option for group in groups for option in group.get("options") or ()]


def _among(answer: Json, value: str) -> Json:
    option = chosen_option(_offered(answer), value)
    if option is None:
        raise UnseenError(f"No {value!r} among {[one['value'] for one in _offered(answer)]}")
    return option


def _if(view: Json | None, predicate: Callable[[Json], bool]) -> Json | None:
    return view if view is not None and predicate(view) else None


def _where(place: Json) -> Json:
    if "ts" in place:
        return {"channel": place["channel"], "message_ts": place["ts"]}
    return {"view_id": place["id"]}


def _chosen(action: Json) -> str | None:
    option = action.get("selected_option")
    chosen: str | None = option["value"] if option else action.get("value")
    return chosen


def _chosen_state(action: Json) -> Json:
    """What the place's state holds after a choice, as a client sends it along."""
    entry = {key: value for key, value in action.items() if key not in {"block_id", "action_id"}}
    chosen = "selected_option" in entry or "selected_options" in entry
    return {action["block_id"]: {action["action_id"]: entry}} if chosen else {}


def _multipart(fields: list[tuple[str, str]], files: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields]
    for name, data in files:
        safe = name.replace("\\", "_").replace('"', "%22").replace("\r", "").replace("\n", "")
        parts.append(_part(boundary, f'name="file"; filename="{safe}"', data))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, disposition: str, data: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + data + b"\r\n"
