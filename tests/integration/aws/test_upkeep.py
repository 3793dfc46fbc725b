"""Figures, tags of leases and what was left behind, on the local AWS."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.endpoint_metrics import CloudWatchFigures
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.lease_tags import LEASE_TAG, SageMakerLeaseTags
from bot.adapters.sagemaker.tagged_things import SageMakerThings
from bot.domain.endpoints import Endpoint, EndpointStatus, realtime
from bot.domain.strays import ThingKind
from bot.domain.usage import Span, UsageHour, summed
from bot.errors import GoneError, PlatformError
from tests.integration.aws.test_contracts import until
from tests.integration.aws.test_hosting_contract import ARTIFACT, artifact
from tests.unit.adapters_aws.builders import ROLE, an_endpoint

__all__ = ["artifact"]


@pytest.fixture
def hosting(clients: AwsClients, artifact: None) -> SageMakerHosting:
    return SageMakerHosting(clients, ROLE, "us-east-1")


@pytest.fixture
def up(hosting: SageMakerHosting, name: str) -> Endpoint:
    """An endpoint in service, made for a row of its own."""
    endpoint = an_endpoint(name, f"row-of-{name}", realtime(), release=f"{name}-first")
    hosting.create_model(endpoint, ARTIFACT)
    hosting.create_configuration(endpoint)
    hosting.create_endpoint(endpoint)
    until(lambda: hosting.observe(name).status == EndpointStatus.IN_SERVICE)
    return endpoint


def _span(endpoint: Endpoint) -> Span:
    now = datetime.now(UTC)
    begin = (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return Span(endpoint.name, (endpoint.variant,), begin, now + timedelta(minutes=1))


def test_calls_errors_and_latency_are_counted_by_the_hour(
    clients: AwsClients, hosting: SageMakerHosting, up: Endpoint
) -> None:
    for body in (b"cat", b"dog"):
        hosting.invoke(up.name, body, "image/png")
    with pytest.raises(PlatformError):
        hosting.invoke(up.name, b"bad", "image/png")
    figures, others = CloudWatchFigures(clients), an_endpoint("never-called")

    def hours() -> list[UsageHour]:
        return list(figures.hours([_span(up), _span(others)])[up.name])

    until(lambda: sum(hour.calls for hour in hours()) == 3)
    usage = summed(up.name, _span(up).begin, _span(up).end, hours())
    assert (usage.calls, usage.errors) == (3, 1)
    assert usage.latency is not None
    assert 0 < usage.latency < 5
    assert figures.hours([_span(others)]) == {"never-called": []}


def test_the_end_of_a_lease_is_a_tag_that_is_written_anew(clients: AwsClients, up: Endpoint) -> None:
    tags, noon = SageMakerLeaseTags(clients), datetime(2026, 12, 1, 12, tzinfo=UTC)
    tags.tag(up.name, noon)
    tags.tag(up.name, noon + timedelta(days=7))

    arn = clients.sagemaker.describe_endpoint(EndpointName=up.name)["EndpointArn"]
    told = {tag["Key"]: tag["Value"] for tag in clients.sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert told[LEASE_TAG] == "2026-12-08T12:00Z"
    with pytest.raises(GoneError):
        tags.tag("never-made", noon)


def test_the_lease_of_what_the_bot_did_not_make_is_no_tag(clients: AwsClients, up: Endpoint) -> None:
    others = f"{up.name}-others"
    clients.sagemaker.create_endpoint(EndpointName=others, EndpointConfigName=up.release_name)

    with pytest.raises(GoneError, match="did not make it"):
        SageMakerLeaseTags(clients).tag(others, datetime(2026, 12, 1, 12, tzinfo=UTC))

    arn = clients.sagemaker.describe_endpoint(EndpointName=others)["EndpointArn"]
    assert clients.sagemaker.list_tags(ResourceArn=arn)["Tags"] == []


def test_what_bears_the_tag_is_found_by_kind_but_for_the_known(clients: AwsClients, up: Endpoint) -> None:
    clients.sagemaker.create_model(
        ModelName=f"{up.name}-others", ExecutionRoleArn=ROLE, PrimaryContainer=_container(clients, up)
    )
    things = SageMakerThings(clients)

    found = [(one.kind, one.name) for one in things.tagged(frozenset()) if one.row_id == f"row-of-{up.name}"]
    assert found == [
        (ThingKind.ENDPOINT, up.name),
        (ThingKind.CONFIGURATION, up.release_name),
        (ThingKind.MODEL, up.release_name),
    ]
    known = {one.name for one in things.tagged(frozenset({up.name, up.release_name}))}
    assert not {up.name, up.release_name, f"{up.name}-others"} & known


def test_only_what_was_made_for_the_row_is_removed(clients: AwsClients, up: Endpoint) -> None:
    things = SageMakerThings(clients)
    for kind, name in ((ThingKind.ENDPOINT, up.name), (ThingKind.CONFIGURATION, up.release_name)):
        things.remove(kind, name, "another row")
    assert clients.sagemaker.describe_endpoint(EndpointName=up.name)["EndpointStatus"] == "InService"

    for kind in ThingKind:
        name = up.name if kind == ThingKind.ENDPOINT else up.release_name
        things.remove(kind, name, f"row-of-{up.name}")
        things.remove(kind, name, f"row-of-{up.name}")

    until(lambda: not [one for one in things.tagged(frozenset()) if one.row_id == f"row-of-{up.name}"])


def _container(clients: AwsClients, endpoint: Endpoint) -> dict[str, str]:
    told = clients.sagemaker.describe_model(ModelName=endpoint.release_name)["PrimaryContainer"]
    return {"Image": told["Image"], "ModelDataUrl": told["ModelDataUrl"]}
