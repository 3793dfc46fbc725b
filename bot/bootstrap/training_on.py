"""How live models are trained on with pictures from use."""

from bot.adapters.database import SqlTickLock
from bot.adapters.slack.retrainings import SlackRetrainingTeller
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.services.hush import Hush
from bot.services.learning_on import LearningOn
from bot.services.lots import Lots
from bot.services.retraining import RetrainingRunner
from bot.services.training import Training


def learning_on(ground: Ground, training: Training) -> LearningOn:
    rows = ground.rows
    needed = (rows.retrainings, rows.endpoints, rows.jobs, rows.preparations, rows.data_sets)
    return LearningOn(needed, _lots(ground), training, ground.access, ground.lanes.keeping, utc_now)


def retraining(ground: Ground, learning_on: LearningOn, training: Training, hush: Hush) -> RetrainingRunner:
    rows, lanes = ground.rows, ground.lanes
    needed = (rows.retrainings, rows.endpoints, rows.preparations, rows.data_sets, rows.kept_pictures)
    process = ((lanes.ticks, lanes.preparing), SqlTickLock(ground.database, "retraining"), utc_now)
    tells = (SlackRetrainingTeller(ground.slack), hush)
    return RetrainingRunner(
        needed, learning_on, (_lots(ground), training), tells, process, ground.settings.retrain_after
    )


def _lots(ground: Ground) -> Lots:
    return Lots(ground.rows.kept_pictures, ground.rows.data_sets, ground.rows.retrainings)
