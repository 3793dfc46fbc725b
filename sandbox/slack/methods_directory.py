"""Who and what there is: auth, users, user groups, conversations and their history."""

from collections.abc import Callable, Iterable

from sandbox.slack.access import joined_channel, parent_in, readable_channel
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.scopes import require
from sandbox.slack.site import Site
from sandbox.slack.user_objects import describe_user
from sandbox.slack.workspace import Channel, UserGroup, Workspace

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_DIRECT = ("im", "mpim")


def api_test(site: Site, arguments: Arguments) -> Json:  # noqa: ARG001 - every method has this signature
    if arguments.has("error"):
        raise ApiError(arguments.text("error"), args=arguments.given)
    return {"args": arguments.given}


def auth_test(site: Site, arguments: Arguments) -> Json:  # noqa: ARG001 - every method has this signature
    bot = site.workspace.bot
    return {
        # As Slack's permalinks begin, also here where they lead nowhere.
        "url": f"https://{Workspace.DOMAIN}.slack.com/",
        "team": Workspace.TEAM_NAME,
        "user": bot.name,
        "team_id": Workspace.TEAM,
        "user_id": bot.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(site: Site, arguments: Arguments) -> Json:  # noqa: ARG001 - every method has this signature
    host = site.url.removeprefix("http://")
    return {"url": f"ws://{host}/link?ticket={site.sockets.new_ticket()}&app_id={Workspace.APP}"}


def bots_info(site: Site, arguments: Arguments) -> Json:
    wanted = arguments.text("bot", Workspace.BOT)
    bot = next((user for user in site.workspace.users.values() if wanted and user.bot_id == wanted), None)
    if bot is None:
        raise ApiError("bot_not_found")
    facts = {"id": bot.bot_id, "app_id": bot.app_id, "user_id": bot.id, "name": bot.name}
    return {"bot": {**facts, "deleted": False, "updated": 0, "icons": {}}}


def team_info(site: Site, arguments: Arguments) -> Json:  # noqa: ARG001 - every method has this signature
    return {"team": {"id": Workspace.TEAM, "name": Workspace.TEAM_NAME, "domain": Workspace.DOMAIN}}


def users_list(site: Site, arguments: Arguments) -> Json:
    users = [describe_user(user) for user in site.workspace.users.values()]
    return _page("members", users, arguments)


def users_info(site: Site, arguments: Arguments) -> Json:
    return {"user": describe_user(site.workspace.user(arguments.needed("user", "user_not_found")))}


def users_conversations(site: Site, arguments: Arguments) -> Json:
    user = arguments.text("user") or Workspace.BOT_USER
    mine = [channel for channel in _wanted(site, arguments) if user in channel.members]
    return _page("channels", [describe_channel(channel) for channel in mine], arguments)


def usergroups_list(site: Site, arguments: Arguments) -> Json:
    with_users = arguments.flag("include_users")
    return {"usergroups": [_describe_group(group, with_users=with_users) for group in site.workspace.groups.values()]}


def usergroups_users_list(site: Site, arguments: Arguments) -> Json:
    group = site.workspace.groups.get(arguments.needed("usergroup", "no_such_subteam"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def conversations_list(site: Site, arguments: Arguments) -> Json:
    seen = [channel for channel in _wanted(site, arguments) if channel.visible_to(Workspace.BOT_USER)]
    return _page("channels", [describe_channel(channel) for channel in seen], arguments)


def conversations_info(site: Site, arguments: Arguments) -> Json:
    channel = readable_channel(site, arguments.needed("channel", "channel_not_found"), "read")
    count = {"num_members": len(channel.members)} if arguments.flag("include_num_members") else {}
    return {"channel": {**describe_channel(channel), **count}}


def conversations_members(site: Site, arguments: Arguments) -> Json:
    channel = readable_channel(site, arguments.needed("channel", "channel_not_found"), "read")
    return _page("members", sorted(channel.members), arguments)


def conversations_history(site: Site, arguments: Arguments) -> Json:
    channel = _joined(site, arguments)
    top = [m for m in channel.messages.values() if is_top_level(m)]
    found = _within(top, arguments)[::-1]
    page = _page("messages", found, arguments, 999)
    return page | {"has_more": bool(page["response_metadata"]["next_cursor"]), "pin_count": 0}


def conversations_replies(site: Site, arguments: Arguments) -> Json:
    channel = _joined(site, arguments)
    thread_ts = parent_in(channel, arguments.needed("ts", "thread_not_found"))
    # https://github.com/getsentry/sentry/pull/114442: the first message is always there, and counts for the limit.
    found = [channel.messages[thread_ts], *_within(channel.thread(thread_ts), arguments)]
    page = _page("messages", found, arguments, 1000, 1000)
    return page | {"has_more": bool(page["response_metadata"]["next_cursor"])}


def conversations_join(site: Site, arguments: Arguments) -> Json:
    channel = site.workspace.channel(arguments.needed("channel", "channel_not_found"))
    if channel.is_direct:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_private:
        raise ApiError("channel_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    channel.members.add(Workspace.BOT_USER)
    return {"channel": describe_channel(channel)}


def conversations_open(site: Site, arguments: Arguments) -> Json:
    users = arguments.needed("users", "users_list_not_supplied").split(",")
    if len(users) > 1:
        raise ApiError("not_enough_users" if "" in users else "method_not_supported_for_channel_type")
    channel = site.workspace.direct(site.workspace.user(users[0]).id)
    return {"channel": {"id": channel.id}}


def is_top_level(message: Json) -> bool:
    """Whether a message stands in the channel itself, not only in a thread."""
    reply = message.get("thread_ts", message["ts"]) != message["ts"]
    return not reply or message.get("subtype") == "thread_broadcast"


def describe_channel(channel: Channel) -> Json:
    known: Json = {"id": channel.id, "is_archived": channel.is_archived, "is_im": channel.is_im}
    # https://docs.slack.dev/reference/objects/conversation-object: whatever has an id with a C is a channel to it.
    known |= {"is_channel": not channel.is_im, "is_group": False, "is_mpim": channel.is_mpim}
    if channel.is_im:
        return known | {"user": channel.user, "is_private": True}
    known |= {"name": channel.name, "name_normalized": channel.name, "is_private": channel.is_private}
    topic = {"value": channel.topic, "creator": "", "last_set": 0}
    is_member = Workspace.BOT_USER in channel.members
    known |= {"is_ext_shared": channel.is_ext_shared, "is_shared": channel.is_ext_shared}
    return known | {"topic": topic, "is_member": is_member, "is_general": channel.name == "general"}


def _describe_group(group: UserGroup, *, with_users: bool) -> Json:
    facts: Json = {"id": group.id, "team_id": Workspace.TEAM, "is_usergroup": True, "handle": group.handle}
    facts |= {"name": group.name, "user_count": len(group.users)}
    return facts | ({"users": list(group.users)} if with_users else {})


def _joined(site: Site, arguments: Arguments) -> Channel:
    channel = readable_channel(site, arguments.needed("channel", "channel_not_found"), "history")
    return joined_channel(site, channel.id)


def _wanted(site: Site, arguments: Arguments) -> list[Channel]:
    types = arguments.text("types", "public_channel").split(",")
    unknown = [name for name in types if name.strip() not in _KINDS]
    if unknown:
        raise ApiError("invalid_types")
    kinds = {_KINDS[name.strip()] for name in types}
    for kind in sorted(kinds):
        require(f"{kind if kind in _DIRECT else f'{kind}s'}:read", site.manifest.scopes)
    hidden = arguments.flag("exclude_archived")
    channels = site.workspace.channels.values()
    return [channel for channel in channels if channel.kind in kinds and not (hidden and channel.is_archived)]


def _within(messages: Iterable[Json], arguments: Arguments) -> list[Json]:
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    return [m for m in messages if _between(m["ts"], oldest, latest or "9" * 12, inclusive=inclusive)]


def _between(ts: str, oldest: str, latest: str, *, inclusive: bool) -> bool:
    try:
        low, at, high = float(oldest), float(ts), float(latest)
    except ValueError:
        raise ApiError("invalid_ts_oldest") from None
    return low <= at <= high if inclusive else low < at < high


def _page(name: str, entries: list[Json] | list[str], arguments: Arguments, most: int = 1000, usual: int = 100) -> Json:
    cursor = arguments.text("cursor")
    if cursor and not cursor.isdigit():
        raise ApiError("invalid_cursor")
    start, limit = int(cursor or 0), arguments.number("limit", usual, most)
    following = str(start + limit) if start + limit < len(entries) else ""
    return {name: entries[start : start + limit], "response_metadata": {"next_cursor": following}}


METHODS: dict[str, Callable[[Site, Arguments], Json]] = {
    "api.test": api_test,
    "apps.connections.open": connections_open,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "conversations.history": conversations_history,
    "conversations.info": conversations_info,
    "conversations.join": conversations_join,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.replies": conversations_replies,
    "team.info": team_info,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "users.list": users_list,
}
