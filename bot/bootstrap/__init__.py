"""The composition root: the only package that names concrete adapters. `build` makes everything, and starts nothing."""

from dataclasses import dataclass, fields

from slack_sdk import WebClient

from bot.adapters.database import SqlOldPictures, SqlTickLock
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.answers import SlackAnswerWriter
from bot.adapters.slack.files import SlackFiles
from bot.bootstrap import approving, data, drawings, jobs
from bot.bootstrap.asking import asking, channel_choices, fetching
from bot.bootstrap.clock import utc_now
from bot.bootstrap.figuring import drifting
from bot.bootstrap.going_live import GoingLive, going_live
from bot.bootstrap.ground import Ground, Lanes
from bot.bootstrap.learning import feedback, forgetting, keeping
from bot.bootstrap.living import upkeep
from bot.bootstrap.replaying import replay_runner, replaying
from bot.bootstrap.telling import digesting, hush
from bot.bootstrap.training_on import learning_on, retraining
from bot.imaging.images import PillowImages
from bot.services.access import AccessControl
from bot.services.answers import AnswerKeeper
from bot.services.asking import Asking
from bot.services.cards import CardKeeper
from bot.services.cases import Cases
from bot.services.catalog import Catalog
from bot.services.channel_choices import ChannelChoices
from bot.services.choosing import Choosing
from bot.services.classification import Classification
from bot.services.comparing import Comparing
from bot.services.correcting import Correcting
from bot.services.curation import Curation
from bot.services.deciding import Deciding
from bot.services.deployment import Deployment
from bot.services.digesting import Digesting
from bot.services.drifting import DriftWatch
from bot.services.feedback import Feedback
from bot.services.forgetting import Forgetting
from bot.services.golden import GoldenCheck
from bot.services.home import Homes
from bot.services.hush import Hush
from bot.services.keeping import Keeping
from bot.services.learning_on import LearningOn
from bot.services.leasing import Leasing
from bot.services.listening import Listening
from bot.services.looking import Looking
from bot.services.monitoring import Monitoring
from bot.services.preparation.preparing import Preparing
from bot.services.pruning import Pruning
from bot.services.repeating import Repeating
from bot.services.replaying import Replaying, ReplayRunner
from bot.services.retraining import RetrainingRunner
from bot.services.returning import RollBack
from bot.services.splitting import Splitting
from bot.services.starting import Starting
from bot.services.sweeping import Sweeping
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.services.upkeep import Upkeep
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class UseCases:
    """What listeners may name in their parameters."""

    access: AccessControl
    training: Training
    starting: Starting
    choosing: Choosing
    tuning: Tunings
    comparing: Comparing
    correcting: Correcting
    curation: Curation
    deployment: Deployment
    cases: Cases
    deciding: Deciding
    roll_back: RollBack
    splitting: Splitting
    replaying: Replaying
    upkeep: Upkeep
    homes: Homes
    classification: Classification
    feedback: Feedback
    forgetting: Forgetting
    learning_on: LearningOn
    repeating: Repeating
    asking: Asking
    channel_choices: ChannelChoices
    digesting: Digesting
    hush: Hush
    cards: CardKeeper


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a process needs: what listeners call, and what the worker does besides."""

    ground: Ground
    use_cases: UseCases
    catalog: Catalog
    monitoring: Monitoring
    listening: Listening | None
    preparation: Preparing
    golden: GoldenCheck
    replays: ReplayRunner
    answers: AnswerKeeper
    keeping: Keeping
    drifting: DriftWatch
    retraining: RetrainingRunner
    pruning: Pruning

    @property
    def client(self) -> WebClient:
        return self.ground.slack

    @property
    def lanes(self) -> Lanes:
        return self.ground.lanes

    def for_listeners(self) -> dict[str, object]:
        """The use cases by the names of their parameters."""
        return {part.name: getattr(self.use_cases, part.name) for part in fields(self.use_cases)}

    def migrate(self) -> None:
        self.ground.database.migrate()

    def close(self) -> None:
        self.ground.close()


def build(settings: Settings) -> Services:
    """Wire the adapters to the services, as the settings say. Nothing is connected to before it is used."""
    ground = Ground.of(settings)
    vendors = (ground.aws, _hosting(ground), ground.access)
    live = going_live(settings, ground.rows, ground.database, vendors, (ground.lanes.ticks, ground.lanes.checks))
    return _with_the_workers_part(ground, _use_cases(ground, live), live)


def _use_cases(ground: Ground, live: GoingLive) -> UseCases:
    settings, rows, access, ticks = ground.settings, ground.rows, ground.access, ground.lanes.ticks
    (training, correcting), tuning = jobs.training(settings, rows, ticks), jobs.tunings(settings, rows, ticks)
    deployment, cases = approving.asking(settings, rows, access, ticks)
    comparing = Comparing(rows.comparisons, rows.jobs, ticks, utc_now)
    silence, curation = hush(ground), data.curation(rows, ground.lanes)
    living = upkeep(settings, rows, ground.aws, access, silence, ticks)
    telling = digesting(ground, silence, living)
    classification = _classification(ground, live.hosting)
    return UseCases(
        access=access,
        training=training,
        starting=jobs.starting(settings, rows, (training, tuning)),
        choosing=Choosing(rows.jobs, rows.data_sets, rows.prices),
        tuning=tuning,
        comparing=comparing,
        correcting=correcting,
        curation=curation,
        deployment=deployment,
        cases=cases,
        deciding=approving.deciding(settings, rows, access, ticks),
        roll_back=live.roll_back,
        splitting=live.splitting,
        replaying=replaying(ground),
        upkeep=living,
        homes=Homes((cases, access), (training, tuning, curation), living, rows.retrainings),
        classification=classification,
        feedback=feedback(ground),
        forgetting=forgetting(ground),
        learning_on=learning_on(ground, training),
        repeating=Repeating(rows.seen, classification, utc_now),
        asking=asking(ground, classification),
        channel_choices=channel_choices(ground),
        digesting=telling,
        hush=silence,
        cards=_cards(ground, (cases, comparing, living.leasing, living.sweeping, telling), silence, correcting),
    )


def _hosting(ground: Ground) -> SageMakerHosting:
    return SageMakerHosting(ground.aws, ground.settings.sagemaker_role_arn, ground.settings.aws_region)


def _with_the_workers_part(ground: Ground, use_cases: UseCases, live: GoingLive) -> Services:
    settings, rows, clients = ground.settings, ground.rows, ground.aws
    registering = approving.registering(settings, rows, clients)
    others = (use_cases.deciding, registering, live.rollout, use_cases.upkeep, use_cases.digesting, use_cases.cards)
    monitoring = Monitoring(SqlTickLock(ground.database), rows.cards, jobs.followers(settings, rows, clients, others))
    catalog = data.catalog(settings, rows, clients)
    places = data.places(settings, clients, _files(settings))
    return Services(
        ground=ground,
        use_cases=use_cases,
        catalog=catalog,
        monitoring=monitoring,
        listening=jobs.listening(settings, clients, monitoring),
        preparation=data.preparation(rows, ground.database, places, (ground.lanes.ticks, catalog.refresh)),
        golden=live.golden,
        replays=replay_runner(ground, live.hosting, _files(settings)),
        answers=_answers(ground),
        keeping=keeping(ground, use_cases.hush),
        drifting=drifting(ground, use_cases.hush),
        retraining=retraining(ground, use_cases.learning_on, use_cases.training, use_cases.hush),
        pruning=Pruning(SqlOldPictures(ground.database), utc_now),
    )


def _cards(
    ground: Ground,
    cases: tuple[Cases, Comparing, Leasing, Sweeping, Digesting],
    silence: Hush,
    correcting: Correcting,
) -> CardKeeper:
    rows = ground.rows
    return CardKeeper(rows.cards, rows.shown, cases, _announcer(ground, correcting), silence, utc_now)


def _announcer(ground: Ground, correcting: Correcting) -> SlackAnnouncer:
    settings, drawing = ground.settings, drawings.drawing(ground.settings, ground.aws)
    approvers = ground.access.approvers
    return SlackAnnouncer(ground.slack, drawing, approvers, correcting.offered, settings.lease_length)


def _classification(ground: Ground, hosting: SageMakerHosting) -> Classification:
    rows, lanes = ground.rows, ground.lanes
    vendors = (fetching(ground), PillowImages(), hosting)
    looking = Looking((rows.endpoints, rows.channel_settings), vendors, utc_now)
    return Classification(rows.seen, looking, (lanes.pictures, lanes.answers), utc_now)


def _answers(ground: Ground) -> AnswerKeeper:
    rows = ground.rows
    needed = (rows.answers, rows.uploads, rows.endpoints, rows.opinions)
    return AnswerKeeper(needed, SlackAnswerWriter(ground.slack), utc_now)


def _files(settings: Settings) -> SlackFiles:
    return SlackFiles(settings.slack_bot_token, settings.slack_api_url)
