"""Everything that can go wrong in a way that a person should read about, as one tree.

    DarkroomError
    ├── SettingsError         the environment lacks something, or holds something malformed
    ├── UsageError            the words of a command are off
    │   └── FieldError        one field of a modal is off
    ├── NotAllowedError       this person may not do this
    ├── NotFoundError         no such job, data set, endpoint or request
    ├── WrongStateError       it was possible once and is no longer
    │   └── StaleError        the row moved between reading and writing it: read it again
    ├── RefusedError          it is possible, and a rule forbids it (budget, image rules, data set's facts)
    ├── PlatformError         AWS refused or failed
    │   ├── BusyError         throttled, not ready, or failing for the moment: try again later
    │   ├── GoneError         AWS does not know this name
    │   ├── DeniedError       the credentials lack a permission: which action, on what
    │   └── TakenError        the name is in use by something that is not ours
    └── ChatError             Slack refused or failed
        ├── ChatBusyError     rate limited, or failing for the moment: try again later
        ├── MissingScopeError the bot's token lacks a permission: which scope
        ├── NoPlaceError      the bot cannot write in this conversation
        └── NoMessageError    the message to be edited is gone

Each error carries what a person reads: what happened, why, and what to do next, in that order.
"""


class DarkroomError(Exception):
    """What happened (`what`), `why`, what to do `next_step`, and the vendor's `code` for whoever searches for it."""

    def __init__(self, what: str, why: str = "", next_step: str = "", code: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step
        self.code = code

    @property
    def sentences(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.next_step) if part)


class SettingsError(DarkroomError):
    """Carries every problem of the environment at once, one a line, in `what`."""


class UsageError(DarkroomError):
    """The words of a command are off; nothing was started."""


class FieldError(UsageError):
    """One field is off: `field` names it, so that a modal can say it there."""

    def __init__(self, field: str, what: str, next_step: str = "") -> None:
        super().__init__(what, next_step=next_step)
        self.field = field


class NotAllowedError(DarkroomError):
    """This person may not do this."""


class NotFoundError(DarkroomError):
    """No such job, data set, endpoint or request."""


class WrongStateError(DarkroomError):
    """It was possible once and is no longer; `what` says what happened instead."""


class StaleError(WrongStateError):
    """The row moved between reading and writing it."""


class RefusedError(DarkroomError):
    """It is possible, and a rule forbids it; `field` is the one of a form in which something else would be allowed."""

    def __init__(self, what: str, why: str = "", next_step: str = "", code: str = "", *, field: str = "") -> None:
        super().__init__(what, why, next_step, code)
        self.field = field


class PlatformError(DarkroomError):
    """AWS refused or failed; `code` is AWS's own."""


class BusyError(PlatformError):
    """Throttled, not ready yet, or failing for the moment."""


class GoneError(PlatformError):
    """AWS does not know this name."""


class DeniedError(PlatformError):
    """The credentials lack a permission; `why` names the action and the resource."""


class TakenError(PlatformError):
    """The name is in use by something that this bot did not make."""


class ChatError(DarkroomError):
    """Slack refused or failed; `code` is Slack's own."""


class ChatBusyError(ChatError):
    """Rate limited, or failing for the moment; `retry_after` is in seconds."""

    def __init__(self, what: str, code: str = "", retry_after: float = 0.0) -> None:
        super().__init__(what, code=code)
        self.retry_after = retry_after


class MissingScopeError(ChatError):
    """The bot's token lacks a permission; `scope` is Slack's name of it, and empty where Slack does not tell."""

    def __init__(self, what: str, scope: str = "") -> None:
        why = f"It lacks the permission {scope}." if scope else ""
        super().__init__(what, why, "`python -m bot doctor` tells the operators more.", code="missing_scope")
        self.scope = scope


class NoPlaceError(ChatError):
    """The bot cannot write in this conversation."""


class NoMessageError(ChatError):
    """The message that was to be edited is gone."""
