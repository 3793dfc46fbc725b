"""Versions of the Model Registry as the requests that SageMaker takes; pure, so that each can be held against AWS's."""

import hashlib
import json
import re
from collections.abc import Mapping

from bot.adapters.sagemaker.hosting_requests import script
from bot.adapters.sagemaker.requests import JOBS_FOLDER, Request
from bot.adapters.sagemaker.tagging import DATA_SET_TAG, tags
from bot.domain.approvals import Approval
from bot.domain.jobs import Job
from bot.domain.packages import PackageStatus, group_name
from bot.domain.recipes import RECIPES

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
STATUSES: Mapping[PackageStatus, str] = {
    PackageStatus.PENDING: "PendingManualApproval",
    PackageStatus.APPROVED: "Approved",
    PackageStatus.REJECTED: "Rejected",
}
# What a customer metadata property may hold; AWS's pattern is written for Java.
_NOT_IN_METADATA = re.compile(r"[^\w .:/=+\-@]")


def group_request(data_set: str) -> Request:
    """CreateModelPackageGroup; its versions have its tags.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
    """
    return {
        "ModelPackageGroupName": group_name(data_set),
        "ModelPackageGroupDescription": "Image classifiers that Darkroom trained on one data set.",
        "Tags": tags({DATA_SET_TAG: data_set}),
    }


def package_request(approval: Approval, job: Job, image: str, metrics: str) -> Request:
    """CreateModelPackage. Asked again, it is the same; a late line of the job's log makes another, with its own token.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
    """
    container = {"Image": image, "ModelDataUrl": job.artifact, **script(job.recipe)}
    request: Request = {
        "ModelPackageGroupName": group_name(job.data_set),
        "ModelPackageDescription": f"{job.name}, asked for as {approval.endpoint_name}",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": list(RECIPES[job.recipe].content_types),
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "ModelApprovalStatus": STATUSES[PackageStatus.PENDING],
        "Domain": "COMPUTER_VISION",
        "Task": "IMAGE_CLASSIFICATION",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": metrics}}},
        "CustomerMetadataProperties": _metadata(approval, job),
    }
    told = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    return request | {"ClientToken": f"{approval.id[:24]}-{told[:8]}"}


def decision_request(package_arn: str, status: PackageStatus, why: str) -> Request:
    """UpdateModelPackage."""
    return {"ModelPackageArn": package_arn, "ModelApprovalStatus": STATUSES[status], "ApprovalDescription": why[:1024]}


def metrics_key(job: Job) -> str:
    """Beside what the job left, in our bucket."""
    return f"{JOBS_FOLDER}{job.name}/metrics.json"


def metrics_document(job: Job) -> bytes:
    """The accuracies as SageMaker's console shows a model's quality.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
    """
    best = job.curve.best
    known = {"accuracy": best.validation, "training_accuracy": best.train} if best else {}
    told = {name: {"value": value, "standard_deviation": "NaN"} for name, value in known.items() if value is not None}
    return json.dumps({"multiclass_classification_metrics": told}, sort_keys=True).encode()


def _metadata(approval: Approval, job: Job) -> dict[str, str]:
    best = job.curve.best
    told = {
        "request": approval.id,
        "job": job.name,
        "recipe": str(job.recipe),
        "data-set": job.data_set,
        "classes": str(len(job.classes)),
        "validation-accuracy": f"{best.validation:.4f}" if best and best.validation is not None else "",
        "best-epoch": str(best.number) if best else "",
        "requested-by": approval.requested_by,
        "endpoint": approval.endpoint_name,
        "reason": approval.reason,
    }
    plain = {name: " ".join(_NOT_IN_METADATA.sub("-", value).split())[:256].strip() for name, value in told.items()}
    return {name: value for name, value in plain.items() if value}
