"""Whatever endpoint or release the domain allows, AWS's own model accepts its requests."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.hosting_requests import (
    configuration_request,
    endpoint_request,
    model_request,
    update_request,
)
from bot.domain import endpoints, releases
from bot.domain.endpoints import MEMORY_SIZES, Kind
from sandbox.sagemaker.validation import check, service_model
from tests.unit.adapters_aws.builders import IMAGE, ROLE, an_endpoint

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ARTIFACT = "s3://bucket/jobs/j/output/model.tar.gz"
PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/pets/4"
ids = st.text(string.hexdigits.lower(), min_size=8, max_size=32)
people = st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=12).map(lambda rest: f"U{rest}")
names = st.from_regex(r"[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,62}", fullmatch=True).filter(lambda name: len(name) <= 63)
serverless = st.builds(
    endpoints.serverless,
    memory=st.sampled_from([str(size) for size in MEMORY_SIZES]),
    concurrency=st.integers(1, 200).map(str),
)
realtime = st.builds(
    endpoints.Hosting,
    kind=st.just(Kind.REALTIME),
    instance_type=st.sampled_from(service_model("sagemaker").shape_for("ProductionVariantInstanceType").enum),
    instance_count=st.integers(1, 10),
)


@given(name=names, endpoint_id=ids, owner=people, hosting=serverless | realtime, packaged=st.booleans())
def test_every_release_makes_requests_that_aws_takes(
    name: str, endpoint_id: str, owner: str, hosting: endpoints.Hosting, packaged: bool
) -> None:
    release = releases.release_name(name, endpoint_id)
    package = PACKAGE if packaged else ""
    endpoint = an_endpoint(name, endpoint_id, hosting, owner=owner, release=release, package_arn=package)

    found = [
        *check("CreateModel", model_request(endpoint, ARTIFACT, IMAGE, ROLE)),
        *check("CreateEndpointConfig", configuration_request(endpoint)),
        *check("CreateEndpoint", endpoint_request(endpoint)),
        *check("UpdateEndpoint", update_request(endpoint)),
        *check("UpdateEndpoint", update_request(endpoint, ("darkroom-a", "darkroom-b"))),
    ]

    assert found == []


def test_a_serverless_endpoint_is_updated_without_guardrails() -> None:
    assert "DeploymentConfig" not in update_request(an_endpoint())


@pytest.mark.parametrize(("count", "kind"), [(1, "ALL_AT_ONCE"), (2, "CANARY")])
def test_a_canary_needs_an_instance_to_spare(count: int, kind: str) -> None:
    request = update_request(an_endpoint(hosting=endpoints.realtime(count=str(count))))

    policy = request["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"]["Type"] == kind


def test_a_version_of_the_registry_brings_its_image_and_its_artifact_along() -> None:
    request = model_request(an_endpoint(package_arn=PACKAGE), ARTIFACT, IMAGE, ROLE)

    assert request["PrimaryContainer"] == {"ModelPackageName": PACKAGE}


def test_what_the_first_version_made_bears_the_name_of_its_endpoint() -> None:
    request = configuration_request(an_endpoint("pets-live"))

    assert (request["EndpointConfigName"], request["ProductionVariants"][0]["VariantName"]) == (
        "pets-live",
        "AllTraffic",
    )


def test_a_serverless_variant_has_no_instances() -> None:
    (variant,) = configuration_request(an_endpoint(hosting=endpoints.serverless("4096", "7")))["ProductionVariants"]

    assert variant == {
        "VariantName": "AllTraffic",
        "ModelName": "pets-live",
        "ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 7},
    }


def test_a_realtime_variant_has_all_the_traffic() -> None:
    hosting = endpoints.realtime("ml.m5.large", "2")
    (variant,) = configuration_request(an_endpoint(hosting=hosting))["ProductionVariants"]

    assert variant == {
        "VariantName": "AllTraffic",
        "ModelName": "pets-live",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
        "InitialVariantWeight": 1.0,
    }
