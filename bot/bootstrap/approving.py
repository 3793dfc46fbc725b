"""How deployments are asked for, decided on, and known to the Model Registry."""

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.registry import SageMakerRegistry
from bot.bootstrap.clock import utc_now
from bot.bootstrap.rows import Rows
from bot.ports import Wakeup
from bot.services.access import AccessControl
from bot.services.cases import Cases
from bot.services.deciding import Deciding
from bot.services.deployment import Deployment
from bot.services.registering import Registering
from bot.settings import Settings


def asking(settings: Settings, rows: Rows, access: AccessControl, wakeup: Wakeup) -> tuple[Deployment, Cases]:
    known, rules = (rows.data_sets, rows.prices), settings.approval_rules
    deployment = Deployment(rows.deployment, known, access, wakeup, utc_now, rules)
    return deployment, Cases(rows.deployment, (*known, rows.uploads, rows.replays, rows.rated), utc_now, rules)


def deciding(settings: Settings, rows: Rows, access: AccessControl, wakeup: Wakeup) -> Deciding:
    return Deciding((rows.approvals, rows.endpoints), rows.prices, access, wakeup, utc_now, settings.aws_region)


def registering(settings: Settings, rows: Rows, clients: AwsClients) -> Registering:
    registry = SageMakerRegistry(clients, settings.artifact_bucket, settings.aws_region)
    return Registering((rows.approvals, rows.jobs, rows.endpoints), registry, utc_now)
