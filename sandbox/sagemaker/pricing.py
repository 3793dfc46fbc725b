"""AWS's Price List API for SageMaker, as far as a bot that estimates costs needs it.

The figures are list prices, approximate: us-east-1, on demand, in US dollars, as published by 2025 on
https://aws.amazon.com/sagemaker/pricing/. They are good for development only.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sandbox.sagemaker.errors import AwsError

SERVICE_CODE = "AmazonSageMaker"
REGION, LOCATION = "us-east-1", "US East (N. Virginia)"

_HOURLY_ANYWHERE = {
    "ml.m5.large": 0.115,
    "ml.m5.xlarge": 0.23,
    "ml.m5.2xlarge": 0.461,
    "ml.m5.4xlarge": 0.922,
    "ml.c5.xlarge": 0.204,
    "ml.c5.2xlarge": 0.408,
    "ml.c5.4xlarge": 0.816,
    "ml.g4dn.xlarge": 0.7364,
    "ml.g4dn.2xlarge": 0.94,
    "ml.g4dn.4xlarge": 1.505,
    "ml.g4dn.8xlarge": 2.72,
    "ml.g4dn.12xlarge": 4.89,
    "ml.g4dn.16xlarge": 5.44,
    "ml.g5.xlarge": 1.408,
    "ml.g5.2xlarge": 1.515,
    "ml.g5.4xlarge": 2.03,
    "ml.g5.8xlarge": 3.06,
    "ml.g5.12xlarge": 7.09,
    "ml.g5.16xlarge": 5.12,
    "ml.g5.24xlarge": 10.18,
    "ml.g5.48xlarge": 20.36,
    "ml.p2.xlarge": 1.125,
    "ml.p2.8xlarge": 9.0,
    "ml.p2.16xlarge": 18.0,
    "ml.p3.2xlarge": 3.825,
    "ml.p3.8xlarge": 14.688,
    "ml.p3.16xlarge": 28.152,
}
_HOURLY_HOSTING_ONLY = {
    "ml.t2.medium": 0.056,
    "ml.t2.large": 0.111,
    "ml.c5.large": 0.102,
    "ml.m4.xlarge": 0.24,
}
# Serverless inference bills the memory chosen by the second of running: 2 cents for 1000 seconds of a gigabyte.
_SERVERLESS_GB_SECOND = 0.00002
_SERVERLESS_GIGABYTES = (1, 2, 3, 4, 5, 6)


class Pricing:
    """The operations of the Price List API."""

    def operations(self) -> dict[str, Any]:
        return {"GetProducts": self.products}

    def products(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["ServiceCode"] != SERVICE_CODE:
            raise AwsError("NotFoundException", f"no prices of {params['ServiceCode']} in the sandbox")
        found = [product for product in _products() if _matches(product, params.get("Filters", []))]
        start, size = int(params.get("NextToken", "0")), params.get("MaxResults", 100)
        answer = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in found[start : start + size]]}
        return answer | ({"NextToken": str(start + size)} if len(found) > start + size else {})


def _matches(product: dict[str, Any], filters: list[dict[str, str]]) -> bool:
    attributes = product["product"]["attributes"] | {
        "productFamily": product["product"]["productFamily"],
        "ServiceCode": SERVICE_CODE,
    }
    return all(attributes.get(one["Field"], "").lower() == one["Value"].lower() for one in filters)


def _products() -> Iterator[dict[str, Any]]:
    for instance, price in _HOURLY_ANYWHERE.items():
        yield _on_instance(instance, "Training", price)
        yield _on_instance(instance, "Hosting", price)
    for instance, price in _HOURLY_HOSTING_ONLY.items():
        yield _on_instance(instance, "Hosting", price)
    for gigabytes in _SERVERLESS_GIGABYTES:
        yield _serverless(gigabytes)


def _on_instance(instance: str, component: str, price: float) -> dict[str, Any]:
    usage = {"Training": "Train", "Hosting": "Host"}[component]
    attributes = {
        "component": component,
        "instanceName": instance,
        "instanceType": f"{instance}-{component}",
        "platoinstancename": instance,
        "usagetype": f"USE1-{usage}:{instance}",
        "operation": "RunInstance",
    }
    return _product("ML Instance", attributes, price, "Hrs")


def _serverless(gigabytes: int) -> dict[str, Any]:
    attributes = {
        "component": "Serverless Inference",
        "memory": f"{gigabytes} GB",
        "usagetype": f"USE1-ServerlessInf:Mem-{gigabytes}GB",
        "operation": "Invoke-Endpoint",
    }
    return _product("ML Serverless", attributes, gigabytes * _SERVERLESS_GB_SECOND, "Second")


def _product(family: str, attributes: dict[str, str], price: float, unit: str) -> dict[str, Any]:
    sku = hashlib.sha256(attributes["usagetype"].encode()).hexdigest()[:16].upper()
    everywhere = {
        "servicecode": SERVICE_CODE,
        "servicename": "Amazon SageMaker",
        "regionCode": REGION,
        "location": LOCATION,
        "locationType": "AWS Region",
    }
    term, rate = f"{sku}.JRTCKXETXF", f"{sku}.JRTCKXETXF.6YS6EN2CT7"
    dimension = {
        "rateCode": rate,
        "unit": unit,
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"${price:.7g} per {unit} for {attributes['usagetype']}",
        "pricePerUnit": {"USD": f"{price:.10f}"},
    }
    terms = {"OnDemand": {term: {"sku": sku, "offerTermCode": "JRTCKXETXF", "priceDimensions": {rate: dimension}}}}
    product = {"sku": sku, "productFamily": family, "attributes": everywhere | attributes}
    return {"product": product, "serviceCode": SERVICE_CODE, "terms": terms}
