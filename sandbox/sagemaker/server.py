"""The local AWS as a whole: puts its parts together, starts them on one port of loopback, and stops them."""

import logging
import shutil
import threading
from pathlib import Path

from werkzeug.wrappers import Response

from sandbox.sagemaker.arns import ACCOUNT, ROLE_ARN, Arns
from sandbox.sagemaker.artifact import ModelLoader
from sandbox.sagemaker.container_image import ContainerImage, engine
from sandbox.sagemaker.control_plane import ControlPlane
from sandbox.sagemaker.dispatch import Call, Dispatch, Observer, Service
from sandbox.sagemaker.errors import Protocol
from sandbox.sagemaker.event_bridge import EventBridge
from sandbox.sagemaker.faults import Faults
from sandbox.sagemaker.hosting import Hosting, HostingSettings
from sandbox.sagemaker.http_server import LoopbackServer
from sandbox.sagemaker.moto_services import MotoServices
from sandbox.sagemaker.pace import Limits, Pace
from sandbox.sagemaker.pricing import Pricing
from sandbox.sagemaker.samples import picture_objects, sample_objects
from sandbox.sagemaker.tags import Tags
from sandbox.sagemaker.training_jobs import TrainingJobs
from sandbox.sagemaker.training_run import Workshop
from sandbox.sagemaker.tuning_jobs import TuningJobs

logger = logging.getLogger(__name__)

BUCKET = "darkroom-sandbox"
# A bucket of the team's, to which the bot only ever goes for pictures.
PICTURES_BUCKET = "team-pictures"
CLOSE_SECONDS = 10.0


class LocalAws:
    """A local AWS in `root`, a folder of its own; `speed` is how much faster than AWS its phases pass."""

    def __init__(  # noqa: PLR0913 - settings by keyword, each with a default
        self,
        root: Path,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        region: str = "us-east-1",
        speed: float = 60.0,
        pace: Pace | None = None,
        limits: Limits | None = None,
        image: ContainerImage | None = None,
    ) -> None:
        self._root = root.resolve()
        self._host = host
        self._port = port
        self._region = region
        self._pace = pace or Pace(speed)
        self._limits = limits or Limits()
        self._image = image or engine()
        self._services = MotoServices(region)
        self._events = EventBridge(self._services, region)
        self._closing = threading.Event()
        self._server: LoopbackServer | None = None
        self.faults = Faults()
        self.observers: list[Observer] = []

    def start(self) -> None:
        """Returns once it answers; raises OSError where the port is taken."""
        if self._server is not None:
            return
        self._closing.clear()
        shutil.rmtree(self._root / "jobs", ignore_errors=True)
        (self._root / "cache").mkdir(parents=True, exist_ok=True)
        moto = self._services.start(BUCKET)
        dispatch = Dispatch(self._put_together(), moto, self._closing, self.faults, self.observers)
        try:
            self._server = LoopbackServer(self._host, self._port, dispatch)
        except OSError:
            self._closing.set()
            self._services.stop()
            raise
        self._server.start()
        logger.info("local_aws_started url=%s", self.url)

    def stop(self) -> None:
        """Ends running containers, open connections and threads; a second call does nothing."""
        server, self._server = self._server, None
        if server is None:
            return
        self._closing.set()
        self._events.close()
        # Before the training jobs: a tuning job that still ran would launch another.
        self._tunings.close(CLOSE_SECONDS)
        self._jobs.close(CLOSE_SECONDS)
        self._hosting.close(CLOSE_SECONDS)
        server.stop()
        self._services.stop()
        logger.info("local_aws_stopped")

    def load_samples(self, folder: Path) -> int:
        """Puts the prepared sample data set into the bucket, without a detour over HTTP; returns how many objects."""
        objects = list(sample_objects(folder))
        for key, path in objects:
            self._services.write(BUCKET, key, path.read_bytes())
        return len(objects)

    def load_pictures(self, folder: Path) -> int:
        """Puts a folder's pictures into the team's own bucket, which is not the bot's; returns how many objects."""
        self._services.create_bucket(PICTURES_BUCKET)
        objects = list(picture_objects(folder))
        for key, path in objects:
            self._services.write(PICTURES_BUCKET, key, path.read_bytes() if path else b"")
        return len(objects)

    @property
    def url(self) -> str:
        if self._server is None:
            raise RuntimeError("the local AWS is not started")
        return f"http://{self._host}:{self._server.port}"

    def environment(self) -> dict[str, str]:
        """The variables with which a program reaches this AWS; it has to drop any AWS_PROFILE of its own."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAGEMAKER_ROLE_ARN": ROLE_ARN,
            "ARTIFACT_BUCKET": BUCKET,
        }

    def events_queue(self) -> str:
        """The URL of a queue to which all events come from now on, for a bot's SAGEMAKER_EVENTS_QUEUE_URL."""
        return f"{self.url}/{ACCOUNT}/{self._events.open_queue()}"

    def _put_together(self) -> dict[str, Service]:
        """Our own services by signing name, with nothing in them yet."""
        arns, tags = Arns(self._region), Tags()
        self._jobs = TrainingJobs(arns, tags, self._workshop(), self._events)
        self._tunings = TuningJobs(arns, tags, self._jobs, self._events, self._closing)
        self._hosting = Hosting(self._hosting_settings(arns, tags))
        parts = (self._jobs, self._tunings, self._hosting, tags)
        control_plane = ControlPlane({name: run for part in parts for name, run in part.operations().items()})
        return {
            "sagemaker": lambda call: _either(call, control_plane, self._hosting.runtime),
            "pricing": ControlPlane(Pricing().operations(), "pricing"),
        }

    def _workshop(self) -> Workshop:
        instances = threading.Semaphore(self._limits.training_instances)
        return Workshop(
            self._root,
            self._region,
            self._image,
            self._pace,
            self._services,
            instances,
            self._closing,
            self.faults.take_interruption,
            self.faults.are_rules_closed,
        )

    def _hosting_settings(self, arns: Arns, tags: Tags) -> HostingSettings:
        return HostingSettings(
            self._region,
            arns,
            tags,
            self._pace,
            self._limits,
            self._services,
            ModelLoader(self._root / "serving", self._image, self._services),
            self.faults,
            self._events,
            self._closing,
        )


def _either(call: Call, control_plane: Service, runtime: Service) -> Response:
    """SageMaker's control plane and its runtime are signed for the same name; their protocols tell them apart."""
    return control_plane(call) if call.protocol is Protocol.JSON else runtime(call)
