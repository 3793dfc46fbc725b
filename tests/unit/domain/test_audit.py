"""The chain of the audit: what fits, and what does not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit import BEGINNING, AuditEntry, Move, as_json, next_after, sealed, verified
from tests.builders import APPROVER, NOW, REQUESTER


def _chain(length: int = 4) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(length):
        last = (entries[-1].number, entries[-1].digest) if entries else None
        entries.append(next_after(last, Move("jobs", f"j{number}", "pets", "", "requested", REQUESTER, NOW)))
    return entries


def test_a_chain_as_it_was_written_is_whole() -> None:
    entries = _chain()

    verdict = verified(entries)

    assert (verdict.whole, verdict.last, verdict.broken) == (4, entries[-1].digest, None)


def test_no_rows_are_whole() -> None:
    assert verified([]).last == BEGINNING


@pytest.mark.parametrize(
    ("field", "value"),
    [("by", APPROVER), ("became", "approved"), ("entity_id", "j9"), ("name", "cats"), ("at", NOW.replace(year=2025))],
)
def test_a_row_that_was_changed_is_found(field: str, value: Any) -> None:
    entries = _chain()
    entries[2] = replace(entries[2], move=replace(entries[2].move, **{field: value}))

    assert (verified(entries).broken, verified(entries).why) == (3, "its content was changed")


def test_a_row_that_was_changed_with_its_digest_breaks_the_next() -> None:
    entries = _chain()
    entries[1] = sealed(replace(entries[1].move, by=APPROVER), 2, entries[0].digest)

    assert (verified(entries).broken, verified(entries).why) == (3, "it does not follow the row before")


def test_a_row_that_was_taken_out_is_missed() -> None:
    entries = _chain()
    del entries[1]

    assert (verified(entries).broken, verified(entries).why) == (3, "row 2 is missing before it")


def test_a_beginning_that_was_cut_off_is_missed() -> None:
    assert verified(_chain()[1:]).broken == 2


def test_a_line_of_json_tells_all_of_a_row() -> None:
    (entry,) = _chain(1)

    told = json.loads(as_json(entry))

    assert (told["number"], told["entity"], told["id"], told["to"]) == (1, "jobs", "j0", "requested")
    assert (told["previous"], told["digest"]) == (BEGINNING, entry.digest)
