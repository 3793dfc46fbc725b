"""How long AWS takes for each phase, and how much faster the local AWS lets it pass."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to wait here for each phase; reading the images takes what it takes."""

    speed: float = 60.0
    shortest_stop_grace: float = 2.0
    shortest_warm_time: float = 5.0
    cold_start_on_aws: float = 30.0

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError(f"the speed must be more than 0, not {self.speed}")

    def seconds(self, on_aws: float) -> float:
        """What so many seconds of AWS take here."""
        return on_aws / self.speed

    @property
    def starting(self) -> float:
        return 90 / self.speed

    @property
    def downloading(self) -> float:
        return 30 / self.speed

    @property
    def epoch(self) -> float:
        """What an epoch takes at least: a small one takes 3 to 8 s on AWS, and a head alone no time at all."""
        return 5 / self.speed

    @property
    def uploading(self) -> float:
        return 20 / self.speed

    @property
    def judging(self) -> float:
        """What the rules of a job take to have their say after its end."""
        return 60 / self.speed

    @property
    def stop_grace(self) -> float:
        """AWS lets a container 120 s between SIGTERM and SIGKILL."""
        return max(self.shortest_stop_grace, 120 / self.speed)

    @property
    def endpoint_creating(self) -> float:
        return 180 / self.speed

    @property
    def rolling_back(self) -> float:
        """The old fleet is still there; only the traffic goes back to it, and the new fleet away."""
        return 60 / self.speed

    @property
    def rescaling(self) -> float:
        return 60 / self.speed

    @property
    def endpoint_deleting(self) -> float:
        return 10 / self.speed

    @property
    def cold_start(self) -> float:
        return self.cold_start_on_aws / self.speed

    @property
    def warm_time(self) -> float:
        """How long an idle serverless container is kept."""
        return max(self.shortest_warm_time, 300 / self.speed)


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that AWS enforces at the runtime, in bytes, and what the local machine can run at once."""

    realtime_payload: int = 25 * 1024 * 1024
    serverless_payload: int = 4 * 1024 * 1024
    invocation_seconds: float = 60.0
    training_instances: int = 2
