"""Asking for images: what each way records, who may ask for what, and what they are told."""

from dataclasses import replace

import pytest

from bot.domain.asking import Asked, Asker, Outcome
from bot.domain.endpoints import EndpointStatus
from bot.domain.sharing import ONLY_HINTED, SharedFile, SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import NoPlaceError, NotAllowedError, NotFoundError, RefusedError, StaleError, UsageError
from tests.builders import CHANNEL, REQUESTER, an_endpoint
from tests.unit.services.world import World

URL = "https://files.slack.com/fox.png"
FOX = SharedFile("F1", "fox.png", URL, 48_213, mimetype="image/png")
NOTES = SharedFile("F2", "notes.pdf", URL, 100, mimetype="application/pdf")
TS, DIRECT, OTHER = "1772443800.000100", "D0ADA000001", "C0KITCHEN01"
LINK = f"https://lab.slack.com/archives/{CHANNEL}/p1772443800000100"
HERE = Asker("U0LIN000001", OTHER)


def a_message(*files: SharedFile, channel_id: str = CHANNEL, asked_by: str = "", ts: str = TS) -> SharedMessage:
    return SharedMessage(channel_id, REQUESTER, ts, ts, files or (FOX,), asked_by)


@pytest.fixture
def serving(world: World) -> World:
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


def images(world: World) -> list[Upload]:
    return sorted(world.stores.uploads.shelf.rows.values(), key=lambda one: one.id)


def ends(world: World, status: UploadStatus) -> None:
    """The worker comes to an end with all images."""
    for one in images(world):
        world.stores.uploads.save(replace(one, status=status))


def wish(world: World, message: SharedMessage) -> Asked:
    return world.asking().ask(replace(message, asked_by=REQUESTER))


def test_in_a_channel_with_an_endpoint_only_images_are_recorded(serving: World) -> None:
    hint = SharedFile("F3", "F3", "", 0, mode=ONLY_HINTED)

    assert serving.asking().shared(a_message(FOX, NOTES, hint)) == 2
    assert [one.file_id for one in images(serving)] == ["F1", "F3"]


def test_in_a_channel_without_an_endpoint_nothing_is_recorded(world: World) -> None:
    world.has_endpoint(an_endpoint())

    assert world.asking().shared(a_message()) == 0
    assert images(world) == []


def test_a_message_without_images_is_nothing(serving: World) -> None:
    assert serving.asking().shared(a_message(NOTES)) == 0


def test_whoever_sends_the_bot_itself_something_else_hears_of_it_too(serving: World) -> None:
    assert serving.asking().shared(a_message(NOTES, channel_id=DIRECT), direct=True) == 1
    assert images(serving)[0].file_id == NOTES.id


def test_a_direct_message_goes_to_the_only_endpoint(serving: World) -> None:
    serving.asking().shared(a_message(channel_id=DIRECT), direct=True)

    (image,) = images(serving)
    assert (image.endpoint_name, image.status) == ("emoji-live", UploadStatus.RECEIVED)


def test_a_direct_message_waits_for_a_choice_among_several(serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    serving.asking().shared(a_message(channel_id=DIRECT), direct=True)

    (image,) = images(serving)
    assert (image.endpoint_name, image.status, image.open) == ("", UploadStatus.UNDECIDED, False)


def test_a_choice_is_remembered_and_covers_all_that_waits(serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    asking = serving.asking()
    asking.shared(a_message(channel_id=DIRECT, ts="1.0"), direct=True)
    asking.shared(a_message(channel_id=DIRECT, ts="2.0"), direct=True)
    asking.choose(DIRECT, "e2", REQUESTER)
    asking.shared(a_message(channel_id=DIRECT, ts="3.0"), direct=True)

    assert [(one.endpoint_name, one.status) for one in images(serving)] == [("pets-live", UploadStatus.RECEIVED)] * 3


def test_a_second_click_on_the_choice_changes_nothing_that_was_answered(serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    serving.asking().shared(a_message(channel_id=DIRECT), direct=True)
    serving.asking().choose(DIRECT, "e2", REQUESTER)
    ends(serving, UploadStatus.ANSWERED)
    serving.asking().choose(DIRECT, "e2", REQUESTER)

    assert [one.status for one in images(serving)] == [UploadStatus.ANSWERED]


def test_an_endpoint_that_has_gone_cannot_be_chosen(serving: World) -> None:
    with pytest.raises(NotFoundError):
        serving.asking().choose(DIRECT, "gone", REQUESTER)


def test_nobody_chooses_for_a_channel(serving: World) -> None:
    with pytest.raises(NotAllowedError):
        serving.asking().choose(CHANNEL, an_endpoint().id, REQUESTER)


def test_a_direct_message_whose_endpoint_has_gone_asks_again(serving: World) -> None:
    serving.stores.routes.set(DIRECT, "deleted-one")
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    serving.asking().shared(a_message(channel_id=DIRECT), direct=True)

    assert images(serving)[0].status == UploadStatus.UNDECIDED


def test_asking_records_every_file_and_says_that_it_was_taken(serving: World) -> None:
    asked = wish(serving, a_message(FOX, NOTES))

    assert (asked.outcome, asked.images, asked.endpoint_name) == (Outcome.TAKEN, 2, "emoji-live")
    assert [one.status for one in images(serving)] == [UploadStatus.RECEIVED, UploadStatus.REFUSED]
    assert "is a PDF" in images(serving)[1].problem


def test_asking_while_it_is_under_way_changes_nothing(serving: World) -> None:
    serving.asking().shared(a_message())

    assert wish(serving, a_message()).outcome == Outcome.UNDER_WAY
    assert len(images(serving)) == 1


def test_what_is_under_way_names_the_endpoint_that_looks_at_it(serving: World) -> None:
    serving.asking().shared(a_message())
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    serving.stores.routes.set(CHANNEL, "pets-live")

    assert wish(serving, a_message()).endpoint_name == "emoji-live"


def test_asking_for_what_is_answered_tells_where(serving: World) -> None:
    serving.asking().shared(a_message())
    ends(serving, UploadStatus.ANSWERED)
    answer = serving.stores.answers.rows[f"{CHANNEL}.{TS}"]
    serving.stores.answers.save(replace(answer, reply_ts="1772443900.000200"))
    asked = wish(serving, a_message())

    assert asked.outcome == Outcome.ANSWERED
    assert asked.link.endswith("p1772443900000200")


def test_an_answer_that_was_deleted_is_given_once_more(serving: World) -> None:
    serving.asking().shared(a_message())
    ends(serving, UploadStatus.ANSWERED)
    serving.answers().work_once()
    (first,) = serving.writer.said
    serving.conversations.deleted.add(first)

    assert wish(serving, a_message()).outcome == Outcome.RETOLD
    assert serving.answers().work_once()
    assert list(serving.writer.said) != [first]
    assert wish(serving, a_message()).outcome == Outcome.ANSWERED


def test_asking_again_tries_what_failed_with_the_endpoint_of_now(serving: World) -> None:
    serving.asking().shared(a_message(FOX, replace(FOX, id="F4")))
    first, second = images(serving)
    serving.stores.uploads.save(replace(first, status=UploadStatus.FAILED, problem="The endpoint is gone."))
    serving.stores.uploads.save(replace(second, status=UploadStatus.ANSWERED))
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    serving.stores.routes.set(CHANNEL, "pets-live")
    asked = wish(serving, a_message())

    assert (asked.outcome, asked.images) == (Outcome.AGAIN, 1)
    assert [(one.status, one.endpoint_name) for one in images(serving)] == [
        (UploadStatus.RECEIVED, "pets-live"),
        (UploadStatus.ANSWERED, "emoji-live"),
    ]


def test_asking_for_what_was_dropped_looks_at_the_file_that_slack_tells_of_now(serving: World) -> None:
    hint = SharedFile("F1", "F1", "", 0, mode=ONLY_HINTED)
    serving.asking().shared(a_message(hint))
    ends(serving, UploadStatus.DROPPED)
    wish(serving, a_message(FOX))

    (image,) = images(serving)
    assert (image.status, image.url, image.file_name) == (UploadStatus.RECEIVED, URL, "fox.png")


def test_where_no_endpoint_answers_the_asker_reads_how_to_route_one(world: World) -> None:
    world.has_endpoint(an_endpoint())
    world.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    world.has_endpoint(an_endpoint(id="e3", name="broken", status=EndpointStatus.FAILED))
    with pytest.raises(RefusedError) as refusal:
        wish(world, a_message())

    assert refusal.value.what == f"No endpoint answers images in <#{CHANNEL}>."
    assert "/endpoints route NAME here" in refusal.value.next_step
    assert "*emoji-live*, *pets-live*" in refusal.value.next_step
    assert "broken" not in refusal.value.next_step


def test_where_there_is_no_endpoint_at_all_the_asker_reads_how_to_get_one(world: World) -> None:
    with pytest.raises(RefusedError) as refusal:
        wish(world, a_message())

    assert "/deploy JOB" in refusal.value.next_step


def test_a_message_without_files_has_nothing_to_ask_for(serving: World) -> None:
    with pytest.raises(RefusedError, match="has no images"):
        wish(serving, replace(a_message(), files=()))


def test_a_link_leads_to_its_message(serving: World) -> None:
    serving.conversations.has(a_message())

    assert serving.asking().ask_by_link(LINK, HERE).outcome == Outcome.TAKEN
    assert serving.stores.answers.rows[f"{CHANNEL}.{TS}"].asked_by == HERE.user_id


def test_who_is_not_in_a_closed_conversation_asks_for_nothing_in_it(serving: World) -> None:
    serving.conversations.has(a_message())
    serving.conversations.closed[CHANNEL] = frozenset({REQUESTER})

    with pytest.raises(RefusedError, match="You cannot see"):
        serving.asking().ask_by_link(LINK, HERE)
    assert serving.asking().ask_by_link(LINK, replace(HERE, user_id=REQUESTER)).outcome == Outcome.TAKEN


def test_who_asks_in_a_closed_conversation_is_in_it(serving: World) -> None:
    serving.conversations.has(a_message())
    serving.conversations.closed[CHANNEL] = frozenset()

    assert serving.asking().ask_by_link(LINK, replace(HERE, channel_id=CHANNEL)).outcome == Outcome.TAKEN


def test_a_direct_message_is_its_persons_own(serving: World) -> None:
    serving.conversations.has(a_message(channel_id=DIRECT))
    link = LINK.replace(CHANNEL, DIRECT)

    with pytest.raises(RefusedError, match="You cannot see"):
        serving.asking().ask_by_link(link, HERE)
    assert serving.asking().ask_by_link(link, replace(HERE, user_id=REQUESTER)).outcome == Outcome.TAKEN


@pytest.mark.parametrize(
    ("host", "said"), [("lab.slack.com", "I am not in that conversation"), ("other.slack.com", "another workspace")]
)
def test_where_the_bot_is_not_it_says_so(serving: World, host: str, said: str) -> None:
    serving.conversations.troubles[CHANNEL] = NoPlaceError("No place.", code="channel_not_found")

    with pytest.raises(RefusedError, match=said):
        serving.asking().ask_by_link(LINK.replace("lab.slack.com", host), HERE)


def test_a_thread_whose_first_message_is_gone_has_nothing_above(serving: World) -> None:
    assert serving.asking().ask_above(CHANNEL, "9.9", REQUESTER) == []


def test_a_message_that_is_gone_is_said(serving: World) -> None:
    with pytest.raises(RefusedError, match="is gone"):
        serving.asking().ask_by_link(LINK, HERE)


def test_a_link_to_something_else_is_said(serving: World) -> None:
    with pytest.raises(UsageError):
        serving.asking().ask_by_link("https://lab.slack.com/archives", HERE)


def test_what_waits_is_dropped_with_its_message(serving: World) -> None:
    serving.asking().shared(a_message())

    assert serving.asking().deleted(CHANNEL, TS) == 1
    assert images(serving)[0].status == UploadStatus.DROPPED
    assert not serving.classification().work_once()


def test_what_was_answered_and_said_stays_when_its_message_goes(serving: World) -> None:
    serving.asking().shared(a_message())
    ends(serving, UploadStatus.ANSWERED)
    answer = serving.stores.answers.rows[f"{CHANNEL}.{TS}"]
    serving.stores.answers.save(replace(answer, reply_ts="3.0"))

    assert serving.asking().deleted(CHANNEL, TS) == 0


def test_what_was_answered_and_not_yet_said_is_not_said_any_more(serving: World) -> None:
    serving.asking().shared(a_message())
    ends(serving, UploadStatus.ANSWERED)

    assert serving.asking().deleted(CHANNEL, TS) == 1


def test_a_message_that_had_no_images_is_nobodys_loss(serving: World) -> None:
    assert serving.asking().deleted(CHANNEL, "9.9") == 0


def test_asking_where_somebody_has_to_choose_says_so(serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))

    assert wish(serving, a_message(channel_id=DIRECT)).outcome == Outcome.UNDECIDED


def test_a_channel_that_tells_its_members_and_not_its_messages_is_none_to_read(
    serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> SharedMessage:
        raise NoPlaceError("No place.", code="not_in_channel")

    monkeypatch.setattr(type(serving.conversations), "message", refuses)

    with pytest.raises(RefusedError, match="I am not in that conversation"):
        serving.asking().ask_at(CHANNEL, TS, "", REQUESTER)


def test_what_a_worker_comes_to_an_end_with_meanwhile_is_dropped_all_the_same(
    serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.asking().shared(a_message())
    saves, tries = serving.stores.uploads.save, []

    def is_late_once(upload: Upload) -> Upload:
        tries.append(upload)
        if len(tries) == 1:
            raise StaleError("This has just changed.")
        return saves(upload)

    monkeypatch.setattr(serving.stores.uploads, "save", is_late_once)

    assert serving.asking().deleted(CHANNEL, TS) == 1


def test_what_a_worker_has_just_come_to_an_end_with_is_not_dropped(
    serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.asking().shared(a_message())

    def is_late(upload: Upload) -> Upload:
        raise StaleError("This has just changed.")

    monkeypatch.setattr(serving.stores.uploads, "save", is_late)

    assert serving.asking().deleted(CHANNEL, TS) == 0
