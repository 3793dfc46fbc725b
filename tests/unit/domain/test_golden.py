"""Which pictures a release is tried with, and what its answers have to be."""

import pytest

from bot.domain.golden import Golden, fault, judged, likelihood, picked, score


def a_picture(*labels: int) -> Golden:
    return Golden(labels, b"picture", "image/png")


def test_pictures_are_picked_evenly_over_the_classes() -> None:
    chosen = picked((a_picture(label) for label in [0] * 50 + [1] * 3 + [2] * 50), classes=3, most=12)

    assert sorted(one.labels[0] for one in chosen) == [0] * 4 + [1] * 3 + [2] * 4


def test_no_more_is_read_than_is_needed() -> None:
    samples = iter([a_picture(number % 2) for number in range(100)])
    picked(samples, classes=2, most=20)

    assert len(list(samples)) == 80


def test_of_many_classes_no_more_than_twenty_pictures_are_picked() -> None:
    samples = iter([a_picture(number) for number in range(100)])

    assert len(picked(samples, classes=100)) == 20
    assert len(list(samples)) == 80


@pytest.mark.parametrize("answer", [[0.5], [0.5, 0.5, 0.0], [0.9, 0.9], [float("nan"), 1.0], [-0.5, 1.5]])
def test_an_answer_that_is_not_well_formed_is_told(answer: list[float]) -> None:
    assert fault(answer, 2, multi_label=False)


def test_with_several_labels_the_probabilities_need_not_come_to_one() -> None:
    assert not fault([0.9, 0.9], 2, multi_label=True)


def test_the_likeliest_class_decides() -> None:
    assert [score(a_picture(label), [0.2, 0.7, 0.1], multi_label=False) for label in range(3)] == [0, 1, 0]


def test_with_several_labels_the_share_of_right_ones_counts() -> None:
    assert score(a_picture(0, 2), [0.9, 0.8, 0.7, 0.1], multi_label=True) == 0.75


@pytest.mark.parametrize(
    ("right", "accuracy", "passed"),
    [
        (20, 0.89, True),
        (15, 0.89, True),
        (13, 0.89, False),
        (17, 1.0, True),
        (16, 1.0, False),
        (8, 0.6, True),
        (5, 0.6, False),
        (0, None, True),
    ],
)
def test_a_release_fails_when_it_is_below_its_job_by_more_than_chance(
    right: int, accuracy: float | None, passed: bool
) -> None:
    scores = [1.0] * right + [0.0] * (20 - right)

    assert judged(scores, accuracy, 0.15).passed is passed


def test_a_good_model_hardly_ever_fails() -> None:
    """Of models as good as their jobs less than one in a hundred, whatever that is."""
    for percent in range(20, 100, 5):
        failing = [
            right for right in range(21) if not judged([1.0] * right + [0.0] * (20 - right), percent / 100, 0.15).passed
        ]

        assert likelihood(20, max(failing), percent / 100) < 0.01 if failing else True


def test_without_pictures_there_was_nothing_to_fail() -> None:
    assert judged([], 0.9, 0.15).passed
