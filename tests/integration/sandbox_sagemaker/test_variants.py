"""Several variants of an endpoint: traffic by weight, copies to a shadow, and capacities changed in service."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from .steps import REALTIME, SERVERLESS, metric_points, put_model, refusal, settled, until


@pytest.fixture
def split(sagemaker: Any, s3: Any) -> None:
    """An endpoint with two variants, 90 to 10."""
    put_model(sagemaker, s3, "one", 1)
    put_model(sagemaker, s3, "two", 2)
    variants = [variant("one", InitialVariantWeight=90), variant("two", InitialVariantWeight=10)]
    sagemaker.create_endpoint_config(EndpointConfigName="split", ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="split")
    settled(sagemaker)


def variant(name: str, **members: Any) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": name} | (members if "ServerlessConfig" in members else REALTIME | members)


def invoke(runtime: Any, **members: Any) -> tuple[int, str]:
    """The epochs of the model that answered, and the variant that it is said to be."""
    answer = runtime.invoke_endpoint(EndpointName="endpoint", Body=b"pixels", ContentType="image/png", **members)
    return json.loads(answer["Body"].read())[0], answer["InvokedProductionVariant"]


def rescale(sagemaker: Any, **desired: Any) -> Any:
    return sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="endpoint", DesiredWeightsAndCapacities=[{"VariantName": "one", **desired}]
    )


def test_traffic_is_split_by_weight(split: None, runtime: Any) -> None:
    assert Counter(invoke(runtime) for _ in range(20)) == {(1, "one"): 18, (2, "two"): 2}


def test_a_variant_can_be_asked_for(split: None, runtime: Any) -> None:
    assert [invoke(runtime, TargetVariant="two") for _ in range(3)] == [(2, "two")] * 3


def test_weights_and_counts_are_changed_in_service(split: None, sagemaker: Any, runtime: Any) -> None:
    rescale(sagemaker, DesiredWeight=0, DesiredInstanceCount=3)
    first = sagemaker.describe_endpoint(EndpointName="endpoint")
    while_updating = invoke(runtime)
    last = settled(sagemaker)

    assert (first["EndpointStatus"], while_updating) == ("Updating", (1, "one"))
    assert [invoke(runtime) for _ in range(3)] == [(2, "two")] * 3
    one = last["ProductionVariants"][0]
    assert (one["CurrentWeight"], one["CurrentInstanceCount"], one["DesiredInstanceCount"]) == (0, 3, 3)


@pytest.mark.parametrize(
    "desired",
    [
        {},
        {"VariantName": "none", "DesiredWeight": 1},
        {"DesiredInstanceCount": 0},
        {"ServerlessUpdateConfig": {"MaxConcurrency": 2}},
    ],
)
def test_what_aws_would_refuse_of_a_variant_is_refused(split: None, sagemaker: Any, desired: dict[str, Any]) -> None:
    assert refusal(lambda: rescale(sagemaker, **desired))[0] == "ValidationException"


def test_a_serverless_concurrency_is_changed_in_service(sagemaker: Any, s3: Any) -> None:
    put_model(sagemaker, s3, "one", 1)
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant("one", **SERVERLESS)])
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="c")
    settled(sagemaker)
    rescale(sagemaker, ServerlessUpdateConfig={"MaxConcurrency": 7})
    (after,) = settled(sagemaker)["ProductionVariants"]

    assert (
        after["CurrentServerlessConfig"]["MaxConcurrency"],
        refusal(lambda: rescale(sagemaker, DesiredInstanceCount=1))[0],
    ) == (
        7,
        "ValidationException",
    )


def test_a_shadow_gets_copies_and_never_answers(
    aws: Any, sagemaker: Any, s3: Any, runtime: Any, make_client: Callable[..., Any]
) -> None:
    put_model(sagemaker, s3, "one", 1)
    put_model(sagemaker, s3, "shade", 2)
    sagemaker.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[variant("one")],
        ShadowProductionVariants=[variant("shade", InitialVariantWeight=0.5)],
    )
    sagemaker.create_endpoint(EndpointName="endpoint", EndpointConfigName="c")
    described = settled(sagemaker)
    answered = [invoke(runtime) for _ in range(4)]
    cloudwatch = make_client(aws, "cloudwatch")
    copied = [{"Name": "EndpointName", "Value": "endpoint"}, {"Name": "VariantName", "Value": "shade"}]

    assert (described["ShadowProductionVariants"][0]["VariantName"], answered) == ("shade", [(1, "one")] * 4)
    assert until(lambda: sum(point["Sum"] for point in metric_points(cloudwatch, "Invocations", copied)) == 2)


@pytest.mark.parametrize(
    "members",
    [
        {"ProductionVariants": [variant("one"), variant("one")]},
        {"ProductionVariants": [variant("one", **SERVERLESS), variant("two", **SERVERLESS)]},
        {"ProductionVariants": [variant("one"), variant("two", **SERVERLESS)]},
        {
            "ProductionVariants": [variant("one"), variant("two")],
            "ShadowProductionVariants": [variant("one", VariantName="shade")],
        },
        {
            "ProductionVariants": [variant("one", **SERVERLESS)],
            "ShadowProductionVariants": [variant("two", **SERVERLESS)],
        },
        {
            "ProductionVariants": [variant("one")],
            "ShadowProductionVariants": [variant("two"), variant("two", VariantName="three")],
        },
    ],
)
def test_variants_that_do_not_go_together_are_refused(sagemaker: Any, s3: Any, members: dict[str, Any]) -> None:
    put_model(sagemaker, s3, "one", 1)
    put_model(sagemaker, s3, "two", 2)

    assert (
        refusal(lambda: sagemaker.create_endpoint_config(EndpointConfigName="c", **members))[0] == "ValidationException"
    )
