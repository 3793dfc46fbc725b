"""Delivery to a request URL by signed HTTP POST, after the URL has proved that it is the app's."""

import hashlib
import hmac
import json
import logging
import secrets
import time

import aiohttp

from sandbox.slack.answers import Json
from sandbox.slack.behaviour import Behaviour
from sandbox.slack.delivery import Answer, Attempt, Kind, UndeliveredError
from sandbox.slack.payloads import http_body

logger = logging.getLogger(__name__)


class HttpDelivery:
    """The transport of an app with a request URL."""

    def __init__(self, url: str, signing_secret: str, behaviour: Behaviour) -> None:
        self._url = url
        self._secret = signing_secret.encode()
        self._behaviour = behaviour
        self._session = aiohttp.ClientSession(headers={"User-Agent": "Slackbot 1.0 (sandbox)"})
        self.verified = False

    async def reachable(self, within: float) -> bool:  # noqa: ARG002 - a Transport; an URL is tried, not waited for
        return True

    async def deliver(self, attempt: Attempt) -> Answer:
        await self._verify()
        content_type, body = http_body(attempt.kind, attempt.payload)
        headers = {"Content-Type": content_type}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": attempt.reason}
        answer = await self._post(body, headers)
        return _read(answer)

    async def close(self) -> None:
        await self._session.close()

    async def _verify(self) -> None:
        # https://docs.slack.dev/reference/events/url_verification: an URL that does not answer gets nothing else.
        if self.verified:
            return
        challenge = secrets.token_urlsafe(24)
        question = {"token": "sandbox", "challenge": challenge, "type": "url_verification"}
        content_type, body = http_body(Kind.EVENT, question)
        answered = await self._post(body, {"Content-Type": content_type})
        if challenge not in answered[1]:
            raise UndeliveredError("url_not_verified")
        self.verified = True

    async def _post(self, body: str, headers: dict[str, str]) -> tuple[str, str]:
        """Content type and body of the answer; raises `UndeliveredError` with Slack's retry reason."""
        timeout = aiohttp.ClientTimeout(total=self._behaviour.ack_seconds)
        signed = headers | self._signature(body)
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=signed, timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except TimeoutError:
            raise UndeliveredError("http_timeout") from None
        except aiohttp.ClientError:
            raise UndeliveredError("connection_failed") from None
        if not 200 <= response.status < 300:
            final = response.headers.get("X-Slack-No-Retry") == "1"
            raise UndeliveredError("http_error", final=final)
        return response.content_type, text

    def _signature(self, body: str) -> dict[str, str]:
        # https://docs.slack.dev/authentication/verifying-requests-from-slack
        timestamp = str(int(time.time()))
        digest = hmac.new(self._secret, f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _read(answer: tuple[str, str]) -> Answer:
    content_type, text = answer
    if content_type != "application/json":
        return Answer({"text": text} if text.strip() else None)
    try:
        payload: Json = json.loads(text or "{}")
    except ValueError:
        return Answer()
    return Answer(payload or None) if isinstance(payload, dict) else Answer()
