"""What all of SageMaker's List operations share: filters, order, and pages that stay right while things change."""

import base64
import binascii
import json
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.sagemaker.errors import invalid

DEFAULT_PAGE = 10
BY_OBJECTIVE = "FinalObjectiveMetricValue"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a List operation may show; times are epoch seconds."""

    name: str
    created: float
    modified: float
    status: str
    summary: dict[str, Any]
    objective: float | None = None


def page(
    rows: Iterable[Row], params: dict[str, Any], member: str, *, descending: bool = True, order: str = "CreationTime"
) -> dict[str, Any]:
    """The answer of a List operation: `{member: summaries, "NextToken": …}`; `order` is its default."""
    order = params.get("SortBy", order)
    backwards = params.get("SortOrder", "Descending" if descending else "Ascending") == "Descending"
    places = [(_place(row, order), row.summary) for row in rows if _wanted(row, params) and _has_place(row, order)]
    wanted = sorted(places, key=operator.itemgetter(0), reverse=backwards)
    if token := params.get("NextToken"):
        last = _place_in(token)
        wanted = [item for item in wanted if (item[0] < last if backwards else item[0] > last)]
    size = params.get("MaxResults", DEFAULT_PAGE)
    shown = wanted[:size]
    answer: dict[str, Any] = {member: [summary for _, summary in shown]}
    if len(wanted) > size:
        answer["NextToken"] = base64.urlsafe_b64encode(json.dumps(shown[-1][0]).encode()).decode()
    return answer


def _place(row: Row, order: str) -> list[Any]:
    value = {"Name": row.name, "Status": row.status, BY_OBJECTIVE: row.objective}.get(order, row.created)
    return [value, row.name]


def _has_place(row: Row, order: str) -> bool:
    """Training jobs without an objective metric are not listed by it, as the API's description has it."""
    return order != BY_OBJECTIVE or row.objective is not None


def _place_in(token: str) -> list[Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError) as error:
        raise invalid("Invalid NextToken") from error
    return list(place)


def _wanted(row: Row, params: dict[str, Any]) -> bool:
    return (
        params.get("NameContains", "").lower() in row.name.lower()
        and params.get("StatusEquals", row.status) == row.status
        and params.get("CreationTimeAfter", row.created - 1) < row.created
        and params.get("CreationTimeBefore", row.created + 1) > row.created
        and params.get("LastModifiedTimeAfter", row.modified - 1) < row.modified
        and params.get("LastModifiedTimeBefore", row.modified + 1) > row.modified
    )
