"""Recipes: with what a model is trained. Everything in which they differ stands here, as data.

`image-classification` is the algorithm that SageMaker has built in; the others run a script of `training/` in AWS's
PyTorch container, with which their models are served as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain import hyperparameters, script_tables
from bot.domain.hyperparameters import RECIPE_DEFAULTS, TABLE, Table, Terms, nearest
from bot.domain.metrics import Expressions
from bot.domain.searches import TUNABLE, Tunable
from bot.errors import FieldError

WORD, WEIGHTS = "recipe", "weights"
# docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html names these families for training, and no others.
ALGORITHM_FAMILIES = ("g4dn", "g5", "p2", "p3")
# Of these it says nothing; they are tried on whoever's word it is who names them.
UNDOCUMENTED_FAMILIES = ("g6", "g6e", "p3dn", "p4d", "p5")
CPU_FAMILIES = ("m5", "c5", "m6i", "c6i", "m7i", "c7i")
GPU_FAMILIES = ("g4dn", "g5", "g6", "p3")


class RecipeName(StrEnum):
    """What `recipe=` takes."""

    IMAGE_CLASSIFICATION = "image-classification"
    PYTORCH_RESNET = "pytorch-resnet"
    FROZEN_BACKBONE = "frozen-backbone"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to train a model.

    `defaults` are what this bot sends where the person says nothing, and `fixed` what it sends whatever they say;
    `spellings` are other words for a hyperparameter, and `refusals` say of a name why there is none. `network` decides
    which model a job can go on from, and `pace` how long an epoch takes. `metrics` are SageMaker's definitions by name
    (none: the algorithm's own), `curve` how the log is read (None: by the algorithm's lines). `program` is what
    `training/start.py` is told to run; empty: the image is the algorithm. `content_types` are what its endpoint takes.
    """

    name: RecipeName
    says: str
    table: Table = field(repr=False)
    defaults: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    spellings: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    tunable: Mapping[str, Tunable] = field(default_factory=dict, repr=False)
    network: tuple[str, ...] = ()
    pace: tuple[str, ...] = ()
    objective: str = "validation:accuracy"
    metrics: Mapping[str, str] = field(default_factory=dict)
    curve: Expressions | None = None
    program: str = ""
    takes_weights: bool = False
    content_types: tuple[str, ...] = ("image/jpeg", "image/png")
    families: tuple[str, ...] = CPU_FAMILIES + GPU_FAMILIES
    default_instance: str = "ml.g4dn.xlarge"
    gpu: bool = True
    several_instances: bool = False
    several_labels: bool = False
    isolated: bool = True

    def spelled(self, word: str) -> str:
        """The hyperparameter's own name for a word as people write it, or the word itself where there is none."""
        plain = _plain(word)
        known = {_plain(name): name for name in self.table}
        others = {_plain(other): name for other, name in self.spellings.items()}
        return known.get(plain) or others.get(plain) or word

    def has(self, word: str) -> bool:
        """Whether the word is one of its hyperparameters, in one spelling or another."""
        return self.spelled(word) in self.table

    def given(self, words: Mapping[str, str], other_words: Iterable[str]) -> dict[str, str]:
        """The hyperparameters among a request's words, by their own names; a FieldError for what is no word at all."""
        others, given = [*other_words, WORD], {}
        for word, value in words.items():
            if word == WEIGHTS:
                self._check_weights()
            if word in (*others, WEIGHTS):
                continue
            name = self.spelled(word)
            self._check_known(name, others)
            if name in given:
                raise FieldError(name, f"`{name}` stands there twice, once as `{word}`.", "Say it once.")
            given[name] = value
        return given

    def checked(self, name: str, value: str) -> str:
        """The value in the program's spelling, or a FieldError that says what the hyperparameter takes."""
        return hyperparameters.checked(name, value, self.table)

    def completed(self, given: Mapping[str, str]) -> dict[str, str]:
        """The defaults with the given values over them, each checked, and all of them together."""
        return {**hyperparameters.completed(given, self.table, self.defaults), **self.fixed}

    def default(self, name: str) -> str | None:
        """What a hyperparameter is where nobody says anything."""
        return self.defaults.get(name, self.table[name].default)

    def _check_weights(self) -> None:
        if not self.takes_weights:
            takers = " or ".join(f"`{WORD}={one.name}`" for one in RECIPES.values() if one.takes_weights)
            raise FieldError(WEIGHTS, f"`{self.name}` takes no weights of yours.", f"Leave it out, or add {takers}.")

    def _check_known(self, name: str, others: Iterable[str]) -> None:
        if name in self.table:
            return
        if name in self.refusals:
            raise FieldError(name, f"`{self.name}` has no `{name}`. {self.refusals[name]}", "Leave it out.")
        elsewhere = [one.name for one in RECIPES.values() if one.has(name)]
        if elsewhere:
            what = f"`{self.name}` has no `{name}`; `{elsewhere[0]}` has."
            raise FieldError(name, what, f"Leave it out, or add `{WORD}={elsewhere[0]}`.")
        like = nearest(name, [*self.table, *others])
        raise FieldError(name, f"I don't know `{name}`.", f"Did you mean `{like}`?" if like else "")


def _plain(word: str) -> str:
    return word.lower().replace("-", "_")


def named(word: str) -> Recipe:
    """The recipe that somebody wrote, or a FieldError with the nearest one."""
    found = next((one for name, one in RECIPES.items() if _plain(name) == _plain(word.strip())), None)
    if found is None:
        like = nearest(word, list(RECIPES))
        listed = ", ".join(f"`{name}`" for name in RECIPES)
        hint = f"Did you mean `{like}`?" if like else f"There are {listed}."
        raise FieldError(WORD, f"I don't know a recipe `{word}`.", hint)
    return found


def chosen(words: Mapping[str, str], otherwise: RecipeName = RecipeName.IMAGE_CLASSIFICATION) -> Recipe:
    """The recipe that a request's words name, or what it is where they name none."""
    return named(words[WORD]) if WORD in words else RECIPES[otherwise]


def remarks(recipe: Recipe, words: Mapping[str, str], instance_type: str) -> tuple[str, ...]:
    """What is worth saying of a request before it starts: names that were taken for others, and a GPU of no use."""
    spelled = {word: recipe.spelled(word) for word in words}
    renamed = [f"`{word}` is `{name}` here." for word, name in spelled.items() if _plain(name) != _plain(word)]
    family = instance_type.removeprefix("ml.").split(".")[0]
    if recipe is ALGORITHM and family in UNDOCUMENTED_FAMILIES:
        known = ", ".join(recipe.families)
        renamed.append(f"AWS documents {known} for this algorithm; on `{instance_type}` it may not work.")
    if recipe.gpu or family in CPU_FAMILIES:
        return tuple(renamed)
    idle = f"`{recipe.name}` computes on the processor: the GPU of `{instance_type}` costs and stands idle."
    return (*renamed, f"{idle} `instance={recipe.default_instance}` would do.")


_EPOCH = r"Epoch: (?P<epoch>[0-9]+), "
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"

RECIPES: Mapping[RecipeName, Recipe] = {
    one.name: one
    for one in (
        Recipe(
            RecipeName.IMAGE_CLASSIFICATION,
            "SageMaker's built-in algorithm: a ResNet of 18 to 200 layers, trained as a whole",
            TABLE,
            RECIPE_DEFAULTS,
            tunable=TUNABLE,
            network=("num_layers", "image_shape"),
            pace=("num_layers", "image_shape", "precision_dtype"),
            families=ALGORITHM_FAMILIES,
            several_instances=True,
            several_labels=True,
        ),
        Recipe(
            RecipeName.PYTORCH_RESNET,
            "a ResNet-18 or -50 in PyTorch, trained as a whole by a script of ours that you can read and change",
            script_tables.RESNET_TABLE,
            script_tables.RESNET_DEFAULTS,
            terms=script_tables.RESNET_TERMS,
            spellings=script_tables.RESNET_SPELLINGS,
            refusals=script_tables.RESNET_REFUSALS,
            tunable=script_tables.RESNET_TUNABLE,
            network=("model",),
            pace=("model", "image-size"),
            metrics={
                "validation:accuracy": r"Test set: Average accuracy: ([0-9\.]+)",
                "train:accuracy": r"Train set: Average accuracy: ([0-9\.]+)",
            },
            curve=Expressions.of(
                train=f"{_EPOCH}Train set: Average accuracy: {_NUMBER}",
                validation=f"{_EPOCH}Test set: Average accuracy: {_NUMBER}",
                seconds=f"{_EPOCH}Time: {_NUMBER}",
            ),
            program="resnet",
            takes_weights=True,
            content_types=("image/jpeg",),
        ),
        Recipe(
            RecipeName.FROZEN_BACKBONE,
            "a small pretrained network that stays as it is, below a layer that learns your classes in seconds",
            script_tables.FROZEN_TABLE,
            script_tables.FROZEN_DEFAULTS,
            fixed={"use_pretrained_model": "1"},
            terms=script_tables.FROZEN_TERMS,
            refusals=script_tables.FROZEN_REFUSALS,
            tunable=script_tables.FROZEN_TUNABLE,
            metrics={
                "validation:accuracy": r"Validation-accuracy=([0-9\.]+)",
                "train:accuracy": r"Train-accuracy=([0-9\.]+)",
            },
            program="frozen-backbone",
            default_instance="ml.c5.xlarge",
            gpu=False,
            # It gets its packages from the network when it starts.
            isolated=False,
        ),
    )
}

# What a job is where nobody names a recipe.
ALGORITHM = RECIPES[RecipeName.IMAGE_CLASSIFICATION]
