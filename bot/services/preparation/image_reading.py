"""Reads images of a source and has them examined, in whichever thread; what goes wrong with one is a finding on it."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.checks import Finding, Rule
from bot.domain.image_rules import MAX_BYTES
from bot.domain.preparations import Options
from bot.errors import BusyError, DeniedError, GoneError, RefusedError
from bot.ports import ImageSource
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.plan_file import Planned

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
# What a source says of an entry that it holds but cannot give.
ENCRYPTED, DAMAGED = "encrypted", "damaged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of one image before it is compared with others; without a payload it is left out."""

    findings: tuple[Finding, ...]
    payload: bytes | None = None
    digest: bytes = b""
    format: str = ""
    side: int = 0


class ImageReader:
    """Any number of threads may read; only as many as there are cores examine, for more would only wait."""

    def __init__(self, source: ImageSource, instruments: Instruments, options: Options) -> None:
        self._source = source
        self._examine = instruments.examiner(options)
        self._refused_by_size = instruments.refused_by_size
        self._halted = threading.Event()
        self._cores = threading.BoundedSemaphore(os.cpu_count() or 1)

    def halt(self) -> None:
        """Let those that wait for a busy source give up."""
        self._halted.set()

    def judge_all(self, images: Sequence[Planned]) -> list[Verdict]:
        return [self.judge(image.key, image.size) for image in images]

    def judge(self, key: str, size: int) -> Verdict:
        """BusyError: the source stayed busy through several tries."""
        if refused := self._refused_by_size(size):
            return _left_out(refused[0], key, refused[1])
        try:
            body = self.patiently(key)
        except GoneError:
            return _left_out(Rule.MISSING, key, "is listed, and is not there")
        except DeniedError as error:
            rule = Rule.ENCRYPTED if error.code == ENCRYPTED else Rule.DENIED
            return _left_out(rule, key, error.sentences)
        except RefusedError as error:
            damaged = error.code == DAMAGED
            return _left_out(Rule.DAMAGED if damaged else Rule.TOO_MANY_BYTES, key, error.sentences)
        return self.judge_bytes(key, body)

    def judge_bytes(self, key: str, body: bytes) -> Verdict:
        with self._cores:
            told = self._examine(body, key)
        findings = tuple(Finding(one.rule, key, one.said) for one in told.findings)
        if told.payload is None:
            return Verdict(findings)
        return Verdict(findings, told.payload, told.digest, told.format, min(told.width, told.height))

    def patiently(self, key: str) -> bytes:
        """The bytes; a source that is busy is asked again, with longer and longer pauses."""
        for pause in PAUSES:
            try:
                return self._source.read(key, MAX_BYTES)
            except BusyError:
                if self._halted.wait(pause):
                    raise
        return self._source.read(key, MAX_BYTES)


def _left_out(rule: Rule, key: str, said: str) -> Verdict:
    return Verdict((Finding(rule, key, said),))
