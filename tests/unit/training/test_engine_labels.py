"""From labels in every spelling to one class, and the classes held against the hyperparameters."""

import pytest

from training.errors import CustomerError
from training.hyperparameters import Hyperparameters
from training.labels import annotated_class, check_train, check_validation, only_class


@pytest.mark.parametrize("text", [b"1", b'"1"', b"1.0", b"[0, 1]", b'"[0,1]"', b"[0.0, 1.0]"])
def test_a_manifests_label_is_a_number_or_multi_hot(text: bytes) -> None:
    assert annotated_class(text, 2, "image 0", class_ids=False) == 1


@pytest.mark.parametrize("text", [b"1", b"[1]", b'"[1]"'])
def test_class_ids_are_taken_where_the_content_type_says_so(text: bytes) -> None:
    assert annotated_class(text, 2, "image 0", class_ids=True) == 1


def test_of_one_class_the_only_column_is_the_class() -> None:
    assert annotated_class(b"[1]", 1, "image 0", class_ids=False) == 0


@pytest.mark.parametrize(
    ("text", "class_ids", "said"),
    [
        (b"[1, 1]", False, "2 classes, but with multi_label=0"),
        (b"[0, 0]", False, "0 classes"),
        (b"[1]", False, "1 values, which does not match num_classes=2; for class ids the content type must say"),
        (b"[0, 2]", False, "must be 0 or 1"),
        (b"[0, 1]", True, "2 classes, but with multi_label=0"),
        (b"[]", True, "0 classes"),
        (b"[-1]", True, "not a class index"),
        (b"0.5", False, "not a class index"),
        (b"true", False, "neither a class index nor an array"),
        (b"[true, false]", False, "neither a class index nor an array"),
        (b"null", False, "neither a class index nor an array"),
        (b'{"a": 1}', False, "neither a class index nor an array"),
        (b'"cat"', False, "is not JSON"),
        (b"\xff\xd8\xff", False, "is not JSON"),
        (b"[" * 100_000, False, "is not JSON"),
        (b"", False, "is not JSON"),
        (b"NaN", False, "not a class index"),
        (b"1e999", False, "not a class index"),
    ],
)
def test_a_label_that_is_not_one_class_is_refused(text: bytes, class_ids: bool, said: str) -> None:
    with pytest.raises(CustomerError, match=r"image 7: ") as refused:
        annotated_class(text, 2, "image 7", class_ids=class_ids)

    assert said in str(refused.value)


def test_a_record_may_have_a_column_for_each_class() -> None:
    assert only_class((0.0, 0.0, 1.0), 3, "record 0") == 2


def chosen(classes: int, samples: int, batch: int = 1) -> Hyperparameters:
    return Hyperparameters(num_classes=classes, num_training_samples=samples, mini_batch_size=batch)


@pytest.mark.parametrize("labels", [[0, 1], [0, 1, 3]])
def test_another_number_of_training_classes_is_refused(labels: list[int]) -> None:
    with pytest.raises(CustomerError, match="num_classes=3 does not match the training data"):
        check_train(labels, chosen(3, len(labels)))


def test_a_validation_class_beyond_the_classes_is_refused() -> None:
    with pytest.raises(CustomerError, match="num_classes=3 does not match the validation data: it has label 3"):
        check_validation([0, 3], chosen(3, 2))


def test_more_in_a_mini_batch_than_there_is_is_refused() -> None:
    with pytest.raises(CustomerError, match="mini_batch_size=3 is more than the 2"):
        check_train([0, 1], chosen(2, 2, batch=3))


def test_another_number_of_samples_deserves_a_warning() -> None:
    assert check_train([0, 1], chosen(2, 5)) == ["num_training_samples=5, but there are 2; going on with 2"]


def test_data_that_fits_deserves_none() -> None:
    assert check_train([0, 1], chosen(2, 2)) == []
