"""How training and tuning jobs are started and followed."""

from datetime import timedelta

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.events import SageMakerEvents
from bot.adapters.sagemaker.machine_metrics import CloudWatchMachines
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.bootstrap.clock import utc_now
from bot.bootstrap.rows import Rows
from bot.ports import Wakeup
from bot.services.cards import CardKeeper
from bot.services.correcting import Correcting
from bot.services.deciding import Deciding
from bot.services.digesting import Digesting
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.listening import Listening
from bot.services.machine_watch import MachineWatch
from bot.services.monitoring import Followers, Monitoring
from bot.services.registering import Registering
from bot.services.rollout import Rollout
from bot.services.rule_watch import RuleWatch
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.services.upkeep import Upkeep
from bot.settings import Settings


def training(settings: Settings, rows: Rows, wakeup: Wakeup) -> tuple[Training, Correcting]:
    training = Training(rows.jobs, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)
    return training, Correcting(training, rows.data_sets, rows.prices)


def starting(settings: Settings, rows: Rows, makers: tuple[Training, Tunings]) -> Starting:
    dry_runs = SageMakerDryRuns(settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    stores = (rows.jobs, rows.tunings, rows.data_sets, rows.wishes)
    return Starting(makers, stores, dry_runs, utc_now, settings.confirm_job_cost_usd)


def tunings(settings: Settings, rows: Rows, wakeup: Wakeup) -> Tunings:
    stores = (rows.tunings, rows.jobs)
    return Tunings(stores, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)


def followers(
    settings: Settings,
    rows: Rows,
    clients: AwsClients,
    others: tuple[Deciding, Registering, Rollout, Upkeep, Digesting, CardKeeper],
) -> Followers:
    place = (clients, settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    deciding, registering, rollout, upkeep, digesting, cards = others
    training = SageMakerTraining(*place)
    return Followers(
        JobFollower(rows.jobs, rows.data_sets, training, utc_now),
        MachineWatch(rows.jobs, rows.prices, CloudWatchMachines(clients), utc_now),
        RuleWatch(rows.jobs, training, utc_now, timedelta(seconds=2 * settings.poll_seconds)),
        TuningFollower(rows.tunings, rows.data_sets, SageMakerTuning(*place), utc_now),
        deciding,
        registering,
        rollout,
        upkeep,
        digesting,
        cards,
    )


def listening(settings: Settings, clients: AwsClients, monitoring: Monitoring) -> Listening | None:
    """None where no queue is set; then changes are seen at ticks only."""
    queue_url = settings.sagemaker_events_queue_url
    return Listening(SageMakerEvents(clients, queue_url), monitoring) if queue_url else None
