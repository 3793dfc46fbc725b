"""Recipes: their words, what each asks of a data set and a machine, and how its log is read."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import compute, continuing, datasets, metrics, recipe_rules, recipes, search_words
from bot.domain.hyperparameters import TABLE
from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Curve, Epoch
from bot.domain.recipes import ALGORITHM, RECIPES, Recipe, RecipeName
from bot.domain.search_remarks import remarks as search_remarks
from bot.domain.searches import Choice, Range, Scaling
from bot.errors import FieldError
from tests.builders import a_data_set, a_finished_job, a_finished_tuning

RESNET, FROZEN = RECIPES[RecipeName.PYTORCH_RESNET], RECIPES[RecipeName.FROZEN_BACKBONE]
WEIGHTS = "s3://lab/resnet18.pth"


def refused(recipe: Recipe, words: Mapping[str, str], **data_set: Any) -> str:
    with pytest.raises(FieldError) as refusal:
        recipe_rules.hyperparameters_of(recipe, recipe.given(words, compute.WORDS), a_data_set(**data_set))
    return refusal.value.sentences


def sent(recipe: Recipe, **words: str) -> dict[str, str]:
    return recipe_rules.hyperparameters_of(recipe, recipe.given(words, compute.WORDS), a_data_set())


@pytest.mark.parametrize("word", ["pytorch-resnet", "PyTorch-ResNet", "pytorch_resnet", " pytorch-resnet "])
def test_a_recipe_is_named_in_any_spelling(word: str) -> None:
    assert recipes.named(word) is RESNET


def test_a_recipe_that_is_nearly_one_is_answered_with_the_one() -> None:
    with pytest.raises(FieldError) as refusal:
        recipes.named("frozen-back-bone")

    assert (refusal.value.field, refusal.value.next_step) == ("recipe", "Did you mean `frozen-backbone`?")


def test_without_a_word_it_is_the_built_in_algorithm() -> None:
    assert recipes.chosen({}) is ALGORITHM


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda one: str(one.name))
def test_a_recipes_parts_speak_of_its_own_hyperparameters(recipe: Recipe) -> None:
    named = {*recipe.defaults, *recipe.tunable, *recipe.network, *recipe.pace, *recipe.spellings.values()}
    roles = {recipe.terms.classes, recipe.terms.samples, recipe.terms.batch, recipe.terms.rate, "epochs"}

    assert named | roles <= {*recipe.table}
    assert not {*recipe.refusals} & {*recipe.table}
    assert recipe.objective in recipe.metrics or not recipe.program


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda one: str(one.name))
def test_a_recipes_defaults_are_values_that_it_takes_itself(recipe: Recipe) -> None:
    for row in recipe.table.values():
        if row.default is not None:
            assert recipe.checked(row.name, row.default) == row.default


def test_a_resnet_job_sends_its_own_names_and_what_the_data_set_decides() -> None:
    assert sent(RESNET, batch_size="16") == {
        "epochs": "10",
        "lr": "0.01",
        "batch-size": "16",
        "model": "resnet18",
        "pretrained": "1",
        "image-size": "224",
        "num-classes": "7",
        "num-training-samples": "638",
    }


def test_a_frozen_backbone_is_always_pretrained_and_enlarges_small_images() -> None:
    assert sent(FROZEN, epochs="3").items() >= {"use_pretrained_model": "1", "resize": "224", "epochs": "3"}.items()


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("learning_rate", "lr", "0.5"),
        ("mini_batch_size", "batch-size", "8"),
        ("use_pretrained_model", "pretrained", "0"),
    ],
)
def test_a_name_that_others_use_is_taken_and_the_own_one_is_told(word: str, name: str, value: str) -> None:
    assert sent(RESNET, **{word: value})[name] == value
    assert recipes.remarks(RESNET, {word: value}, "ml.g5.xlarge") == (f"`{word}` is `{name}` here.",)


def test_a_hyphen_that_became_an_underscore_is_not_worth_a_word() -> None:
    assert recipes.remarks(RESNET, {"batch_size": "8", "image_size": "128", "lr": "0.1"}, "ml.g5.xlarge") == ()


def test_a_gpu_that_aws_does_not_document_for_the_algorithm_is_taken_with_a_warning() -> None:
    asked = compute.requested({"instance": "g6.xlarge"})
    (said,) = recipes.remarks(ALGORITHM, {}, asked.instance_type)

    assert "on `ml.g6.xlarge` it may not work" in said
    assert recipes.remarks(RESNET, {}, "ml.g6.xlarge") == ()


def test_a_gpu_that_would_stand_idle_is_pointed_out() -> None:
    (said,) = recipes.remarks(FROZEN, {}, "ml.g5.xlarge")

    assert "stands idle" in said
    assert recipes.remarks(FROZEN, {}, "ml.m5.large") == recipes.remarks(RESNET, {}, "ml.g5.xlarge") == ()


def test_the_same_under_two_names_is_refused() -> None:
    assert "stands there twice" in refused(RESNET, {"lr": "0.1", "learning_rate": "0.2"})


@pytest.mark.parametrize(
    ("recipe", "word", "sentence"),
    [
        (FROZEN, "num_layers", "`frozen-backbone` has no `num_layers`. Its network is always the same one"),
        (FROZEN, "kv_store", "It trains on one machine."),
        (RESNET, "optimizer", "It trains with sgd."),
        (RESNET, "gamma", "`image-classification` has. Leave it out, or add `recipe=image-classification`."),
        (ALGORITHM, "lr", "`pytorch-resnet` has. Leave it out, or add `recipe=pytorch-resnet`."),
        (ALGORITHM, "weights", "Leave it out, or add `recipe=pytorch-resnet`."),
        (RESNET, "epoch", "Did you mean `epochs`?"),
    ],
)
def test_a_word_that_a_recipe_has_not_is_refused_with_what_there_is(recipe: Recipe, word: str, sentence: str) -> None:
    assert sentence in refused(recipe, {word: "1"})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"batch_size": "639"}, "batch-size=639 is more than the 638 training images."),
        ({"model": "resnet101"}, "`model` takes resnet18 or resnet50, not `resnet101`."),
        ({"image_size": "16"}, "`image-size` takes"),
        ({"num_classes": "3"}, "`emoji` has num-classes=7, not 3."),
        ({"seed": "-1"}, "`seed` takes"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_the_recipes_own_name(words: dict[str, str], sentence: str) -> None:
    assert sentence in refused(RESNET, words)


@pytest.mark.parametrize("recipe", [RESNET, FROZEN], ids=lambda one: str(one.name))
def test_several_labels_an_image_are_for_the_built_in_algorithm(recipe: Recipe) -> None:
    assert "Take `recipe=image-classification`." in refused(recipe, {}, multi_label=True)


@pytest.mark.parametrize(
    ("recipe", "words", "field"),
    [
        (RESNET, {"count": "2"}, "count"),
        (FROZEN, {"isolated": "yes"}, "isolated"),
        (RESNET, {"instance": "ml.p2.xlarge"}, "instance"),
        (ALGORITHM, {"instance": "ml.c5.xlarge"}, "instance"),
        (FROZEN, {"instance": "g5.large"}, "instance"),
    ],
)
def test_a_machine_on_which_the_recipe_cannot_train_is_refused(
    recipe: Recipe, words: dict[str, str], field: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        compute.requested(words, recipe)

    assert refusal.value.field == field


def test_each_recipe_has_a_machine_of_its_own_where_none_is_named() -> None:
    assert [compute.requested({}, one).instance_type for one in (ALGORITHM, RESNET, FROZEN)] == [
        "ml.g4dn.xlarge",
        "ml.g4dn.xlarge",
        "ml.c5.xlarge",
    ]


@pytest.mark.parametrize("address", ["", "resnet18.pth", "s3://lab", "s3://lab/", "s3://lab/folder/", "http://a/b"])
def test_weights_are_the_address_of_a_file(address: str) -> None:
    with pytest.raises(FieldError, match="takes the address of a file"):
        recipe_rules.weights_in({"weights": address})


def test_an_address_that_slack_made_a_link_is_an_address() -> None:
    assert recipe_rules.weights_in({"weights": f"<{WEIGHTS}>"}) == WEIGHTS


@pytest.mark.parametrize(
    ("values", "weights", "machine", "continues", "field"),
    [
        ({"pretrained": "1"}, WEIGHTS, {}, True, "weights"),
        ({"pretrained": "0"}, WEIGHTS, {}, False, "weights"),
        ({"pretrained": "1"}, "", {"isolated": "yes"}, False, "isolated"),
    ],
)
def test_a_start_that_contradicts_itself_is_refused(
    values: dict[str, str], weights: str, machine: dict[str, str], continues: bool, field: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        recipe_rules.check_start(RESNET, values, weights, compute.requested(machine, RESNET), continues=continues)

    assert refusal.value.field == field


@pytest.mark.parametrize(("values", "weights"), [({"pretrained": "0"}, ""), ({"pretrained": "1"}, WEIGHTS)])
def test_an_isolated_job_starts_from_weights_that_come_as_a_channel_or_from_none(
    values: dict[str, str], weights: str
) -> None:
    asked = compute.requested({"isolated": "yes"}, RESNET)

    recipe_rules.check_start(RESNET, values, weights, asked, continues=False)


def earlier(recipe: Recipe, **words: str) -> Job:
    return a_finished_job(recipe=recipe.name, hyperparameters=sent(recipe, **words), status=JobStatus.COMPLETED)


def test_what_continues_a_resnet_job_takes_its_network_and_not_imagenets_weights() -> None:
    given = continuing.continued({"lr": "0.001"}, earlier(RESNET, model="resnet50"), a_data_set(), RESNET)

    assert given == {"lr": "0.001", "model": "resnet50", "pretrained": "0"}


def test_what_continues_a_frozen_backbone_needs_to_say_nothing() -> None:
    assert continuing.continued({}, earlier(FROZEN), a_data_set(), FROZEN) == {}


def test_another_recipe_cannot_go_on_from_a_model() -> None:
    with pytest.raises(FieldError, match="trained with frozen-backbone, and only that recipe") as refusal:
        continuing.continued({}, earlier(FROZEN), a_data_set(), RESNET)

    assert refusal.value.field == "recipe"


def test_another_network_cannot_go_on_from_a_resnet() -> None:
    with pytest.raises(FieldError, match="was trained with model=resnet18"):
        continuing.continued({"model": "resnet50"}, earlier(RESNET), a_data_set(), RESNET)


def test_a_resnet_is_tuned_by_its_own_names() -> None:
    asked = search_words.requested(
        {"recipe": "pytorch-resnet", "lr": "1e-4..0.1", "batch_size": "16,32", "scaling.lr": "log", "seed": "3"},
        a_data_set(),
    )

    assert asked.search.ranges == (Range("lr", 1e-4, 0.1, scaling=Scaling.LOGARITHMIC),)
    assert asked.search.choices == (Choice("batch-size", ("16", "32")),)
    assert asked.search.seed == 3
    assert {"lr", "batch-size"}.isdisjoint(asked.hyperparameters)
    assert search_remarks(asked.search, asked.hyperparameters, RESNET) == ()


@pytest.mark.parametrize(
    ("recipe", "names"),
    [
        (RESNET, {"lr", "batch-size"}),
        (FROZEN, {"learning_rate", "mini_batch_size", "optimizer"}),
        (ALGORITHM, {"learning_rate", "mini_batch_size", "optimizer"}),
    ],
)
def test_without_words_what_matters_most_is_searched(recipe: Recipe, names: set[str]) -> None:
    assert {*search_words.requested({"recipe": recipe.name}, a_data_set()).search.names} == names


def test_a_script_is_tuned_by_its_epochs_as_well_but_not_by_hyperband_which_shares_them_out() -> None:
    words = {"recipe": "pytorch-resnet", "lr": "0.1..0.11", "batch-size": "16,32", "epochs": "1..2"}
    asked = search_words.requested(words, a_data_set())

    assert asked.search.ranges == (Range("lr", 0.1, 0.11), Range("epochs", 1, 2, whole=True))
    with pytest.raises(FieldError, match="shares out the epochs"):
        search_words.requested({**words, "strategy": "hyperband"}, a_data_set())


def test_what_a_recipe_does_not_search_keeps_one_value() -> None:
    with pytest.raises(FieldError, match="I don't search `image-size`; give it one value"):
        search_words.requested({"recipe": "pytorch-resnet", "image_size": "128..256"}, a_data_set())


def test_the_results_of_another_recipe_are_no_warm_start() -> None:
    with pytest.raises(FieldError, match="tuned image-classification") as refusal:
        search_words.requested({"recipe": "frozen-backbone"}, a_data_set(), [a_finished_tuning()])

    assert refusal.value.field == "warm"


def test_a_form_is_filled_in_such_that_small_data_sets_are_not_refused() -> None:
    told = datasets.suggested(a_data_set(train_images=20), RESNET.terms)

    assert told == {"num-classes": "7", "num-training-samples": "20", "batch-size": "20"}


def test_every_hyperparameter_of_the_frozen_backbone_is_the_algorithms() -> None:
    assert {name: TABLE[name] for name in FROZEN.table} == FROZEN.table


EPOCHS = [
    "Epoch: 1, Train set: Average accuracy: 0.4120",
    "Epoch: 1, Test set: Average accuracy: 0.55",
    "Epoch: 1, Time: 1.25",
    "Epoch: 2, Train set: Average accuracy: 0.8",
    "Epoch: 2, Test set: Average accuracy: 0.75",
    "Epoch: 2, Time: 2",
]
CURVE = Curve((Epoch(1, 0.412, 0.55, 1.25), Epoch(2, 0.8, 0.75, 2.0)))


def read(lines: list[str], curve: Curve | None = None) -> Curve:
    return metrics.absorb(curve or Curve(), lines, RESNET.curve)


def test_a_resnets_lines_make_a_curve() -> None:
    assert read(EPOCHS) == CURVE


def test_glued_lines_are_read_like_others() -> None:
    assert read(["warming up" + "".join(EPOCHS) + "[2026-03-02]"]) == CURVE


def test_epochs_that_are_repeated_after_an_interruption_take_their_newest_figures() -> None:
    again = [EPOCHS[4].replace("0.75", "0.7"), EPOCHS[5]]

    assert read([*EPOCHS, *again]).epochs[1] == Epoch(2, 0.8, 0.7, 2.0)


@given(st.data())
def test_a_log_that_is_read_in_pieces_and_from_several_machines_gives_the_same_curve(data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(EPOCHS)), max_size=4)))
    curve = Curve()
    for begin, end in zip([0, *cuts], [*cuts, len(EPOCHS)], strict=True):
        other = [f"[algo-2] {line}" for line in EPOCHS[:end]] if data.draw(st.booleans()) else []
        curve = read([*other, *EPOCHS[begin:end]], curve)

    assert curve == CURVE


@given(st.lists(st.text(), max_size=20))
def test_no_line_stops_the_reading(lines: list[str]) -> None:
    assert read([*lines, *EPOCHS]).last_number >= 2


def test_sagemakers_own_metrics_are_in_the_same_lines() -> None:
    found = {name: metrics.Expressions.of(train=regex) for name, regex in RESNET.metrics.items()}

    assert metrics.absorb(Curve(), EPOCHS, found["train:accuracy"]).epochs[-1].train == 0.8
    assert metrics.absorb(Curve(), EPOCHS, found["validation:accuracy"]).epochs[-1].train == 0.75
