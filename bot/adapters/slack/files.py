"""Fetch what people uploaded, sending the token to Slack's hosts only and taking no web page for a picture."""

from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from bot.errors import ChatBusyError, ChatError, RefusedError


class SlackFiles:
    """Implements the port `Files`. `api_url` names the host that is trusted beside slack.com: the sandbox's."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._api = urlsplit(api_url)
        self._pool = urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(connect=5, read=30), retries=False)

    def fetch(self, url: str, max_bytes: int) -> bytes:
        if not self._trusted(url):
            raise RefusedError(
                "This file is not kept by Slack, so I cannot read it.", next_step="Upload the picture itself."
            )
        try:
            return self._read(url, max_bytes)
        except HTTPError as error:
            raise ChatBusyError("Slack did not send the file.", code=type(error).__name__) from error

    def _read(self, url: str, max_bytes: int) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}"}
        # Not followed elsewhere: a redirect of Slack's leads to a login page, and would carry the token along.
        response = self._pool.request("GET", url, headers=headers, redirect=False, preload_content=False)
        try:
            _check(response.status, response.headers.get("content-type", ""))
            body = response.read(max_bytes + 1)
        finally:
            # Draining a small rest keeps the connection; a large one is cheaper to close.
            response.drain_conn() if response.length_remaining == 0 else response.close()
            response.release_conn()
        if len(body) > max_bytes:
            raise RefusedError(f"The file is larger than {max_bytes // 1024 // 1024} MB.")
        return bytes(body)

    def _trusted(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        host = parts.hostname or ""
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
