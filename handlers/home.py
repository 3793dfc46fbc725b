"""App Home: shown when it is opened and after what is done there, with the forms that its buttons open."""

import logging
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.domain.endpoints import Kind
from bot.errors import FieldError, RefusedError
from bot.services.deployment import Deployment, check_deployable
from bot.services.home import Homes
from bot.services.rows import guarded
from bot.services.training import Training
from bot.views import deciding as decision_forms
from bot.views import home as views
from bot.views import home_deploy as deploy_form
from bot.views import hosting as hosting_views
from bot.views import training as training_views
from bot.views import tuning_form
from bot.views.modals import metadata
from handlers.access import trainers_only
from handlers.channels import require_to_be_in

# What is done there is answered within Slack's three seconds, whether or not the tab can be drawn anew in time.
_PATIENCE_SECONDS = 1
# These forms say nothing of where they were opened.
_OPENED_ANYWHERE = frozenset({decision_forms.REJECTED, decision_forms.CHANGED})
log = logging.getLogger(__name__)


def register(app: App) -> None:
    app.event("app_home_opened")(home_opened)
    app.action(views.TRAIN, middleware=[trainers_only])(train_clicked)
    app.action(views.TUNE, middleware=[trainers_only])(tune_clicked)
    app.action(views.DEPLOY, middleware=[trainers_only])(deploy_clicked)
    app.action(views.REFRESH)(refresh_clicked)
    app.view(deploy_form.SUBMIT, middleware=[trainers_only])(deploy_chosen)


def home_opened(event: dict[str, Any], client: WebClient, homes: Homes) -> None:
    if event.get("tab", "home") == "home":
        _publish(client, homes, event["user"], (event.get("view") or {}).get("hash", ""))


def refresh_clicked(ack: Ack) -> None:
    """Every click is followed by a new page."""
    ack()


def train_clicked(ack: Ack, body: dict[str, Any], client: WebClient, training: Training) -> None:
    ack()
    view = training_views.train_modal(training.data_sets(), {}, body["user"]["id"])
    client.views_open(trigger_id=body["trigger_id"], view=view)


def tune_clicked(ack: Ack, body: dict[str, Any], client: WebClient, training: Training) -> None:
    ack()
    view = tuning_form.tune_modal(training.data_sets(), {}, body["user"]["id"])
    client.views_open(trigger_id=body["trigger_id"], view=view)


def deploy_clicked(ack: Ack, body: dict[str, Any], client: WebClient, training: Training) -> None:
    ack()
    deployable = [job for job in training.recent() if job.deployable]
    client.views_open(trigger_id=body["trigger_id"], view=deploy_form.choose_modal(deployable))


def deploy_chosen(
    ack: Ack, view: dict[str, Any], client: WebClient, training: Training, deployment: Deployment
) -> BoltResponse:
    """The form of `/deploy` in the place of this one, as if it had been asked for in that channel."""
    job_id, channel_id = deploy_form.read_choice(view["state"]["values"])
    try:
        require_to_be_in(client, channel_id)
    except RefusedError as error:
        said = "I am not in that channel, so I would not see its images."
        raise FieldError(deploy_form.CHANNEL, said, "Invite me there, then press Next again.") from error
    job = training.get(job_id)
    check_deployable(job)
    least = deployment.least_accuracy(job)
    form = hosting_views.deploy_modal(job, Kind.SERVERLESS, {}, channel_id, least)
    return ack(response_action="update", view=form)


def drawn_anew(body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    """Show the tab as it is after what was done there, whatever came of that: to be called after every listener.

    The buttons on the tab are those of the cards, and have their listeners. Nothing here may fail one.
    """
    view = body.get("view") or {}
    if not _was_done_there(body, view):
        return
    hasty = WebClient(client.token, client.base_url, timeout=_PATIENCE_SECONDS, retry_handlers=[])
    seen = view.get("hash", "") if view.get("type") == "home" else ""
    guarded("home", body["user"]["id"], lambda user_id: _try_to_publish(hasty, context["homes"], user_id, seen))


def _was_done_there(body: dict[str, Any], view: dict[str, Any]) -> bool:
    """By a button of the tab, or in a form that was opened there and remembers the person in a channel's place."""
    match body.get("type"):
        case "block_actions":
            return bool(view.get("type") == "home")
        case "view_submission":
            from_home = metadata(view).get("channel_id") == body["user"]["id"]
            return from_home or view.get("callback_id") in _OPENED_ANYWHERE
        case _:
            return False


def _try_to_publish(client: WebClient, homes: Homes, user_id: str, seen: str) -> None:
    try:
        _publish(client, homes, user_id, seen)
    except (SlackApiError, SlackRequestError, OSError) as error:
        log.warning("home_not_drawn user=%s code=%s", user_id, type(error).__name__)


def _publish(client: WebClient, homes: Homes, user_id: str, seen: str) -> None:
    """In the place of the tab that was `seen`, by its hash; one that came between may be older than this one.

    https://docs.slack.dev/reference/methods/views.publish
    """
    try:
        client.views_publish(user_id=user_id, view=_page(homes, user_id), hash=seen or None)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise
        client.views_publish(user_id=user_id, view=_page(homes, user_id))


def _page(homes: Homes, user_id: str) -> dict[str, Any]:
    return views.home(homes.of(user_id), datetime.now(UTC))
