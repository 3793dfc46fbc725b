"""The tags by which what this bot makes on AWS is known again; `ID_TAG` is the id of the row that it was made for."""

import re
from collections.abc import Mapping

ID_TAG = "darkroom:id"
OWNER_TAG, JOB_TAG, DATA_SET_TAG = "darkroom:owner", "darkroom:job", "darkroom:data-set"
APPROVER_TAG = "darkroom:approver"
_NOT_IN_TAGS = re.compile(r"[^\w\s.:/=+\-@]")


def tags(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS takes them; one without a value is left out."""
    return [{"Key": key, "Value": _NOT_IN_TAGS.sub("-", value)[:256]} for key, value in values.items() if value]
