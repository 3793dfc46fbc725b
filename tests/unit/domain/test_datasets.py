"""What a job must agree with: the data set's labels, images and format."""

import pytest

from bot.domain.datasets import Format, filled, input_mode, suggested
from bot.domain.hyperparameters import completed
from bot.errors import FieldError
from tests.builders import a_data_set

OWN_NETWORK = {"use_pretrained_model": "0"}


def test_a_data_set_with_several_labels_an_image_makes_a_job_of_several_labels() -> None:
    assert filled(completed({}), a_data_set(multi_label=True))["multi_label"] == "1"


def test_several_labels_may_be_said_and_weighed_where_they_are() -> None:
    said = {"multi_label": "1", "use_weighted_loss": "1"}

    assert said.items() <= filled(completed(said), a_data_set(multi_label=True)).items()


@pytest.mark.parametrize(
    ("said", "multi_label", "sentence"),
    [
        ({"multi_label": "1"}, False, "This data set has one label an image."),
        ({"multi_label": "0"}, True, "This data set has several labels an image."),
        ({"use_weighted_loss": "1"}, False, "use_weighted_loss is for data sets with several labels an image."),
    ],
)
def test_labels_that_are_not_the_data_sets_are_refused(said: dict[str, str], multi_label: bool, sentence: str) -> None:
    with pytest.raises(FieldError) as refusal:
        filled(completed(said), a_data_set(multi_label=multi_label))

    assert (refusal.value.field, refusal.value.what) == (next(iter(said)), sentence)


def test_images_smaller_than_the_pretrained_network_sees_are_enlarged() -> None:
    assert filled(completed({}), a_data_set(smallest_side=72))["resize"] == "224"


def test_an_image_shape_over_the_smallest_image_is_refused_with_both_figures() -> None:
    values = completed({**OWN_NETWORK, "image_shape": "3,300,512"})

    with pytest.raises(FieldError) as refusal:
        filled(values, a_data_set(smallest_side=256))

    assert refusal.value.field == "image_shape"
    assert "3,300,512" in refusal.value.what
    assert "256 pixels" in refusal.value.what
    assert refusal.value.next_step == "Take 256 or less, or say `resize=512` to enlarge the images."


@pytest.mark.parametrize("smallest", [None, 512, 600])
def test_an_image_shape_that_fits_or_may_fit_is_taken(smallest: int | None) -> None:
    values = completed({**OWN_NETWORK, "image_shape": "3,512,512"})

    assert filled(values, a_data_set(smallest_side=smallest))["resize"] == "512"


def test_whoever_says_resize_may_enlarge_images() -> None:
    values = completed({**OWN_NETWORK, "image_shape": "3,512,512", "resize": "512"})

    assert filled(values, a_data_set(smallest_side=64))["resize"] == "512"


@pytest.mark.parametrize("train", [1, 20, 32, 638])
@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("smallest", [None, 64, 512])
def test_what_a_form_suggests_is_never_refused(train: int, multi_label: bool, smallest: int | None) -> None:
    data_set = a_data_set(train_images=train, multi_label=multi_label, smallest_side=smallest)
    suggestion = suggested(data_set)

    assert suggestion.items() <= filled(completed(suggestion), data_set).items()
    assert {"num_classes", "num_training_samples", "image_shape"} <= suggestion.keys()


@pytest.mark.parametrize(
    ("kind", "asked", "mode"),
    [
        (Format.REC, "", "File"),
        (Format.REC, "File", "File"),
        (Format.REC, "Pipe", "Pipe"),
        (Format.LST, "", "File"),
        (Format.LST, "File", "File"),
        (Format.MANIFEST, "", "Pipe"),
        (Format.MANIFEST, "Pipe", "Pipe"),
    ],
)
def test_the_input_mode_is_what_was_said_or_what_the_format_takes(kind: Format, asked: str, mode: str) -> None:
    assert input_mode(asked, a_data_set(format=kind)) == mode


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        (Format.MANIFEST, "File", "augmented manifest, and SageMaker reads those in Pipe mode only"),
        (Format.LST, "Pipe", "image files with lists, which the algorithm reads in File mode only"),
    ],
)
def test_a_mode_that_the_format_does_not_take_is_refused(kind: Format, asked: str, sentence: str) -> None:
    with pytest.raises(FieldError, match=sentence) as refusal:
        input_mode(asked, a_data_set(format=kind))

    assert refusal.value.field == "mode"
