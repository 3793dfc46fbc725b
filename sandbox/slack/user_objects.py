"""User objects: what Slack tells of a person or a bot, their time zone included.

https://docs.slack.dev/reference/objects/user-object
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.slack.answers import Json
from sandbox.slack.workspace import User

# The zone's name for people, in winter and in summer.
_LABELS = {
    "Etc/UTC": ("Coordinated Universal Time",) * 2,
    "Europe/London": ("Greenwich Mean Time", "British Summer Time"),
    "America/New_York": ("Eastern Standard Time", "Eastern Daylight Time"),
    "Asia/Shanghai": ("China Standard Time",) * 2,
}


def describe_user(user: User) -> Json:
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team}
    stranger: Json = {"is_stranger": True} if user.is_stranger else {}
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.real_name,
        "color": user.color,
        "deleted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        **stranger,
        **_zone(user.tz),
        "profile": profile | ({"bot_id": user.bot_id, "api_app_id": user.app_id} if user.is_bot else {}),
    }


def _zone(name: str) -> Json:
    """The offset is that of now, in seconds."""
    now = datetime.now(ZoneInfo(name))
    offset = int((now.utcoffset() or timedelta()).total_seconds())
    return {"tz": name, "tz_label": _LABELS[name][bool(now.dst())], "tz_offset": offset}
