"""Trying again and converting: anybody may, at once and twice, and an image is looked at once more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.image_rules import MAX_BYTES, ImageFacts
from bot.domain.sharing import SharedFile, SharedMessage
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import PlatformError, WrongStateError
from tests.builders import APPROVER, CHANNEL, REQUESTER, an_endpoint
from tests.unit.services.world import World

URL = "https://files.slack.com/files-pri/T0-F1/fox.png"
ANSWER = f"{CHANNEL}.1.0"
PHOTO = ImageFacts("HEIC", 4032, 3024, 1000)


@pytest.fixture
def serving(world: World) -> World:
    """Somebody shared three images in a channel that an endpoint answers."""
    world.has_endpoint(an_endpoint())
    world.hosting.says("emoji-live", EndpointStatus.IN_SERVICE)
    world.hosting.answers["emoji-live"] = [0.04, 0.01, 0.0, 0.94, 0.0, 0.01, 0.0]
    world.stores.routes.set(CHANNEL, "emoji-live")
    world.files.kept[URL] = b"a fox"
    shares(world)
    return world


def shares(world: World, size: int = 48_213, ts: str = "1.0") -> None:
    files = tuple(SharedFile(f"F{number}", "fox.png", URL, size, mimetype="image/png") for number in range(3))
    world.classification().receive(SharedMessage(CHANNEL, REQUESTER, ts, ts, files))


def works(world: World) -> list[str]:
    while world.classification().work_once():
        pass
    return [str(one.status) for one in images(world)]


def images(world: World) -> list[Upload]:
    return world.stores.uploads.of(ANSWER)


def test_what_failed_is_looked_at_again_and_what_was_answered_is_not(serving: World) -> None:
    serving.hosting.fails("invoke", PlatformError("The model failed.", code="ModelError"))
    assert works(serving) == ["failed", "answered", "answered"]

    assert serving.repeating().try_again(ANSWER, APPROVER) == 1
    assert works(serving) == ["answered"] * 3


def test_a_second_click_is_told_that_it_is_being_done(serving: World) -> None:
    serving.hosting.fails("invoke", PlatformError("The model failed.", code="ModelError"))
    works(serving)
    serving.repeating().try_again(ANSWER, APPROVER)

    with pytest.raises(WrongStateError, match="looking at it again already"):
        serving.repeating().try_again(ANSWER, REQUESTER)
    works(serving)
    with pytest.raises(WrongStateError, match="answered meanwhile"):
        serving.repeating().try_again(ANSWER, REQUESTER)


def test_who_clicks_in_the_same_moment_is_told_that_it_is_being_done(
    serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.hosting.fails("invoke", PlatformError("The model failed.", code="ModelError"))
    works(serving)
    before = images(serving)
    serving.repeating().try_again(ANSWER, APPROVER)
    monkeypatch.setattr(serving.stores.uploads, "of", lambda _: before)

    with pytest.raises(WrongStateError, match="looking at it again already"):
        serving.repeating().try_again(ANSWER, REQUESTER)


def test_where_the_endpoint_is_gone_the_channels_new_one_is_asked(serving: World) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), status=EndpointStatus.DELETED))
    assert works(serving) == ["failed"] * 3
    serving.has_endpoint(an_endpoint(id="next", name="emoji-next"))
    serving.hosting.says("emoji-next", EndpointStatus.IN_SERVICE)
    serving.hosting.answers["emoji-next"] = serving.hosting.answers["emoji-live"]
    serving.stores.routes.set(CHANNEL, "emoji-next")
    serving.repeating().try_again(ANSWER, APPROVER)

    assert works(serving) == ["answered"] * 3
    assert {one.release for one in images(serving)} == {"next"}


def test_where_no_endpoint_answers_any_more_a_click_is_told_so(serving: World) -> None:
    serving.stores.endpoints.save(replace(an_endpoint(), status=EndpointStatus.DELETED))
    works(serving)

    with pytest.raises(WrongStateError, match="no other endpoint answers here"):
        serving.repeating().try_again(ANSWER, APPROVER)


def test_a_format_that_the_model_does_not_read_is_converted_for_whoever_asks(serving: World) -> None:
    serving.images.facts = PHOTO
    assert works(serving) == ["refused"] * 3
    assert serving.repeating().convert(images(serving)[0].id, APPROVER) == 1
    assert works(serving) == ["answered", "refused", "refused"]
    assert images(serving)[0].made == "converted from HEIC"

    assert serving.repeating().convert_all(ANSWER, APPROVER) == 2
    assert works(serving) == ["answered"] * 3


def test_a_rule_that_conversion_does_not_meet_is_not_tried_again(serving: World) -> None:
    serving.images.facts = ImageFacts("PNG", 10, 10, 1000)
    works(serving)

    with pytest.raises(WrongStateError):
        serving.repeating().convert_all(ANSWER, APPROVER)


def test_a_channel_may_have_its_images_converted_unasked(serving: World) -> None:
    settings = serving.stores.channel_settings
    settings.save(replace(settings.of(CHANNEL), converts=True))
    serving.images.facts = PHOTO

    assert works(serving) == ["answered"] * 3


def test_what_is_too_large_to_be_sent_is_still_fetched_to_be_converted(serving: World) -> None:
    works(serving)
    shares(serving, size=2 * MAX_BYTES, ts="2.0")
    works(serving)
    (first, *_) = serving.stores.uploads.of(f"{CHANNEL}.2.0")
    assert (first.status, first.rule) == (UploadStatus.REFUSED, "too_large")
    serving.images.facts = ImageFacts("JPEG", 4000, 4000, 2 * MAX_BYTES)
    serving.repeating().convert(first.id, APPROVER)
    works(serving)

    assert serving.stores.uploads.get(first.id).made == "saved smaller, from 8.0 MB"


def test_the_pause_before_a_late_click_is_not_counted(serving: World) -> None:
    serving.images.facts = PHOTO
    works(serving)
    serving.passes(minutes=12)
    serving.repeating().convert(images(serving)[0].id, APPROVER)
    serving.passes(seconds=3)
    works(serving)

    assert [one.took for one in images(serving)] == [timedelta(seconds=3), timedelta(0), timedelta(0)]


def test_what_was_forgotten_is_not_looked_at_again(serving: World) -> None:
    serving.images.facts = PHOTO
    works(serving)
    first, *_ = images(serving)
    serving.stores.uploads.save(replace(first, file_id="", url=""))

    assert serving.repeating().convert_all(ANSWER, APPROVER) == 2


def test_the_rows_say_who_wished_it(serving: World, monkeypatch: pytest.MonkeyPatch) -> None:
    serving.hosting.fails("invoke", PlatformError("The model failed.", code="ModelError"))
    works(serving)
    save, wished = serving.stores.uploads.save, []
    monkeypatch.setattr(serving.stores.uploads, "save", lambda one, by="": [wished.append(by), save(one, by)][1])
    message = SharedMessage(CHANNEL, REQUESTER, "1.0", "1.0", (SharedFile("F0", "fox.png", URL, 1),), "U0LIN000001")
    serving.asking().ask(message)

    assert wished == ["U0LIN000001"]
