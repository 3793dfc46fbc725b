"""The Web API as the app meets it: tokens, scopes, chat.* and the directory."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}


def error_of(call: object, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


def test_auth_test_tells_who_the_bot_is_and_what_it_may(client: WebClient) -> None:
    answer = client.auth_test()

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (Lab.BOT_USER, Lab.BOT, Lab.TEAM)
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: LocalSlack, token: str | None, error: str) -> None:
    token = slack.credentials.app_token if token == "app" else token
    client = WebClient(token=token, base_url=f"{slack.url}/api/")

    assert error_of(client.auth_test) == error


def test_connections_open_needs_the_app_token(client: WebClient) -> None:
    assert error_of(client.api_call, api_method="apps.connections.open") == "not_allowed_token_type"


def test_an_unknown_method_is_named_so(client: WebClient) -> None:
    assert error_of(client.api_call, api_method="chat.shout") == "unknown_method"


def test_a_missing_scope_is_named_with_those_granted(start: object) -> None:
    slack = start(without=("chat:write",))
    client = WebClient(token=slack.credentials.bot_token, base_url=f"{slack.url}/api/")

    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=Lab.GENERAL, text="hello")

    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "chat:write")
    assert "files:read" in caught.value.response["provided"]


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("conversations.info", {"channel": Lab.GENERAL}, "channels:read"),
        ("conversations.info", {"channel": "D0ADA00001"}, "im:read"),
        ("conversations.history", {"channel": "D0ADA00001"}, "im:history"),
        ("conversations.info", {"channel": Lab.TRIO}, "mpim:read"),
        ("conversations.history", {"channel": Lab.TRIO}, "mpim:history"),
        ("conversations.list", {"types": "public_channel,im"}, "channels:read"),
        ("users.info", {"user": Lab.ADA}, "users:read"),
        ("usergroups.users.list", {"usergroup": Lab.APPROVERS}, "usergroups:read"),
        ("files.info", {"file": "F1"}, "files:read"),
        ("bots.info", {}, "users:read"),
    ],
)
def test_reading_needs_the_scope_of_its_kind(start: object, method: str, arguments: dict, scope: str) -> None:
    slack = start(without=(scope,))
    client = WebClient(token=slack.credentials.bot_token, base_url=f"{slack.url}/api/")

    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, params=arguments)

    assert caught.value.response["needed"] == scope


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": Lab.GENERAL}, "no_text"),
        ({"channel": Lab.GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C404404404", "text": "x"}, "channel_not_found"),
        ({"channel": Lab.PRIVATE_LAB, "text": "x"}, "channel_not_found"),
        ({"channel": Lab.GENERAL, "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ({"channel": Lab.GENERAL, "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"channel": Lab.GENERAL, "blocks": [{"type": "nope"}]}, "invalid_blocks"),
        ({"channel": Lab.GENERAL, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"channel": Lab.GENERAL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
def test_a_wrong_post_is_refused(client: WebClient, arguments: dict, error: str) -> None:
    assert error_of(client.api_call, api_method="chat.postMessage", json=arguments) == error


def test_invalid_blocks_point_at_the_fault(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=Lab.GENERAL, text="x", blocks=[{"type": "header"}])

    expected = ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]
    assert caught.value.response["response_metadata"]["messages"] == expected


def test_the_bot_must_be_in_the_channel_and_can_join_a_public_one(slack: LocalSlack, client: WebClient) -> None:
    slack.change(lambda w: w.channels[Lab.GENERAL].members.discard(Lab.BOT_USER))

    before = error_of(client.chat_postMessage, channel=Lab.GENERAL, text="x")
    client.conversations_join(channel=Lab.GENERAL)

    assert (before, client.chat_postMessage(channel=Lab.GENERAL, text="x")["ok"]) == ("not_in_channel", True)


def test_an_archived_channel_takes_no_posts(slack: LocalSlack, client: WebClient) -> None:
    slack.workspace.channels[Lab.EMOJI].is_archived = True

    assert error_of(client.chat_postMessage, channel=Lab.EMOJI, text="x") == "is_archived"


def test_a_person_id_stands_for_their_direct_messages(client: WebClient, ada: Person) -> None:
    channel = client.chat_postMessage(channel=Lab.ADA, text="psst")["channel"]

    assert [message["text"] for message in ada.messages(channel)] == ["psst"]


def test_timestamps_are_unique_and_rise(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=Lab.GENERAL, text="x")["ts"] for _ in range(20)]

    assert stamps == sorted(set(stamps))


def test_blocks_are_taken_as_a_form_too(client: WebClient, ada: Person) -> None:
    blocks = '[{"type": "divider", "block_id": "line"}]'
    client.api_call("chat.postMessage", params={"channel": Lab.GENERAL, "blocks": blocks})

    assert ada.messages(Lab.GENERAL)[0]["blocks"] == [{"type": "divider", "block_id": "line"}]


def test_null_stands_for_nothing(client: WebClient, ada: Person) -> None:
    blocks = [{"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "x"}, "accessory": None}]
    client.chat_postMessage(channel=Lab.GENERAL, text="x", blocks=blocks)

    assert "accessory" not in ada.messages(Lab.GENERAL)[0]["blocks"][0]


def test_text_alone_takes_the_blocks_away_and_leaves_the_metadata(client: WebClient, ada: Person) -> None:
    metadata = {"event_type": "job", "event_payload": {"id": 1}}
    blocks = [{"type": "divider"}]
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="x", blocks=blocks, metadata=metadata)["ts"]

    client.chat_update(channel=Lab.GENERAL, ts=ts, text="y")

    message = ada.messages(Lab.GENERAL)[0]
    assert ("blocks" in message, message["metadata"], message["text"]) == (False, metadata, "y")
    assert message["edited"]["user"] == Lab.BOT_USER


def test_an_update_is_shorter_than_a_post(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="x")["ts"]

    assert error_of(client.chat_update, channel=Lab.GENERAL, ts=ts, text="x" * 4001) == "msg_too_long"


@pytest.mark.parametrize(("verb", "error"), [("update", "cant_update_message"), ("delete", "cant_delete_message")])
def test_the_bot_cannot_touch_a_persons_message(client: WebClient, ada: Person, verb: str, error: str) -> None:
    message = ada.says(Lab.GENERAL, "mine")
    arguments = {"channel": Lab.GENERAL, "ts": message["ts"], "text": "yours"}

    assert error_of(client.api_call, api_method=f"chat.{verb}", json=arguments) == error


def test_an_ephemeral_message_cannot_be_updated(client: WebClient, ada: Person, grace: Person) -> None:
    ts = client.chat_postEphemeral(channel=Lab.GENERAL, user=Lab.ADA, text="for you")["message_ts"]

    assert error_of(client.chat_update, channel=Lab.GENERAL, ts=ts, text="x") == "message_not_found"
    assert (len(ada.messages(Lab.GENERAL)), grace.messages(Lab.GENERAL)) == (1, [])


def test_an_ephemeral_message_needs_a_member(slack: LocalSlack, client: WebClient) -> None:
    slack.change(lambda w: w.channels[Lab.GENERAL].members.discard(Lab.LIN))

    assert error_of(client.chat_postEphemeral, channel=Lab.GENERAL, user=Lab.LIN, text="x") == "user_not_in_channel"


def test_a_deleted_message_is_gone(client: WebClient, ada: Person) -> None:
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="x")["ts"]
    client.chat_delete(channel=Lab.GENERAL, ts=ts)

    assert error_of(client.chat_delete, channel=Lab.GENERAL, ts=ts) == "message_not_found"
    assert ada.messages(Lab.GENERAL) == []


def test_a_reply_stands_in_its_thread_and_is_counted(client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.GENERAL, "who?")
    reply = client.chat_postMessage(channel=Lab.GENERAL, text="me", thread_ts=parent["ts"])

    top = ada.messages(Lab.GENERAL)
    assert [(m["text"], m["reply_count"], m["latest_reply"]) for m in top] == [("who?", 1, reply["ts"])]
    assert [m["text"] for m in ada.messages(Lab.GENERAL, parent["ts"])] == ["who?", "me"]


def test_a_broadcast_reply_stands_in_the_channel_too(client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.GENERAL, "who?")
    client.chat_postMessage(channel=Lab.GENERAL, text="me", thread_ts=parent["ts"], reply_broadcast=True)

    shown = [(m["text"], m.get("subtype")) for m in ada.messages(Lab.GENERAL)]
    assert shown == [("who?", None), ("me", "thread_broadcast")]


def test_a_reply_cannot_be_replied_to(client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.GENERAL, "who?")
    reply = client.chat_postMessage(channel=Lab.GENERAL, text="me", thread_ts=parent["ts"])

    error = error_of(client.chat_postMessage, channel=Lab.GENERAL, text="x", thread_ts=reply["ts"])
    assert error == "thread_not_found"


def test_a_permalink_names_channel_and_message(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="x")["ts"]
    link = client.chat_getPermalink(channel=Lab.GENERAL, message_ts=ts)["permalink"]

    assert link.endswith(f"/archives/{Lab.GENERAL}/p{ts.replace('.', '')}")


def test_history_is_newest_first_and_replies_oldest_first(client: WebClient, ada: Person) -> None:
    first = ada.says(Lab.GENERAL, "one")
    ada.says(Lab.GENERAL, "two")
    client.chat_postMessage(channel=Lab.GENERAL, text="reply", thread_ts=first["ts"])

    history = client.conversations_history(channel=Lab.GENERAL)["messages"]
    replies = client.conversations_replies(channel=Lab.GENERAL, ts=first["ts"])["messages"]
    assert [m["text"] for m in history] == ["two", "one"]
    assert [m["text"] for m in replies] == ["one", "reply"]


def test_history_can_be_cut(client: WebClient, ada: Person) -> None:
    messages = [ada.says(Lab.GENERAL, str(number)) for number in range(4)]

    window = {"oldest": messages[0]["ts"], "latest": messages[3]["ts"]}
    inside = client.conversations_history(channel=Lab.GENERAL, **window)["messages"]
    limited = client.conversations_history(channel=Lab.GENERAL, limit=1, inclusive=True, **window)
    assert [m["text"] for m in inside] == ["2", "1"]
    assert ([m["text"] for m in limited["messages"]], limited["has_more"]) == (["3"], True)


def test_lists_come_in_pages(client: WebClient) -> None:
    first = client.users_list(limit=3)
    rest = client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])

    assert len({user["id"] for user in first["members"] + rest["members"]}) == 5


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("users.info", {"user": "U404404404"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S404"}, "no_such_subteam"),
        ("bots.info", {"bot": "B404"}, "bot_not_found"),
        ("conversations.info", {"channel": Lab.PRIVATE_LAB}, "channel_not_found"),
        ("conversations.join", {"channel": Lab.PRIVATE_LAB}, "channel_not_found"),
        ("conversations.replies", {"channel": Lab.GENERAL, "ts": "1.0"}, "thread_not_found"),
        ("conversations.history", {"channel": Lab.GENERAL, "oldest": "noon"}, "invalid_ts_oldest"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("users.list", {"cursor": "x"}, "invalid_cursor"),
        ("users.list", {"limit": "many"}, "invalid_arguments"),
        ("users.list", {"limit": "-1"}, "invalid_limit"),
    ],
)
def test_the_directory_refuses_what_is_not_there(
    client: WebClient, ada: Person, method: str, arguments: dict, error: str
) -> None:
    ada.says(Lab.GENERAL, "there is a message")

    assert error_of(client.api_call, api_method=method, params=arguments) == error


def test_the_approvers_are_a_user_group(client: WebClient) -> None:
    group = client.usergroups_list(include_users=True)["usergroups"][0]

    assert (group["id"], group["handle"]) == (Lab.APPROVERS, "approvers")
    assert client.usergroups_users_list(usergroup=Lab.APPROVERS)["users"] == group["users"] == [Lab.GRACE]


def test_conversations_open_gives_the_direct_message_channel(client: WebClient) -> None:
    assert client.conversations_open(users=Lab.ADA)["channel"]["id"] == "D0ADA00001"


def test_members_and_membership_are_told(client: WebClient) -> None:
    mine = {channel["name"] for channel in client.users_conversations()["channels"]}

    assert (mine, Lab.ADA in client.conversations_members(channel=Lab.EMOJI)["members"]) == ({"general", "emoji"}, True)


def test_a_group_of_direct_messages_is_a_private_channel_that_nobody_joins(
    slack: LocalSlack, client: WebClient
) -> None:
    apart = slack.change(lambda w: w.begin_group("C0APART001", Lab.ADA, Lab.GRACE, Lab.LIN).id)
    group = client.conversations_info(channel=Lab.TRIO)["channel"]
    listed = client.conversations_list(types="mpim")["channels"]

    assert (group["is_mpim"], group["is_private"], group["is_im"], group["is_channel"]) == (True, True, False, True)
    assert (group["name"], [one["id"] for one in listed]) == ("mpdm-ada--grace--darkroom-1", [Lab.TRIO])
    assert error_of(client.conversations_join, channel=Lab.TRIO) == "method_not_supported_for_channel_type"
    assert error_of(client.chat_postMessage, channel=apart, text="x") == "channel_not_found"


def test_rate_limits_bite_when_switched_on(slack: LocalSlack, client: WebClient) -> None:
    slack.rate_limits = True
    for _ in range(5):
        client.chat_postMessage(channel=Lab.GENERAL, text="x")

    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=Lab.GENERAL, text="x")

    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert int(caught.value.response.headers["Retry-After"]) >= 1


def test_one_message_is_found_by_its_time(client: WebClient, ada: Person) -> None:
    said = [ada.says(Lab.EMOJI, text)["ts"] for text in ("one", "two", "three")]
    found = client.conversations_history(channel=Lab.EMOJI, latest=said[1], oldest=said[1], inclusive=True, limit=1)

    assert ([m["text"] for m in found["messages"]], found["has_more"]) == (["two"], False)


def test_a_threads_first_message_comes_first_whatever_is_asked_for(client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.EMOJI, "parent")
    replies = [ada.says(Lab.EMOJI, text, thread_ts=parent["ts"])["ts"] for text in ("one", "two")]
    asked = {"channel": Lab.EMOJI, "ts": parent["ts"], "oldest": replies[1], "latest": replies[1], "inclusive": True}

    assert [m["text"] for m in client.conversations_replies(**asked)["messages"]] == ["parent", "two"]
    assert [m["text"] for m in client.conversations_replies(**asked, limit=1)["messages"]] == ["parent"]


def test_history_goes_on_at_its_cursor(client: WebClient, ada: Person) -> None:
    for number in range(3):
        ada.says(Lab.EMOJI, str(number))
    first = client.conversations_history(channel=Lab.EMOJI, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=Lab.EMOJI, limit=2, cursor=cursor)

    assert [m["text"] for page in (first, second) for m in page["messages"]] == ["2", "1", "0"]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_a_person_has_a_time_zone(client: WebClient) -> None:
    user = client.users_info(user=Lab.LIN)["user"]

    assert (user["tz"], user["tz_label"], user["tz_offset"]) == ("Asia/Shanghai", "China Standard Time", 28800)
