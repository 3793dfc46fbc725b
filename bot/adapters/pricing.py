"""What SageMaker's instances and serverless memory cost an hour, from AWS's Price List, where that is unambiguous."""

import json
import logging
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors

log = logging.getLogger(__name__)

# The usage type says it best: "USE1-Train:ml.m5.large", "EU-Host:ml.g5.xlarge", and without a region's code in some;
# spot, warm pools, asynchronous hosting and the like have words of their own. The other attributes vary.
_USAGE = re.compile(r"(?:^|-)(?P<word>Train|Host):(?P<type>ml\.[a-z0-9-]+\.[a-z0-9]+)$")
_USAGE_WORDS = {"training": "Train", "hosting": "Host"}
# Of a serverless endpoint each size of memory has a price a second: "EU-ServerlessInf:Mem-2GB". Provisioned concurrency
# has words of its own before that.
SERVERLESS = "serverless"
_MEMORY = re.compile(r"(?:^|-)ServerlessInf:Mem-(?P<gb>[1-6])GB$")
_UNITS = {"hrs": 1, "hours": 1, "hour": 1, "seconds": 3600, "second": 3600, "sec": 3600}
_INSTANCE = re.compile(r"ml\.[a-z0-9-]+\.(?:\d*x?large|medium|metal)")


class AwsPriceList:
    """The port PriceList on AWS's Price List API."""

    def __init__(self, clients: AwsClients, region: str) -> None:
        self._clients = clients
        self._region = region

    def hourly(self, component: str) -> Mapping[str, float]:
        pages = self._clients.pricing.get_paginator("get_products").paginate(
            ServiceCode="AmazonSageMaker",
            FormatVersion="aws_v1",
            Filters=[{"Type": "TERM_MATCH", "Field": "regionCode", "Value": self._region}],
        )
        with aws_errors("read", "the prices of SageMaker"):
            return unambiguous(price for page in pages for price in prices_of(page["PriceList"], component))


def prices_of(products: Iterable[str], component: str) -> Iterator[tuple[str, float]]:
    """Instance types and prices of those of the products (JSON texts) that are instances of this component."""
    for text in products:
        try:
            product = json.loads(text)
            instance_type = _instance_type(product["product"]["attributes"], component)
            if instance_type:
                yield from ((instance_type, price) for price in _hourly_prices(product))
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("price_unreadable component=%s", component)


def unambiguous(prices: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The types that have one price only."""
    known: dict[str, set[float]] = {}
    for instance_type, price in prices:
        known.setdefault(instance_type, set()).add(price)
    for instance_type, several in known.items():
        if len(several) > 1:
            log.warning("price_ambiguous type=%s prices=%s", instance_type, sorted(several))
    return {instance_type: min(several) for instance_type, several in known.items() if len(several) == 1}


def _instance_type(attributes: Mapping[str, Any], component: str) -> str:
    """The type, if the product is an instance of the component; otherwise nothing."""
    usage = attributes.get("usagetype", "")
    if component == SERVERLESS:
        memory = _MEMORY.search(usage)
        return str(int(memory["gb"]) * 1024) if memory else ""
    if usage:
        told = _USAGE.search(usage)
        return told["type"] if told and told["word"] == _USAGE_WORDS[component] else ""
    if str(attributes.get("component", "")).lower().removesuffix(" instance") != component:
        return ""
    named = _INSTANCE.match(attributes.get("instanceName") or attributes.get("instanceType") or "")
    return named[0] if named else ""


def _hourly_prices(product: Mapping[str, Any]) -> Iterator[float]:
    for term in product["terms"].get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            price = float(dimension["pricePerUnit"].get("USD", "nan"))
            hours = _UNITS.get(dimension["unit"].lower(), 0)
            if hours and math.isfinite(price) and price > 0:
                yield round(price * hours, 9)
