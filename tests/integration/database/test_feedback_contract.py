"""What every store of opinions, questions and kept pictures does, the fakes' included."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import forgetting, kept_pictures
from bot.domain.channel_settings import ChannelSettings
from bot.domain.feedback import Opinion, Say
from bot.domain.kept_pictures import KeptPicture, KeptStatus
from bot.domain.uploads import UploadStatus
from bot.errors import StaleError
from tests.integration.database.examples import NOW, a_job, an_answer, an_approval, an_upload, later

FIRST = an_upload(1).id
SECOND = an_upload(2).id


def an_opinion(user_id: str = "U1", label: str = "cat", **changes: Any) -> Opinion:
    return replace(Opinion(FIRST, user_id, Say.LABEL, label, NOW), **changes)


def a_kept_picture(**changes: Any) -> KeptPicture:
    picture = KeptPicture(
        id=FIRST,
        channel_id="C1",
        data_set="emoji",
        label="cat",
        class_index=0,
        endpoint_name="emoji-live",
        release="a1",
        model="emoji-7f3a91",
        predicted="dog",
        confidence=0.61,
        labelled_by=("U1",),
        labelled_at=NOW,
        keep_days=90,
        kept_until=later(90 * 86400),
        due_at=NOW,
        held_out=False,
    )
    return replace(picture, **changes)


def kept(stores: Any, **changes: Any) -> KeptPicture:
    stores.kept_pictures.add(a_kept_picture(**changes))
    row = stores.kept_pictures.get(changes.get("id", FIRST))
    lies = kept_pictures.kept(row, f"s3://bucket/{row.id}.png", held_out=row.held_out)
    saved: KeptPicture = stores.kept_pictures.save(lies)
    return saved


def test_each_person_has_one_opinion_of_an_image(stores: Any) -> None:
    assert stores.opinions.give(an_opinion())
    assert stores.opinions.give(an_opinion("U2", "dog", given_at=later(1)))
    assert stores.opinions.give(an_opinion("U1", "dog", given_at=later(2)))

    said = stores.opinions.of([FIRST, SECOND])[FIRST]
    assert [(one.user_id, one.label) for one in said] == [("U2", "dog"), ("U1", "dog")]


def test_saying_the_same_again_is_nothing_new(stores: Any) -> None:
    stores.opinions.give(an_opinion())
    stores.opinions.weighed([an_opinion()])

    assert not stores.opinions.give(an_opinion(given_at=later(5)))
    assert stores.opinions.unweighed() == []


def test_who_may_decide_by_now_decides_by_saying_the_same(stores: Any) -> None:
    stores.opinions.give(an_opinion())
    stores.opinions.weighed([an_opinion()])
    stores.opinions.give(an_opinion(decides=True))

    assert stores.opinions.of([FIRST])[FIRST][0].decides
    assert stores.opinions.unweighed() == [FIRST]


def test_what_was_said_waits_until_it_is_weighed(stores: Any) -> None:
    stores.opinions.give(an_opinion(upload_id=SECOND, given_at=later(1)))
    stores.opinions.give(an_opinion())
    assert stores.opinions.unweighed() == [FIRST, SECOND]

    stores.opinions.weighed(stores.opinions.of([FIRST])[FIRST])

    assert stores.opinions.unweighed() == [SECOND]


def test_what_was_changed_while_it_was_weighed_is_weighed_again(stores: Any) -> None:
    stores.opinions.give(an_opinion())
    read = stores.opinions.of([FIRST])[FIRST]
    stores.opinions.give(an_opinion(label="dog", given_at=later(1)))
    stores.opinions.weighed(read)

    assert stores.opinions.unweighed() == [FIRST]


def test_an_opinion_has_the_answer_shown_anew(stores: Any) -> None:
    stores.uploads.add(an_answer(due_at=NOW), [an_upload(1, status=UploadStatus.ANSWERED)])
    answer = stores.answers.claim(later(0), 60)
    stores.answers.save(replace(answer, shown=answer.wanted))
    stores.opinions.give(an_opinion())

    assert stores.answers.get(an_answer().id).wanted == answer.wanted + 1
    assert stores.answers.claim(later(1), 60) is not None


def test_an_opinion_has_the_endpoints_card_shown_anew(stores: Any) -> None:
    stores.jobs.add(a_job())
    stores.approvals.add(an_approval())
    stores.uploads.add(an_answer(), [an_upload(1, status=UploadStatus.ANSWERED, release=an_approval().id)])
    before = stores.cards.of(an_approval().id).wanted
    stores.opinions.give(an_opinion())
    stores.opinions.give(an_opinion())

    assert stores.cards.of(an_approval().id).wanted == before + 1


def test_a_person_is_given_a_channels_hint_once(stores: Any) -> None:
    asked = [("U1", "C1"), ("U1", "C1"), ("U2", "C1"), ("U1", "C2")]

    assert [stores.opinions.first_hint(*one) for one in asked] == [True, False, True, True]


def test_a_question_is_noted_before_it_is_asked_and_then_where(stores: Any) -> None:
    assert stores.questions.asked(FIRST) is None
    stores.questions.ask(FIRST)
    assert stores.questions.asked(FIRST) == ""
    stores.questions.ask(FIRST, "1700000009.0001")
    assert stores.questions.asked(FIRST) == "1700000009.0001"


def test_questions_that_are_held_keep_their_order_until_they_are_released(stores: Any) -> None:
    for upload_id, seconds in ((SECOND, 1), (FIRST, 2), (SECOND, 3)):
        stores.questions.hold(upload_id, later(seconds))
    assert stores.questions.held() == [SECOND, FIRST]
    assert stores.questions.asked(SECOND) is None

    stores.questions.release(SECOND)

    assert stores.questions.held() == [FIRST]


def test_a_picture_is_wanted_once(stores: Any) -> None:
    assert stores.kept_pictures.add(a_kept_picture())
    assert not stores.kept_pictures.add(a_kept_picture(label="dog"))
    assert stores.kept_pictures.find(FIRST) == a_kept_picture()
    assert stores.kept_pictures.find(SECOND) is None


def test_a_picture_that_moved_meanwhile_is_not_saved(stores: Any) -> None:
    stores.kept_pictures.add(a_kept_picture())
    stores.kept_pictures.save(kept_pictures.leaving(a_kept_picture(), NOW))

    with pytest.raises(StaleError):
        stores.kept_pictures.save(kept_pictures.kept(a_kept_picture(), "s3://bucket/one.png"))


def test_due_is_what_is_wanted_what_goes_and_what_has_been_kept_long_enough(stores: Any) -> None:
    kept(stores)
    rows: tuple[dict[str, Any], ...] = (
        {},
        {"due_at": later(60)},
        {"status": KeptStatus.REMOVING},
        {"status": KeptStatus.UNKEEPABLE, "kept_until": later(5)},
    )
    for number, changes in enumerate(rows, start=2):
        stores.kept_pictures.add(a_kept_picture(id=an_upload(number).id, **changes))

    def due(seconds: float) -> list[str]:
        return sorted(one.id[-2:] for one in stores.kept_pictures.due(later(seconds)))

    assert due(0) == ["F2", "F4"]
    assert due(60) == ["F2", "F3", "F4", "F5"]
    assert due(90 * 86400) == ["F1", "F2", "F3", "F4", "F5"]


def test_pictures_of_channels_that_changed_their_mind_are_out_of_step(stores: Any) -> None:
    kept(stores)
    kept(stores, id=SECOND, channel_id="C2")
    stores.channel_settings.save(ChannelSettings("C1", keep_days=90))
    assert [(one.id, days) for one, days in stores.kept_pictures.out_of_step()] == [(SECOND, 0)]

    stores.channel_settings.save(ChannelSettings("C1", keep_days=30))

    assert [(one.id, days) for one, days in stores.kept_pictures.out_of_step()] == [(FIRST, 30), (SECOND, 0)]


def test_learned_is_what_is_kept_and_not_disputed(stores: Any) -> None:
    kept(stores)
    kept(stores, id=SECOND, disputed=True)
    stores.kept_pictures.add(a_kept_picture(id=an_upload(3).id))

    assert [one.id for one in stores.kept_pictures.learned("emoji")] == [FIRST]
    assert stores.kept_pictures.learned("pets") == []
    assert stores.kept_pictures.data_sets() == ["emoji"]


def test_fresh_is_what_could_be_trained_on_and_no_version_was_considered_for(stores: Any) -> None:
    odd: tuple[dict[str, Any], ...] = ({}, {"held_out": True}, {"disputed": True}, {"data_set": "pets"})
    for number, changes in enumerate(odd, start=1):
        kept(stores, id=an_upload(number).id, **changes)
    assert stores.kept_pictures.fresh(["emoji"]) == 1
    assert stores.kept_pictures.fresh(["emoji", "pets"]) == 2

    stores.kept_pictures.considered([FIRST], "emoji-2")
    assert stores.kept_pictures.fresh(["emoji"]) == 0


def test_all_of_a_data_set_is_what_is_not_on_its_way_out(stores: Any) -> None:
    stores.kept_pictures.add(a_kept_picture())
    kept(stores, id=SECOND, disputed=True)
    stores.kept_pictures.save(kept_pictures.leaving(kept(stores, id=an_upload(3).id), NOW))

    assert [one.id for one in stores.kept_pictures.all_of("emoji")] == [FIRST, SECOND]


def test_a_picture_knows_for_which_version_it_was_considered(stores: Any) -> None:
    kept(stores)
    kept(stores, id=SECOND)
    stores.kept_pictures.considered([FIRST], "emoji-v2")

    assert [one.considered_for for one in stores.kept_pictures.learned("emoji")] == ["emoji-v2", ""]
    assert stores.kept_pictures.versions_with([FIRST]) == []


def test_in_which_versions_a_picture_is_stays_known_when_it_is_gone(stores: Any) -> None:
    picture = kept(stores)
    for name in ("emoji-v3", "emoji-v2", "emoji-v2"):
        stores.kept_pictures.trained([FIRST], name)
    stores.kept_pictures.drop(
        stores.kept_pictures.save(kept_pictures.leaving(stores.kept_pictures.get(picture.id), NOW))
    )

    assert stores.kept_pictures.versions_with([FIRST, SECOND]) == ["emoji-v2", "emoji-v3"]
    assert stores.kept_pictures.versions_with([SECOND]) == []


def test_a_file_is_found_in_every_message_that_shares_it(stores: Any) -> None:
    elsewhere = an_upload(2, file_id="F1", channel_id="C2")
    stores.uploads.add(an_answer(), [an_upload(1), elsewhere, an_upload(3)])

    assert [one.id for one in stores.kept_pictures.of_files(["F1", ""])] == [FIRST, SECOND]


def test_a_manifest_is_behind_what_may_be_in_it(stores: Any) -> None:
    stores.kept_pictures.add(a_kept_picture(id=SECOND))
    assert stores.kept_pictures.behind() == []

    picture = kept(stores)
    (behind,) = stores.kept_pictures.behind()
    stores.kept_pictures.save(kept_pictures.leaving(picture, NOW))
    stores.kept_pictures.written(*behind)
    (still_behind,) = stores.kept_pictures.behind()
    stores.kept_pictures.written(*still_behind)

    assert behind[0] == still_behind[0] == "emoji"
    assert stores.kept_pictures.behind() == []


def test_a_picture_that_lies_nowhere_any_more_has_no_row(stores: Any) -> None:
    leaving = stores.kept_pictures.save(kept_pictures.leaving(kept(stores), NOW, "U9"))
    stores.kept_pictures.drop(leaving)

    assert stores.kept_pictures.find(FIRST) is None
    with pytest.raises(StaleError):
        stores.kept_pictures.drop(leaving)


def test_forgetting_leaves_nothing_that_leads_to_the_picture_and_has_it_removed(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1, status=UploadStatus.ANSWERED), an_upload(2)])
    kept(stores)

    (leaving,) = stores.kept_pictures.forget([an_upload(1), an_upload(2)], "U9")

    assert (leaving.status, leaving.removed_by) == (KeptStatus.REMOVING, "U9")
    assert stores.kept_pictures.get(FIRST).status == KeptStatus.REMOVING
    forgotten, open_one = stores.uploads.get(FIRST), stores.uploads.get(SECOND)
    assert (forgotten.file_id, forgotten.url, forgotten.file_name) == ("", "", forgetting.NAME)
    assert (forgotten.status, open_one.status) == (UploadStatus.ANSWERED, UploadStatus.REFUSED)


def test_who_looks_at_a_picture_while_it_is_forgotten_cannot_save_it(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.uploads.claim(NOW, 60)
    stores.kept_pictures.forget([claimed], "U9")

    with pytest.raises(StaleError):
        stores.uploads.save(claimed)
    assert stores.uploads.claim(later(100), 60) is None


def test_forgetting_twice_is_no_more_than_once(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(1, status=UploadStatus.ANSWERED)])
    kept(stores)
    stores.kept_pictures.forget([an_upload()], "U9")
    once = stores.uploads.get(FIRST)
    stores.kept_pictures.forget([an_upload()], "U8")

    assert stores.uploads.get(FIRST) == once
    assert stores.kept_pictures.get(FIRST).removed_by == "U9"
