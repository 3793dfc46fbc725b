"""How training and tuning jobs are started and followed."""

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.events import SageMakerEvents
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.bootstrap.clock import utc_now
from bot.bootstrap.rows import Rows
from bot.ports import Wakeup
from bot.services.cards import CardKeeper
from bot.services.correcting import Correcting
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.listening import Listening
from bot.services.monitoring import Followers, Monitoring
from bot.services.rollout import Rollout
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.settings import Settings


def training(settings: Settings, rows: Rows, wakeup: Wakeup) -> tuple[Training, Correcting]:
    training = Training(rows.jobs, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)
    return training, Correcting(training, rows.data_sets, rows.prices)


def starting(settings: Settings, rows: Rows, training: Training) -> Starting:
    dry_runs = SageMakerDryRuns(settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    stores = (rows.jobs, rows.data_sets, rows.wishes)
    return Starting(training, stores, dry_runs, utc_now, settings.confirm_job_cost_usd)


def tunings(settings: Settings, rows: Rows, wakeup: Wakeup) -> Tunings:
    stores = (rows.tunings, rows.jobs)
    return Tunings(stores, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)


def followers(
    settings: Settings, rows: Rows, clients: AwsClients, others: tuple[SageMakerHosting, CardKeeper]
) -> Followers:
    place = (clients, settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    hosting, cards = others
    return Followers(
        JobFollower(rows.jobs, rows.data_sets, SageMakerTraining(*place), utc_now),
        TuningFollower(rows.tunings, rows.data_sets, SageMakerTuning(*place), utc_now),
        Rollout(rows.deployment, hosting, utc_now),
        cards,
    )


def listening(settings: Settings, clients: AwsClients, monitoring: Monitoring) -> Listening | None:
    """None where no queue is set; then changes are seen at ticks only."""
    queue_url = settings.sagemaker_events_queue_url
    return Listening(SageMakerEvents(clients, queue_url), monitoring) if queue_url else None
