"""What would make a failed job work: the same request with one thing changed, where that is likely to help. All pure.

Missing permissions and files that are damaged are for people to put right, so nothing is offered for those.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain import compute, continuing, costs, datasets, recipes, rules
from bot.domain.datasets import DataSet, Format
from bot.domain.failures import Trouble, trouble_of
from bot.domain.hyperparameters import PRETRAINED_SHAPE, Terms
from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import CPU_FAMILIES, Recipe

# Smaller batches than this train slowly and shakily; then a larger machine is the better way.
SMALLEST_BATCH = 8
# The sizes of the families that the recipes train on, each from the smallest on; p2 is no longer to be had anew.
# https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html
_CPU_SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "12xlarge")
SIZES: Mapping[str, tuple[str, ...]] = {
    "g4dn": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
    "g5": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "g6": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"),
    "p3": ("2xlarge", "8xlarge", "16xlarge"),
    "m5": _CPU_SIZES,
    "c5": ("xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"),
    "c6i": _CPU_SIZES[1:],
    **dict.fromkeys(("m6i", "m7i", "c7i"), _CPU_SIZES),
}
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
    def terms(self) -> Terms:
        return self.job.made_by.terms

    @property
    def batch(self) -> int:
        return int(self.job.hyperparameters.get(self.terms.batch, "32"))


def corrected(job: Job, data_set: DataSet | None, price: Price) -> Correction | None:
    """What to start instead of a failed job; None where no change of the request is known to help."""
    if job.status != JobStatus.FAILED or data_set is None:
        return None
    trouble = trouble_of(job.failure_reason)
    change = _change(trouble, _Failed(job, data_set, price))
    if change is None:
        return None
    # What the data set decides is no word of the request: it is filled in as it is now.
    decided = _decided(job.made_by)
    words = {**as_asked(job), **{name: value for name, value in change.items() if name not in decided}}
    hourly = price(words["instance"])
    cost = None if hourly is None else costs.usd(hourly, job.compute.instance_count, job.compute.max_run_seconds)
    return Correction(words, change, cost)


def _change(trouble: Trouble | None, failed: _Failed) -> Change | None:
    """With rules asked for, they may be what AWS refuses; in which words it does so, it does not say."""
    if trouble in (None, Trouble.DENIED, Trouble.RULES):
        return _without_rules(failed)
    return _CHANGES[trouble](failed) if trouble in _CHANGES else None


def as_asked(job: Job) -> dict[str, str]:
    """The words that would ask for the same job again."""
    recipe = job.made_by
    told = recipe.table.keys() - _decided(recipe)
    chosen = {name: value for name, value in job.hyperparameters.items() if name in told}
    start = {continuing.WORD: job.continues, recipes.WEIGHTS: job.weights, rules.WORD: ",".join(job.rules)}
    own = {recipes.WORD: str(recipe.name)} if recipe.program else {}
    return {**own, **chosen, **compute.as_words(job.compute), **{name: value for name, value in start.items() if value}}


def _decided(recipe: Recipe) -> frozenset[str]:
    """What the data set decides, which is filled in anew."""
    return frozenset({*(name for name, row in recipe.table.items() if row.filled), "multi_label"})


def _smaller_batch(failed: _Failed) -> Change | None:
    batch = failed.batch
    return {failed.terms.batch: str(max(batch // 2, SMALLEST_BATCH))} if batch > SMALLEST_BATCH else None


def _fitting_batch(failed: _Failed) -> Change | None:
    images = failed.data_set.train_images
    return {failed.terms.batch: str(images)} if 0 < images < failed.batch else None


def _facts(failed: _Failed) -> Change | None:
    """Filled in from the data set as it is now; the same again would fail again."""
    now = {
        name: value for name, value in datasets.facts(failed.data_set, failed.terms).items() if name != "multi_label"
    }
    return {name: value for name, value in now.items() if failed.job.hyperparameters.get(name) != value} or None


def _resized(failed: _Failed) -> Change | None:
    hyperparameters = failed.job.hyperparameters
    if not failed.terms.resize:
        return None
    side = max(int(part) for part in hyperparameters.get("image_shape", PRETRAINED_SHAPE).split(",")[1:])
    return {"resize": str(side)} if int(hyperparameters.get("resize", "0")) < side else None


def _file_mode(failed: _Failed) -> Change | None:
    """Manifests are read in Pipe mode only."""
    piped = failed.job.compute.input_mode == "Pipe" and failed.data_set.format != Format.MANIFEST
    return {"mode": "file"} if piped else None


def _slower(failed: _Failed) -> Change | None:
    rate = failed.terms.rate
    return {rate: f"{float(failed.job.hyperparameters.get(rate, '0.1')) / 10:.6g}"}


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
    others = [name for name in _types(failed.job.made_by) if name != own.instance_type]
    known = {name: usd for name in others if (usd := failed.price(name)) is not None}
    if not known:
        return None
    usual = own.usd_per_hour or min(known.values())
    return {"instance": min(known, key=lambda name: (abs(known[name] - usual), name))}


def _types(recipe: Recipe) -> list[str]:
    """All with a GPU where it is of use, and without one where it is not."""
    families = [family for family in recipe.families if (family in CPU_FAMILIES) != recipe.gpu]
    return [f"ml.{family}.{size}" for family in families for size in SIZES.get(family, ())]


def _without_rules(failed: _Failed) -> Change | None:
    """Where AWS refused the job before it was one."""
    return {rules.WORD: rules.NONE} if failed.job.rules and not failed.job.phases else None


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
