"""Runs a job's program and tells SageMaker how it ended: by the exit code, the failure file and the last line."""

import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event

from training.container import Container
from training.errors import AlgorithmError, CustomerError, JobStoppedError

CUSTOMER_ERROR_EXIT, ALGORITHM_ERROR_EXIT = 2, 1

log = logging.getLogger(__name__)


def carried_out(
    run: Callable[[Container, Event], None], arguments: Sequence[str], environ: Mapping[str, str], stop: Event
) -> int:
    """Runs the job and returns its exit code; the reason of a failure is in output/failure."""
    log_like_the_algorithm()
    container = Container.of(arguments, environ)
    try:
        run(container, stop)
    except JobStoppedError:
        log.info("Stopped before the first epoch ended: there is no model to store")
    except CustomerError as error:
        log.error("Customer Error: %s", error)  # noqa: TRY400 - the sentence is the message, a traceback would hide it
        container.fail(f"ClientError: {error}")
        return CUSTOMER_ERROR_EXIT
    except AlgorithmError as error:
        log.error("Algorithm Error: %s", error)  # noqa: TRY400 - as above
        container.fail(str(error))
        return ALGORITHM_ERROR_EXIT
    except Exception as error:
        log.exception("Algorithm Error: %s", error)  # noqa: TRY401 - readers of the log look for one line
        container.fail(str(error) or type(error).__name__)
        return ALGORITHM_ERROR_EXIT
    return 0


def log_like_the_algorithm() -> None:
    """Errors go to stderr, which is all that the toolkit repeats of a script in its job's FailureReason."""
    said, failed = logging.StreamHandler(sys.stdout), logging.StreamHandler(sys.stderr)
    said.addFilter(lambda record: record.levelno < logging.ERROR)
    failed.setLevel(logging.ERROR)
    layout = logging.Formatter("[%(asctime)s %(levelname)s %(thread)d] %(message)s", "%m/%d/%Y %H:%M:%S")
    layout.converter = time.gmtime
    for handler in (said, failed):
        handler.setFormatter(layout)
    logging.basicConfig(level=logging.INFO, handlers=[said, failed], force=True)
