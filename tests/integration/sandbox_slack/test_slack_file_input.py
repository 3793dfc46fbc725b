"""Files in modals: who may give which, what the app gets, and who sees them."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.person import Person, UsageError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab

Opens = Callable[..., dict]


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def entry(block_id: str = "zips", *, optional: bool = False, **element: object) -> dict:
    control = {"type": "file_input", "action_id": "files", **element}
    return {"type": "input", "block_id": block_id, "label": plain("Zips"), "element": control, "optional": optional}


def form(*blocks: dict) -> dict:
    return {"type": "modal", "callback_id": "form", "title": plain("Add"), "submit": plain("Add"), "blocks": blocks}


@pytest.fixture
def sent(app: App) -> list[dict]:
    """The bodies of submissions and clicks that the app heard."""
    bodies: list[dict] = []

    @app.view("form")
    @app.action("check")
    def heard(ack: Callable, body: dict) -> None:
        bodies.append(body)
        ack()

    return bodies


@pytest.fixture
def opens(slack: LocalSlack, client: WebClient, app: App, sent: list, connect: Callable, ada: Person) -> Opens:
    """Opens a modal of these blocks for Ada."""

    @app.shortcut("start")
    def started(ack: Callable, body: dict, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(*blocks))

    blocks: list[dict] = []
    connect()

    def opened(*given: dict) -> dict:
        blocks[:] = given or (entry(),)
        ada.uses_shortcut("start")
        return ada.modal()

    return opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "pets.zip"
    path.write_bytes(b"PK\x03\x04 pets")
    return path


def files_of(body: dict, block_id: str = "zips") -> list[dict]:
    return body["view"]["state"]["values"][block_id]["files"]["files"]


def error_of(call: object, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


def fetch(url: str, token: str) -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        return response.read()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as response:
            return response.status
    except HTTPError as error:
        error.close()
        return error.code


def test_the_app_gets_whole_file_objects(opens: Opens, sent: list, ada: Person, archive: Path) -> None:
    assert ada.submits(opens(), {}, files={"zips": [archive]})["ok"]

    state = sent[0]["view"]["state"]["values"]["zips"]["files"]
    file = state["files"][0]
    assert (state["type"], file["name"], file["size"], file["user"]) == ("file_input", "pets.zip", 9, Lab.ADA)
    assert (file["mimetype"], file["filetype"], file["mode"]) == ("application/zip", "zip", "hosted")
    assert (file["channels"], file["shares"], file["is_public"]) == ([], {}, False)
    assert {"id", "created", "url_private", "url_private_download", "permalink"} <= set(file)


def test_the_app_can_read_what_was_sent_to_it(
    slack: LocalSlack, opens: Opens, sent: list, client: WebClient, ada: Person, archive: Path
) -> None:
    ada.submits(opens(), {}, files={"files": [archive]})
    file = files_of(sent[0])[0]

    assert fetch(file["url_private_download"], slack.credentials.bot_token) == archive.read_bytes()
    assert client.files_info(file=file["id"])["file"]["name"] == "pets.zip"


def test_a_file_is_hidden_from_the_app_until_the_modal_is_sent(
    slack: LocalSlack, opens: Opens, client: WebClient, ada: Person, archive: Path
) -> None:
    file = ada.gives(opens(), "zips", archive)[0]

    assert error_of(client.files_info, file=file["id"]) == "file_not_found"
    assert fetch(file["url_private"], slack.credentials.bot_token).startswith(b"<!DOCTYPE html>")


def test_a_modal_that_is_refused_hands_nothing_over(
    opens: Opens, sent: list, client: WebClient, ada: Person, archive: Path
) -> None:
    view = opens(entry(max_files=1))
    files = ada.gives(view, "zips", archive, archive)
    answer = ada.submits(view, {"zips": {"files": files}})

    assert answer["errors"] == {"zips": "Please choose at most 1 file."}
    assert (sent, error_of(client.files_info, file=files[0]["id"])) == ([], "file_not_found")


def test_another_person_does_not_see_the_file(slack: LocalSlack, opens: Opens, ada: Person, archive: Path) -> None:
    view = opens()
    file = ada.gives(view, "zips", archive)[0]
    ada.submits(view, {"zips": {"files": [file]}})
    url = f"{slack.url}/page/files/{file['id']}/pets.zip"

    assert [status(f"{url}?user={who}") for who in (Lab.ADA, Lab.GRACE, "")] == [200, 404, 404]


def test_a_picture_of_a_private_channel_is_for_its_members(slack: LocalSlack, ada: Person, picture: Path) -> None:
    file = ada.uploads(Lab.PRIVATE_LAB, picture)["files"][0]
    url = f"{slack.url}/page/files/{file['id']}/cat.png"

    assert [status(f"{url}?user={who}") for who in (Lab.ADA, Lab.GRACE, Lab.LIN)] == [200, 200, 404]


def test_nobody_gives_files_in_anothers_modal(opens: Opens, grace: Person, archive: Path) -> None:
    view = opens()

    with pytest.raises(UsageError, match="no longer open"):
        grace.gives(view, "zips", archive)


def test_files_given_elsewhere_are_dropped_from_the_state(
    opens: Opens, sent: list, ada: Person, archive: Path, picture: Path
) -> None:
    elsewhere = ada.uploads(Lab.PRIVATE_LAB, picture)["files"][0]
    view = opens(entry(), entry("more", optional=True))
    file = ada.gives(view, "zips", archive)[0]
    ada.submits(view, {"zips": {"files": [file, file, elsewhere, {"id": "F404"}, "F1"]}, "more": {"files": [file]}})

    assert [given["id"] for given in files_of(sent[0])] == [file["id"]]
    assert files_of(sent[0], "more") == []


@pytest.mark.parametrize("values", [{"files": None}, {"files": "F1"}, {"value": "F1"}])
def test_state_that_holds_no_files_is_empty(opens: Opens, ada: Person, values: dict) -> None:
    assert ada.submits(opens(), {"zips": values})["errors"] == {"zips": "Please complete this required field."}


def test_an_optional_input_may_stay_empty(opens: Opens, sent: list, ada: Person) -> None:
    ada.submits(opens(entry(optional=True)), {})

    assert files_of(sent[0]) == []


@pytest.mark.parametrize(
    ("filetypes", "name", "is_welcome"),
    [
        (["zip"], "pets.zip", True),
        (["zip"], "PETS.ZIP", True),
        (["ZIP", "rec"], "pets.rec", True),
        (["zip"], "pets.png", False),
        (["zip"], "zip", False),
        (["gz"], "pets.tar.gz", True),
        (None, "anything", True),
    ],
)
def test_file_types_are_endings(
    opens: Opens, ada: Person, tmp_path: Path, filetypes: list, name: str, is_welcome: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK")
    view = opens(entry(**({"filetypes": filetypes} if filetypes else {})))

    if is_welcome:
        assert ada.gives(view, "zips", path)[0]["name"] == name
    else:
        with pytest.raises(UsageError, match=r"is not accepted here: only \.zip files are"):
            ada.gives(view, "zips", path)


@pytest.mark.parametrize(("length", "error"), [(0, "is empty"), (10_000_001, "at most 10 MB")])
def test_a_file_of_another_size_is_refused(opens: Opens, ada: Person, tmp_path: Path, length: int, error: str) -> None:
    path = tmp_path / "pets.zip"
    path.write_bytes(bytes(length))

    with pytest.raises(UsageError, match=error):
        ada.gives(opens(), "zips", path)


def test_ten_files_are_the_most_by_default(opens: Opens, ada: Person, archive: Path) -> None:
    answer = ada.submits(opens(), {}, files={"zips": [archive] * 11})

    assert answer["errors"] == {"zips": "Please choose at most 10 files."}


def test_no_files_are_given_to_a_closed_modal(opens: Opens, ada: Person, archive: Path) -> None:
    view = opens()
    ada.closes(view)

    with pytest.raises(UsageError, match="no longer open"):
        ada.gives(view, "zips", archive)


def test_a_click_in_the_modal_tells_of_the_files_too(opens: Opens, sent: list, ada: Person, archive: Path) -> None:
    button = {"type": "button", "action_id": "check", "text": plain("Check"), "value": "1"}
    view = opens(entry(), {"type": "actions", "elements": [button]})
    file = ada.gives(view, "zips", archive)[0]
    action = {"block_id": view["blocks"][1]["block_id"], **button}
    deed = {"user": Lab.ADA, "view_id": view["id"], "action": action, "values": {"zips": {"files": {"files": [file]}}}}
    body = json.dumps(deed).encode()
    urllib.request.urlopen(f"{ada.url}/page/action", body).close()

    assert files_of(sent[0]) == [file]


def test_sample_files_are_offered_and_can_be_given(
    start: Callable, write_manifest: Callable, tmp_path: Path, archive: Path
) -> None:
    (tmp_path / "uploads").mkdir()
    archive.rename(tmp_path / "uploads" / "my pets #1.zip")
    slack = start(sample_uploads=tmp_path / "uploads")
    with urllib.request.urlopen(f"{slack.url}/page/workspace?user={Lab.ADA}") as response:
        offered = json.load(response)["samples"]

    assert [(one["name"], one["class"], one["size"], one["is_picture"]) for one in offered] == [
        ("uploads/my pets #1.zip", "", 9, False)
    ]
    assert fetch(slack.url + offered[0]["url"], "") == b"PK\x03\x04 pets"
    assert Person(slack.url, Lab.ADA).uploads(Lab.GENERAL, "my pets #1.zip")["files"][0]["filetype"] == "zip"


@pytest.mark.parametrize(
    ("element", "pointer"),
    [
        ({"max_files": 0}, "/view/blocks/0/element/max_files"),
        ({"max_files": 11}, "/view/blocks/0/element/max_files"),
        ({"filetypes": []}, "/view/blocks/0/element/filetypes"),
        ({"filetypes": [".zip"]}, "/view/blocks/0/element/filetypes/0"),
        ({"filetypes": ["image/png"]}, "/view/blocks/0/element/filetypes/0"),
        ({"initial_files": []}, "/view/blocks/0/element"),
    ],
)
def test_a_wrong_file_input_is_refused(
    slack: LocalSlack, client: WebClient, opens: Opens, element: dict, pointer: str
) -> None:
    view = opens()
    with pytest.raises(SlackApiError) as caught:
        client.views_update(view_id=view["id"], view=form(entry(**element)))

    assert pointer in caught.value.response["response_metadata"]["messages"][0]


def test_a_file_input_stands_in_modals_only(client: WebClient) -> None:
    home = {"type": "home", "blocks": [entry()]}

    assert error_of(client.chat_postMessage, channel=Lab.GENERAL, text="x", blocks=[entry()]) == "invalid_blocks"
    assert error_of(client.views_publish, user_id=Lab.ADA, view=home) == "invalid_arguments"


@pytest.mark.parametrize("without", [("files:read",)])
def test_a_file_input_needs_the_scope_to_read_files(client: WebClient, opens: Opens, ada: Person) -> None:
    view = opens({"type": "divider"})

    assert error_of(client.views_update, view_id=view["id"], view=form(entry())) == "missing_scope"
