"""A real-time endpoint's traffic between two of its releases: split by shares, or copied to a shadow."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.errors import UsageError

OTHER_VARIANT, SHADOW_VARIANT = "Challenger", "Shadow"
_SHARES = re.compile(r"(\d{1,3})\s*[/:]\s*(\d{1,3})")
_HOW = "Write it as `90/10`: so much for the release in service, so much for the other."


class Mixing(StrEnum):
    """How far AWS is with it."""

    ASKED = "asked"
    STARTING = "starting"
    ON = "on"
    WEIGHING = "weighing"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the release `other_id`, a model of `other_job`, gets of the endpoint's traffic.

    `share` is in percent. With `shadow` it gets copies, and what it answers is thrown away. `configuration` is what
    AWS's configuration with both of them is called, and `model` is the other one's model there.
    """

    other_id: str
    other_job: str
    model: str
    configuration: str
    share: int
    shadow: bool = False
    by: str = ""
    step: Mixing = Mixing.ASKED

    @property
    def variant(self) -> str:
        return SHADOW_VARIANT if self.shadow else OTHER_VARIANT

    def at(self, step: Mixing) -> "Traffic":
        return replace(self, step=step)


def share(text: str) -> int:
    """What `90/10` leaves for the other release."""
    said = _SHARES.fullmatch(text.strip().replace("%", ""))
    if said is None:
        raise UsageError(f"`{text}` is no split." if text else "Split how?", next_step=_HOW)
    own, other = int(said[1]), int(said[2])
    if own + other != 100 or not 1 <= other <= 99:
        raise UsageError(f"{own} and {other} are not two shares of 100.", next_step=_HOW)
    return other


def asked_between(before: Traffic | None, after: Traffic | None) -> str:
    """What somebody has asked for, in the words of the audit; nothing where only AWS has moved."""
    if after is None or after.step not in (Mixing.ASKED, Mixing.WEIGHING, Mixing.ENDING) or after == before:
        return ""
    if after.step == Mixing.ENDING:
        return "undivided"
    how = "in the shadow" if after.shadow else f"{100 - after.share}/{after.share}"
    return f"{how} with {after.other_job}"


def configuration_name(endpoint_name: str, release_id: str, other_id: str, *, shadow: bool) -> str:
    """Of this length AWS takes it; no release is called so, for its name has one id only."""
    mark = "s" if shadow else ""
    return f"{endpoint_name[:43].rstrip('-')}-{release_id[:8]}-{other_id[:8]}{mark}"
