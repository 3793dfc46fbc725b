"""The stores of what was last read of AWS, so that a listener needs none."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.domain.datasets import DataSet


class DataSets(Protocol):
    """The data sets last found, so that a listener needs no AWS to check a request."""

    def all(self) -> Mapping[str, DataSet]: ...
    def replace(self, found: Iterable[DataSet]) -> None: ...


class Prices(Protocol):
    """The prices last read. `component` is `training`, `hosting`, or `serverless`, whose types are sizes of memory."""

    def hourly(self, component: str, instance_type: str) -> float | None: ...
    def all(self, component: str) -> Mapping[str, float]: ...
    def replace(self, component: str, prices: Mapping[str, float]) -> None: ...
