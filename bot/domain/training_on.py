"""The request for a job that trains a live model on: as its own job was asked for, on a version of its data set."""

from collections.abc import Mapping

from bot.domain import continuing, corrections, recipes
from bot.domain.jobs import Job
from bot.domain.retrainings import Retraining
from bot.domain.wishes import JobRequest


def request(retraining: Retraining, live: Job, data_set: str, by: str, *, continues: bool) -> JobRequest:
    """With the live job's recipe, hyperparameters and compute, from its model or from the beginning."""
    words = _from_its_model(live) if continues else _anew(live)
    return JobRequest(data_set, words, by, retraining.channel_id, key_of(retraining))


def key_of(retraining: Retraining) -> str:
    """The same at every try, so that one job results."""
    return f"retraining:{retraining.id}"


def _from_its_model(live: Job) -> Mapping[str, str]:
    taken = {recipes.WEIGHTS, live.made_by.terms.pretrained}
    words = {name: value for name, value in corrections.as_asked(live).items() if name not in taken}
    return {**words, continuing.WORD: live.name}


def _anew(live: Job) -> Mapping[str, str]:
    return {name: value for name, value in corrections.as_asked(live).items() if name != continuing.WORD}
