"""A training job's own metrics, put where CloudWatch has them: one value for each line of the log that tells one.

https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.sagemaker.moto_services import backend

NAMESPACE = "/aws/sagemaker/TrainingJobs"


def publish(region: str, job: str, values: Sequence[tuple[str, float]]) -> None:
    if not values:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    dimensions = [{"Name": "TrainingJobName", "Value": job}]
    data = [
        {"MetricName": name, "Dimensions": dimensions, "Timestamp": now, "Value": value, "Unit": "None"}
        for name, value in values
    ]
    backend("cloudwatch", region).put_metric_data(NAMESPACE, data)
