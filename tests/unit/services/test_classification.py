"""An uploaded image on its way to an answer: each refusal, each wait, each failure, and a crash in between."""

from dataclasses import replace

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.image_rules import MAX_BYTES, ImageFacts, Rule
from bot.domain.predictions import Label
from bot.domain.recipes import RecipeName
from bot.domain.sharing import SharedFile, SharedMessage
from bot.domain.uploads import WITHHELD, Upload, UploadStatus
from bot.errors import BusyError, ChatBusyError, GoneError, PlatformError, RefusedError
from bot.services.classification import CLAIM_SECONDS
from tests.builders import CHANNEL, NOW, REQUESTER, an_endpoint, minutes, serverless_hosting
from tests.fakes.platform import names
from tests.unit.services.world import World

URL = "https://files.slack.com/files-pri/T0-F1/fox.png"
FOX = SharedFile("F1", "fox.png", URL, 48_213)
PROBABILITIES = [0.04, 0.01, 0.0, 0.94, 0.0, 0.01, 0.0]
BUSY = BusyError("The model is waking up.", code="ModelNotReadyException")


def a_message(*files: SharedFile, message_ts: str = "1772443800.000100") -> SharedMessage:
    return SharedMessage(CHANNEL, REQUESTER, message_ts, message_ts, files or (FOX,))


@pytest.fixture
def serving(world: World) -> World:
    """An endpoint answers the images of the channel, and one image was just uploaded."""
    world.has_endpoint(an_endpoint())
    world.hosting.says("emoji-live", EndpointStatus.IN_SERVICE)
    world.hosting.answers["emoji-live"] = PROBABILITIES
    world.stores.routes.set(CHANNEL, "emoji-live")
    world.files.kept[URL] = b"a fox"
    world.classification().receive(a_message())
    return world


def the_upload(world: World) -> Upload:
    (upload,) = world.stores.uploads.shelf.rows.values()
    return upload


def test_a_shared_image_is_recorded_with_all_that_its_answer_needs(serving: World) -> None:
    upload = the_upload(serving)

    assert (upload.file_id, upload.file_name, upload.url, upload.size) == ("F1", "fox.png", URL, 48_213)
    assert (upload.channel_id, upload.user_id) == (CHANNEL, REQUESTER)
    assert serving.stores.answers.get(upload.answer_id).thread_ts == "1772443800.000100"
    assert (upload.endpoint_name, upload.received_at, upload.due_at) == ("emoji-live", NOW, NOW)
    assert serving.stores.wakeup.calls == 1


def test_the_same_event_again_records_nothing_and_wakes_nobody(serving: World) -> None:
    assert serving.classification().receive(a_message()) == 0
    assert serving.stores.wakeup.calls == 1


def test_the_same_file_shared_twice_is_answered_in_each_place(serving: World) -> None:
    assert serving.classification().receive(a_message(message_ts="2.0")) == 1
    while serving.classification().work_once():
        pass

    answered = serving.stores.uploads.shelf.rows.values()
    assert {(one.answer_id, one.status) for one in answered} == {
        (f"{CHANNEL}.1772443800.000100", UploadStatus.ANSWERED),
        (f"{CHANNEL}.2.0", UploadStatus.ANSWERED),
    }


def test_several_images_of_one_message_are_several_uploads(serving: World) -> None:
    cat, dog = SharedFile("F2", "cat.png", URL, 1), SharedFile("F3", "dog.png", URL, 1)

    assert serving.classification().receive(a_message(cat, dog, message_ts="2.0")) == 2


def test_a_channel_without_an_endpoint_is_left_alone(world: World) -> None:
    assert world.classification().receive(a_message()) == 0
    assert world.stores.uploads.shelf.rows == {}


def test_a_message_whose_files_are_no_pictures_is_left_alone(serving: World) -> None:
    assert serving.classification().receive(replace(a_message(), files=())) == 0


def test_an_image_is_answered_with_the_likeliest_classes(serving: World) -> None:
    assert serving.classification().work_once()

    upload = the_upload(serving)
    assert upload.status == UploadStatus.ANSWERED
    assert upload.prediction is not None
    assert upload.prediction.labels[0] == Label("faces", 0.94)
    assert upload.prediction.seconds == 0.25


def test_an_image_comes_to_the_model_as_its_recipe_takes_it(serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="another", name="jpeg-only", recipe=RecipeName.PYTORCH_RESNET))
    serving.hosting.says("jpeg-only", EndpointStatus.IN_SERVICE)
    serving.hosting.answers["jpeg-only"] = PROBABILITIES
    serving.classification().work_once()
    serving.stores.routes.set(CHANNEL, "jpeg-only")
    serving.classification().receive(a_message(message_ts="1772443900.000100"))
    serving.classification().work_once()

    assert serving.hosting.invoked == [
        ("emoji-live", b"a fox", "image/png"),
        ("jpeg-only", b"a JPEG of a fox", "image/jpeg"),
    ]


def test_each_image_is_answered_once(serving: World) -> None:
    serving.classification().work_once()

    assert not serving.classification().work_once()


def test_without_uploads_there_is_nothing_to_do(world: World) -> None:
    assert not world.classification().work_once()


def test_what_is_too_large_is_refused_before_it_is_fetched(serving: World) -> None:
    serving.classification().receive(a_message(replace(FOX, id="F2", size=MAX_BYTES + 1), message_ts="0.1"))
    serving.classification().work_once()
    serving.classification().work_once()

    assert sorted(upload.status for upload in serving.stores.uploads.shelf.rows.values()) == ["answered", "refused"]
    assert serving.files.fetched == [URL]


def test_what_breaks_a_rule_is_refused_without_asking_the_model(serving: World) -> None:
    serving.images.facts = ImageFacts("GIF", 640, 480, 1000)
    serving.classification().work_once()

    assert the_upload(serving).status == UploadStatus.REFUSED
    assert (the_upload(serving).rule, "GIF" in the_upload(serving).problem) == (Rule.FORMAT, True)
    assert "invoke" not in names(serving.hosting.calls)


def test_a_file_that_slack_does_not_give_is_refused(serving: World) -> None:
    serving.files.kept[URL] = RefusedError("The file is no longer there.")
    serving.classification().work_once()

    assert the_upload(serving).problem == "The file is no longer there."


def test_a_model_that_knows_other_classes_is_told_of(serving: World) -> None:
    serving.hosting.answers["emoji-live"] = [1.0]
    serving.classification().work_once()

    assert (the_upload(serving).status, the_upload(serving).problem) == (
        UploadStatus.FAILED,
        "The model's answer does not fit: it should know 7 classes, and answered as one of 1 would.",
    )


@pytest.mark.parametrize(
    "error", [PlatformError("The model failed.", code="ModelError"), GoneError("AWS does not know it.")]
)
def test_a_model_that_fails_is_told_of_and_not_tried_again(serving: World, error: PlatformError) -> None:
    serving.hosting.fails("invoke", error)
    serving.classification().work_once()

    assert (the_upload(serving).status, the_upload(serving).problem) == (UploadStatus.FAILED, error.sentences)
    assert not serving.classification().work_once()


@pytest.mark.parametrize("status", [EndpointStatus.DELETING, EndpointStatus.FAILED])
def test_an_endpoint_out_of_service_is_told_of(serving: World, status: EndpointStatus) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), status=status))
    serving.classification().work_once()

    assert the_upload(serving).problem == "The endpoint emoji-live is no longer in service."


def test_an_endpoint_that_is_gone_is_told_of(serving: World) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), status=EndpointStatus.DELETED))
    serving.classification().work_once()

    assert the_upload(serving).status == UploadStatus.FAILED


def test_an_image_that_crashes_every_process_is_given_up(serving: World) -> None:
    while (claimed := serving.stores.uploads.claim(serving.now, CLAIM_SECONDS)) and claimed.tries < 9:
        serving.passes(seconds=CLAIM_SECONDS)
    serving.passes(seconds=CLAIM_SECONDS)
    serving.classification().work_once()

    assert the_upload(serving).status == UploadStatus.FAILED
    assert "several times" in the_upload(serving).problem
    assert serving.files.fetched == []


def test_a_model_that_never_wakes_up_is_given_up(serving: World) -> None:
    for _ in range(20):
        serving.hosting.fails("invoke", BUSY)
        serving.classification().work_once()
        serving.passes(minutes=1)

    assert the_upload(serving).status == UploadStatus.FAILED


def test_a_file_that_slack_cannot_give_now_is_tried_again(serving: World) -> None:
    serving.files.kept[URL] = ChatBusyError("Slack did not send the file.")
    serving.classification().work_once()
    assert the_upload(serving).problem == WITHHELD
    serving.files.kept[URL] = b"a fox"
    serving.passes(seconds=1)
    serving.classification().work_once()

    assert the_upload(serving).status == UploadStatus.ANSWERED


def test_what_a_dead_process_had_claimed_is_taken_up_when_its_claim_ends(serving: World) -> None:
    assert serving.stores.uploads.claim(serving.now, CLAIM_SECONDS) is not None
    assert not serving.classification().work_once()
    serving.passes(seconds=CLAIM_SECONDS)

    assert serving.classification().work_once()
    assert the_upload(serving).status == UploadStatus.ANSWERED


def test_what_is_being_worked_on_is_not_taken_up_by_another(serving: World, monkeypatch: pytest.MonkeyPatch) -> None:
    classification, others = serving.classification(), []

    def slow(*_: object) -> bytes:
        for _ in range(3):
            serving.passes(seconds=CLAIM_SECONDS - 1)
            classification.renew_claims()
            others.append(serving.stores.uploads.claim(serving.now, CLAIM_SECONDS))
        return b"a fox"

    monkeypatch.setattr(type(serving.files), "fetch", slow)
    classification.work_once()

    assert others == [None, None, None]
    assert the_upload(serving).status == UploadStatus.ANSWERED


def test_what_is_done_is_held_on_to_no_longer(serving: World) -> None:
    classification = serving.classification()
    classification.work_once()
    classification.renew_claims()

    assert serving.stores.uploads.claims == {}


def test_a_worker_sleeps_until_the_next_image_is_due(serving: World) -> None:
    serving.hosting.fails("invoke", BUSY)
    assert serving.classification().seconds_to_next(30) == 0
    serving.classification().work_once()

    assert serving.classification().seconds_to_next(30) == 1
    assert serving.classification().seconds_to_next(0.5) == 0.5


def test_a_worker_without_images_sleeps_as_long_as_it_may(world: World) -> None:
    assert world.classification().seconds_to_next(30) == 30


def test_a_worker_that_is_late_does_not_sleep(serving: World) -> None:
    serving.now = NOW + minutes(5)

    assert serving.classification().seconds_to_next(30) == 0


def test_no_more_images_are_in_hand_than_the_endpoint_takes_at_once(serving: World) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), hosting=serverless_hosting(concurrency=2)))
    files = [replace(FOX, id=f"F{number}") for number in range(5)]
    serving.classification().receive(a_message(*files, message_ts="2.0"))
    for _ in range(2):
        serving.stores.uploads.claim(serving.now, CLAIM_SECONDS)

    assert not serving.classification().work_once()
    assert serving.classification().seconds_to_next(30) == 30


def test_an_endpoint_that_is_taken_does_not_hold_up_another(serving: World) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), hosting=serverless_hosting(concurrency=1)))
    serving.stores.uploads.claim(serving.now, CLAIM_SECONDS)
    serving.classification().receive(a_message(replace(FOX, id="F2"), message_ts="2.0"))
    serving.has_endpoint(an_endpoint(id="another", name="others"))
    serving.hosting.says("others", EndpointStatus.IN_SERVICE)
    serving.hosting.answers["others"] = PROBABILITIES
    serving.stores.routes.set(CHANNEL, "others")
    serving.classification().receive(a_message(replace(FOX, id="F3"), message_ts="3.0"))

    assert serving.classification().work_once()
    assert [name for name, _, _ in serving.hosting.invoked] == ["others"]
