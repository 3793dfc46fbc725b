"""A serverless endpoint's containers: which are warm, who waits for a cold one, and when all are taken."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.pace import Pace


class WarmPool:
    """Up to `concurrency` containers; one that idles longer than the warm time is gone."""

    def __init__(self, concurrency: int, pace: Pace, longest: float, wait: Callable[[float], object]) -> None:
        self.concurrency = concurrency
        self._pace = pace
        self._longest = longest
        self._wait = wait
        self._busy = 0
        self._idle_since: list[float] = []
        self._lock = threading.Lock()

    @contextmanager
    def container(self) -> Iterator[float | None]:
        """One container for one invocation, with the seconds of its cold start where it needed one.

        Raises AWS's throttling.
        """
        cold = self._take()
        try:
            if cold:
                self._start_cold()
            yield self._pace.cold_start if cold else None
        finally:
            with self._lock:
                self._busy -= 1
                self._idle_since.append(time.monotonic())

    def _take(self) -> bool:
        with self._lock:
            if self._busy >= self.concurrency:
                raise AwsError("ThrottlingException", "Rate exceeded: MaxConcurrency of the endpoint is reached.", 429)
            oldest = time.monotonic() - self._pace.warm_time
            self._idle_since = [since for since in self._idle_since if since > oldest]
            self._busy += 1
            if self._idle_since:
                self._idle_since.pop()
                return False
            return True

    def _start_cold(self) -> None:
        self._wait(min(self._pace.cold_start, self._longest))
        if self._pace.cold_start > self._longest:
            raise AwsError("ModelNotReadyException", "The model is still being provisioned. Wait and retry.", 429)
