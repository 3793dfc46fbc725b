"""Each hyperparameter acts, seen on small clouds of points instead of pictures' features."""

import logging
from threading import Event

import numpy as np
import pytest

from training.errors import AlgorithmError, JobStoppedError
from training.fitting import EarlyStopping, Examples, Fitted, Tempo, drawn, fit, learning_rate
from training.head import Standard, Weights, correct
from training.hyperparameters import Hyperparameters, read_hyperparameters

CLASSES, SIZE = 3, 90
NEEDED = {
    "num_classes": str(CLASSES),
    "num_training_samples": str(SIZE),
    "resize": "224",
    "use_pretrained_model": "1",
    "epochs": "3",
    "mini_batch_size": "10",
}


def choose(**changed: object) -> Hyperparameters:
    return read_hyperparameters(NEEDED | {name: str(value) for name, value in changed.items()})


def clouds(seed: int, size: int = SIZE, views: int = 1) -> Examples:
    draw = np.random.default_rng(seed)
    labels = np.arange(size) % CLASSES
    centres = np.eye(CLASSES, 16, dtype=np.float32)
    spread = draw.normal(0, 0.6, (views, size, 16)).astype(np.float32)
    return Examples(centres[labels] + spread, labels)


def trained(**changed: object) -> Fitted:
    return fit(clouds(1), clouds(2), choose(**changed), Tempo(Event()))


@pytest.mark.parametrize("optimizer", ["sgd", "nag", "adam", "rmsprop"])
def test_every_optimizer_learns(optimizer: str) -> None:
    rate = 0.1 if optimizer in ("sgd", "nag") else 0.01

    assert trained(optimizer=optimizer, learning_rate=rate).validation_accuracy > 0.6


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({}, {"learning_rate": 0.01}),
        ({}, {"momentum": 0.5}),
        ({}, {"weight_decay": 0.1}),
        ({}, {"mini_batch_size": 45}),
        ({}, {"lr_scheduler_step": "1"}),
        ({"lr_scheduler_step": "1"}, {"lr_scheduler_step": "1", "lr_scheduler_factor": 0.9}),
        ({"optimizer": "nag"}, {"optimizer": "nag", "momentum": 0.5}),
        ({"optimizer": "nag"}, {"optimizer": "nag", "weight_decay": 0.1}),
        ({"optimizer": "adam"}, {"optimizer": "adam", "beta_1": 0.5}),
        ({"optimizer": "adam"}, {"optimizer": "adam", "beta_2": 0.5}),
        ({"optimizer": "adam"}, {"optimizer": "adam", "eps": 1.0}),
        ({"optimizer": "rmsprop"}, {"optimizer": "rmsprop", "gamma": 0.5}),
        ({"optimizer": "rmsprop"}, {"optimizer": "rmsprop", "eps": 1.0}),
    ],
)
def test_a_hyperparameter_changes_what_is_learnt(settings: dict[str, object], changed: dict[str, object]) -> None:
    assert not np.array_equal(final_weights(**settings), final_weights(**changed))


def final_weights(**changed: object) -> np.ndarray:
    train = clouds(1)
    always_last = Examples(train.features, train.labels)
    chosen = choose(**changed)
    return fit(always_last, train, chosen, Tempo(Event())).weights.weights


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_weight_decay_is_not_for_adaptive_optimizers(optimizer: str) -> None:
    plain, decayed = (final_weights(optimizer=optimizer, weight_decay=decay) for decay in (0, 0.5))

    assert np.array_equal(plain, decayed)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
@pytest.mark.parametrize("changed", [{"beta_1": 1}, {"beta_2": 1}, {"gamma": 1}, {"eps": 0}, {"learning_rate": 0}])
def test_the_ends_of_the_ranges_still_end_in_a_usable_model(optimizer: str, changed: dict[str, object]) -> None:
    assert trained(optimizer=optimizer, **changed).weights.finite


def test_the_same_input_gives_the_same_result() -> None:
    first, second = trained(), trained()

    assert np.array_equal(first.weights.weights, second.weights.weights)


def test_the_rate_falls_at_each_step_of_the_schedule() -> None:
    chosen = choose(lr_scheduler_step="2,4", lr_scheduler_factor=0.5, learning_rate=0.8)

    assert [learning_rate(chosen, epoch) for epoch in range(6)] == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]


def stopped_after(accuracies: list[float], **changed: object) -> int | None:
    stopping = EarlyStopping(choose(early_stopping="True", **changed))
    return next((epoch for epoch, accuracy in enumerate(accuracies) if stopping.after(epoch, accuracy)), None)


def test_early_stopping_waits_for_its_patience() -> None:
    accuracies = [0.5, 0.6, 0.6, 0.6, 0.6]

    assert stopped_after(accuracies, early_stopping_min_epochs=1, early_stopping_patience=2) == 3


def test_early_stopping_waits_for_its_least_epochs() -> None:
    assert stopped_after([0.5] * 9, early_stopping_min_epochs=7, early_stopping_patience=2) == 6


def test_the_tolerance_is_relative_to_the_best_so_far() -> None:
    accuracies = [0.50, 0.54, 0.58]  # 8 % and 7.4 % better; absolutely, 4 points

    assert stopped_after(accuracies, early_stopping_min_epochs=1, early_stopping_patience=1) is None
    assert (
        stopped_after(
            accuracies, early_stopping_min_epochs=1, early_stopping_patience=1, early_stopping_tolerance=0.075
        )
        == 2
    )


def test_without_early_stopping_every_epoch_runs() -> None:
    assert trained(epochs=40, early_stopping="False").epochs_run == 40


def test_the_best_epoch_is_the_one_that_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        fitted = trained(epochs=12, learning_rate=0.9)
    accuracies = [float(line.split("=")[1]) for line in caplog.messages if "Validation-accuracy" in line]

    assert fitted.validation_accuracy == pytest.approx(max(accuracies), abs=1e-6)
    assert accuracies.index(max(accuracies)) == fitted.epoch


def test_the_top_k_accuracy_is_logged_where_it_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        trained(top_k=3)

    assert "Epoch[0] Train-top_k_accuracy_3=1.000000" in caplog.messages


def test_ties_do_not_count_against_the_true_class_only_higher_scores_do() -> None:
    scores = np.array([[0.1, 0.7, 0.2]], np.float32)

    assert [correct(scores, np.array([2]), k) for k in (1, 2)] == [0, 1]


def test_a_stop_before_the_first_epoch_leaves_no_model() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(JobStoppedError):
        fit(clouds(1), clouds(2), choose(), Tempo(stop))


def test_training_that_only_gives_nan_says_what_helps() -> None:
    broken = Examples(np.full((1, 6, 4), np.nan, np.float32), np.arange(6) % CLASSES)
    with pytest.raises(AlgorithmError, match="smaller learning_rate"):
        fit(broken, broken, choose(mini_batch_size=2), Tempo(Event()))


def test_an_epoch_draws_each_picture_once_in_one_of_its_views() -> None:
    marked = np.stack([np.arange(20, dtype=np.float32) + 100 * view for view in range(4)])[..., None]
    features, labels = drawn(Examples(marked, np.arange(20)), np.random.default_rng(0))

    assert sorted(labels) == list(range(20))
    assert np.array_equal(features[:, 0] % 100, labels)
    assert len(set(features[:, 0] // 100)) == 4


def test_a_head_on_raw_features_scores_as_on_standardised_ones() -> None:
    raw = np.random.default_rng(5).normal(3, 2, (1, 8, 16)).astype(np.float32)
    standard = Standard.of(raw)
    weights = Weights(np.random.default_rng(6).normal(size=(16, 3)).astype(np.float32), np.ones(3, np.float32))

    serving = weights.on_raw_features(standard).scores(raw[0])
    assert np.allclose(serving, weights.scores(standard.apply(raw[0])), atol=1e-4)


def test_a_feature_that_never_varies_does_no_harm() -> None:
    standard = Standard.of(np.ones((1, 5, 4), np.float32))

    assert np.isfinite(standard.apply(np.ones((2, 4), np.float32))).all()
