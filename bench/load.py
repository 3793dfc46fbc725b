"""A process that types slash commands at fixed times, whatever becomes of those before, and times each answer.

It reads one window a line of JSON, {url, channel, user, rate, commands}, and answers each with a line of samples. It
ends with its input, and so with whoever started it.
"""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

LEAD_SECONDS = 0.2
PATIENCE_SECONDS = 10.0
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """One command: seconds from when it was due to its answer, and how late it was sent."""

    command: str
    seconds: float
    late: float
    answered: bool


async def window(url: str, channel: str, user: str, rate: float, commands: list[str]) -> list[Sample]:
    """Type each command at its time. Latency counts from that time, so that a stall is felt by all who wait in it."""
    connector = TCPConnector(limit=MOST_AT_ONCE)
    timeout = ClientTimeout(total=PATIENCE_SECONDS)
    async with ClientSession(url, connector=connector, timeout=timeout, trust_env=False) as session:
        start = asyncio.get_running_loop().time() + LEAD_SECONDS
        said = {"channel": channel, "user": user}
        due = ((start + number / rate, {**said, "text": command}) for number, command in enumerate(commands))
        return await asyncio.gather(*(typed(session, at, one) for at, one in due))


async def typed(session: ClientSession, due: float, said: dict[str, str]) -> Sample:
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(due - clock())
    sent = clock()
    answered = await answer(session, said)
    return Sample(said["text"], clock() - due, sent - due, answered)


async def answer(session: ClientSession, said: dict[str, str]) -> bool:
    try:
        async with session.post("/page/say", json=said) as response:
            told: dict[str, Any] = await response.json()
    except (ClientError, TimeoutError, ValueError):
        return False
    return bool(told.get("answered"))


def main() -> None:
    for line in sys.stdin:
        samples = asyncio.run(window(**json.loads(line)))
        print(json.dumps([asdict(sample) for sample in samples]), flush=True)


if __name__ == "__main__":
    main()
