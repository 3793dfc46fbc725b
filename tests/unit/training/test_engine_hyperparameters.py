"""The built-in algorithm's hyperparameters: what is read, what is refused, and in which words."""

import pytest

from training.errors import CustomerError
from training.hyperparameters import Augmentation, Optimizer, read_hyperparameters

NEEDED = {"num_classes": "3", "num_training_samples": "12", "resize": "224", "use_pretrained_model": "1"}


def refusal(**changed: str) -> str:
    with pytest.raises(CustomerError) as refused:
        read_hyperparameters(NEEDED | changed)
    return str(refused.value)


def test_what_is_not_said_has_the_algorithms_default() -> None:
    chosen = read_hyperparameters(NEEDED)

    assert (chosen.epochs, chosen.learning_rate, chosen.mini_batch_size, chosen.momentum) == (30, 0.1, 32, 0.9)


def test_values_quoted_as_json_mean_the_same() -> None:
    chosen = read_hyperparameters(NEEDED | {"optimizer": '"adam"', "image_shape": '"3,224,224"', "epochs": '"4"'})

    assert (chosen.optimizer, chosen.epochs) == (Optimizer.ADAM, 4)


def test_what_the_platform_adds_is_passed_over() -> None:
    added = {"sagemaker_program": '"train.py"', "_tuning_objective_metric": "validation:accuracy"}

    assert read_hyperparameters(NEEDED | added) == read_hyperparameters(NEEDED)


def test_every_value_survives_being_spelt_and_read_again() -> None:
    given = {"augmentation_type": "crop_color", "lr_scheduler_step": "10, 20", "early_stopping": "True", "top_k": "2"}
    chosen = read_hyperparameters(NEEDED | given)

    assert read_hyperparameters(chosen.as_text()) == chosen
    assert (chosen.augmentation_type, chosen.lr_scheduler_step) == (Augmentation.CROP_COLOR, (10, 20))


def test_an_unknown_name_is_refused_by_name() -> None:
    assert refusal(foo="1") == "Additional hyperparameters are not allowed ('foo' was unexpected)"


@pytest.mark.parametrize("name", ["num_classes", "num_training_samples"])
def test_a_required_name_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(CustomerError, match=f"'{name}' is required"):
        read_hyperparameters({key: value for key, value in NEEDED.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", "0"),
        ("epochs", "1.5"),
        ("epochs", ""),
        ("learning_rate", "1.01"),
        ("learning_rate", "-0.1"),
        ("learning_rate", "nan"),
        ("momentum", "inf"),
        ("mini_batch_size", "many"),
        ("optimizer", "SGD"),
        ("top_k", "1"),
        ("early_stopping", "yes"),
        ("early_stopping_tolerance", "2"),
        ("lr_scheduler_step", "20,10"),
        ("lr_scheduler_step", ""),
        ("image_shape", "224,224"),
        ("num_layers", "19"),
        ("kv_store", "local"),
        ("precision_dtype", "float8"),
        ("use_pretrained_model", "2"),
        ("num_classes", "9" * 5000),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(name: str, value: str) -> None:
    assert f"'{name}' is not" in refusal(**{name: value})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"multi_label": "1"}, "multi_label=1 is not available"),
        ({"use_pretrained_model": "0"}, "use_pretrained_model=0 is not available"),
        ({"image_shape": "3,128,128"}, "pretrained models take 3,224,224 only"),
        ({"num_layers": "20"}, "num_layers=20 has no pretrained model"),
        ({"resize": "200"}, "smaller than image_shape"),
        ({"use_weighted_loss": "1"}, "needs multi_label=1"),
        ({"checkpoint_frequency": "31"}, "more than epochs=30"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_plain_sentence(changed: dict[str, str], said: str) -> None:
    assert said in refusal(**changed)


def test_a_job_that_starts_from_an_earlier_model_needs_no_pretrained_one() -> None:
    chosen = read_hyperparameters(NEEDED | {"use_pretrained_model": "0"}, incremental=True)

    assert chosen.use_pretrained_model == 0
