"""What is written into a row is read from it as it was."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON

from bot.adapters.database import codecs, digest_tables, digests, picture_tables, tables, tuning_codecs
from bot.domain.answers import Answer
from bot.domain.approvals import Approval
from bot.domain.cards import ACCURACY, Card, CardKind, Chart
from bot.domain.datasets import DataSet
from bot.domain.digests import Digest
from bot.domain.editions import Edition
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.quiet_hours import QuietHours
from bot.domain.tunings import Tuning
from bot.domain.uploads import Upload

CODECS: dict[type[Any], Any] = {
    Job: (codecs.JOBS, tables.jobs),
    Approval: (codecs.APPROVALS, tables.approvals),
    Endpoint: (codecs.ENDPOINTS, tables.endpoints),
    Upload: (codecs.UPLOADS, picture_tables.uploads),
    Answer: (codecs.ANSWERS, picture_tables.answers),
    Card: (codecs.CARDS, tables.cards),
    DataSet: (codecs.DATA_SETS, tables.data_sets),
    Digest: (digests.DIGESTS, digest_tables.digests),
    Edition: (digests.EDITIONS, digest_tables.editions),
    QuietHours: (digests.QUIET_HOURS, digest_tables.quiet_hours),
    Tuning: (tuning_codecs.TUNINGS, tables.tunings),
}
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])
WORDS = st.text(max_size=8)


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=ZONES),  # noqa: DTZ001 - has `timezones`
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: WORDS,
    Mapping[str, str]: st.dictionaries(WORDS, WORDS, max_size=3),
}


def _any(kind: Any) -> st.SearchStrategy[Any]:
    """Anything that the type allows; of a dataclass, with every field filled in."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and is_dataclass(kind):
        return st.builds(kind, **{name: _any(hint) for name, hint in get_type_hints(kind).items()})
    if get_origin(kind) is UnionType:
        return st.one_of(*(_any(one) for one in get_args(kind)))
    if get_origin(kind) is tuple and get_args(kind)[1] is ...:
        return st.lists(_any(get_args(kind)[0]), max_size=3).map(tuple)
    return st.from_type(kind)


@pytest.mark.parametrize("kind", CODECS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_row_gives_back_the_entity(kind: type[Any], data: st.DataObject) -> None:
    codec, table = CODECS[kind]
    entity = data.draw(_any(kind))

    assert codec.entity(_through_json(codec.row(entity), table)) == entity


def _through_json(row: dict[str, Any], table: Any) -> dict[str, Any]:
    nested = {column.name for column in table.columns if isinstance(column.type, JSON)}
    return {name: json.loads(json.dumps(value)) if name in nested else value for name, value in row.items()}


@pytest.mark.parametrize("kind", CODECS)
def test_every_field_has_its_column(kind: type[Any]) -> None:
    codec, table = CODECS[kind]

    assert {codec.columns.get(one.name, one.name) for one in fields(kind)} <= {column.name for column in table.columns}


def test_a_row_of_an_earlier_program_has_one_picture_and_fills_new_fields_with_their_defaults() -> None:
    row = codecs.CARDS.row(Card("s", CardKind.JOB, "C1"))
    row["chart"] = {"digest": "d", "file_id": "F1"}

    assert codecs.CARDS.entity(row).pictures == {ACCURACY: Chart("d", "F1")}
