"""What every store of answers does, the fake's included: who is behind, when it is due, and what raises it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bot.domain import answers
from bot.domain.channel_settings import ChannelSettings
from bot.domain.uploads import UploadStatus
from tests.integration.database.examples import NOW, an_answer, an_upload, later


def shown(stores: Any) -> None:
    """The answer as it is stands in Slack."""
    claimed = stores.answers.claim(later(100), 60)
    stores.answers.save(replace(claimed, shown=claimed.wanted, tries=0, due_at=later(100), reply_ts="2.0"))


def test_an_answer_is_due_when_its_note_is(stores: Any) -> None:
    stores.uploads.add(an_answer(due_at=later(1)), [an_upload()])

    assert stores.answers.next_due() == later(1)
    assert stores.answers.claim(NOW, 60) is None
    assert stores.answers.claim(later(1), 60).id == an_answer().id


def test_a_claimed_answer_is_nobody_elses_until_the_claim_ends(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    stores.answers.claim(NOW, 60)

    assert stores.answers.claim(later(59), 60) is None
    assert stores.answers.claim(later(60), 60).tries == 2


def test_a_claim_of_an_answer_that_is_renewed_holds_for_longer(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.answers.claim(NOW, 60)
    stores.answers.renew([claimed.id], later(100))

    assert stores.answers.claim(later(99), 60) is None
    assert stores.answers.claim(later(100), 60).tries == 2


def test_renewing_does_not_claim_an_answer_that_was_saved_meanwhile(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.answers.claim(NOW, 60)
    stores.answers.save(replace(claimed, due_at=later(10)))
    stores.answers.renew([claimed.id], later(100))

    assert stores.answers.claim(later(10), 60) is not None


def test_an_answer_that_slack_shows_as_it_is_is_not_behind(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    shown(stores)

    assert stores.answers.claim(later(1000), 60) is None
    assert stores.answers.next_due() is None
    assert stores.answers.get(an_answer().id).reply_ts == "2.0"


def test_what_becomes_of_an_image_puts_its_answer_behind(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2)])
    shown(stores)
    stores.uploads.save(replace(stores.uploads.get(an_upload(1).id), status=UploadStatus.ANSWERED))

    assert stores.answers.claim(later(100), 60) is not None


def test_an_answer_none_of_whose_images_is_open_is_due_at_once(stores: Any) -> None:
    far = later(10**8)
    stores.uploads.add(an_answer(due_at=far), [an_upload(1), an_upload(2)])
    stores.uploads.save(an_upload(1, status=UploadStatus.ANSWERED))
    assert stores.answers.next_due() == far
    stores.uploads.save(an_upload(2, status=UploadStatus.REFUSED))

    assert stores.answers.next_due() < far


def test_a_change_while_slack_is_being_told_is_not_lost(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.answers.claim(NOW, 60)
    stores.uploads.save(an_upload(status=UploadStatus.ANSWERED))
    stores.answers.save(answers.shown(claimed, [an_upload()], later(10)))

    assert stores.answers.claim(later(10**9), 60) is not None


def test_images_that_come_later_belong_to_the_answer_that_is_there(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1)])
    shown(stores)
    stores.uploads.add(an_answer(), [an_upload(2)])

    assert [one.file_id for one in stores.uploads.of(an_answer().id)] == ["F1", "F2"]
    assert stores.answers.get(an_answer().id).reply_ts == "2.0"
    assert stores.answers.next_due() is not None


def test_images_in_hand_are_counted_by_their_endpoints(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2), an_upload(3, endpoint_name="other")])
    stores.uploads.claim(NOW, 60)
    stores.uploads.claim(NOW, 60)

    assert dict(stores.uploads.in_hand(NOW)) == {"Emoji-live": 2, "other": 0}
    assert dict(stores.uploads.in_hand(later(61))) == {"Emoji-live": 0, "other": 0}


def test_no_more_of_an_endpoints_images_are_in_hand_than_it_has_room_for(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2), an_upload(3, endpoint_name="other")])
    rooms = {"Emoji-live": 1, "other": 0}

    assert stores.uploads.next_due(["Emoji-live"]) == NOW
    assert stores.uploads.claim(NOW, 60, rooms).file_id == "F1"
    assert stores.uploads.claim(NOW, 60, rooms) is None
    assert stores.uploads.claim(later(61), 60, rooms).file_id == "F1"
    stores.uploads.save(replace(stores.uploads.get(an_upload(1).id), status=UploadStatus.ANSWERED))
    assert stores.uploads.claim(later(61), 60, rooms).file_id == "F2"


def test_that_room_is_kept_whoever_claims_at_once(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(number, place=number) for number in range(1, 13)])
    with ThreadPoolExecutor(12) as pool:
        claimed = list(pool.map(lambda _: stores.uploads.claim(NOW, 60, {"Emoji-live": 5}), range(12)))

    assert len({one.id for one in claimed if one}) == 5


def test_nobody_waits_for_anothers_hundred(stores: Any) -> None:
    burst = [an_upload(number, place=number - 1) for number in range(1, 5)]
    stores.uploads.add(an_answer(), burst)
    stores.uploads.claim(NOW, 60)
    others = an_upload(7, answer_id="C2.1", channel_id="C2", received_at=later(1))
    stores.uploads.add(an_answer(7, id="C2.1", channel_id="C2"), [others])

    assert [stores.uploads.claim(later(2), 60).file_id for _ in range(4)] == ["F7", "F2", "F3", "F4"]
    assert stores.uploads.ahead(stores.uploads.get(others.id)) == 1
    assert stores.uploads.ahead(stores.uploads.get(burst[3].id)) == 1


def test_what_begins_anew_gets_in_line_behind_what_others_shared_meanwhile(stores: Any) -> None:
    again = [an_upload(number, place=number - 1, status=UploadStatus.REFUSED) for number in (1, 2, 3)]
    stores.uploads.add(an_answer(), again)
    others = [an_upload(7, answer_id="C2.1", channel_id="C2", received_at=later(1), place=0)]
    stores.uploads.add(an_answer(7, id="C2.1", channel_id="C2"), others)
    for one in again:
        stores.uploads.save(replace(stores.uploads.get(one.id), status=UploadStatus.RECEIVED))

    assert [stores.uploads.claim(later(2), 60).file_id for _ in range(4)] == ["F1", "F7", "F2", "F3"]


def test_what_is_in_line_keeps_its_turn_when_more_is_known_of_it(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2, place=1)])
    stores.uploads.save(replace(stores.uploads.claim(NOW, 60), size=1))

    assert stores.uploads.claim(NOW, 60).file_id == "F1"


def test_two_messages_of_one_person_keep_their_order(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2, place=1)])
    stores.uploads.add(an_answer(7, id="C1.7"), [an_upload(3, answer_id="C1.7", received_at=later(1))])

    assert [stores.uploads.claim(later(2), 60).file_id for _ in range(3)] == ["F1", "F2", "F3"]


def test_when_an_endpoint_answers_again_what_waits_for_it_is_due(stores: Any) -> None:
    waiting = [an_upload(number, status=UploadStatus.WAITING, due_at=later(60)) for number in (1, 2)]
    stores.uploads.add(an_answer(), [*waiting, an_upload(3, endpoint_name="other", due_at=later(60))])

    assert stores.uploads.hasten("Emoji-live", later(1)) == 2
    assert {stores.uploads.claim(later(1), 60).file_id for _ in range(2)} == {"F1", "F2"}
    assert stores.uploads.claim(later(1), 60) is None


def test_it_is_known_when_a_release_answered_the_last_time(stores: Any) -> None:
    done = an_upload(1, status=UploadStatus.ANSWERED, release="r1", settled_at=later(3))
    stores.uploads.add(an_answer(), [done, an_upload(2, status=UploadStatus.FAILED, release="r2", settled_at=later(9))])

    assert dict(stores.uploads.last_answered(["r1", "r2"])) == {"r1": later(3)}


def test_what_slack_did_not_take_of_a_settled_answer_waits(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(status=UploadStatus.ANSWERED)])
    claimed = stores.answers.claim(NOW, 60)
    stores.answers.save(answers.delayed(claimed, later(10**9), 30))

    assert stores.answers.claim(later(10**9 + 29), 60) is None
    assert stores.answers.claim(later(10**9 + 61), 60) is not None


def test_answers_that_fill_in_are_counted(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1), an_upload(2)])
    stores.uploads.add(an_answer(7, id="C1.7"), [an_upload(3, answer_id="C1.7", status=UploadStatus.ANSWERED)])

    assert stores.answers.filling() == 1


def test_a_channel_that_decided_nothing_has_the_defaults(stores: Any) -> None:
    assert stores.channel_settings.of("C1") == ChannelSettings("C1")


def test_what_a_channel_decides_last_counts(stores: Any) -> None:
    stores.channel_settings.save(ChannelSettings("C1", converts=True))
    stores.channel_settings.save(ChannelSettings("C1", keep_days=90))

    assert stores.channel_settings.of("C1") == ChannelSettings("C1", converts=False, keep_days=90)
