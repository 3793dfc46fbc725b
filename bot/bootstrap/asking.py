"""How images come in and are asked for, and how their files come from Slack."""

from bot.adapters.database import SqlOperatorNotes
from bot.adapters.slack.conversations import SlackConversations
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.files import SlackFiles
from bot.adapters.slack.operators import SlackOperatorPost
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.services.asking import Asking
from bot.services.channel_choices import ChannelChoices
from bot.services.classification import Classification
from bot.services.fetching import Fetching
from bot.services.operator_notes import OperatorNotes


def asking(ground: Ground, classification: Classification) -> Asking:
    rows = ground.rows
    stores = (rows.uploads, rows.answers, rows.routes, rows.endpoints)
    return Asking(stores, classification, SlackConversations(ground.slack), utc_now)


def channel_choices(ground: Ground) -> ChannelChoices:
    rows = ground.rows
    return ChannelChoices((rows.channel_settings, rows.routes, rows.endpoints), ground.access)


def fetching(ground: Ground) -> Fetching:
    settings = ground.settings
    files = SlackFiles(settings.slack_bot_token, settings.slack_api_url)
    return Fetching(files, ground.rows.answers, _operator_notes(ground), utc_now)


def _operator_notes(ground: Ground) -> OperatorNotes:
    settings, members = ground.settings, SlackDirectory(ground.slack).members
    post = SlackOperatorPost(ground.slack, settings.approvals_channel, settings.approvers, members)
    return OperatorNotes(SqlOperatorNotes(ground.database), post, utc_now)
