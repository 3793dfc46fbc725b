"""The Model Registry in memory, with the artifacts that its versions were made of."""

from bot.domain.approvals import Approval
from bot.domain.jobs import Job
from bot.domain.packages import PackageSnapshot, PackageStatus, group_name
from bot.errors import DarkroomError, GoneError
from tests.fakes.platform import Troubles

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/"
BOT = "darkroom"


class FakeRegistry:
    """ModelRegistry. Every artifact is there until a test says otherwise; `reasons` are what was written."""

    def __init__(self) -> None:
        self.versions: dict[str, PackageSnapshot] = {}
        self.made_for: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        self.digests: dict[str, str] = {}
        self.missing: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self._troubles = Troubles()

    def register(self, approval: Approval, job: Job) -> str:
        self._begin("register", job.name)
        made_for = f"{approval.id} {approval.hosting.instance_type}"
        if made_for not in self.made_for:
            group = f"{ARN}{group_name(job.data_set)}/"
            arn = f"{group}{1 + sum(one.startswith(group) for one in self.versions)}"
            self.made_for[made_for] = arn
            self.versions[arn] = PackageSnapshot(PackageStatus.PENDING)
        self._troubles.take("register", after=True)
        return self.made_for[made_for]

    def observe(self, package_arn: str) -> PackageSnapshot:
        self._begin("observe", package_arn)
        return self._found(package_arn)

    def decide(self, package_arn: str, status: PackageStatus, why: str) -> None:
        self._begin("decide", package_arn)
        self._found(package_arn)
        self.versions[package_arn] = PackageSnapshot(status, BOT)
        self.reasons[package_arn] = why
        self._troubles.take("decide", after=True)

    def digest(self, artifact: str) -> str:
        self._begin("digest", artifact)
        if artifact in self.missing:
            raise GoneError(f"AWS does not know the artifact `{artifact}`.")
        return self.digests.get(artifact, "ETag first")

    def is_decided_elsewhere(self, package_arn: str, status: PackageStatus, by: str = "olga") -> None:
        """Somebody decides in SageMaker's console."""
        self.versions[package_arn] = PackageSnapshot(status, by)

    def loses(self, package_arn: str) -> None:
        """Somebody deletes the version."""
        del self.versions[package_arn]

    def fails(self, operation: str, error: DarkroomError, *, answer_lost: bool = False) -> None:
        """The next call of the operation fails; with `answer_lost` after it has been done."""
        self._troubles.waiting.append((operation, error, answer_lost))

    def _found(self, package_arn: str) -> PackageSnapshot:
        if package_arn not in self.versions:
            raise GoneError(f"AWS does not know the version *{package_arn}*.")
        return self.versions[package_arn]

    def _begin(self, operation: str, name: str) -> None:
        self.calls.append((operation, name))
        self._troubles.take(operation)
