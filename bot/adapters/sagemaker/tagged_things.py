"""What of hosting on SageMaker bears this bot's tag: listed by kind, and each one's tags are read but once."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.resources import CONFIGURATION, ENDPOINT, MODEL, ResourceKind, delete, found, row_id
from bot.domain.strays import Thing, ThingKind
from bot.errors import GoneError

_KINDS: Mapping[ThingKind, ResourceKind] = {
    ThingKind.ENDPOINT: ENDPOINT,
    ThingKind.CONFIGURATION: CONFIGURATION,
    ThingKind.MODEL: MODEL,
}
# An account may hold thousands of models of others; what is not reached in one look is reached in the next.
_TAGS_A_LOOK = 200
# The most that AWS takes; of itself it lists ten a call.
_PAGE = 100
log = logging.getLogger(__name__)


class SageMakerThings:
    """The port TaggedThings on SageMaker."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients
        # Tags of ours are never changed, and those of others never become ours: what was read is remembered.
        self._row_ids: dict[str, str] = {}

    def tagged(self, known: frozenset[str]) -> list[Thing]:
        listed = [(kind, one) for kind in ThingKind for one in self._listed(kind) if _name(kind, one) not in known]
        self._read(listed)
        return [
            Thing(kind, _name(kind, one), row, one["CreationTime"])
            for kind, one in listed
            if (row := self._row_ids.get(_key(kind, one), ""))
        ]

    def remove(self, kind: ThingKind, name: str, wanted_id: str) -> None:
        client, resource = self._clients.sagemaker, _KINDS[kind]
        told = found(client, resource, name)
        if told is None or told.get("EndpointStatus") == "Deleting":
            return
        if row_id(client, resource, told, name) != wanted_id:
            log.warning("%s_not_ours name=%s", resource.method, name)
            return
        delete(client, resource, name)
        log.info("%s_deleted name=%s", resource.method, name)

    def _listed(self, kind: ThingKind) -> Iterator[Mapping[str, Any]]:
        """But for what is on its way out."""
        resource = _KINDS[kind]
        pages = self._clients.sagemaker.get_paginator(f"list_{resource.method}s")
        with aws_errors("list", f"the {resource.words}s"):
            for page in pages.paginate(PaginationConfig={"PageSize": _PAGE}):
                yield from (one for one in page[f"{resource.member}s"] if one.get("EndpointStatus") != "Deleting")

    def _read(self, listed: list[tuple[ThingKind, Mapping[str, Any]]]) -> None:
        there = {_key(kind, one) for kind, one in listed}
        self._row_ids = {key: row for key, row in self._row_ids.items() if key in there}
        unread = [(kind, one) for kind, one in listed if _key(kind, one) not in self._row_ids]
        for kind, one in unread[:_TAGS_A_LOOK]:
            try:
                row = row_id(self._clients.sagemaker, _KINDS[kind], one, _name(kind, one))
            except GoneError:
                continue
            self._row_ids[_key(kind, one)] = row


def _name(kind: ThingKind, one: Mapping[str, Any]) -> str:
    return str(one[f"{_KINDS[kind].member}Name"])


def _key(kind: ThingKind, one: Mapping[str, Any]) -> str:
    """Something that bears the name of what was deleted is another thing."""
    return f"{one[f'{_KINDS[kind].member}Arn']} {one['CreationTime'].timestamp()}"
