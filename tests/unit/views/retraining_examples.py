"""What is shown of a live model that is trained on with pictures from use."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.domain.versions import Lot, UsedPicture
from bot.views import retrainings as views
from bot.views.message import Message
from tests.builders import NOW, REQUESTER, an_endpoint


def a_lot(trained: int = 57, held_out: int = 17, fresh: int = 40, wrong: int = 12) -> Lot:
    pictures = [UsedPicture(f"U{number}", f"s3://b/{number}.jpg", "cat") for number in range(trained)]
    others = [UsedPicture(f"H{number}", f"s3://b/h{number}.jpg", "dog", held_out=True) for number in range(held_out)]
    return Lot((*pictures, *others), fresh, wrong)


def a_retraining(**changes: Any) -> Retraining:
    endpoint = an_endpoint()
    made = Retraining(
        id="a1b2c3d4e5f60718",
        endpoint_name=endpoint.name,
        release=endpoint.id,
        data_set="pets",
        job_id=endpoint.job_id,
        owner=REQUESTER,
        channel_id=endpoint.channel_id,
        lot=a_lot(),
        cost=1.25,
        offered_at=NOW,
    )
    return replace(made, **changes)


def messages() -> Mapping[str, Message]:
    decided = {"decided_by": REQUESTER, "version_name": "pets-2"}
    return {
        "retraining_offered": views.retraining_message(a_retraining()),
        "retraining_wanted": views.retraining_message(a_retraining(status=RetrainingStatus.WANTED, **decided)),
        "retraining_started": views.retraining_message(
            a_retraining(status=RetrainingStatus.STARTED, started_job="pets-2-0a1b2c", **decided)
        ),
        "retraining_declined": views.retraining_message(
            a_retraining(status=RetrainingStatus.DECLINED, decided_by=REQUESTER)
        ),
        "retraining_failed": views.retraining_message(
            a_retraining(status=RetrainingStatus.FAILED, problem="This job may cost $90.00.", **decided)
        ),
        "retraining_reply": views.learning_reply(a_retraining(status=RetrainingStatus.WANTED, **decided)),
    }
