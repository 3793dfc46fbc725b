"""Files on their way from Slack: what an event only hinted at, and why one does not come."""

from dataclasses import replace

import pytest

from bot.domain.sharing import SharedFile
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import ChatBusyError, ChatError, DarkroomError, MissingScopeError, RefusedError
from tests.builders import an_answer, an_upload
from tests.unit.services.world import World

URL = "https://files.slack.com/fox.png"
FOX = SharedFile("F1", "fox.png", URL, 48_213, mimetype="image/png")
WITHHELD = ChatError("Slack sent a web page instead of the file.", code="http_200")


def hinted(world: World, asked_by: str = "") -> Upload:
    upload = an_upload(file_id="F1", file_name="F1", url="", size=0)
    world.stores.answers.rows[upload.answer_id] = replace(an_answer(), id=upload.answer_id, asked_by=asked_by)
    return upload


def told(world: World, file: SharedFile | DarkroomError, asked_by: str = "") -> Upload:
    """The upload once Slack has told this of its file."""
    world.files.described["F1"] = file
    return world.fetching().described(hinted(world, asked_by))


def test_a_hint_becomes_a_file(world: World) -> None:
    upload = told(world, FOX)

    assert (upload.file_name, upload.url, upload.size, upload.hinted) == ("fox.png", URL, 48_213, False)
    assert upload.status == UploadStatus.RECEIVED


@pytest.mark.parametrize(
    "file",
    [replace(FOX, mimetype="application/pdf"), replace(FOX, mode="tombstone"), RefusedError("It is gone.")],
)
def test_what_is_no_image_is_dropped_where_nobody_asked(world: World, file: SharedFile | DarkroomError) -> None:
    assert told(world, file).status == UploadStatus.DROPPED


def test_an_image_that_is_kept_elsewhere_is_said_whoever_asked(world: World) -> None:
    with pytest.raises(RefusedError, match="not kept by Slack"):
        told(world, replace(FOX, mode="external"))


@pytest.mark.parametrize(
    "file",
    [replace(FOX, mimetype="application/pdf"), replace(FOX, mode="hidden_by_limit"), RefusedError("It is gone.")],
)
def test_what_is_no_image_is_said_where_somebody_asked(world: World, file: SharedFile | DarkroomError) -> None:
    with pytest.raises(RefusedError):
        told(world, file, asked_by="U1")


def test_a_file_that_slack_is_still_taking_in_is_waited_for(world: World) -> None:
    with pytest.raises(ChatBusyError):
        told(world, replace(FOX, url=""))


def test_a_file_comes(world: World) -> None:
    world.files.kept[URL] = b"a fox"

    assert world.fetching().fetch(an_upload(url=URL)) == b"a fox"


@pytest.mark.parametrize(("mode", "said"), [("tombstone", "was deleted"), ("hidden_by_limit", "plan of Slack")])
def test_a_web_page_for_a_file_that_is_not_there_is_explained(world: World, mode: str, said: str) -> None:
    world.files.kept[URL] = WITHHELD
    world.files.described["F1"] = replace(FOX, mode=mode)

    with pytest.raises(RefusedError, match=said):
        world.fetching().fetch(an_upload(file_id="F1", url=URL))
    assert world.operators.told == []


@pytest.mark.parametrize(
    ("description", "scope"), [(FOX, ""), (MissingScopeError("Slack refused.", "files:read"), "files:read")]
)
def test_a_missing_scope_is_told_to_the_operators_and_not_to_the_uploader(
    world: World, description: SharedFile | DarkroomError, scope: str
) -> None:
    world.files.kept[URL] = WITHHELD
    world.files.described["F1"] = description
    with pytest.raises(ChatError) as refusal:
        world.fetching().fetch(an_upload(file_id="F1", url=URL))

    assert refusal.value.sentences == "Slack does not let me read this file. Those who run me have been told."
    assert world.operators.told == [scope]


def lacks(world: World) -> None:
    world.files.kept[URL] = WITHHELD
    world.files.described["F1"] = FOX
    with pytest.raises(ChatError):
        world.fetching().fetch(an_upload(file_id="F1", url=URL))


def test_the_operators_are_told_once_a_day(world: World) -> None:
    lacks(world)
    world.passes(hours=23)
    lacks(world)
    assert len(world.operators.told) == 1
    world.passes(hours=1)
    lacks(world)

    assert len(world.operators.told) == 2


def test_operators_who_could_not_be_told_are_told_the_next_time(world: World) -> None:
    world.operators.trouble = ChatBusyError("Slack is busy.")
    lacks(world)
    world.operators.trouble = None
    lacks(world)

    assert len(world.operators.told) == 1
