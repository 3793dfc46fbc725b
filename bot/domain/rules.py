"""The rules of SageMaker's Debugger and Profiler that can be asked for: their words, and what each looks for.

Only those that watch the machine: the others look at tensors, which a job hands out by a library that neither the
built-in algorithm nor our scripts have. https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-supported-frameworks.html
AWS closed all of them to new customers on 2026-07-30, so that nothing depends on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.hyperparameters import nearest
from bot.domain.notices import Sign
from bot.domain.recipes import RecipeName
from bot.errors import FieldError

WORD = "rules"
ALL, NONE = "profiler", "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its word here, its name on AWS, what it is when it finds something, and the sign of that."""

    word: str
    name: str
    found: str
    sign: Sign


class RuleStatus(StrEnum):
    """How an evaluation stands, in AWS's words."""

    IN_PROGRESS = "InProgress"
    NO_ISSUES = "NoIssuesFound"
    ISSUES = "IssuesFound"
    ERROR = "Error"
    STOPPING = "Stopping"
    STOPPED = "Stopped"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What AWS says of a rule, by the rule's name there; a status that nobody knows is kept as it is."""

    name: str
    status: str
    details: str = ""

    @property
    def settled(self) -> bool:
        return self.status not in (RuleStatus.IN_PROGRESS, RuleStatus.STOPPING)


# https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-profiler-rules.html
_ROWS = (
    Rule(
        "low-gpu",
        "LowGPUUtilization",
        "the GPU is used little, or by fits and starts. A smaller or a CPU instance saves money",
        Sign.RULE_LOW_GPU,
    ),
    Rule(
        "cpu-bottleneck",
        "CPUBottleneck",
        "the GPU waits for the CPU. Record files, less augmentation or more vCPUs help",
        Sign.RULE_CPU_BOTTLENECK,
    ),
    Rule(
        "gpu-memory",
        "GPUMemoryIncrease",
        "the GPU's memory fills up step by step, and may run out",
        Sign.RULE_GPU_MEMORY,
    ),
    Rule(
        "io-bottleneck",
        "IOBottleneck",
        "the GPU waits for the disk. Record files or `mode=pipe` help",
        Sign.RULE_IO_BOTTLENECK,
    ),
    Rule(
        "load-balancing",
        "LoadBalancing",
        "the work is spread unevenly over the GPUs. Fewer GPUs may do as well",
        Sign.RULE_LOAD_BALANCING,
    ),
    Rule("overall", "OverallSystemUsage", "the machine's use is unusual", Sign.RULE_OVERALL),
    Rule("report", "ProfilerReport", "one of the rules in its report found something", Sign.RULE_REPORT),
)
RULES: Mapping[str, Rule] = {rule.word: rule for rule in _ROWS}
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in _ROWS}
SIGNS = frozenset(rule.sign for rule in _ROWS)
# https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html
_OF_TENSORS = (
    "all-zero",
    "check-input-images",
    "class-imbalance",
    "confusion",
    "dead-relu",
    "exploding-tensor",
    "loss-not-decreasing",
    "overfit",
    "overtraining",
    "poor-weight-initialization",
    "saturated-activation",
    "similar-across-runs",
    "stalled-training",
    "tensor-variance",
    "unchanged-tensor",
    "vanishing-gradient",
    "weight-update-ratio",
)


def requested(words: Mapping[str, str], recipe: RecipeName) -> tuple[str, ...]:
    """The rules that `rules=profiler`, or names with commas between them, ask for; a FieldError for what is none."""
    asked = [one for one in (_plain(part) for part in words.get(WORD, "").split(",")) if one]
    if asked in ([], [NONE]):
        return ()
    names = {_plain(rule.name): word for word, rule in RULES.items()}
    named = dict.fromkeys(_checked(names.get(one, one), recipe) for one in asked if one != ALL)
    return tuple(RULES) if ALL in asked else tuple(named)


def check_no_rules(words: Mapping[str, str]) -> None:
    """A FieldError where they are asked for in a tuning, for whose jobs AWS takes none.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobDefinition.html
    """
    if WORD in words:
        raise FieldError(WORD, "AWS takes no rules for the jobs of a tuning.", f"Leave `{WORD}` out.")


def _checked(word: str, recipe: RecipeName) -> str:
    if word in RULES:
        return word
    if word in _OF_TENSORS or word.replace("-", "") in {one.replace("-", "") for one in _OF_TENSORS}:
        what = f"`{word}` looks at tensors, and `{recipe}` hands none to Debugger: only system rules apply to it."
        raise FieldError(WORD, what, f"There are {_listed()}; the curve is watched without rules.")
    like = nearest(word, [*RULES, *_OF_TENSORS])
    hint = f"Did you mean `{like}`?" if like else f"Take {_listed()}."
    raise FieldError(WORD, f"I don't know a rule `{word}`.", hint)


def _listed() -> str:
    return f"`{ALL}` for all, or {', '.join(f'`{word}`' for word in RULES)}"


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")
