"""Jobs and endpoints with sensible fields, for tests to vary."""

from datetime import UTC, datetime

from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, Hosting, serverless
from bot.domain.jobs import Compute, Job

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/darkroom-sagemaker"
BUCKET = "darkroom-sandbox"
IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
PETS = DataSet("pets", f"s3://{BUCKET}/datasets/pets/", ("cat", "dog"), 40, 10)


def a_job(name: str = "pets-1f2e3d", job_id: str = "1f2e3d4c", **fields: object) -> Job:
    job = {
        "data_set": PETS.name,
        "classes": PETS.classes,
        "images": (PETS.train_images, PETS.validation_images),
        "s3_prefix": PETS.s3_prefix,
        "hyperparameters": {"epochs": "2", "num_classes": "2", "num_training_samples": "40"},
        "compute": Compute("ml.g4dn.xlarge", 1, 50, 3600),
        "requested_by": "U0001",
        "channel_id": "C0001",
        "requested_at": NOON,
    }
    return Job(id=job_id, name=name, **(job | fields))  # type: ignore[arg-type]


def an_endpoint(
    name: str = "pets-live", endpoint_id: str = "9a8b7c6d", hosting: Hosting | None = None, **fields: object
) -> Endpoint:
    endpoint = {
        "job_id": "1f2e3d4c",
        "job_name": "pets-1f2e3d",
        "classes": PETS.classes,
        "accuracy": 0.9,
        "owner": "U0001",
        "approved_by": "U0002",
        "channel_id": "C0001",
        "created_at": NOON,
    }
    return Endpoint(id=endpoint_id, name=name, hosting=hosting or serverless(), **(endpoint | fields))  # type: ignore[arg-type]
