"""App Home: what waits for the person who opens it, what runs, and how to begin."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from bot.domain.jobs import Job
from bot.domain.preparations import Preparation
from bot.domain.tunings import Tuning
from bot.services.access import AccessControl
from bot.services.cases import Cases
from bot.services.curation import Curation
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.services.upkeep import Upkeep
from bot.views import home as views


def register(app: App) -> None:
    app.event("app_home_opened")(home_opened)


def home_opened(event: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    if event.get("tab", "home") != "home":
        return
    user_id = event["user"]
    access: AccessControl = context["access"]
    upkeep: Upkeep = context["upkeep"]
    cases: Cases = context["cases"]
    waiting = cases.pending() if access.is_approver(user_id) else []
    under_way = _under_way(context["training"], context["tuning"], context["curation"])
    live = upkeep.holdings.all()
    client.views_publish(user_id=user_id, view=views.home(under_way, waiting, live, user_id, datetime.now(UTC)))


def _under_way(training: Training, tuning: Tunings, curation: Curation) -> list[Job | Tuning | Preparation]:
    return [*training.active(), *tuning.active(), *curation.open()]
