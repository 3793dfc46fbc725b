"""Tags of SageMaker resources, by ARN."""

import threading
from typing import Any

from sandbox.sagemaker.errors import invalid

MOST_TAGS = 50


class Tags:
    """Which tags each existing resource carries."""

    def __init__(self) -> None:
        self._tags: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Any]:
        return {"AddTags": self.add, "ListTags": self.list, "DeleteTags": self.delete}

    def attach(self, arn: str, request: dict[str, Any]) -> None:
        """Remembers a new resource with the tags of its Create request."""
        with self._lock:
            self._tags[arn] = _as_map(request.get("Tags", []))

    def of(self, arn: str) -> dict[str, str]:
        """The tags of a resource, none where it is not known."""
        with self._lock:
            return dict(self._tags.get(arn, {}))

    def drop(self, arn: str) -> None:
        with self._lock:
            self._tags.pop(arn, None)

    def add(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            merged = self._of(params) | _as_map(params["Tags"])
            if len(merged) > MOST_TAGS:
                raise invalid(f"The resource may carry at most {MOST_TAGS} tags")
            self._tags[params["ResourceArn"]] = merged
        return {"Tags": _as_list(merged)}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            return {"Tags": _as_list(self._of(params))}

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            tags = self._of(params)
            for key in params["TagKeys"]:
                tags.pop(key, None)
        return {}

    def _of(self, params: dict[str, Any]) -> dict[str, str]:
        arn = params["ResourceArn"]
        if arn not in self._tags:
            raise invalid(f"Could not find resource {arn}")
        return self._tags[arn]


def _as_map(tags: list[dict[str, str]]) -> dict[str, str]:
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) != len(keys):
        raise invalid("Duplicate tag keys found")
    return {tag["Key"]: tag["Value"] for tag in tags}


def _as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
