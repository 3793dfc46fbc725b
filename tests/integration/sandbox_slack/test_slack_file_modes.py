"""What becomes of files: elsewhere, shared with others, deleted, hidden, shared again; and what the app hears of it."""

import queue
from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.person import Person, UsageError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab
from tests.integration.sandbox_slack.test_slack_files import error_of, fetch, shown

Envelopes = Callable[..., "queue.Queue"]
HIDDEN_WORDS = {"created": 0, "timestamp": 0, "user": ""}


def events(envelopes: "queue.Queue", kind: str, subtype: str | None = None) -> dict:
    """The next event of this type, with its envelope's payload under `payload`."""
    while True:
        payload = envelopes.get(timeout=30).payload
        event = payload["event"]
        if event["type"] == kind and (subtype is None or event.get("subtype") == subtype):
            return {**event, "payload": payload}


def test_a_file_that_lies_elsewhere_is_external(envelopes_of: Envelopes, client: WebClient, ada: Person) -> None:
    heard = envelopes_of()
    ada.shares_external(Lab.EMOJI, "https://drive.example.com/cat.png", "cat.png")
    file = events(heard, "message", "file_share")["files"][0]

    assert (file["mode"], file["is_external"], file["external_type"]) == ("external", True, "gdrive")
    assert (file["url_private"], "url_private_download" in file) == ("https://drive.example.com/cat.png", False)
    assert client.files_info(file=file["id"])["file"]["mode"] == "external"
    assert error_of(client.chat_postMessage, channel=Lab.EMOJI, text="x", blocks=shown(file["id"])) == "invalid_blocks"


def test_a_file_in_a_shared_channel_is_only_hinted_at(
    slack: LocalSlack, envelopes_of: Envelopes, client: WebClient, picture: Path, png: bytes
) -> None:
    heard, channel = envelopes_of(), slack.connect_partner()
    Person(slack.url, Lab.MIA).uploads(channel, picture)
    event = events(heard, "message", "file_share")
    hint = event["files"][0]

    assert hint == {"id": hint["id"], "mode": "file_access", "file_access": "check_file_info", **HIDDEN_WORDS}
    assert (event["payload"]["is_ext_shared_channel"], event["user_team"]) == (True, Lab.PARTNER_TEAM)
    file = client.files_info(file=hint["id"])["file"]
    assert (file["mimetype"], file["user_team"]) == ("image/png", Lab.PARTNER_TEAM)
    assert fetch(file["url_private"], slack.credentials.bot_token)[1] == png
    in_history = client.conversations_history(channel=channel)["messages"][0]["files"][0]
    assert in_history["file_access"] == "visible"


def test_a_file_that_was_shared_with_others_stays_a_hint_at_home(
    slack: LocalSlack, envelopes_of: Envelopes, ada: Person, picture: Path
) -> None:
    heard, channel = envelopes_of(), slack.connect_partner()
    file = ada.uploads(channel, picture)["files"][0]
    ada.shares(Lab.EMOJI, file)
    events(heard, "message", "file_share")
    again = events(heard, "message", "file_share")

    assert (again["channel"], again["files"][0]["file_access"]) == (Lab.EMOJI, "check_file_info")
    assert again["payload"]["is_ext_shared_channel"] is False


def test_people_of_elsewhere_are_strangers_without_commands(slack: LocalSlack, client: WebClient) -> None:
    channel = slack.connect_partner()
    mia = Person(slack.url, Lab.MIA)
    user = client.users_info(user=Lab.MIA)["user"]

    assert (user["is_stranger"], user["team_id"]) == (True, Lab.PARTNER_TEAM)
    assert mia.types(channel, "/train")["error"] == "This app is not installed in your workspace."
    assert mia.shortcut(channel, mia.says(channel, "hello"), "classify")["ok"] is False


def test_a_deleted_file_leaves_a_tombstone(
    envelopes_of: Envelopes, slack: LocalSlack, client: WebClient, ada: Person, picture: Path
) -> None:
    heard = envelopes_of()
    message = ada.uploads(Lab.EMOJI, picture, text="look")
    file = message["files"][0]
    ada.deletes_file(file)
    remains = [{"id": file["id"], "mode": "tombstone"}]

    changed = events(heard, "message", "message_changed")
    assert (changed["message"]["files"], changed["message"]["text"]) == (remains, "look")
    assert client.conversations_history(channel=Lab.EMOJI)["messages"][0]["files"] == remains
    assert error_of(client.files_info, file=file["id"]) == "file_deleted"
    assert fetch(file["url_private"], slack.credentials.bot_token)[0] == "text/html"


def test_only_its_owner_deletes_a_file(ada: Person, grace: Person, picture: Path) -> None:
    file = ada.uploads(Lab.EMOJI, picture)["files"][0]

    with pytest.raises(UsageError, match="somebody else's"):
        grace.deletes_file(file)


def test_a_plans_limit_hides_a_file(slack: LocalSlack, client: WebClient, ada: Person, picture: Path) -> None:
    file = ada.uploads(Lab.EMOJI, picture)["files"][0]
    slack.hide_file(file["id"])
    remains = {"id": file["id"], "mode": "hidden_by_limit"}

    assert client.conversations_history(channel=Lab.EMOJI)["messages"][0]["files"] == [remains]
    assert client.files_info(file=file["id"])["file"] == remains
    assert fetch(file["url_private"], slack.credentials.bot_token)[0] == "text/html"


def test_a_file_can_stand_in_two_messages(
    envelopes_of: Envelopes, client: WebClient, ada: Person, picture: Path
) -> None:
    heard = envelopes_of()
    file = ada.uploads(Lab.EMOJI, picture)["files"][0]
    again = ada.shares(Lab.EMOJI, file, "once more")

    assert [events(heard, "message", "file_share")["upload"] for _ in range(2)] == [True, False]
    places = client.files_info(file=file["id"])["file"]["shares"]["public"][Lab.EMOJI]
    assert (len(places), places[1]["ts"], again["files"][0]["id"]) == (2, again["ts"], file["id"])


def test_an_edited_text_repeats_the_files(envelopes_of: Envelopes, ada: Person, picture: Path) -> None:
    heard = envelopes_of()
    message = ada.uploads(Lab.EMOJI, picture, text="a cat")
    ada.edits(message, "a dog & more")
    changed = events(heard, "message", "message_changed")

    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("a dog &amp; more", "a cat")
    assert changed["message"]["files"][0]["id"] == message["files"][0]["id"]
    assert (changed["message"]["ts"], changed["message"]["edited"]["user"]) == (message["ts"], Lab.ADA)
    assert changed["hidden"] is True


def test_a_mention_with_files_comes_twice_and_again_when_it_is_edited(
    envelopes_of: Envelopes, ada: Person, picture: Path
) -> None:
    heard = envelopes_of()
    message = ada.uploads(Lab.EMOJI, picture, text="@darkroom what is it?")
    shared = events(heard, "message", "file_share")
    mention = events(heard, "app_mention")
    ada.edits(message, "@darkroom and now?")

    assert shared["ts"] == mention["ts"] == message["ts"]
    assert (mention["files"][0]["id"], "subtype" in mention) == (message["files"][0]["id"], False)
    assert "edited" in events(heard, "app_mention")


def test_direct_messages_with_files_are_no_mentions(envelopes_of: Envelopes, ada: Person, picture: Path) -> None:
    heard, direct = envelopes_of(), Lab.ADA.replace("U", "D", 1)
    ada.uploads(direct, picture, text="@darkroom hello")
    ada.says(direct, "that was it")
    told = [heard.get(timeout=30).payload["event"] for _ in range(3)]

    assert {event["type"] for event in told} == {"message", "file_shared"}
    assert {event["channel_type"] for event in told if event["type"] == "message"} == {"im"}


def test_a_deleted_message_takes_its_share_along(
    envelopes_of: Envelopes, client: WebClient, ada: Person, picture: Path
) -> None:
    heard = envelopes_of()
    message = ada.uploads(Lab.EMOJI, picture)
    ada.deletes(message)
    gone = events(heard, "message", "message_deleted")

    assert (gone["deleted_ts"], gone["previous_message"]["files"][0]["id"]) == (
        message["ts"],
        message["files"][0]["id"],
    )
    assert error_of(client.files_info, file=message["files"][0]["id"]) == "file_not_found"


def test_a_thread_outlives_its_first_message_until_the_last_reply(
    envelopes_of: Envelopes, client: WebClient, ada: Person
) -> None:
    heard = envelopes_of()
    parent = ada.says(Lab.EMOJI, "look")
    reply = ada.says(Lab.EMOJI, "here", thread_ts=parent["ts"])
    ada.deletes(parent)
    buried = events(heard, "message", "message_changed")["message"]

    assert (buried["subtype"], buried["text"], buried["user"]) == (
        "tombstone",
        "This message was deleted.",
        "USLACKBOT",
    )
    assert client.conversations_replies(channel=Lab.EMOJI, ts=parent["ts"])["messages"][0]["subtype"] == "tombstone"
    ada.deletes(reply)
    assert [events(heard, "message", "message_deleted")["deleted_ts"] for _ in range(2)] == [reply["ts"], parent["ts"]]
    assert client.conversations_history(channel=Lab.EMOJI)["messages"] == []


def test_people_change_their_own_messages_only(client: WebClient, ada: Person, grace: Person) -> None:
    message = ada.says(Lab.EMOJI, "mine")

    for deed in (lambda: grace.edits(message, "ours"), lambda: grace.deletes(message)):
        with pytest.raises(UsageError, match="somebody else's"):
            deed()


@pytest.mark.parametrize(
    ("name", "data", "known"),
    [
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + b"\x1f\x03\x00\x0f\x02\x00", ("image/webp", "webp")),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 8, ("image/heic", "heic")),
        ("a.avif", b"\x00\x00\x00\x18ftypavif" + b"\x00" * 8, ("image/avif", "avif")),
        ("a.bin", b"%PDF-1.7", ("application/pdf", "pdf")),
        ("a.csv", b"a,b\n", ("text/csv", "csv")),
    ],
)
def test_a_file_has_the_type_that_it_is(
    ada: Person, tmp_path: Path, name: str, data: bytes, known: tuple[str, str]
) -> None:
    (tmp_path / name).write_bytes(data)
    file = ada.uploads(Lab.EMOJI, tmp_path / name)["files"][0]

    assert (file["mimetype"], file["filetype"]) == known
    assert ("thumb_64" in file, file.get("original_w")) == ((True, 800) if name == "a.webp" else (False, None))


@pytest.mark.parametrize("reference", [{"url": "https://example.com/F0000000001"}, {"id": "chart.png"}])
def test_a_picture_of_elsewhere_is_no_slack_file(
    client: WebClient, ada: Person, picture: Path, reference: dict
) -> None:
    ada.uploads(Lab.EMOJI, picture)
    accessory = {"type": "image", "slack_file": reference, "alt_text": "a cat"}
    text = {"type": "mrkdwn", "text": "a cat"}

    for blocks in (
        [{"type": "section", "text": text, "accessory": accessory}],
        [{"type": "context", "elements": [accessory]}],
    ):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            client.chat_postMessage(channel=Lab.EMOJI, text="x", blocks=blocks)
