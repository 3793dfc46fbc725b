"""Start a failed job once more with what is likely to help, under the same checks as any other job."""

from bot.domain import corrections
from bot.domain.corrections import Correction
from bot.domain.jobs import Job, JobStatus
from bot.domain.wishes import JobRequest
from bot.errors import NotFoundError, WrongStateError
from bot.ports import DataSets, Prices
from bot.services.training import Training, identity


class Correcting:
    """Offers corrections, and starts each once."""

    def __init__(self, training: Training, data_sets: DataSets, prices: Prices) -> None:
        self._training = training
        self._data_sets = data_sets
        self._prices = prices

    def offered(self, job: Job) -> Correction | None:
        """What would be started instead of this job, if there is something."""
        # Asked of every card at every tick: what did not fail costs no look at the rows.
        if job.status != JobStatus.FAILED:
            return None
        data_set = self._data_sets.all().get(job.data_set)
        return corrections.corrected(job, data_set, lambda name: self._prices.hourly("training", name))

    def start(self, job_id: str, by: str) -> Job:
        """Ask for the corrected job, in the conversation of the failed one; WrongStateError: somebody did before."""
        failed = self._training.get(job_id)
        key = f"correction:{failed.id}"
        earlier = self._earlier(key)
        if earlier is not None:
            raise WrongStateError(
                f"<@{earlier.requested_by}> has started that already, as *{earlier.name}*.",
                next_step=f"`/jobs {earlier.name}` brings its card.",
            )
        correction = self.offered(failed)
        if correction is None:
            raise WrongStateError(f"I know nothing any more that would make *{failed.name}* work.")
        return self._training.submit(JobRequest(failed.data_set, correction.words, by, failed.channel_id, key))

    def _earlier(self, key: str) -> Job | None:
        try:
            return self._training.get(identity(key))
        except NotFoundError:
            return None
