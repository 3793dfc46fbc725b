"""Accuracy per epoch, as the algorithm's log lines tell it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.metrics import Curve, Epoch, Expressions, absorb
from bot.errors import RefusedError
from tests.builders import a_curve

PYTORCH = Expressions.of(validation=r"Test set: Average accuracy: ([0-9\.]+)")
PREFIX = "[11/03/2026 12:00:01 INFO 140] "


def test_an_epoch_is_read_from_its_three_lines_and_counted_from_one() -> None:
    lines = [
        f"{PREFIX}Epoch[0] Train-accuracy=0.612500",
        f"{PREFIX}Epoch[0] Time cost=17.250",
        f"{PREFIX}Epoch[0] Validation-accuracy=0.571429",
    ]

    assert absorb(Curve(), lines) == Curve((Epoch(1, 0.6125, 0.571429, 17.25),))


def test_lines_that_are_glued_together_are_read_all_the_same() -> None:
    glued = "noiseEpoch[0] Train-accuracy=0.5Epoch[0] Validation-accuracy=0.25 Epoch[1] Train-accuracy=0.75"

    assert absorb(Curve(), [glued]) == Curve((Epoch(1, 0.5, 0.25), Epoch(2, 0.75)))


@pytest.mark.parametrize(
    "line",
    [
        "Epoch[3] Batch [20]#011Speed: 48.1 samples/sec#011accuracy=0.431548",
        "Epoch[3] Batch [20] Train-accuracy=0.9",
        "Epoch[x] Train-accuracy=0.9",
        "Epoch[3] Train-accuracy=nan",
        f"Epoch[{'9' * 5000}] Train-accuracy=0.9",
        "Epoch[3] Train-top_k_accuracy_5=0.9",
        "#quality_metric: host=algo-1, epoch=3, train accuracy <score>=(0.9)",
        "",
    ],
)
def test_other_lines_tell_nothing(line: str) -> None:
    assert not absorb(Curve(), [line])


def test_an_epoch_that_is_printed_again_takes_its_newest_figures() -> None:
    before = absorb(Curve(), ["Epoch[0] Validation-accuracy=0.4", "Epoch[1] Validation-accuracy=0.6"])

    again = absorb(before, ["Epoch[1] Validation-accuracy=0.5"])

    assert [epoch.validation for epoch in again.epochs] == [0.4, 0.5]


def test_epochs_come_in_their_order_whatever_the_order_of_the_lines() -> None:
    curve = absorb(Curve(), ["Epoch[10] Train-accuracy=0.3", "Epoch[2] Train-accuracy=0.2"])

    assert [epoch.number for epoch in curve.epochs] == [3, 11]


def test_an_accuracy_of_one_without_a_point_is_read() -> None:
    assert absorb(Curve(), ["Epoch[0] Train-accuracy=1"]).epochs[0].train == 1.0


def test_the_best_epoch_is_the_first_with_the_highest_validation_accuracy() -> None:
    best = a_curve((0.5, 0.9, None, 0.9)).best

    assert best is not None
    assert best.number == 2


def test_without_validation_there_is_no_best() -> None:
    curve = Curve((Epoch(1, train=0.9),))

    assert curve.best is None
    assert curve.best_accuracy is None


def test_a_validation_accuracy_of_zero_can_be_the_best() -> None:
    assert a_curve((0.0,)).best_accuracy == 0.0


def test_an_empty_curve_is_false_and_at_epoch_zero() -> None:
    assert not Curve()
    assert Curve().last_number == 0


def test_the_time_left_is_the_mean_of_the_epochs_so_far() -> None:
    curve = Curve((Epoch(1, seconds=10.0), Epoch(2, seconds=20.0), Epoch(3)))

    assert curve.seconds_left(10) == pytest.approx(15.0 * 7)


def test_nothing_is_left_after_the_last_epoch() -> None:
    assert a_curve((0.5, 0.6)).seconds_left(1) == 0


def test_without_a_timed_epoch_the_time_left_is_unknown() -> None:
    assert Curve((Epoch(1, 0.5),)).seconds_left(30) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), max_size=60), st.integers(0, 60))
def test_reading_a_log_in_two_parts_gives_what_reading_it_at_once_gives(
    printed: list[tuple[int, float]], cut: int
) -> None:
    lines = [f"Epoch[{number}] Validation-accuracy={share:.6f}" for number, share in printed]

    assert absorb(absorb(Curve(), lines[:cut]), lines[cut:]) == absorb(Curve(), lines)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_line_breaks_the_reading(line: str) -> None:
    numbers = [epoch.number for epoch in absorb(Curve(), [line]).epochs]

    assert numbers == sorted(set(numbers))


def printed_epoch(number: int, validation: float) -> list[str]:
    """An epoch as the algorithm prints it, with a batch line that looks much like it."""
    return [
        f"{PREFIX}Epoch[{number}] Batch [20]#011Speed: 48.1 samples/sec#011accuracy=0.431548",
        f"{PREFIX}Epoch[{number}] Train-accuracy={validation / 2:.6f}",
        f"{PREFIX}Epoch[{number}] Time cost={number + 1}.250",
        f"{PREFIX}Epoch[{number}] Validation-accuracy={validation:.6f}",
    ]


runs = st.tuples(st.integers(0, 30), st.integers(1, 12))


@settings(deadline=None, max_examples=60)
@given(st.lists(runs, min_size=1, max_size=4), st.data())
def test_whatever_is_glued_cut_and_begun_again_each_epoch_has_what_was_printed_of_it_last(
    restarts: list[tuple[int, int]], data: st.DataObject
) -> None:
    expected: dict[int, Epoch] = {}
    lines: list[str] = []
    for run, (first, count) in enumerate(restarts):
        for number in range(first, first + count):
            share = round((number + run) / 100, 6)
            lines += printed_epoch(number, share)
            expected[number + 1] = Epoch(number + 1, round(share / 2, 6), share, number + 1.25)
    glued = data.draw(st.lists(st.sampled_from(["", " ", "\n", "\r\n"]), min_size=len(lines), max_size=len(lines)))
    events = "".join(line + "\0" + end + "\0" for line, end in zip(lines, glued, strict=True)).split("\0")
    events = data.draw(st.sampled_from([events, ["".join(events)]]))
    cut = data.draw(st.integers(0, len(events)))

    curve = absorb(absorb(Curve(), events[:cut]), events[cut:])

    assert curve == Curve(tuple(expected[number] for number in sorted(expected)))


def test_a_recipes_own_expression_tells_an_epoch_with_each_match() -> None:
    lines = ["Train Epoch: 1 [0/638]", "Test set: Average accuracy: 0.41\nx Test set: Average accuracy: 0.52"]

    curve = absorb(absorb(Curve(), lines, PYTORCH), ["Test set: Average accuracy: 0.63"], PYTORCH)

    assert curve == Curve((Epoch(1, None, 0.41), Epoch(2, None, 0.52), Epoch(3, None, 0.63)))


def test_each_figure_counts_its_own_epochs() -> None:
    expressions = Expressions.of(train=r"train=(\S+)", validation=r"val=(\S+)")

    curve = absorb(Curve(), ["train=0.5 val=0.4", "train=0.7"], expressions)

    assert curve == Curve((Epoch(1, 0.5, 0.4), Epoch(2, 0.7)))


def test_an_expression_that_tells_the_epoch_is_believed() -> None:
    expressions = Expressions.of(validation=r"accuracy: (\S+) at epoch (?P<epoch>\d+)")

    curve = absorb(
        Curve(), ["accuracy: 0.4 at epoch 4", "accuracy: 0.5 at epoch 5", "accuracy: 0.6 at epoch 4"], expressions
    )

    assert curve == Curve((Epoch(4, None, 0.6), Epoch(5, None, 0.5)))


@pytest.mark.parametrize("told", ["0.4.2", "...", "9" * 400])
def test_what_an_expression_takes_for_a_number_and_is_none_is_left_out(told: str) -> None:
    assert not absorb(Curve(), [f"Test set: Average accuracy: {told}"], PYTORCH)


@pytest.mark.parametrize(
    ("text", "why"), [("accuracy: (", "is none"), ("accuracy", "has no group"), ("(a)" * 200, "is longer than 500")]
)
def test_an_expression_that_sagemaker_could_not_use_is_refused(text: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        Expressions.of(validation=text)
