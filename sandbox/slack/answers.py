"""The words of Slack's Web API that every module here shares: JSON objects and refusals."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A call that Slack refuses: its error name, and what else the answer carries."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details

    def answer(self) -> Json:
        return {"ok": False, "error": self.error, **self.details}


def without_nulls(value: Any) -> Any:
    """Slack takes a property that is null for one that is absent."""
    if isinstance(value, dict):
        return {name: without_nulls(entry) for name, entry in value.items() if entry is not None}
    return [without_nulls(entry) for entry in value] if isinstance(value, list) else value


def refused_by_pointer(error: str, complaints: list[str]) -> ApiError:
    """Slack tells where a payload is wrong in `response_metadata.messages`, one `[ERROR] … [json-pointer:…]` each."""
    messages = [f"[ERROR] {complaint}" for complaint in complaints]
    return ApiError(error, errors=complaints, response_metadata={"messages": messages})
