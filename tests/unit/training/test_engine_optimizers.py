"""Two steps of each optimizer, worked out by hand from MXNet's formulas."""

import math

import numpy as np
import pytest

from training.hyperparameters import Hyperparameters, Optimizer
from training.optimizers import STEPS, Slot

RATE, GRADIENT = 0.1, 2.0
CHOSEN = Hyperparameters(
    num_classes=2,
    num_training_samples=2,
    momentum=0.5,
    weight_decay=0.1,
    beta_1=0.5,
    beta_2=0.75,
    eps=0.01,
    gamma=0.75,
)


def after_two_steps(optimizer: Optimizer, *, decays: bool = True) -> float:
    slot = Slot.of(np.array([1.0], np.float32), decays=decays)
    for _ in range(2):
        STEPS[optimizer](slot, np.array([GRADIENT], np.float32), RATE, CHOSEN)
    return float(slot.value[0])


def test_sgd_remembers_its_step_and_decays_its_weights() -> None:
    first = -RATE * (GRADIENT + 0.1 * 1.0)
    second = 0.5 * first - RATE * (GRADIENT + 0.1 * (1.0 + first))

    assert after_two_steps(Optimizer.SGD) == pytest.approx(1.0 + first + second)


def test_nag_looks_ahead() -> None:
    gradient = GRADIENT + 0.1 * 1.0
    value = 1.0 - RATE * (gradient + 0.5 * gradient)
    following = GRADIENT + 0.1 * value
    memory = 0.5 * gradient + following

    assert after_two_steps(Optimizer.NAG) == pytest.approx(value - RATE * (following + 0.5 * memory))


def test_adam_corrects_its_early_means() -> None:
    first = RATE * math.sqrt(0.25) / 0.5 * 1.0 / (math.sqrt(1.0) + 0.01)
    second = RATE * math.sqrt(1 - 0.75**2) / 0.75 * 1.5 / (math.sqrt(1.75) + 0.01)

    assert after_two_steps(Optimizer.ADAM) == pytest.approx(1.0 - first - second)


def test_rmsprop_divides_by_the_running_square() -> None:
    first = RATE * GRADIENT / math.sqrt(1.0 + 0.01)
    second = RATE * GRADIENT / math.sqrt(1.75 + 0.01)

    assert after_two_steps(Optimizer.RMSPROP) == pytest.approx(1.0 - first - second)


@pytest.mark.parametrize("optimizer", [Optimizer.SGD, Optimizer.NAG])
def test_the_bias_does_not_decay(optimizer: Optimizer) -> None:
    assert after_two_steps(optimizer, decays=False) < after_two_steps(optimizer, decays=True) + 0.05
    assert after_two_steps(optimizer, decays=False) != after_two_steps(optimizer, decays=True)
