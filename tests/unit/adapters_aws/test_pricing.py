"""Prices from products as AWS's Price List writes them, in its several ways."""

import json
import logging
from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from bot.adapters.pricing import AwsPriceList, prices_of, unambiguous
from bot.adapters.sagemaker.clients import AwsClients
from bot.errors import PlatformError


def product(price: str = "0.115", unit: str = "Hrs", terms: str = "OnDemand", **attributes: str) -> str:
    dimension = {"unit": unit, "pricePerUnit": {"USD": price}}
    return json.dumps(
        {
            "product": {"productFamily": "ML Instance", "attributes": attributes},
            "terms": {terms: {"SKU.TERM": {"priceDimensions": {"SKU.TERM.RATE": dimension}}}},
        }
    )


@pytest.fixture
def pricing(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.pricing) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    "attributes",
    [
        {"usagetype": "USE1-Host:ml.m5.large"},
        {"usagetype": "Host:ml.m5.large", "component": "Something new"},
        {"component": "Hosting", "instanceName": "ml.m5.large"},
        {"component": "Hosting Instance", "instanceType": "ml.m5.large-Hosting"},
    ],
)
def test_an_hour_of_hosting_is_found_however_it_is_written(attributes: dict[str, str]) -> None:
    assert list(prices_of([product(**attributes)], "hosting")) == [("ml.m5.large", 0.115)]


def test_a_second_of_serverless_memory_is_found_by_its_size_and_told_by_the_hour() -> None:
    texts = [product(price="0.0000400000", unit="Seconds", usagetype="EU-ServerlessInf:Mem-2GB")]

    assert list(prices_of(texts, "serverless")) == [("2048", pytest.approx(0.144))]


def test_provisioned_concurrency_is_no_price_of_use() -> None:
    texts = [
        product(price="0.00001", unit="Seconds", usagetype=f"USE1-ServerlessInf:{word}")
        for word in ("Provisioned-Mem-2GB", "Mem-2GB-Provisioned", "Data-Bytes-Out")
    ]

    assert list(prices_of(texts, "serverless")) == []


@pytest.mark.parametrize(
    "text",
    [
        product(usagetype="USE1-Train:ml.m5.large"),
        product(usagetype="USE1-AsyncInf:ml.m5.large"),
        product(usagetype="USE1-Host:ml.m5.large-Warm"),
        product(usagetype="USE1-Host:ml.m5.large", unit="GB-Mo"),
        product(usagetype="USE1-Host:ml.m5.large", terms="Reserved"),
        product(usagetype="USE1-Host:ml.m5.large", price="0.0000000000"),
        product(usagetype="USE1-ServerlessInf:Mem-2GB", component="Serverless Inference"),
        product(component="Training", instanceName="ml.m5.large"),
        product(component="Hosting", instanceName="Any"),
    ],
)
def test_what_is_no_hour_of_hosting_is_left_out(text: str) -> None:
    assert list(prices_of([text], "hosting")) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"product": {"attributes": null}}', product(price="dear")])
def test_a_product_that_cannot_be_read_leaves_the_others(text: str) -> None:
    texts = [text, product(usagetype="USE1-Host:ml.m5.large")]

    assert dict(prices_of([one.replace('"attributes": {}', '"x": 1') for one in texts], "hosting")) == {
        "ml.m5.large": 0.115
    }


def test_a_type_with_two_prices_has_none(caplog: pytest.LogCaptureFixture) -> None:
    prices = [("ml.m5.large", 0.115), ("ml.m5.large", 0.2), ("ml.c5.large", 0.1), ("ml.c5.large", 0.1)]

    with caplog.at_level(logging.WARNING):
        told = unambiguous(prices)

    assert (told, caplog.messages) == (
        {"ml.c5.large": 0.1},
        ["price_ambiguous type=ml.m5.large prices=[0.115, 0.2]"],
    )


def test_all_pages_of_the_region_are_read(clients: AwsClients, pricing: Stubber) -> None:
    asked = {
        "ServiceCode": "AmazonSageMaker",
        "FormatVersion": "aws_v1",
        "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-1"}],
    }
    first, second = product(usagetype="EU-Train:ml.g4dn.xlarge"), product("2", usagetype="EU-Train:ml.g5.xlarge")
    pricing.add_response("get_products", {"PriceList": [first], "NextToken": "more"}, asked)
    pricing.add_response("get_products", {"PriceList": [second]}, asked | {"NextToken": "more"})

    assert AwsPriceList(clients, "eu-west-1").hourly("training") == {"ml.g4dn.xlarge": 0.115, "ml.g5.xlarge": 2.0}


def test_a_lacking_permission_is_a_platform_error(clients: AwsClients, pricing: Stubber) -> None:
    pricing.add_client_error("get_products", "AccessDeniedException", "no")

    with pytest.raises(PlatformError, match="does not let this bot read the prices"):
        AwsPriceList(clients, "eu-west-1").hourly("training")
