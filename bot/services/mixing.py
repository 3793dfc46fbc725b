"""Makes AWS divide an endpoint's traffic as its row says, one step at a time, and undoes it again."""

import logging
from dataclasses import replace

from bot.domain.endpoints import Endpoint, HostingSnapshot
from bot.domain.traffic import Mixing, Traffic
from bot.errors import BusyError, DarkroomError
from bot.ports import Endpoints, ModelHosting

log = logging.getLogger(__name__)


class MixingTraffic:
    """Follows an endpoint in service whose traffic is divided, or is to be."""

    def __init__(self, endpoints: Endpoints, hosting: ModelHosting) -> None:
        self._endpoints = endpoints
        self._hosting = hosting

    def advance(self, living: Endpoint, snapshot: HostingSnapshot) -> None:
        """Take the next step once AWS is done with the last one."""
        traffic = living.traffic
        if traffic is None or snapshot.changing:
            return
        match traffic.step:
            case Mixing.ASKED:
                self._begin(living, traffic)
            case Mixing.WEIGHING:
                self._weigh(living, traffic)
            case Mixing.ENDING:
                self._end(living, traffic, snapshot)
            case Mixing.STARTING:
                self._settle(living, traffic, snapshot)
            case Mixing.ENDED:
                self._leave(living, traffic, snapshot)
            case Mixing.ON:
                return

    def _begin(self, living: Endpoint, traffic: Traffic) -> None:
        try:
            self._hosting.mix(living)
        except BusyError:
            raise
        except DarkroomError as error:
            self._go_without(living, error.sentences)
        else:
            self._save(living, traffic.at(Mixing.STARTING))

    def _settle(self, living: Endpoint, traffic: Traffic, snapshot: HostingSnapshot) -> None:
        if snapshot.configuration == traffic.configuration:
            self._save(living, traffic.at(Mixing.ON))
        else:
            self._go_without(living, snapshot.failure_reason or "AWS did not divide the traffic, and did not say why.")

    def _weigh(self, living: Endpoint, traffic: Traffic) -> None:
        try:
            self._hosting.weigh(living)
        except BusyError:
            raise
        except DarkroomError as error:
            # It is tried again all the same; meanwhile the card says why nothing goes on, and people may end it.
            if living.failure_reason != error.sentences:
                self._endpoints.save(replace(living, failure_reason=error.sentences))
                log.warning("traffic_unweighed id=%s name=%s", living.id, living.name)
        else:
            self._save(replace(living, failure_reason=""), traffic.at(Mixing.ON))

    def _end(self, living: Endpoint, traffic: Traffic, snapshot: HostingSnapshot) -> None:
        try:
            if snapshot.configuration == traffic.configuration:
                self._hosting.update_endpoint(living)
        except BusyError:
            raise
        except DarkroomError as error:
            self._go_on(living, traffic, error.sentences)
        else:
            self._save(living, traffic.at(Mixing.ENDED))

    def _leave(self, living: Endpoint, traffic: Traffic, snapshot: HostingSnapshot) -> None:
        if snapshot.configuration == traffic.configuration:
            reason = snapshot.failure_reason or "AWS went on dividing the traffic, and did not say why."
            self._go_on(living, traffic, reason)
        else:
            self._go_without(living, "")

    def _go_on(self, living: Endpoint, traffic: Traffic, reason: str) -> None:
        """Divided as it is, with why it could not be changed; people may ask again."""
        self._endpoints.save(replace(living, traffic=traffic.at(Mixing.ON), failure_reason=reason))
        log.warning("traffic_unchanged id=%s name=%s", living.id, living.name)

    def _go_without(self, living: Endpoint, reason: str) -> None:
        self._hosting.unmix(living)
        self._endpoints.save(replace(living, traffic=None, failure_reason=reason))
        log.info("traffic_undivided id=%s name=%s", living.id, living.name)

    def _save(self, living: Endpoint, traffic: Traffic) -> None:
        self._endpoints.save(replace(living, traffic=traffic))
        log.info("traffic_%s id=%s name=%s share=%s", traffic.step, living.id, living.name, traffic.share)
