"""Files: the external upload, the time until a file is ready, downloads, and pictures in blocks."""

import json
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.file_types import picture_size
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab
from tests.integration.sandbox_slack.conftest import make_png


def upload(client: WebClient, data: bytes, name: str = "chart.png") -> str:
    place = client.files_getUploadURLExternal(filename=name, length=len(data), alt_txt="a chart")
    request = urllib.request.Request(place["upload_url"], data=data)
    urllib.request.urlopen(request).close()
    return place["file_id"]


def finish(client: WebClient, file_id: str, **where: str) -> dict:
    return client.files_completeUploadExternal(files=[{"id": file_id, "title": "Chart"}], **where)["files"][0]


def await_ready(client: WebClient, file_id: str) -> dict:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        file = client.files_info(file=file_id)["file"]
        if file["mimetype"]:
            return file
        time.sleep(0.02)
    raise AssertionError("the file never became ready")


def shown(file_id: str) -> list[dict]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a chart"}]


def fetch(url: str, token: str | None) -> tuple[str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response.headers.get_content_type(), response.read()


def error_of(call: object, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


def test_a_file_is_not_ready_at_once_and_ready_soon(client: WebClient, png: bytes) -> None:
    file_id = upload(client, png)
    first = finish(client, file_id)

    later = await_ready(client, file_id)
    assert (first["mimetype"], later["mimetype"], later["filetype"]) == ("", "image/png", "png")
    assert (later["original_w"], later["original_h"], later["title"]) == (8, 6, "Chart")
    assert later["thumb_64"].startswith("http")


def test_an_unready_picture_is_an_invalid_slack_file(slack: LocalSlack, client: WebClient, png: bytes) -> None:
    slack.behaviour.file_ready_seconds = 60
    file_id = upload(client, png)
    finish(client, file_id)

    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=Lab.GENERAL, text="chart", blocks=shown(file_id))

    expected = ["[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"]
    answer = caught.value.response
    assert (answer["error"], answer["response_metadata"]["messages"]) == ("invalid_blocks", expected)


def test_a_ready_picture_can_be_posted_by_id_and_by_address(client: WebClient, png: bytes) -> None:
    file_id = upload(client, png)
    finish(client, file_id)
    file = await_ready(client, file_id)

    by_address = [{"type": "image", "slack_file": {"url": file["url_private"]}, "alt_text": "a chart"}]
    assert client.chat_postMessage(channel=Lab.GENERAL, text="chart", blocks=shown(file_id))["ok"]
    assert client.chat_postMessage(channel=Lab.GENERAL, text="chart", blocks=by_address)["ok"]


def test_a_picture_in_an_unknown_or_foreign_file_is_refused(
    slack: LocalSlack, client: WebClient, ada: Person, picture: Path
) -> None:
    foreign = ada.uploads(Lab.PRIVATE_LAB, picture)["files"][0]["id"]

    for file_id in (foreign, "F0000404404"):
        error = error_of(client.chat_postMessage, channel=Lab.GENERAL, text="x", blocks=shown(file_id))
        assert error == "invalid_blocks"


def test_a_text_file_is_no_picture(slack: LocalSlack, client: WebClient) -> None:
    slack.behaviour.file_ready_seconds = 0.01
    file_id = upload(client, b"a,b\n1,2\n", "figures.csv")
    finish(client, file_id)
    await_ready(client, file_id)

    error = error_of(client.chat_postMessage, channel=Lab.GENERAL, text="x", blocks=shown(file_id))
    assert error == "invalid_blocks"


def test_a_file_completed_without_a_channel_stays_with_the_bot(client: WebClient, ada: Person, png: bytes) -> None:
    file_id = upload(client, png)
    finish(client, file_id)

    assert await_ready(client, file_id)["channels"] == []
    assert ada.messages(Lab.GENERAL) == []


def test_a_file_completed_with_a_channel_is_posted_once_it_is_ready(client: WebClient, ada: Person, png: bytes) -> None:
    parent = ada.says(Lab.GENERAL, "show me")
    file_id = upload(client, png)
    finish(client, file_id, channel_id=Lab.GENERAL, thread_ts=parent["ts"], initial_comment="here")

    message = ada.sees(Lab.GENERAL, lambda m: "files" in m, thread_ts=parent["ts"])
    assert (message["text"], message["files"][0]["mimetype"], message["bot_id"]) == ("here", "image/png", Lab.BOT)
    place = client.files_info(file=file_id)["file"]["shares"]["public"][Lab.GENERAL][0]
    assert (place["ts"], place["thread_ts"]) == (message["ts"], parent["ts"])


def test_the_sdk_uploads_in_one_call(client: WebClient, ada: Person, png: bytes) -> None:
    client.files_upload_v2(content=png, filename="chart.png", title="Chart", channel=Lab.GENERAL)

    assert ada.sees(Lab.GENERAL, lambda m: "files" in m)["files"][0]["title"] == "Chart"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "x.png", "length": 0}, "missing_argument"),
        ({"filename": "", "length": 5}, "missing_argument"),
        ({"filename": "x.png", "length": 5, "alt_txt": "a" * 1001}, "alt_txt_too_large"),
    ],
)
def test_a_wrong_upload_is_refused(client: WebClient, arguments: dict, error: str) -> None:
    assert error_of(client.api_call, api_method="files.getUploadURLExternal", params=arguments) == error


def test_bytes_of_another_length_are_refused(client: WebClient) -> None:
    place = client.files_getUploadURLExternal(filename="x.png", length=5)

    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(place["upload_url"], data=b"four"))
    caught.value.close()
    assert caught.value.code == 400


def test_a_file_without_its_bytes_cannot_be_completed(client: WebClient) -> None:
    place = client.files_getUploadURLExternal(filename="x.png", length=5)

    assert error_of(client.files_completeUploadExternal, files=[{"id": place["file_id"]}]) == "file_not_found"


def test_a_file_is_completed_once(client: WebClient, png: bytes) -> None:
    file_id = upload(client, png)
    finish(client, file_id)

    assert error_of(client.files_completeUploadExternal, files=[{"id": file_id}]) == "file_not_found"


def test_a_file_goes_only_where_the_bot_is(slack: LocalSlack, client: WebClient, png: bytes) -> None:
    slack.change(lambda w: w.channels[Lab.EMOJI].members.discard(Lab.BOT_USER))
    files = [{"id": upload(client, png)}]

    error = error_of(client.files_completeUploadExternal, files=files, channel_id=Lab.EMOJI)
    assert error == "not_in_channel"


def test_a_download_needs_the_bots_token(slack: LocalSlack, ada: Person, picture: Path, png: bytes) -> None:
    url = ada.uploads(Lab.GENERAL, picture)["files"][0]["url_private_download"]

    allowed, refused = fetch(url, slack.credentials.bot_token), fetch(url, None)
    assert allowed == ("image/png", png)
    assert (refused[0], refused[1].startswith(b"<!DOCTYPE html>")) == ("text/html", True)


def test_a_thumbnail_needs_the_token_and_has_its_size(slack: LocalSlack, ada: Person, tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(make_png(600, 150))
    file = ada.uploads(Lab.GENERAL, tmp_path / "wide.png")["files"][0]
    sizes = {}
    for side in (64, 360):
        kind, data = fetch(file[f"thumb_{side}"], slack.credentials.bot_token)
        sizes[side] = (kind, picture_size(data))

    assert sizes == {64: ("image/png", (64, 64)), 360: ("image/png", (360, 90))}
    assert (file["thumb_360_w"], file["thumb_360_h"]) == (360, 90)
    assert fetch(file["thumb_64"], None)[0] == "text/html"


def test_a_download_without_the_scope_is_a_login_page(start: object, picture: Path) -> None:
    slack = start(without=("files:read",))
    ada = Person(slack.url, Lab.ADA)
    url = ada.uploads(Lab.GENERAL, picture)["files"][0]["url_private"]

    assert fetch(url, slack.credentials.bot_token)[0] == "text/html"


def test_a_file_of_a_private_channel_is_hidden_from_the_bot(
    slack: LocalSlack, client: WebClient, ada: Person, picture: Path
) -> None:
    file = ada.uploads(Lab.PRIVATE_LAB, picture)["files"][0]

    assert error_of(client.files_info, file=file["id"]) == "file_not_found"
    assert fetch(file["url_private"], slack.credentials.bot_token)[0] == "text/html"
    assert client.files_list()["files"] == []


def test_the_bot_deletes_its_own_files_only(client: WebClient, ada: Person, picture: Path, png: bytes) -> None:
    own = upload(client, png)
    finish(client, own)
    foreign = ada.uploads(Lab.GENERAL, picture)["files"][0]["id"]

    client.files_delete(file=own)

    assert error_of(client.files_info, file=own) == "file_deleted"
    assert error_of(client.files_delete, file=foreign) == "cant_delete_file"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07" + b"\x00" * 9, (7, 5)),
        (b"GIF89a\x03\x00\x02\x00", (3, 2)),
        (b"\xff\xd8\xff\xe0\x00\x00" + b"\xff" * 40, None),
        (b"\xff\xd8", None),
        (b"words", None),
    ],
)
def test_a_pictures_size_is_read_from_its_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


def test_a_table_is_shared_in_a_thread_with_its_comment(client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.GENERAL, "check it")
    table = "file,rule\na.png,too small\n"
    client.files_upload_v2(
        content=table, filename="rejected.csv", channel=Lab.GENERAL, thread_ts=parent["ts"], initial_comment="rejected"
    )
    ada.sees(Lab.GENERAL, lambda m: "files" in m, thread_ts=parent["ts"])

    reply = client.conversations_replies(channel=Lab.GENERAL, ts=parent["ts"])["messages"][1]
    assert (reply["subtype"], reply["bot_id"], reply["text"]) == ("file_share", Lab.BOT, "rejected")
    file = reply["files"][0]
    assert (file["name"], file["filetype"], file["mimetype"], file["size"]) == ("rejected.csv", "csv", "text/csv", 26)


def test_blocks_stand_in_for_a_comment_and_give_way_to_one(client: WebClient, ada: Person, png: bytes) -> None:
    blocks = json.dumps([{"type": "section", "text": {"type": "plain_text", "text": "in blocks"}}])
    finish(client, upload(client, png), channel_id=Lab.GENERAL, blocks=blocks)
    with_blocks = ada.sees(Lab.GENERAL, lambda m: "files" in m)
    finish(client, upload(client, png), channel_id=Lab.EMOJI, blocks=blocks, initial_comment="in words")
    with_comment = ada.sees(Lab.EMOJI, lambda m: "files" in m)

    assert (with_blocks["text"], with_blocks["blocks"][0]["type"]) == ("", "section")
    assert (with_comment["text"], "blocks" in with_comment) == ("in words", False)


def test_a_markdown_block_breaks_the_sharing(client: WebClient, png: bytes) -> None:
    markdown = json.dumps([{"type": "markdown", "text": "**here**"}])
    files = [{"id": upload(client, png)}]

    error = error_of(client.files_completeUploadExternal, files=files, channel_id=Lab.GENERAL, blocks=markdown)
    assert error == "internal_error"


def test_a_file_is_not_shared_in_a_reply_of_a_reply(client: WebClient, ada: Person, png: bytes) -> None:
    parent = ada.says(Lab.GENERAL, "one")
    reply = ada.says(Lab.GENERAL, "two", thread_ts=parent["ts"])
    where = {"channel_id": Lab.GENERAL, "thread_ts": reply["ts"]}

    files = [{"id": upload(client, png)}]
    assert error_of(client.files_completeUploadExternal, files=files, **where) == "thread_not_found"
