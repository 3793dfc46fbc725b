"""A model artifact from its place in S3 to a loaded model: fetched, unpacked without leaving its folder, loaded."""

import io
import logging
import tarfile
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.sagemaker.container_image import ContainerImage, Kind, Serving, artifacts_own, kind_of
from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3

logger = logging.getLogger(__name__)


class UnservableError(Exception):
    """The model cannot be served; the text is the endpoint's FailureReason."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory and the code that serves it."""

    serving: Serving
    model: Any
    kind: Kind = Kind.IMAGE_CLASSIFICATION

    def infer(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        data = self.serving.input_fn(body, content_type)
        answer, answer_type = self.serving.output_fn(self.serving.predict_fn(data, self.model), accept)
        return (answer.encode() if isinstance(answer, str) else bytes(answer)), answer_type

    def status_of(self, error: Exception) -> int:
        """The status with which the container's own server would have answered."""
        if self.kind is Kind.PYTORCH_INFERENCE:
            return _toolkits_status(error)
        if "ContentType" in type(error).__name__:
            return 415
        return 400 if isinstance(error, ValueError) else 500


def _toolkits_status(error: Exception) -> int:
    """The serving toolkit knows the status of its own errors only; all others are the server's fault to it.

    https://github.com/aws/sagemaker-inference-toolkit/blob/master/src/sagemaker_inference/transformer.py
    """
    own = any(one.__name__ == "BaseInferenceToolkitError" for one in type(error).__mro__)
    return int(getattr(error, "status_code", 500)) if own else 500


class ModelLoader:
    """Loads artifacts, one at a time: two endpoints coming up at once would only slow each other."""

    def __init__(self, folder: Path, image: ContainerImage, services: MotoServices) -> None:
        self._folder = folder
        self._image = image
        self._services = services
        self._lock = threading.Lock()

    def load(self, container: dict[str, Any], variant: str) -> LoadedModel:
        """Raises UnservableError with AWS's words."""
        kind = kind_of(container["Image"])
        if kind not in (Kind.IMAGE_CLASSIFICATION, Kind.PYTORCH_INFERENCE):
            raise UnservableError(f"image not available in the sandbox: {container['Image']!r}.")
        archive = self._fetched(container.get("ModelDataUrl", ""))
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._lock, tempfile.TemporaryDirectory(dir=self._folder) as folder:
                unpack(archive, Path(folder))
                serving = self._serving(kind, Path(folder), container.get("Environment", {}))
                return LoadedModel(serving, serving.model_fn(folder), kind)
        except UnservableError:
            raise
        except Exception as error:
            # Whatever the container's code trips over, AWS tells only that it never answered its ping.
            logger.exception("model_did_not_load url=%s", container.get("ModelDataUrl"))
            raise UnservableError(
                f"The primary container for production variant {variant} did not pass the ping health check. "
                "Please check CloudWatch logs for this endpoint."
            ) from error

    def _serving(self, kind: Kind, folder: Path, environment: dict[str, str]) -> Serving:
        if kind is Kind.IMAGE_CLASSIFICATION:
            return self._image.serving()
        return artifacts_own(folder, environment.get("SAGEMAKER_PROGRAM", "inference.py"))

    def _fetched(self, url: str) -> bytes:
        try:
            return self._services.read(*split_s3(url))
        except ObjectMissingError as error:
            raise UnservableError(
                f'Failed to download model data for container "container_1" from URL: "{url}". Please ensure that '
                "there is an object located at the URL and that the role passed to CreateModel has permissions to "
                "download the model."
            ) from error


def unpack(archive: bytes, folder: Path) -> None:
    """Extracts a model.tar.gz; the data filter refuses absolute names, `..`, links that lead out, and devices."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise UnservableError(
            "Failed to extract model data archive from the URL given. Please ensure that the object located at the URL "
            "is a valid tar.gz archive."
        ) from error
