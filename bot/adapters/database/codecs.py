"""Between frozen dataclasses and rows: nested values become JSON, and come back as what they were."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from bot.domain.answers import Answer
from bot.domain.approvals import Approval, ApprovalStatus, Vote
from bot.domain.cards import ACCURACY, Card, CardKind, Chart
from bot.domain.checks import Finding, Rule
from bot.domain.comparisons import Comparison
from bot.domain.datasets import DataSet, Format
from bot.domain.endpoints import Check, Endpoint, EndpointStatus, Hosting, Kind
from bot.domain.jobs import Compute, Job, JobStatus, Phase
from bot.domain.metrics import Curve, Epoch
from bot.domain.notices import Notice, Sign
from bot.domain.packages import PackageStatus
from bot.domain.predictions import Label, Prediction
from bot.domain.preparations import ClassCount, Options, Preparation, PreparationStatus, Progress, Summary
from bot.domain.recipes import RecipeName
from bot.domain.rules import RuleResult
from bot.domain.traffic import Mixing, Traffic
from bot.domain.uploads import Upload, UploadStatus
from bot.domain.versions import UsedPicture


class Dataclass(Protocol):
    """Anything that `dataclasses.fields` takes."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=Dataclass)


@dataclass(frozen=True, slots=True)
class Part:
    """How one field is written into a row and read from it, where it is not written as it is."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """A dataclass as a row: a column for each field, of the same name unless `columns` has another."""

    kind: type[T]
    parts: Mapping[str, Part] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def row(self, entity: T) -> dict[str, Any]:
        values = {one.name: getattr(entity, one.name) for one in fields(self.kind)}
        written = values | {name: part.write(values[name]) for name, part in self.parts.items()}
        return {self.columns.get(name, name): value for name, value in written.items()}

    def entity(self, row: Mapping[Any, Any]) -> T:
        values = {one.name: row[self.columns.get(one.name, one.name)] for one in fields(self.kind)}
        return self.kind(**(values | {name: part.read(values[name]) for name, part in self.parts.items()}))


def flat(value: Dataclass) -> dict[str, Any]:
    """A dataclass of plain values as JSON."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def write_used(pictures: Iterable[UsedPicture]) -> list[dict[str, Any]]:
    return [flat(picture) for picture in pictures]


def read_used(written: Iterable[dict[str, Any]]) -> tuple[UsedPicture, ...]:
    return tuple(UsedPicture(**picture) for picture in written)


def write_phases(phases: Iterable[Phase]) -> list[dict[str, Any]]:
    return [
        flat(phase)
        | {"began_at": phase.began_at.isoformat(), "ended_at": phase.ended_at and phase.ended_at.isoformat()}
        for phase in phases
    ]


def read_phases(written: Iterable[dict[str, Any]]) -> tuple[Phase, ...]:
    return tuple(
        Phase(
            **phase | {"began_at": _utc(phase["began_at"]), "ended_at": phase["ended_at"] and _utc(phase["ended_at"])}
        )
        for phase in written
    )


def _utc(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def write_curve(curve: Curve) -> list[list[float | None]]:
    return [[epoch.number, epoch.train, epoch.validation, epoch.seconds] for epoch in curve.epochs]


def read_curve(written: Iterable[list[Any]]) -> Curve:
    return Curve(tuple(Epoch(*epoch) for epoch in written))


def write_notices(notices: Iterable[Notice]) -> list[list[str]]:
    return [[str(notice.sign), notice.said] for notice in notices]


def read_notices(written: Iterable[list[str]]) -> tuple[Notice, ...]:
    return tuple(Notice(Sign(sign), said) for sign, said in written)


def write_rule_results(results: Iterable[RuleResult]) -> list[dict[str, Any]]:
    return [flat(result) for result in results]


def read_rule_results(written: Iterable[dict[str, Any]]) -> tuple[RuleResult, ...]:
    return tuple(RuleResult(**result) for result in written)


def write_votes(votes: Iterable[Vote]) -> list[list[str]]:
    return [[vote.by, vote.at.isoformat()] for vote in votes]


def read_votes(written: Iterable[list[str]]) -> tuple[Vote, ...]:
    return tuple(Vote(by, _utc(at)) for by, at in written)


def write_prediction(prediction: Prediction | None) -> dict[str, Any] | None:
    if prediction is None:
        return None
    return {"labels": [[label.name, label.probability] for label in prediction.labels], "seconds": prediction.seconds}


def read_prediction(written: dict[str, Any] | None) -> Prediction | None:
    if written is None:
        return None
    return Prediction(tuple(Label(*label) for label in written["labels"]), written["seconds"])


def read_hosting(written: dict[str, Any]) -> Hosting:
    return Hosting(**written | {"kind": Kind(written["kind"])})


def write_check(check: Check | None) -> dict[str, Any] | None:
    return flat(check) if check else None


def read_check(written: dict[str, Any] | None) -> Check | None:
    return Check(**written) if written else None


def write_traffic(traffic: Traffic | None) -> dict[str, Any] | None:
    return flat(traffic) | {"step": str(traffic.step)} if traffic else None


def read_traffic(written: dict[str, Any] | None) -> Traffic | None:
    return Traffic(**written | {"step": Mixing(written["step"])}) if written else None


def read_compute(written: dict[str, Any]) -> Compute:
    """Rows of the first versions know nothing of VPCs."""
    lists = {name: tuple(written.get(name, ())) for name in ("subnets", "security_groups")}
    return Compute(**written | lists)


def write_options(options: Options) -> dict[str, Any]:
    return flat(options) | {"format": str(options.format), "classes": list(options.classes)}


def read_options(written: dict[str, Any]) -> Options:
    return Options(**written | {"format": Format(written["format"]), "classes": tuple(written["classes"])})


def write_progress(progress: Progress) -> dict[str, Any]:
    return flat(progress) | {"began_at": progress.began_at and progress.began_at.isoformat()}


def read_progress(written: dict[str, Any]) -> Progress:
    return Progress(**written | {"began_at": written["began_at"] and _utc(written["began_at"])})


def write_summary(summary: Summary) -> dict[str, Any]:
    return flat(summary) | {
        "classes": [flat(one) for one in summary.classes],
        "by_rule": {str(rule): count for rule, count in summary.by_rule.items()},
        "warnings": [[str(one.rule), one.key, one.said] for one in summary.warnings],
        "locations": dict(summary.locations),
    }


def read_summary(written: dict[str, Any]) -> Summary:
    return Summary(
        **written
        | {
            "classes": tuple(ClassCount(**one) for one in written["classes"]),
            "by_rule": {Rule(rule): count for rule, count in written["by_rule"].items()},
            "warnings": tuple(Finding(Rule(rule), key, said) for rule, key, said in written["warnings"]),
        }
    )


def write_pictures(pictures: Mapping[str, Chart]) -> dict[str, Any]:
    return {name: flat(chart) for name, chart in pictures.items()}


def read_pictures(written: Mapping[str, Any]) -> dict[str, Chart]:
    """Rows of the first version hold one picture, without its name."""
    by_name = {ACCURACY: written} if "file_id" in written else written
    return {name: Chart(**chart) for name, chart in by_name.items()}


NAMES = Part(list, tuple)
MAPPING = Part(dict, dict)
HOSTING = Part(flat, read_hosting)
RECIPE = Part(str, RecipeName)

JOBS = Codec(
    Job,
    {
        "classes": NAMES,
        "images": NAMES,
        "hyperparameters": MAPPING,
        "log_position": MAPPING,
        "compute": Part(flat, read_compute),
        "status": Part(str, JobStatus),
        "phases": Part(write_phases, read_phases),
        "curve": Part(write_curve, read_curve),
        "warned": Part(write_notices, read_notices),
        "rules": NAMES,
        "rule_results": Part(write_rule_results, read_rule_results),
        "recipe": RECIPE,
    },
)
APPROVALS = Codec(
    Approval,
    {
        "hosting": HOSTING,
        "status": Part(str, ApprovalStatus),
        "votes": Part(write_votes, read_votes),
        "package_status": Part(str, PackageStatus),
    },
)
ENDPOINTS = Codec(
    Endpoint,
    {
        "classes": NAMES,
        "hosting": HOSTING,
        "status": Part(str, EndpointStatus),
        "recipe": RECIPE,
        "check": Part(write_check, read_check),
        "traffic": Part(write_traffic, read_traffic),
    },
    {"check": "checked"},
)
UPLOADS = Codec(Upload, {"status": Part(str, UploadStatus), "prediction": Part(write_prediction, read_prediction)})
ANSWERS: Codec[Answer] = Codec(Answer)
CARDS = Codec(
    Card, {"kind": Part(str, CardKind), "pictures": Part(write_pictures, read_pictures)}, {"pictures": "chart"}
)
COMPARISONS = Codec(Comparison, {"job_ids": NAMES})
DATA_SETS = Codec(DataSet, {"classes": NAMES, "locations": MAPPING, "format": Part(str, Format)})
PREPARATIONS = Codec(
    Preparation,
    {
        "file_ids": NAMES,
        "pictures": Part(write_used, read_used),
        "options": Part(write_options, read_options),
        "status": Part(str, PreparationStatus),
        "progress": Part(write_progress, read_progress),
        "summary": Part(write_summary, read_summary),
    },
)
