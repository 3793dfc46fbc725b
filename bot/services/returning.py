"""Going back to the release before: because somebody asked for it, or because the new one did not pass its check."""

import logging
from dataclasses import replace

from bot.domain import endpoints, releases
from bot.domain.endpoints import Endpoint, EndpointStatus, HostingSnapshot
from bot.errors import BusyError, DarkroomError, NotAllowedError, WrongStateError
from bot.ports import Endpoints, ModelHosting, Wakeup
from bot.services.access import AccessControl
from bot.services.removing import Removing
from bot.services.retrying import retrying

GOING_BACK = "going back"
log = logging.getLogger(__name__)


class RollBack:
    """Writes the wish to go back into the release's row; the worker makes it so."""

    def __init__(self, endpoints: Endpoints, access: AccessControl, wakeup: Wakeup) -> None:
        self._endpoints = endpoints
        self._access = access
        self._wakeup = wakeup

    def ask(self, release_id: str, by: str) -> tuple[Endpoint, Endpoint]:
        """The release on its way back and the one that comes back; approvers may ask for it."""
        if not self._access.is_approver(by):
            raise NotAllowedError("Only approvers can roll back.", next_step="The operators name them in `APPROVERS`.")

        def change() -> tuple[Endpoint, Endpoint]:
            release = self._endpoints.get(release_id)
            if any(one.arriving for one in self._endpoints.releases(release.name)):
                raise WrongStateError(f"*{release.name}* is being updated.", next_step="Try again when that is over.")
            before = self._endpoints.find(release.replaces) if release.replaces else None
            leaving, coming = releases.roll_back_asked(release, before, by)
            return self._endpoints.save(leaving), coming

        asked = retrying(change)
        self._wakeup.call()
        return asked


class Returning:
    """Follows a release on its way back."""

    def __init__(self, endpoints: Endpoints, hosting: ModelHosting, removing: Removing) -> None:
        self._endpoints = endpoints
        self._hosting = hosting
        self._removing = removing

    def advance(self, release: Endpoint) -> None:
        before = self._endpoints.get(release.replaces)
        snapshot = self._hosting.observe(release.name)
        if snapshot.status in (EndpointStatus.DELETED, EndpointStatus.FAILED):
            self._lose(release, snapshot)
        elif snapshot.changing:
            return
        elif snapshot.configuration == before.release_name:
            self._end(release, before)
        elif release.live and before.kept_until is None:
            self._stay(release, f"The release of {before.job_name} is removed already.")
        elif release.step == GOING_BACK and release.live:
            self._stay(release, snapshot.failure_reason or "AWS did not go back, and did not say why.")
        else:
            self._ask_aws(release, before)

    def _ask_aws(self, release: Endpoint, before: Endpoint) -> None:
        try:
            self._hosting.update_endpoint(before, at_once=True)
        except BusyError:
            raise
        except DarkroomError as error:
            if not release.live:
                # What did not pass its check must not stay: it is tried again until AWS does it.
                raise
            self._stay(release, error.sentences)
            return
        self._endpoints.save(replace(release, step=GOING_BACK))
        log.info("endpoint_rolling_back id=%s name=%s to=%s", release.id, release.name, before.release_name)

    def _end(self, release: Endpoint, before: Endpoint) -> None:
        ended = releases.rolled_back(release)
        if release.live:
            self._endpoints.swap(ended, releases.came_back(before))
        else:
            self._endpoints.save(ended)
        log.info("endpoint_rolled_back id=%s name=%s to=%s", release.id, release.name, before.release_name)

    def _stay(self, release: Endpoint, reason: str) -> None:
        self._endpoints.save(releases.stays(release, reason))
        log.warning("roll_back_failed id=%s name=%s", release.id, release.name)

    def _lose(self, release: Endpoint, snapshot: HostingSnapshot) -> None:
        """AWS serves the endpoint no more. One that does not hold the name yet has nothing to say of that."""
        if release.live:
            self._removing.lose(endpoints.observed(release, snapshot))
        else:
            self._endpoints.save(releases.rolled_back(release))
