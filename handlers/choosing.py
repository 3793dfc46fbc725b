"""The forms' choices: what is offered while somebody types, and the fields that follow from what was chosen."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services.choosing import Choosing
from bot.services.training import Training
from bot.views import choices, forms, training, tuning_form

_CHANGED = {training.SUBMIT: training.train_modal_changed, tuning_form.SUBMIT: tuning_form.tune_modal_changed}
log = logging.getLogger(__name__)


def register(app: App) -> None:
    app.options(forms.DATA_SETS)(data_sets_wanted)
    app.options(forms.JOBS)(jobs_wanted)
    app.options(forms.INSTANCES)(instances_wanted)
    for choice in (forms.PRESET, forms.DATA_SETS, forms.RECIPE, forms.JOBS, forms.OPTIMIZER, forms.STRATEGY):
        app.action(choice)(choice_made)


def fields_fit(
    ack: Ack,
    view: dict[str, Any],
    training: Training,
    next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
) -> BoltResponse:
    """Middleware of the forms: one that was sent before the fields of its recipe came gets them, and starts nothing."""
    if forms.is_behind(view):
        return ack(response_action="update", view=_CHANGED[view["callback_id"]](training.data_sets(), view))
    return next()


def data_sets_wanted(ack: Ack, payload: dict[str, Any], choosing: Choosing) -> BoltResponse:
    return ack(options=choices.data_sets(choosing.data_sets(_typed(payload))))


def jobs_wanted(ack: Ack, payload: dict[str, Any], choosing: Choosing) -> BoltResponse:
    found = choosing.jobs(_typed(payload), forms.held(payload.get("view", {})).recipe)
    return ack(options=choices.jobs(found, _typed(payload)))


def instances_wanted(ack: Ack, payload: dict[str, Any], choosing: Choosing) -> BoltResponse:
    recipe = forms.held(payload.get("view", {})).recipe
    return ack(options=choices.instances(choosing.instances(_typed(payload), recipe)))


def choice_made(ack: Ack, body: dict[str, Any], client: WebClient, training: Training) -> None:
    ack()
    shown = body["view"]
    view = _CHANGED[shown["callback_id"]](training.data_sets(), shown)
    try:
        client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
    except SlackApiError as error:
        # Whoever chooses twice quickly sees the fields of the first choice until the next one; or the form was closed.
        if error.response.get("error") not in ("hash_conflict", "not_found"):
            raise
        log.info("form_not_redrawn view=%s", shown["id"])


def _typed(payload: dict[str, Any]) -> str:
    return str(payload.get("value") or "")
