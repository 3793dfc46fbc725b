"""Living with endpoints, in one place: leases, use, figures, channels, strays, and where a model comes from."""

from dataclasses import dataclass

from bot.services.answering import Answering
from bot.services.figures import Figures
from bot.services.holdings import Holdings
from bot.services.leasing import Leasing
from bot.services.measuring import Measuring
from bot.services.provenance import Provenance
from bot.services.sweeping import Sweeping


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What listeners and the worker need of it."""

    leasing: Leasing
    measuring: Measuring
    holdings: Holdings
    figures: Figures
    answering: Answering
    sweeping: Sweeping
    provenance: Provenance

    def advance_all(self) -> None:
        """What a tick does about it."""
        self.leasing.advance_all()
        self.sweeping.carry_out()

    def carry_out_asked(self) -> None:
        """What was asked for since the last tick."""
        self.sweeping.carry_out()
