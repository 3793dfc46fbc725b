"""Builds the Bolt app: what every listener finds in its context, what happens to errors, and all listeners."""

import logging
from collections.abc import Callable, Mapping

from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.listener.listener_completion_handler import CustomListenerCompletionHandler
from slack_sdk import WebClient

from handlers import (
    answers,
    approvals,
    asking,
    choosing,
    classify,
    datasets,
    deployments,
    digests,
    endpoints,
    feedback,
    forgetting,
    home,
    jobs,
    mentions,
    releases,
    replays,
    retrainings,
    starting,
    training,
    trying,
    tuning,
    unknown,
    upkeep,
    uploads,
)
from handlers.access import insiders_only
from handlers.errors import answer_error
from handlers.twins import Twins

# In this order, for the first listener that matches takes an event.
_CAPABILITIES = (
    training,
    tuning,
    starting,
    choosing,
    jobs,
    datasets,
    deployments,
    approvals,
    endpoints,
    upkeep,
    digests,
    trying,
    releases,
    replays,
    classify,
    asking,
    mentions,
    uploads,
    answers,
    feedback,
    forgetting,
    retrainings,
    home,
    unknown,
)


def build_app(client: WebClient, services: Mapping[str, object], signing_secret: str = "") -> App:
    """The app with all its listeners.

    `services` are put into each request's context by name, whence Bolt hands them to the listeners that name them.
    """
    app = App(
        client=client,
        logger=_quiet_logger(),
        # Bolt insists on one, and never looks at it in Socket Mode, where nothing is signed.
        signing_secret=signing_secret or "socket-mode",
        # A listener runs before Slack is answered: it only writes a row, and a crash before that row makes Slack send
        # an event again. Otherwise Bolt acknowledges events first, and a crash would lose them.
        process_before_response=True,
    )
    app.middleware(_providing({**services, "twins": Twins()}))
    app.middleware(insiders_only)
    app.error(answer_error)
    _register_all(app)
    after_each = CustomListenerCompletionHandler(app.logger, home.drawn_anew)
    app.listener_runner.listener_completion_handler = after_each
    return app


def _register_all(app: App) -> None:
    for capability in _CAPABILITIES:
        capability.register(app)


def _quiet_logger() -> logging.Logger:
    """Bolt finds the token in the environment as well as in the client, and would warn of that at every start."""
    logger = logging.getLogger("handlers.bolt")
    logger.setLevel(logging.WARNING)
    logger.addFilter(lambda record: "`token` will be unused" not in record.getMessage())
    return logger


def _providing(services: Mapping[str, object]) -> Callable[..., BoltResponse]:
    def provide(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's name
        context.update(services)
        return next()

    return provide
