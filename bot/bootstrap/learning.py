"""How what people say of answers is taken down, and what is kept and forgotten of their pictures."""

from bot.adapters.data.feedback_folder import BucketFeedback
from bot.adapters.database import SqlTickLock
from bot.adapters.slack.questions import SlackQuestionWriter
from bot.bootstrap.asking import fetching
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.imaging.images import PillowImages
from bot.services.differing import Differing
from bot.services.feedback import Feedback
from bot.services.forgetting import Forgetting
from bot.services.hush import Hush
from bot.services.keeping import Keeping, LearningRows


def feedback(ground: Ground) -> Feedback:
    rows, lanes = ground.rows, ground.lanes
    stores = (rows.uploads, rows.answers, rows.endpoints, rows.opinions, rows.channel_settings)
    return Feedback(stores, ground.access, (lanes.answers, lanes.keeping), utc_now)


def keeping(ground: Ground, hush: Hush) -> Keeping:
    rows = ground.rows
    stores = LearningRows(
        rows.uploads,
        rows.opinions,
        rows.kept_pictures,
        rows.channel_settings,
        rows.endpoints,
        rows.data_sets,
        rows.preparations,
    )
    folder = BucketFeedback(ground.aws, ground.settings.artifact_bucket)
    differing = Differing(rows.answers, rows.questions, SlackQuestionWriter(ground.slack), hush, utc_now)
    lock = SqlTickLock(ground.database, "keeping")
    return Keeping(stores, (fetching(ground), PillowImages(), folder), differing, lock, utc_now)


def forgetting(ground: Ground) -> Forgetting:
    rows, lanes = ground.rows, ground.lanes
    stores = (rows.uploads, rows.kept_pictures, rows.endpoints, rows.data_sets)
    return Forgetting(stores, ground.access, (lanes.answers, lanes.keeping))
