"""App Home: what waits for the person who opens it, what runs, and how to begin."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.services.access import AccessControl
from bot.services.curation import Curation
from bot.services.deployment import Deployment
from bot.services.training import Training
from bot.views import home as views


def register(app: App) -> None:
    app.event("app_home_opened")(home_opened)


def home_opened(
    event: dict[str, Any],
    client: WebClient,
    training: Training,
    curation: Curation,
    deployment: Deployment,
    access: AccessControl,
) -> None:
    if event.get("tab", "home") != "home":
        return
    user_id = event["user"]
    waiting = deployment.pending() if access.is_approver(user_id) else []
    running = [job for job in training.recent() if job.active]
    view = views.home([*running, *curation.open()], waiting, deployment.live(), user_id)
    client.views_publish(user_id=user_id, view=view)
