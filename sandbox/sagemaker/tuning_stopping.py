"""When a tuning job gives up on a training job that still runs: the median rule, and Hyperband's rungs."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# The third of a rung that goes on; the figure of the paper, https://jmlr.org/papers/v18/16-558.html
KEPT_OF = 3

Scores = Sequence[float]


def median_rule_stops(running: Scores, ended: Sequence[Scores]) -> bool:
    """Whether the latest score is worse than the median of the others' running averages up to the same epoch.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html. A first epoch alone has
    no running average worth the name: going by it would stop every second job there.
    """
    epochs = len(running)
    averages = [statistics.fmean(scores[:epochs]) for scores in ended if len(scores) >= epochs]
    return epochs > 1 and bool(averages) and running[-1] < statistics.median(averages)


@dataclass(frozen=True, slots=True)
class Rungs:
    """Successive halving without waiting for a whole rung, in Hyperband's brackets.

    Brackets differ in how early their first rung is; jobs are dealt to them in turn. `epochs` is how many a job would
    run if nothing stopped it.
    """

    least: int
    most: int
    epochs: int | None

    def of_job(self, number: int) -> list[int]:
        """The epochs, counted from 1, after which job `number` has to be among the best third."""
        brackets = len(self._all)
        return self._all[number % brackets :] if brackets else []

    def stops(self, number: int, running: Scores, others: Sequence[Scores]) -> bool:
        """`others` are the scores of all other jobs, ended or running."""
        epochs = len(running)
        if epochs >= self.most:
            return self.epochs is None or self.epochs > self.most
        if epochs not in self.of_job(number):
            return False
        on_rung = sorted((scores[epochs - 1] for scores in others if len(scores) >= epochs), reverse=True)
        better = sum(score > running[-1] for score in on_rung)
        return len(on_rung) + 1 >= KEPT_OF and better >= (len(on_rung) + 1) // KEPT_OF

    @property
    def _all(self) -> list[int]:
        rungs, epochs = [], self.least
        while epochs < self.most:
            rungs.append(epochs)
            epochs *= KEPT_OF
        return rungs
