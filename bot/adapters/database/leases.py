"""Leases of endpoints, and how endpoints are used."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from bot.adapters.database.codecs import CARDS, Codec, Part
from bot.adapters.database.engine import Database
from bot.adapters.database.entities import SqlEndpoints
from bot.adapters.database.rows import Rows, insert_new, key, raise_card, upsert
from bot.adapters.database.tables import cards, leases, usages
from bot.domain.cards import Card, CardKind
from bot.domain.endpoints import Endpoint
from bot.domain.leases import Lease, LeaseStatus
from bot.domain.usage import Usage
from bot.errors import WrongStateError

LEASES = Codec(Lease, {"status": Part(str, LeaseStatus)})
USAGES = Codec(Usage)


class SqlLeases:
    """The leases. One gets its card when its owner is asked: a message to them."""

    _rows = Rows(leases, LEASES, "lease", "`/endpoints` lists the endpoints.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, lease: Lease) -> None:
        """Store it. Under the same id: nothing; one of the name being open: WrongStateError."""
        with self._database.writing() as connection:
            if not self._added(connection, lease) and not self._rows.find(connection, lease.id):
                raise WrongStateError(f"*{lease.endpoint_name}* has a lease already.")

    def get(self, lease_id: str) -> Lease:
        with self._database.reading() as connection:
            return self._rows.get(connection, lease_id)

    def save(self, lease: Lease) -> Lease:
        with self._database.writing() as connection:
            return self._saved(connection, lease)

    def renew(self, former: Lease, following: Lease) -> Lease:
        """Save the one and add the other, both or neither; returns the other."""
        with self._database.writing() as connection:
            self._saved(connection, former)
            if not self._added(connection, following, former.settled_by):
                raise WrongStateError(f"*{following.endpoint_name}* has a lease already.")
            return following

    def end(self, lease: Lease, leaving: Endpoint) -> Endpoint:
        """Save both or neither; returns the endpoint."""
        with self._database.writing() as connection:
            self._saved(connection, lease)
            return SqlEndpoints(self._database).saved(connection, leaving)

    def open(self) -> list[Lease]:
        """Those that run, and those whose owners have been asked, by when they end."""
        chosen = select(leases).where(leases.c.open_key.is_not(None)).order_by(leases.c.ends_at, leases.c.id)
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen)

    def of(self, endpoint_name: str) -> Lease | None:
        """The open lease of the endpoint."""
        with self._database.reading() as connection:
            found = self._rows.all(connection, select(leases).where(leases.c.open_key == key(endpoint_name)))
            return found[0] if found else None

    def _added(self, connection: Connection, lease: Lease, by: str = "") -> bool:
        return self._rows.add(connection, lease, _keys(lease), by, self._database.clock)

    def _saved(self, connection: Connection, lease: Lease) -> Lease:
        saved = self._rows.save(connection, lease, _keys(lease), lease.settled_by, self._database.clock)
        if lease.status == LeaseStatus.ASKED:
            # To the owner alone: Slack takes a person's id for the conversation with them.
            insert_new(connection, cards, [CARDS.row(Card(lease.id, CardKind.LEASE, lease.owner))])
        raise_card(connection, lease.id)
        return saved


class SqlUsages:
    """How each endpoint is used, as last read of AWS."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Mapping[str, Usage]:
        """By the endpoints' names in lower case."""
        with self._database.reading() as connection:
            rows = connection.execute(select(usages)).mappings()
            return MappingProxyType({row["name_key"]: USAGES.entity(row) for row in rows})

    def of(self, endpoint_name: str) -> Usage | None:
        with self._database.reading() as connection:
            chosen = select(usages).where(usages.c.name_key == key(endpoint_name))
            row = connection.execute(chosen).mappings().one_or_none()
            return None if row is None else USAGES.entity(row)

    def put(self, usage: Usage) -> None:
        with self._database.writing() as connection:
            upsert(connection, usages, USAGES.row(usage) | {"name_key": key(usage.endpoint_name)})


def _keys(lease: Lease) -> dict[str, Any]:
    return {"open_key": key(lease.endpoint_name) if lease.open else None}
