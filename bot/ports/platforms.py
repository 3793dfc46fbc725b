"""Where jobs, tunings and endpoints live, and what instances cost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.changes import Change, TuningChange
from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, HostingSnapshot
from bot.domain.jobs import Job, Snapshot
from bot.domain.tunings import Tuning, TuningSnapshot


class TrainingPlatform(Protocol):
    """Where training jobs run. Every call may raise BusyError (try later) or PlatformError (refused)."""

    def start(self, job: Job, data_set: DataSet) -> None:
        """Start the job under its name. That it exists already is success if it is ours, and TakenError otherwise."""

    def stop(self, name: str) -> None:
        """Ask the job to stop; a job that has ended is left alone. GoneError: no such job."""

    def observe(self, name: str) -> Snapshot:
        """What the platform says of the job now. GoneError: no such job."""

    def changed_since(self, moment: datetime) -> list[Change]:
        """Each job's last change after `moment`, by the platform's clock; ours or not. May lag behind `observe`."""

    def log_lines(self, name: str, position: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """The log's lines after `position` (a token per stream), and the position after them. No log yet: nothing."""


class TuningPlatform(Protocol):
    """Where tuning jobs run, with the same errors as where training jobs do."""

    def start(self, tuning: Tuning, data_set: DataSet) -> None:
        """Start it under its name. That it exists already is success if it is ours, and TakenError otherwise."""

    def stop(self, name: str) -> None:
        """Ask it to stop, and with it its jobs; one that has ended is left alone. GoneError: no such tuning."""

    def observe(self, tuning: Tuning) -> TuningSnapshot:
        """What the platform says of it now, with those of its jobs that may have changed. GoneError: no such tuning."""

    def changed_since(self, moment: datetime) -> list[TuningChange]:
        """Each tuning's last change after `moment`, and all that run, whose jobs change without a change of theirs."""


class ModelHosting(Protocol):
    """Where endpoints live. Creating what exists already is success if it is ours, and TakenError otherwise."""

    def create_model(self, endpoint: Endpoint, artifact: str) -> None: ...
    def create_configuration(self, endpoint: Endpoint) -> None: ...
    def create_endpoint(self, endpoint: Endpoint) -> None: ...
    def update_endpoint(self, endpoint: Endpoint, *, at_once: bool = False) -> None:
        """Ask for this release to serve in the place of what does; fine if it does. BusyError: AWS is changing it.

        `at_once`: without looking on for a while how it does, as it is to be when something is wrong with the other.
        """

    def mix(self, endpoint: Endpoint) -> None:
        """Ask for its traffic to be divided as its row says, under a configuration for that; may be repeated."""

    def weigh(self, endpoint: Endpoint) -> None:
        """Ask for the shares that its row says. BusyError: AWS is changing it."""

    def unmix(self, endpoint: Endpoint) -> None:
        """Delete the configuration that divided its traffic; what is gone is left alone."""

    def observe(self, name: str) -> HostingSnapshot:
        """What the platform says of the endpoint now; an endpoint that is gone is DELETED."""

    def delete(self, endpoint: Endpoint) -> None:
        """Ask for the endpoint's deletion, and delete its configuration and model; what is gone is left alone."""

    def remove_release(self, endpoint: Endpoint) -> None:
        """Delete its configuration and model alone; what is gone is left alone."""

    def invoke(self, name: str, image: bytes, content_type: str) -> Sequence[float]:
        """The probability of each class, in label order. BusyError: throttled, or still waking up."""


class PriceList(Protocol):
    """What instances cost."""

    def hourly(self, component: str) -> Mapping[str, float]:
        """USD an hour by instance type, of `training` or `hosting`, or by MB, of `serverless`, in the bot's region."""
