"""What AWS asks of a model package beyond the service model: pure rules, each objection in AWS's words where known."""

from typing import Any

MOST_METADATA = 50
_NOT_OFFERED = (
    "SourceAlgorithmSpecification",
    "ValidationSpecification",
    "AdditionalInferenceSpecifications",
    "SourceUri",
    "ModelCard",
    "ManagedStorageType",
)


def objection_to_creating(params: dict[str, Any]) -> str | None:
    """What is wrong with a CreateModelPackage request, looking at it alone."""
    if objection := _objection_to_naming(params):
        return objection
    for member in _NOT_OFFERED:
        if member in params:
            return f"The sandbox does not offer {member} for model packages."
    if "InferenceSpecification" not in params:
        return "InferenceSpecification is required to create a model package version."
    containers = params["InferenceSpecification"]["Containers"]
    if len(containers) > 1:
        return "The sandbox does not offer inference pipelines: one container a model package."
    return _objection_to_container(containers[0])


def objection_to_updating(params: dict[str, Any], metadata: dict[str, str]) -> str | None:
    """What is wrong with an UpdateModelPackage request, given what the metadata would become."""
    for member in ("InferenceSpecification", "AdditionalInferenceSpecificationsToAdd", "SourceUri", "ModelCard"):
        if member in params:
            return f"The sandbox does not offer to update a model package's {member}."
    if not set(params) - {"ModelPackageArn", "ClientToken"}:
        return "At least one of the model package's properties must be given to update it."
    both = set(params.get("CustomerMetadataProperties", {})) & set(params.get("CustomerMetadataPropertiesToRemove", []))
    if both:
        return f"Customer metadata properties are both to be set and to be removed: {', '.join(sorted(both))}"
    if len(metadata) > MOST_METADATA:
        return f"A model package may carry at most {MOST_METADATA} customer metadata properties."
    return None


def metadata_after(params: dict[str, Any], metadata: dict[str, str]) -> dict[str, str]:
    gone = set(params.get("CustomerMetadataPropertiesToRemove", []))
    merged = metadata | params.get("CustomerMetadataProperties", {})
    return {key: value for key, value in merged.items() if key not in gone}


def _objection_to_naming(params: dict[str, Any]) -> str | None:
    if "ModelPackageName" in params and "ModelPackageGroupName" in params:
        return (
            "Both ModelPackageName and ModelPackageGroupName are provided in the input. "
            "Cannot determine which one to use."
        )
    if "ModelPackageGroupName" not in params:
        unversioned = "ModelPackageName" in params
        return "The sandbox does not offer unversioned model packages." if unversioned else "Missing ARN."
    if "Tags" in params:
        return "Tags cannot be given for a model package version: it uses the tags of its model package group."
    if params.get("CertifyForMarketplace"):
        return "CertifyForMarketplace does not apply to versioned model packages."
    return None


def _objection_to_container(container: dict[str, Any]) -> str | None:
    if "Image" not in container:
        return "Image is required in the container of a model package."
    if "ModelDataSource" in container:
        return "The sandbox serves models by ModelDataUrl; ModelDataSource is not offered."
    if not container.get("ModelDataUrl", "").startswith("s3://"):
        return "ModelDataUrl of a model package's container must be an S3 URI."
    return None
