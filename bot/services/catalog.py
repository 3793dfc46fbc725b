"""Data sets and prices, read from AWS by the worker so that a listener never waits for them."""

import logging
import threading
from datetime import datetime, timedelta

from bot.errors import PlatformError
from bot.ports import Clock, DataSets, DataSetSource, PriceList, Prices
from bot.services.hosting_prices import SERVERLESS

PRICES_LAST = timedelta(hours=24)
PRICES_RETRY = timedelta(minutes=10)
COMPONENTS = ("training", "hosting", SERVERLESS)
log = logging.getLogger(__name__)


class Catalog:
    """Refreshes what the listeners check requests against."""

    def __init__(
        self, data_sets: DataSets, source: DataSetSource, prices: Prices, price_list: PriceList, clock: Clock
    ) -> None:
        self._data_sets = data_sets
        self._source = source
        self._prices = prices
        self._price_list = price_list
        self._clock = clock
        self._prices_due: datetime | None = None
        # What was read earlier must not be stored later than what was read after it.
        self._one_refresh = threading.Lock()

    def refresh(self) -> None:
        """Read the data sets, and the prices where a day has passed; what cannot be read stays as it was."""
        with self._one_refresh:
            self._refresh()

    def _refresh(self) -> None:
        now = self._clock()
        # Before the data sets: who finds one there wants to train on it, and needs a price.
        if self._prices_due is None or now >= self._prices_due:
            self._prices_due = now + (PRICES_LAST if self._read_prices() else PRICES_RETRY)
        try:
            self._data_sets.replace(self._source.found())
        except PlatformError as error:
            log.warning("data_sets_not_read code=%s", error.code)

    def _read_prices(self) -> bool:
        try:
            for component in COMPONENTS:
                self._prices.replace(component, self._price_list.hourly(component))
        except PlatformError as error:
            log.warning("prices_not_read code=%s", error.code)
            return False
        return True
