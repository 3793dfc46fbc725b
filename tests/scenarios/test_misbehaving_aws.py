"""AWS throttles, fails or loses its answers for a moment: jobs and endpoints end up right, and there is one of each."""

import itertools
import threading
from typing import Any

import pytest

from sandbox.sagemaker.faults import ConnectionDroppedError
from sandbox.sagemaker.server import LocalAws
from tests.scenarios.operators import aws_client, endpoints_on_aws, jobs_on_aws
from tests.scenarios.room import Lab, job_name, plain, says

serials = itertools.count(1)
# More than boto3's own three tries take care of.
TIMES = 4


def lose_answer(aws: LocalAws, operation: str) -> threading.Event:
    """The next such call takes effect and its answer never arrives; the event tells that it happened."""
    lost = threading.Event()

    def hang_up(name: str, moment: str, arguments: dict[str, Any]) -> None:
        if (name, moment) == (operation, "after") and not lost.is_set():
            lost.set()
            raise ConnectionDroppedError(name)

    aws.observers.append(hang_up)
    return lost


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("CreateTrainingJob", "throttle"),
        ("CreateTrainingJob", "http"),
        ("DescribeTrainingJob", "throttle"),
        ("GetLogEvents", "drop"),
    ],
)
def test_a_job_is_trained_once_however_often_aws_fails_for_the_moment(
    lab: Lab, aws: LocalAws, operation: str, kind: str
) -> None:
    before = jobs_on_aws(aws)
    aws.faults.add(operation, kind, times=TIMES)
    card = lab.room.trained("emoji epochs=1")

    assert says(r"best \d\d\.\d % \(epoch 1 of 1\)")(card)
    assert jobs_on_aws(aws) - before == {job_name(card)}


def test_a_job_whose_start_was_never_confirmed_is_trained_once(lab: Lab, aws: LocalAws) -> None:
    before = jobs_on_aws(aws)
    lost = lose_answer(aws, "CreateTrainingJob")
    card = lab.room.trained("emoji epochs=1")

    assert lost.is_set()
    assert jobs_on_aws(aws) - before == {job_name(card)}


def test_a_job_that_aws_refuses_fails_with_its_reason_and_the_requester_is_told(lab: Lab, aws: LocalAws) -> None:
    aws.faults.add(
        "CreateTrainingJob",
        "error",
        code="ResourceLimitExceeded",
        message="The account-level service limit 'ml.g4dn.xlarge for training job usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 1 Instances.",
    )
    answer = lab.room.answer_to(lab.room.ada, "/train emoji epochs=1")
    name = next(word for word in answer.split() if word.startswith("emoji-"))
    card = lab.room.shows(rf"Training {name} failed: the account's quota")

    lab.room.shows(rf"<@{lab.room.ada.id}>.*failed", thread_ts=card["ts"])
    assert name not in jobs_on_aws(aws)


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("CreateModel", "throttle"),
        ("CreateEndpointConfig", "drop"),
        ("CreateEndpoint", "throttle"),
        ("DescribeEndpoint", "http"),
    ],
)
def test_an_endpoint_comes_up_once_however_often_aws_fails_for_the_moment(
    lab: Lab, aws: LocalAws, operation: str, kind: str
) -> None:
    name = f"steady-{next(serials)}"
    aws.faults.add(operation, kind, times=TIMES)
    lab.room.deployed(lab.job, f"as={name}")

    assert endpoints_on_aws(aws, name) == [name]


@pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_an_endpoint_whose_step_was_never_confirmed_comes_up_once(lab: Lab, aws: LocalAws, operation: str) -> None:
    name = f"unheard-{next(serials)}"
    lost = lose_answer(aws, operation)
    lab.room.deployed(lab.job, f"as={name}")

    assert lost.is_set()
    with aws_client(aws, "sagemaker") as client:
        assert len(client.list_models(NameContains=name)["Models"]) == 1
        assert len(client.list_endpoint_configs(NameContains=name)["EndpointConfigs"]) == 1
    assert endpoints_on_aws(aws, name) == [name]


def test_a_deletion_that_aws_throttles_is_done_later(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=slow-to-go")
    aws.faults.add("DeleteEndpoint", "throttle", times=TIMES)
    lab.room.answer_to(lab.room.ada, "/endpoints delete slow-to-go")

    lab.room.becomes(card, "slow-to-go is deleted")
    assert endpoints_on_aws(aws, "slow-to-go") == []


def test_an_endpoint_that_was_deleted_in_the_console_is_noticed(lab: Lab, aws: LocalAws) -> None:
    card = lab.room.deployed(lab.job, "as=from-console")
    with aws_client(aws, "sagemaker") as client:
        client.delete_endpoint(EndpointName="from-console")

    deleted = lab.room.becomes(card, "from-console is deleted")
    assert "Deleted outside of this bot" in plain(deleted)
