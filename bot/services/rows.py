"""The guard around each row of a tick: one row's failure never stops the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.errors import BusyError, ChatBusyError, StaleError

T = TypeVar("T")
log = logging.getLogger(__name__)


def each(name: str, rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Do `act` on every row; what fails is logged with its traceback and tried again at the next tick."""
    for row in rows:
        guarded(name, row, act)


def guarded(name: str, row: T, act: Callable[[T], object]) -> None:
    """Do `act` on one row. Busy vendors and rows that moved meanwhile are everyday and make one line only."""
    subject = getattr(row, "id", getattr(row, "subject_id", ""))
    try:
        act(row)
    except (BusyError, ChatBusyError) as error:
        log.warning("%s_postponed id=%s code=%s", name, subject, error.code)
    except StaleError:
        log.info("%s_moved_meanwhile id=%s", name, subject)
    except Exception:
        log.exception("%s_failed id=%s", name, subject)
