"""From a deletion to nothing left, and the end of releases that nobody can go back to any more."""

import logging
from dataclasses import replace

from bot.domain import endpoints
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.errors import TakenError
from bot.ports import Endpoints, GoldenImages, ModelHosting, Routes
from bot.services.routing import hand_over

log = logging.getLogger(__name__)


class Removing:
    """Removes what AWS has of endpoints and releases; what this bot did not make stays."""

    def __init__(self, endpoints: Endpoints, routes: Routes, hosting: ModelHosting, images: GoldenImages) -> None:
        self._endpoints = endpoints
        self._routes = routes
        self._hosting = hosting
        self._images = images

    def delete(self, endpoint: Endpoint) -> None:
        """Ask AWS for it, and end the row once AWS has done it."""
        ours = self._remove(endpoint)
        if ours and self._hosting.observe(endpoint.name).status != EndpointStatus.DELETED:
            return
        self.forget_releases(endpoint)
        self._images.forget(endpoint)
        hand_over(endpoint, self._endpoints, self._routes)
        self._endpoints.save(endpoints.moved(endpoint, EndpointStatus.DELETED))
        log.info("endpoint_deleted id=%s name=%s", endpoint.id, endpoint.name)

    def lose(self, lost: Endpoint) -> None:
        """Save what somebody deleted in the console, or what broke there: it answers no more images."""
        if lost.status == EndpointStatus.DELETED:
            # Its configuration and model are still there.
            self._remove(lost)
            self.forget_releases(lost)
            self._images.forget(lost)
        hand_over(lost, self._endpoints, self._routes)
        self._endpoints.save(lost)
        log.info("endpoint_changed id=%s name=%s to=%s", lost.id, lost.name, lost.status)

    def _remove(self, endpoint: Endpoint) -> bool:
        """False: something that bears the name is not ours, and stays; what is ours is on its way out."""
        try:
            self._hosting.delete(endpoint)
        except TakenError:
            log.warning("left_alone id=%s name=%s", endpoint.id, endpoint.name)
            return False
        return True

    def forget_releases(self, endpoint: Endpoint) -> None:
        """With an endpoint goes what was kept to go back to."""
        for release in self._endpoints.releases(endpoint.name):
            if release.id != endpoint.id and not release.live and release.kept_until is not None:
                self.end(release)

    def end(self, release: Endpoint) -> None:
        """Remove the model and the configuration of a release that is over."""
        living = self._endpoints.named(release.name)
        if living and _needs(living, release):
            log.info("release_in_use id=%s name=%s", release.id, release.name)
            return
        snapshot = self._hosting.observe(release.name)
        if snapshot.changing or snapshot.configuration == release.release_name:
            # AWS is on the way from it or to it; what an endpoint has in hand must not be deleted.
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpointConfig.html
            log.info("release_in_use id=%s name=%s", release.id, release.name)
            return
        try:
            self._hosting.remove_release(release)
        except TakenError:
            log.warning("left_alone id=%s name=%s", release.id, release.name)
        self._images.forget(release)
        self._endpoints.save(replace(release, kept_until=None))
        log.info("release_removed id=%s name=%s release=%s", release.id, release.name, release.release_name)


def _needs(living: Endpoint, release: Endpoint) -> bool:
    """Whether it gives some of its traffic to that release, or is on its way back to it."""
    if living.status == EndpointStatus.ROLLING_BACK and living.replaces == release.id:
        return True
    return living.answering and living.traffic is not None and living.traffic.other_id == release.id
