"""A serverless endpoint's containers: which are warm, who waits for a cold one, and when all are taken."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.pace import Pace


def not_ready() -> AwsError:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors"""
    words = "The serverless endpoint variant's resources are still being provisioned. Wait and try again."
    return AwsError("ModelNotReadyException", words, 429)


class WarmPool:
    """Up to `concurrency` containers; one that idles longer than the warm time is gone."""

    def __init__(self, concurrency: int, pace: Pace, longest: float, wait: Callable[[float], object]) -> None:
        self.concurrency = concurrency
        self._pace = pace
        self._longest = longest
        self._wait = wait
        self._busy = 0
        # When each container that nobody uses came free, or will be up: one goes on starting for whoever comes next.
        self._free: list[float] = []
        self._lock = threading.Lock()

    @contextmanager
    def container(self) -> Iterator[float | None]:
        """One container for one invocation, with the seconds of its cold start where it needed one.

        Raises AWS's throttling, and that the model is not ready where its start takes longer than a request may.
        """
        ready_at, is_new = self._take()
        free_from = ready_at
        try:
            self._await(ready_at)
            free_from = 0.0
            yield self._pace.cold_start if is_new else None
        finally:
            with self._lock:
                self._busy -= 1
                self._free.append(free_from or time.monotonic())

    def _take(self) -> tuple[float, bool]:
        """From when on the container is there, and whether it is a new one."""
        with self._lock:
            if self._busy >= self.concurrency:
                raise AwsError("ThrottlingException", "Rate exceeded: MaxConcurrency of the endpoint is reached.", 429)
            now = time.monotonic()
            self._free = [at for at in self._free if at > now - self._pace.warm_time]
            self._busy += 1
            warm = [at for at in self._free if at <= now]
            if not self._free:
                return now + self._pace.cold_start, True
            taken = max(warm) if warm else min(self._free)
            self._free.remove(taken)
            return taken, False

    def _await(self, ready_at: float) -> None:
        left = ready_at - time.monotonic()
        if left > 0:
            self._wait(min(left, self._longest))
        if left > self._longest:
            raise not_ready()
