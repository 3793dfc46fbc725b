"""Measures 200 images in 60 seconds over ten channels: none lost, none answered twice, how soon, and at what memory.

The bare endpoint is asked about the same pictures at the same pace, in windows that alternate with the bot's.
"""

import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.memory import resident_megabytes
from bench.processes import ask, companion, until
from bench.stand import Stand
from bench.table import Measured, Row
from sandbox.slack.answers import Json
from sandbox.slack.drawn import text_of
from sandbox.slack.workspace import Channel, Workspace

CHANNELS, IMAGES, SECONDS = 10, 200, 60.0
WINDOWS = 4
WARM_UPS, SHARERS = 8, 8
PATIENCE_SECONDS = 60.0
# From the picture in Slack to the answer in Slack there are a download, the invocation and a post, over HTTP each.
AIM_MEDIAN, AIM_P99, AIM_GROWTH = 150.0, 500.0, 10.0


@dataclass(frozen=True, slots=True)
class Shared:
    """A message with a picture."""

    channel: str
    ts: str


def measure(stand: Stand, endpoint: str, samples: Path, log: Path) -> Measured:
    """Half of the windows are the bot's; both see the same pictures."""
    pictures = sorted(samples.rglob("*.png"))
    chosen = [pictures[number * len(pictures) // IMAGES % len(pictures)] for number in range(IMAGES)]
    channels = [opened(stand, endpoint, number) for number in range(CHANNELS)]
    answered(stand, shared(stand, channels, chosen[:WARM_UPS]))
    before, bot, bare, messages = resident_megabytes(stand.bot.pid), [], [], []
    with companion(["bench.invocations"], log, stand.aws_environment) as invocations:
        for part in windows(chosen):
            shares = shared(stand, channels, part)
            bot += answered(stand, shares)
            messages += shares
            bare += json.loads(ask(invocations, asked(endpoint, part)))
    growth = resident_megabytes(stand.bot.pid) - before
    return Measured(rows(bot, bare, growth), [counted(stand, messages)])


def windows(pictures: Sequence[Path]) -> list[Sequence[Path]]:
    size = len(pictures) // WINDOWS
    return [pictures[number * size : (number + 1) * size] for number in range(WINDOWS)]


def asked(endpoint: str, pictures: Sequence[Path]) -> str:
    return json.dumps({"endpoint": endpoint, "rate": IMAGES / SECONDS, "pictures": [str(one) for one in pictures]})


def opened(stand: Stand, endpoint: str, number: int) -> str:
    """A channel of its own, whose images the endpoint answers."""
    workspace = stand.slack.workspace
    channel = Channel(f"C0BURST{number:03}", f"burst-{number}", {Workspace.ADA, Workspace.GRACE, Workspace.BOT_USER})
    workspace.channels[channel.id] = channel
    told = stand.ada.types(channel.id, f"/endpoints route {endpoint} <#{channel.id}|{channel.name}>")
    if not told["ok"]:
        raise RuntimeError(f"{channel.name} has no endpoint: {told}")
    return channel.id


def shared(stand: Stand, channels: Sequence[str], pictures: Sequence[Path]) -> list[Shared]:
    """Share each at its time, one channel after the other."""
    start = time.monotonic() + 0.2
    with ThreadPoolExecutor(SHARERS) as pool:
        sharing = [
            pool.submit(_share, stand, channels[number % CHANNELS], picture, start + number * SECONDS / IMAGES)
            for number, picture in enumerate(pictures)
        ]
        return [one.result() for one in sharing]


def _share(stand: Stand, channel: str, picture: Path, due: float) -> Shared:
    time.sleep(max(0.0, due - time.monotonic()))
    return Shared(channel, stand.ada.uploads(channel, picture)["ts"])


def answered(stand: Stand, messages: Sequence[Shared]) -> list[float]:
    """Milliseconds from each picture to its answer, by Slack's own timestamps."""
    until(lambda: all(_answer(stand, one) for one in messages), PATIENCE_SECONDS, "every picture is answered")
    return [_milliseconds(one, _answer(stand, one)[0]) for one in messages]


def _answer(stand: Stand, message: Shared) -> list[Json]:
    replies = stand.slack.workspace.channels[message.channel].thread(message.ts)
    return [one for one in replies if "%" in text_of(one)]


def _milliseconds(message: Shared, answer: Json) -> float:
    """What was a note first is an answer since it was edited."""
    answered_at = answer.get("edited", {}).get("ts") or answer["ts"]
    return (float(answered_at) - float(message.ts)) * 1000


def counted(stand: Stand, messages: Sequence[Shared]) -> str:
    replies = [len(stand.slack.workspace.channels[one.channel].thread(one.ts)) for one in messages]
    lost, twice = replies.count(0), sum(number > 1 for number in replies)
    if lost or twice:
        raise RuntimeError(f"Of {len(messages)} pictures {lost} were lost and {twice} answered twice.")
    return f"Of {len(messages)} pictures in {CHANNELS} channels none was lost and none answered twice."


def rows(bot: Sequence[float], bare: Sequence[float], growth: float) -> list[Row]:
    figure = f"{IMAGES} pictures in {SECONDS:g} s, upload to answer"
    return [
        _more(f"{figure}, median", (statistics.median(bot), statistics.median(bare)), AIM_MEDIAN),
        _more(f"{figure}, p99", (_p99(bot), _p99(bare)), AIM_P99),
        Row("the bot's memory after them", f"{growth:+.1f} MB", "before them", growth, "MB more", AIM_GROWTH),
    ]


def _more(figure: str, both: tuple[float, float], aim: float) -> Row:
    bot, bare = both
    return Row(figure, f"{bot:.0f} ms", f"bare endpoint, same pace: {bare:.0f} ms", bot - bare, "ms more", aim)


def _p99(figures: Sequence[float]) -> float:
    return statistics.quantiles(figures, n=100)[98]
