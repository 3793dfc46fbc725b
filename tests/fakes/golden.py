"""GoldenImages in memory."""

from collections.abc import Sequence

from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint
from bot.domain.golden import Golden
from bot.errors import DarkroomError


class FakeGoldenImages:
    """GoldenImages: `chosen` are what a data set gives, or `error` is raised; `rows` are kept, by release."""

    def __init__(self) -> None:
        self.chosen: list[Golden] = [
            Golden((number % 7,), f"picture {number}".encode(), "image/png") for number in range(20)
        ]
        self.rows: dict[str, list[Golden]] = {}
        self.error: DarkroomError | None = None

    def of(self, release: Endpoint) -> Sequence[Golden] | None:
        return self.rows.get(release.release_name)

    def keep(self, release: Endpoint, data_set: DataSet) -> Sequence[Golden]:
        if self.error:
            raise self.error
        self.rows[release.release_name] = list(self.chosen)
        return self.chosen

    def forget(self, release: Endpoint) -> None:
        self.rows.pop(release.release_name, None)
