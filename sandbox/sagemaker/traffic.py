"""Which of an endpoint's fleets and variants answers the next invocation.

Turns are dealt out evenly, not by chance: of ten invocations at 90 to 10 exactly one goes the other way.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.sagemaker.artifact import LoadedModel
from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.variant_record import Variant
from sandbox.sagemaker.warm_pool import WarmPool
from sandbox.sagemaker.workers import Workers


class Rota:
    """Deals out turns in proportion to weights, well mixed (smooth weighted round robin)."""

    def __init__(self) -> None:
        self._credit: dict[str, float] = {}

    def turn(self, weights: Mapping[str, float]) -> str:
        for name, weight in weights.items():
            self._credit[name] = self._credit.get(name, 0.0) + weight
        chosen = max(weights, key=lambda name: (self._credit[name], weights[name]))
        self._credit[chosen] -= sum(weights.values())
        return chosen


@dataclass(slots=True)
class ServingVariant:
    """A variant that answers; `pool` only where it is serverless, `ailment` where a test makes it misbehave."""

    name: str
    model: LoadedModel
    weight: float
    count: int
    pool: WarmPool | None = None
    ailment: str | None = None
    workers_each: int = 1
    workers: Workers = field(default_factory=Workers)

    def size(self, wanted: Variant) -> None:
        """As many workers as its instances have together, or its serverless containers."""
        concurrency = wanted.serverless["MaxConcurrency"] if wanted.serverless else 0
        self.workers.resize(concurrency or max(1, wanted.count * self.workers_each))


@dataclass(slots=True)
class Fleet:
    """What serves one endpoint configuration: its variants, and the one that only gets copies."""

    config_name: str
    variants: dict[str, ServingVariant]
    shadow: ServingVariant | None = None
    rota: Rota = field(default_factory=Rota)
    shadow_rota: Rota = field(default_factory=Rota)

    def route(self, target: str | None) -> ServingVariant:
        if target is None:
            return self.variants[self.rota.turn({name: one.weight for name, one in self.variants.items()})]
        if target not in self.variants:
            raise AwsError("ValidationError", f"Variant {target} not found for the endpoint.")
        return self.variants[target]

    def copied_to(self, variant: ServingVariant) -> ServingVariant | None:
        """The shadow, where this invocation is one of those that are copied to it: the ratio of the weights decides."""
        shadow = self.shadow
        if shadow is None or not variant.weight:
            return None
        share = min(1.0, shadow.weight / variant.weight)
        return shadow if self.shadow_rota.turn({"copied": share, "not": 1 - share}) == "copied" else None


@dataclass(frozen=True, slots=True)
class Routed:
    """Who answers one invocation, and who gets a copy of it."""

    config_name: str
    variant: ServingVariant
    shadow: ServingVariant | None


class Live:
    """What answers an endpoint's invocations: one fleet, or two while traffic shifts between them."""

    def __init__(self, fleet: Fleet) -> None:
        self._old = fleet
        self._new: Fleet | None = None
        self._share = 0.0
        self._rota = Rota()
        self._lock = threading.Lock()

    def route(self, target: str | None) -> Routed:
        """Raises AWS's refusal of a target variant that is not there."""
        with self._lock:
            fleet = self._fleet()
            variant = fleet.route(target)
            return Routed(fleet.config_name, variant, fleet.copied_to(variant))

    def shift(self, fleet: Fleet, share: float) -> None:
        """Lets the new fleet have this share of the traffic."""
        with self._lock:
            self._new, self._share, self._rota = fleet, share, Rota()

    def settle(self, fleet: Fleet) -> None:
        with self._lock:
            self._old, self._new, self._share = fleet, None, 0.0

    def back(self) -> None:
        """All traffic to the old fleet again."""
        with self._lock:
            self._new, self._share = None, 0.0

    def rescale(self, variants: Iterable[Variant], pool: Callable[[int], WarmPool]) -> None:
        """Gives the variants that answer new weights and sizes; a new concurrency begins with a cold pool."""
        with self._lock:
            self._old.rota = Rota()
            for wanted in variants:
                serving = self._old.variants[wanted.name]
                serving.weight, serving.count = wanted.weight, wanted.count
                serving.size(wanted)
                concurrency = wanted.serverless["MaxConcurrency"] if wanted.serverless else 0
                if serving.pool and serving.pool.concurrency != concurrency:
                    serving.pool = pool(concurrency)

    def _fleet(self) -> Fleet:
        if self._new is None:
            return self._old
        turn = self._rota.turn({"new": self._share, "old": 1 - self._share})
        return self._new if turn == "new" else self._old
