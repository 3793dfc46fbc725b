"""What would make a failed job work: the same request with one thing changed, where that is likely to help. All pure.

Missing permissions and files that are damaged are for people to put right, so nothing is offered for those.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain import compute, continuing, costs
from bot.domain.datasets import DataSet, Format
from bot.domain.failures import Trouble, trouble_of
from bot.domain.hyperparameters import TABLE
from bot.domain.jobs import Job, JobStatus

# Smaller batches than this train slowly and shakily; then a larger machine is the better way.
SMALLEST_BATCH = 8
# The sizes of the families that the algorithm trains on, each from the smallest on; p2 is no longer to be had anew.
# https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html
SIZES: Mapping[str, tuple[str, ...]] = {
    "g4dn": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
    "g5": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "p3": ("2xlarge", "8xlarge", "16xlarge"),
}
# What the data set decides is filled in anew.
DECIDED = frozenset({*(name for name, row in TABLE.items() if row.filled), "multi_label"})
Price = Callable[[str], float | None]
Change = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Correction:
    """A request in the words of `/train`, what of it is changed, and what it costs at most (None: unknown)."""

    words: Mapping[str, str]
    change: Mapping[str, str]
    cost: float | None


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a change is chosen by."""

    job: Job
    data_set: DataSet
    price: Price

    @property
    def batch(self) -> int:
        return int(self.job.hyperparameters.get("mini_batch_size", "32"))


def corrected(job: Job, data_set: DataSet | None, price: Price) -> Correction | None:
    """What to start instead of a failed job; None where no change of the request is known to help."""
    if job.status != JobStatus.FAILED or data_set is None:
        return None
    trouble = trouble_of(job.failure_reason)
    change = _CHANGES[trouble](_Failed(job, data_set, price)) if trouble in _CHANGES else None
    if change is None:
        return None
    # What the data set decides is no word of the request: it is filled in as it is now.
    words = {**_as_asked(job), **{name: value for name, value in change.items() if name not in DECIDED}}
    hourly = price(words["instance"])
    cost = None if hourly is None else costs.usd(hourly, job.compute.instance_count, job.compute.max_run_seconds)
    return Correction(words, change, cost)


def _as_asked(job: Job) -> dict[str, str]:
    """The words that would ask for the same job again."""
    chosen = {name: value for name, value in job.hyperparameters.items() if name in TABLE and name not in DECIDED}
    start = {continuing.WORD: job.continues} if job.continues else {}
    return {**chosen, **compute.as_words(job.compute), **start}


def _smaller_batch(failed: _Failed) -> Change | None:
    batch = failed.batch
    return {"mini_batch_size": str(max(batch // 2, SMALLEST_BATCH))} if batch > SMALLEST_BATCH else None


def _fitting_batch(failed: _Failed) -> Change | None:
    images = failed.data_set.train_images
    return {"mini_batch_size": str(images)} if 0 < images < failed.batch else None


def _facts(failed: _Failed) -> Change | None:
    """Filled in from the data set as it is now; the same again would fail again."""
    now = {
        "num_classes": str(len(failed.data_set.classes)),
        "num_training_samples": str(failed.data_set.train_images),
    }
    return {name: value for name, value in now.items() if failed.job.hyperparameters.get(name) != value} or None


def _resized(failed: _Failed) -> Change | None:
    hyperparameters = failed.job.hyperparameters
    side = max(int(part) for part in hyperparameters["image_shape"].split(",")[1:])
    return {"resize": str(side)} if int(hyperparameters.get("resize", "0")) < side else None


def _file_mode(failed: _Failed) -> Change | None:
    """Manifests are read in Pipe mode only."""
    piped = failed.job.compute.input_mode == "Pipe" and failed.data_set.format != Format.MANIFEST
    return {"mode": "file"} if piped else None


def _slower(failed: _Failed) -> Change | None:
    return {"learning_rate": f"{float(failed.job.hyperparameters.get('learning_rate', '0.1')) / 10:.6g}"}


def _larger_instance(failed: _Failed) -> Change | None:
    """The next size of the family that has a price."""
    family, _, size = failed.job.compute.instance_type.removeprefix("ml.").partition(".")
    sizes = SIZES.get(family, ())
    larger = sizes[sizes.index(size) + 1 :] if size in sizes else ()
    priced = (name for name in (f"ml.{family}.{one}" for one in larger) if failed.price(name) is not None)
    found = next(priced, None)
    return {"instance": found} if found else None


def _other_instance(failed: _Failed) -> Change | None:
    """The type whose price is nearest, above or below; types share neither capacity nor quota."""
    own = failed.job.compute
    others = [name for name in _types() if name != own.instance_type]
    known = {name: usd for name in others if (usd := failed.price(name)) is not None}
    if not known:
        return None
    usual = own.usd_per_hour or min(known.values())
    return {"instance": min(known, key=lambda name: (abs(known[name] - usual), name))}


def _types() -> list[str]:
    return [f"ml.{family}.{size}" for family, sizes in SIZES.items() for size in sizes]


def _unchanged(_: _Failed) -> Change | None:
    return {}


_CHANGES: Mapping[Trouble | None, Callable[[_Failed], Change | None]] = {
    Trouble.GPU_MEMORY: lambda failed: _smaller_batch(failed) or _larger_instance(failed),
    Trouble.MEMORY: lambda failed: _larger_instance(failed) or _smaller_batch(failed),
    Trouble.CAPACITY: _other_instance,
    Trouble.QUOTA: _other_instance,
    Trouble.NOT_HERE: _other_instance,
    Trouble.BATCH: _fitting_batch,
    Trouble.CLASSES: _facts,
    Trouble.SAMPLES: _facts,
    Trouble.SMALL_IMAGE: _resized,
    Trouble.RECORDS: _file_mode,
    Trouble.DIVERGED: _slower,
    Trouble.INTERNAL: _unchanged,
}
CORRECTED = frozenset(_CHANGES)
