"""AWS tells of changes by itself: with a queue, nothing waits for the next tick."""

from pathlib import Path

from sandbox.sagemaker.server import LocalAws
from tests.scenarios.conftest import opened_room
from tests.scenarios.operators import aws_client, registered
from tests.scenarios.room import job_name, plain

LONGEST_POLL = "600"


def test_what_changes_on_aws_is_seen_long_before_the_next_tick(aws: LocalAws, samples: Path, tmp_path: Path) -> None:
    settings = {"POLL_SECONDS": LONGEST_POLL, "SAGEMAKER_EVENTS_QUEUE_URL": aws.events_queue()}
    with opened_room(aws, samples, tmp_path, **settings) as room:
        job = job_name(room.trained("emoji epochs=2"))
        card = room.becomes(room.asked(job, "as=by-event"), r"emoji/\d+, pending")
        version = next(word for word in plain(card).replace(",", " ").split() if word.startswith("emoji/"))
        with aws_client(aws, "sagemaker") as client:
            arn = registered(aws, version)["ModelPackageArn"]
            client.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")

        assert "in SageMaker's console" in plain(room.becomes(card, f"Deployment of {job} rejected"))
