"""What a person sees on App Home, from rows alone."""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.domain.holdings import Holding
from bot.domain.home_page import Decision, HomePage, Running, decision
from bot.domain.leases import LeaseCase, LeaseStatus
from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.errors import ChatBusyError, NotAllowedError
from bot.services.access import AccessControl
from bot.services.cases import Cases
from bot.services.curation import Curation
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.services.upkeep import Upkeep

log = logging.getLogger(__name__)


class Offers(Protocol):
    """What endpoints could be trained on with."""

    def of_endpoint(self, name: str) -> list[Retraining]:
        """Newest first."""


class Homes:
    """Puts the page together."""

    def __init__(
        self,
        deciding: tuple[Cases, AccessControl],
        running: tuple[Training, Tunings, Curation],
        upkeep: Upkeep,
        offers: Offers,
    ) -> None:
        self._cases, self._access = deciding
        self._training, self._tuning, self._curation = running
        self._upkeep = upkeep
        self._offers = offers

    def of(self, user_id: str) -> HomePage:
        """As this person is to see it."""
        endpoints = self._upkeep.holdings.all()
        return HomePage(
            user_id=user_id,
            decisions=tuple(self._decisions(user_id)),
            questions=tuple(case for one in endpoints if (case := _question(one, user_id))),
            offers=tuple(self._offered([one for one in endpoints if one.endpoint.owner == user_id])),
            under_way=self._under_way(),
            endpoints=tuple(endpoints),
            spend=self._upkeep.figures.spend(),
            usual_lease=self._upkeep.leasing.terms.length,
            trains=self._trains(user_id),
            deployable=any(job.deployable for job in self._training.recent()),
        )

    def _under_way(self) -> tuple[Running, ...]:
        return (*self._training.active(), *self._tuning.active(), *self._curation.open())

    def _offered(self, own: Sequence[Holding]) -> list[Retraining]:
        """Of each endpoint the newest, while nobody has decided it."""
        newest = (self._offers.of_endpoint(one.endpoint.name)[:1] for one in own)
        return [one for found in newest for one in found if one.status == RetrainingStatus.OFFERED]

    def _decisions(self, user_id: str) -> list[Decision]:
        """Those that they can decide come first."""
        cases = self._cases.pending()
        is_approver = bool(cases) and self._is_approver(user_id)
        own = self._access.self_approval
        found = (decision(case, user_id, is_approver=is_approver, self_approval=own) for case in cases)
        return sorted((one for one in found if one), key=lambda one: not one.may_decide)

    def _is_approver(self, user_id: str) -> bool:
        """Where Slack does not say, the rest of the page is shown all the same; the cards have the buttons, too."""
        try:
            return self._access.is_approver(user_id)
        except ChatBusyError as error:
            log.info("approver_unknown user=%s code=%s", user_id, error.code)
            return False

    def _trains(self, user_id: str) -> bool:
        try:
            self._access.require_trainer(user_id)
        except (NotAllowedError, ChatBusyError):
            return False
        return True


def _question(holding: Holding, user_id: str) -> LeaseCase | None:
    """Whether the endpoint is still needed, if its owner is being asked."""
    lease = holding.lease
    if lease is None or lease.status != LeaseStatus.ASKED or lease.owner != user_id:
        return None
    return LeaseCase(lease, holding.endpoint, holding.usage)
