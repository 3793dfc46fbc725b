"""Fetch what people uploaded, sending the token to Slack's hosts only and taking no web page for a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
from slack_sdk.errors import SlackApiError
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from bot.adapters.slack.client import translated, web_client
from bot.domain.sharing import SharedFile, shared_file
from bot.errors import ChatBusyError, ChatError, RefusedError

MOST_DOWNLOADED = 2 * 1024 * 1024 * 1024
_CHUNK = 1024 * 1024
# https://docs.slack.dev/reference/methods/files.info
_GONE = frozenset({"file_deleted", "file_not_found", "not_visible", "access_denied"})


class SlackFiles:
    """Implements the port `Files`. `api_url` names the host that is trusted beside slack.com: the sandbox's."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._client = web_client(token, api_url)
        self._api = parse_url(api_url)
        self._pool = urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(connect=5, read=30), retries=False)

    def fetch(self, url: str, max_bytes: int) -> bytes:
        with self._answer(url) as response:
            body = response.read(max_bytes + 1)
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
        return bytes(body)

    def describe(self, file_id: str) -> SharedFile:
        """What Slack tells of a file. RefusedError: it was deleted, or we may not see it any more."""
        with translated("look at a file"):
            try:
                file = self._client.files_info(file=file_id)["file"]
            except SlackApiError as error:
                if error.response.get("error") in _GONE:
                    raise RefusedError("The file is no longer there.", code="deleted") from error
                raise
        return shared_file(file)

    def told(self, file_id: str) -> tuple[str, int]:
        """The name and the size of a file, by its id."""
        file = self._info(file_id)
        return str(file.get("name") or file_id), int(file.get("size") or 0)

    def download(self, file_id: str, to: Path) -> None:
        """Stream a file into one of ours. RefusedError: it is larger than 2 GB, or gone; ChatBusyError: try later."""
        file = self._info(file_id)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        with self._answer(url) as response, to.open("wb") as ours:
            written = 0
            while chunk := response.read(_CHUNK):
                written += ours.write(chunk)
                if written > MOST_DOWNLOADED:
                    raise _too_large(MOST_DOWNLOADED)
        expected = response.headers.get("content-length")
        if expected and written < int(expected):
            raise ChatBusyError("Slack did not send the whole file.", code="cut_short")

    def _info(self, file_id: str) -> dict[str, Any]:
        with translated("look at a file"):
            file = self._client.files_info(file=file_id)["file"]
        # https://docs.slack.dev/reference/objects/file-object: a file that somebody deleted is a tombstone.
        if not isinstance(file, dict) or file.get("mode") == "tombstone":
            raise RefusedError("The file is no longer there.")
        return file

    @contextmanager
    def _answer(self, url: str) -> Iterator[urllib3.BaseHTTPResponse]:
        if not self._trusted(url):
            raise RefusedError(
                "This file is not kept by Slack, so I cannot read it.", next_step="Upload the file itself."
            )
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            # Not followed elsewhere: a redirect of Slack's leads to a login page, and would carry the token along.
            response = self._pool.request("GET", url, headers=headers, redirect=False, preload_content=False)
            try:
                _check(response.status, response.headers.get("content-type", ""))
                yield response
            finally:
                # Draining a small rest keeps the connection; a large one is cheaper to close.
                response.drain_conn() if response.length_remaining == 0 else response.close()
                response.release_conn()
        except HTTPError as error:
            raise ChatBusyError("Slack did not send the file.", code=type(error).__name__) from error

    def _trusted(self, url: str) -> bool:
        try:
            # As whoever sends it reads it: other parsers find another host in `https://one.example\@two.example/`.
            parts = parse_url(url)
        except LocationParseError:
            return False
        host = parts.host or ""
        if parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")):
            return True
        return (parts.scheme, parts.netloc) == (self._api.scheme, self._api.netloc)


def _check(status: int, content_type: str) -> None:
    if status == 429 or status >= 500:
        raise ChatBusyError("Slack did not send the file.", code=f"http_{status}")
    if status in (404, 410):
        raise RefusedError("The file is no longer there.")
    if status != 200 or content_type.startswith("text/html"):
        raise ChatError(
            "Slack sent a web page instead of the file.",
            "The bot may not read files here.",
            "Ask the operators: `python -m bot doctor` names the missing scope.",
            code=f"http_{status}",
        )


def _too_large(max_bytes: int) -> RefusedError:
    return RefusedError(f"The file is larger than {max_bytes // 1024 // 1024:,} MB.")
