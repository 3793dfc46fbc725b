"""The arguments of a Web API call, which Slack takes as a form, as JSON or in the query."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.slack.answers import ApiError, Json

_FALSE = frozenset({"", "0", "false", "none"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments by name; forms carry structures as JSON text, so both spellings are read alike."""

    given: Json

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.given.get(name)
        return default if value is None else str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        value = self.text(name)
        if not value:
            message = f"[ERROR] missing required field: {name}"
            raise ApiError(error, response_metadata={"messages": [message]})
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.given.get(name)
        return default if value is None else str(value).lower() not in _FALSE

    def number(self, name: str, default: int, most: int) -> int:
        try:
            value = int(self.text(name, str(default)))
        except ValueError:
            raise ApiError("invalid_arguments") from None
        if value < 0:
            raise ApiError("invalid_limit")
        return min(value or default, most)

    def structure(self, name: str, error: str) -> Any:
        """A list or an object, given as such or as JSON text; None where it is absent."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """Raises `invalid_json` or `json_not_object`."""
    if request.content_type == "application/json":
        return Arguments({**request.query, **_json_object(await request.text())})
    form = await request.post()
    return Arguments({**request.query, **{name: form[name] for name in form}})


def _json_object(body: str) -> Json:
    try:
        document = json.loads(body or "{}")
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(document, dict):
        raise ApiError("json_not_object")
    return document
