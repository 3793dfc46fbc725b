"""ModelHosting in memory, which passes the same contract as the real adapter."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.endpoints import Endpoint, EndpointStatus, HostingSnapshot
from bot.errors import BusyError, DarkroomError, GoneError, TakenError
from tests.fakes.platform import SOMEONE_ELSE, Troubles

BUSY = (EndpointStatus.CREATING, EndpointStatus.DELETING)


class FakeHosting:
    """Endpoints are being created, updated and deleted until a test says otherwise.

    `owners` has the ids for which AWS's things of each kind were made, by their names.
    """

    def __init__(self) -> None:
        self.owners: dict[str, dict[str, str]] = {"model": {}, "configuration": {}, "endpoint": {}}
        self.endpoints: dict[str, HostingSnapshot] = {}
        self.pending: dict[str, str] = {}
        self.shares: dict[str, int] = {}
        self.artifacts: dict[str, str] = {}
        self.answers: dict[str, list[float]] = {}
        self.always_right: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self.invoked: list[tuple[str, bytes, str]] = []
        self._troubles = Troubles()

    def create_model(self, endpoint: Endpoint, artifact: str) -> None:
        self._begin("create_model", endpoint.name)
        self._claim("model", endpoint.release_name, endpoint.id)
        self.artifacts[endpoint.release_name] = artifact
        self._troubles.take("create_model", after=True)

    def create_configuration(self, endpoint: Endpoint) -> None:
        self._begin("create_configuration", endpoint.name)
        self._needs("model", endpoint.release_name)
        self._claim("configuration", endpoint.release_name, endpoint.id)
        self._troubles.take("create_configuration", after=True)

    def create_endpoint(self, endpoint: Endpoint) -> None:
        self._begin("create_endpoint", endpoint.name)
        self._needs("configuration", endpoint.release_name)
        self._claim("endpoint", endpoint.name, endpoint.id)
        created = HostingSnapshot(EndpointStatus.CREATING, configuration=endpoint.release_name)
        self.endpoints.setdefault(endpoint.name, created)
        self._troubles.take("create_endpoint", after=True)

    def update_endpoint(self, endpoint: Endpoint, *, at_once: bool = False) -> None:
        self._begin("update_at_once" if at_once else "update_endpoint", endpoint.name)
        now = self.endpoints.get(endpoint.name)
        if now is None:
            raise GoneError(f"AWS does not know the endpoint *{endpoint.name}*.")
        if self.pending.get(endpoint.name, now.configuration) == endpoint.release_name:
            return
        if now.changing or now.status in BUSY:
            raise BusyError(f"AWS could not update the endpoint *{endpoint.name}* for the moment.")
        if self.owners["endpoint"].get(endpoint.name) == SOMEONE_ELSE:
            raise TakenError(f"AWS has the endpoint *{endpoint.name}*, and this bot did not make it.")
        self._needs("configuration", endpoint.release_name)
        self.pending[endpoint.name] = endpoint.release_name
        self.endpoints[endpoint.name] = replace(now, changing=True)
        self._troubles.take("update_at_once" if at_once else "update_endpoint", after=True)

    def mix(self, endpoint: Endpoint) -> None:
        assert endpoint.traffic
        self._begin("mix", endpoint.name)
        self._needs("model", endpoint.traffic.model)
        self._claim("configuration", endpoint.traffic.configuration, endpoint.id)
        if self.pending.get(endpoint.name) != endpoint.traffic.configuration:
            now = self.endpoints[endpoint.name]
            if now.changing or now.status in BUSY:
                raise BusyError(f"AWS could not update the endpoint *{endpoint.name}* for the moment.")
            self.pending[endpoint.name] = endpoint.traffic.configuration
            self.endpoints[endpoint.name] = replace(now, changing=True)
        self._troubles.take("mix", after=True)

    def weigh(self, endpoint: Endpoint) -> None:
        assert endpoint.traffic
        self._begin("weigh", endpoint.name)
        self.shares[endpoint.name] = endpoint.traffic.share

    def unmix(self, endpoint: Endpoint) -> None:
        assert endpoint.traffic
        self._begin("unmix", endpoint.name)
        self.owners["configuration"].pop(endpoint.traffic.configuration, None)

    def observe(self, name: str) -> HostingSnapshot:
        self._begin("observe", name)
        return self.endpoints.get(name, HostingSnapshot(EndpointStatus.DELETED))

    def delete(self, endpoint: Endpoint) -> None:
        self._begin("delete", endpoint.name)
        now = self.endpoints.get(endpoint.name)
        if now and (now.changing or now.status == EndpointStatus.CREATING):
            raise BusyError(f"AWS could not delete the endpoint *{endpoint.name}* for the moment.")
        foreign = self._foreign("endpoint", endpoint.name, endpoint)
        if now and not foreign:
            self.says(endpoint.name, EndpointStatus.DELETING)
        self._remove(endpoint, foreign)
        self._troubles.take("delete", after=True)

    def remove_release(self, endpoint: Endpoint) -> None:
        self._begin("remove_release", endpoint.name)
        self._remove(endpoint, "")
        self._troubles.take("remove_release", after=True)

    def invoke(self, name: str, image: bytes, content_type: str) -> Sequence[float]:
        self._begin("invoke", name)
        self.invoked.append((name, image, content_type))
        if name not in self.endpoints or self.endpoints[name].status != EndpointStatus.IN_SERVICE:
            raise GoneError(f"AWS does not know the endpoint *{name}*.")
        return _right(image) if name in self.always_right else self.answers[name]

    def is_always_right(self, name: str) -> None:
        """The endpoint recognizes each of the golden images in memory."""
        self.always_right.add(name)

    def says(self, name: str, status: EndpointStatus, failure_reason: str = "") -> None:
        now = self.endpoints.get(name, HostingSnapshot(status))
        self.endpoints[name] = replace(now, status=status, failure_reason=failure_reason)

    def has_updated(self, name: str) -> None:
        """The update under way is over, and the new release serves."""
        self.endpoints[name] = HostingSnapshot(EndpointStatus.IN_SERVICE, configuration=self.pending.pop(name))

    def goes_back(self, name: str, failure_reason: str) -> None:
        """The update under way has failed, and the old release serves as before."""
        del self.pending[name]
        self.endpoints[name] = replace(self.endpoints[name], changing=False, failure_reason=failure_reason)

    def is_gone(self, name: str) -> None:
        """AWS has done with deleting the endpoint."""
        del self.endpoints[name]
        del self.owners["endpoint"][name]
        self.pending.pop(name, None)

    def belongs_to_others(self, kind: str, name: str) -> None:
        """`kind` is model, configuration or endpoint."""
        self.owners[kind][name] = SOMEONE_ELSE
        if kind == "endpoint":
            self.says(name, EndpointStatus.IN_SERVICE)

    def fails(self, operation: str, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next call of the operation fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append((operation, error, answer_lost))

    def _begin(self, operation: str, name: str) -> None:
        self.calls.append((operation, name))
        self._troubles.take(operation)

    def _claim(self, kind: str, name: str, wanted_id: str) -> None:
        if self.owners[kind].setdefault(name, wanted_id) != wanted_id:
            raise TakenError(f"AWS has the {kind} *{name}* already, and this bot did not make it.")

    def _needs(self, kind: str, name: str) -> None:
        if name not in self.owners[kind]:
            raise BusyError(f"AWS does not know the {kind} *{name}* yet.")

    def _foreign(self, kind: str, name: str, endpoint: Endpoint) -> str:
        made_for = self.owners[kind].get(name, endpoint.id)
        before = kind == "endpoint" and bool(endpoint.replaces) and made_for != SOMEONE_ELSE
        return "" if made_for == endpoint.id or before else kind

    def _remove(self, endpoint: Endpoint, foreign: str) -> None:
        for kind in ("configuration", "model"):
            if self._foreign(kind, endpoint.release_name, endpoint):
                foreign = kind
            else:
                self.owners[kind].pop(endpoint.release_name, None)
        if endpoint.traffic:
            self.owners["configuration"].pop(endpoint.traffic.configuration, None)
        if foreign:
            raise TakenError(f"AWS has the {foreign} of *{endpoint.name}*, and this bot did not make it: it stays.")


def _right(image: bytes) -> list[float]:
    number = int(image.split()[-1])
    return [float(index == number % 7) for index in range(7)]
