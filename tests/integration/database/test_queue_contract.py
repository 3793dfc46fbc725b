"""What every queue, catalogue, wakeup and tick lock does, the fakes' included."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.predictions import Label, Prediction
from bot.domain.uploads import UploadStatus
from bot.errors import StaleError
from tests.integration.database.examples import NOW, a_data_set, an_answer, an_upload, later


def test_an_upload_that_is_told_of_again_is_not_new(stores: Any) -> None:
    assert stores.uploads.add(an_answer(), [an_upload(1), an_upload(2)]) == 2
    assert stores.uploads.add(an_answer(), [an_upload(2), an_upload(3), an_upload(3)]) == 1
    assert stores.uploads.add(an_answer(), []) == 0


def test_uploads_that_are_due_are_claimed_in_the_order_of_their_turns(stores: Any) -> None:
    stores.uploads.add(
        an_answer(),
        [
            an_upload(1, due_at=later(9)),
            an_upload(2, due_at=later(5), place=1),
            an_upload(3, due_at=later(11), place=2),
        ],
    )

    claimed = [stores.uploads.claim(later(10), 60) for _ in range(3)]

    assert [upload and upload.file_id for upload in claimed] == ["F1", "F2", None]


def test_a_claim_holds_until_its_time_is_over(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])

    assert stores.uploads.claim(NOW, 60).file_id == "F1"
    assert stores.uploads.claim(later(59), 60) is None
    assert stores.uploads.claim(later(60), 60).file_id == "F1"


def test_a_claim_that_is_renewed_holds_for_longer(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.uploads.claim(NOW, 60)
    stores.uploads.renew([claimed.id], later(100))

    assert stores.uploads.claim(later(99), 60) is None
    assert stores.uploads.claim(later(100), 60).file_id == "F1"


def test_renewing_does_not_claim_what_was_saved_meanwhile(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.uploads.claim(NOW, 60)
    stores.uploads.save(replace(claimed, status=UploadStatus.WAITING))
    stores.uploads.renew([claimed.id], later(100))

    assert stores.uploads.claim(later(20), 60) is not None


def test_saving_an_upload_ends_its_claim(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    claimed = stores.uploads.claim(NOW, 60)

    waiting = stores.uploads.save(replace(claimed, status=UploadStatus.WAITING, due_at=later(1)))

    assert stores.uploads.claim(NOW, 60) is None
    assert replace(stores.uploads.claim(later(1), 60), version=0, tries=1) == replace(waiting, version=0)


def test_each_claim_counts_as_a_try(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    stores.uploads.claim(NOW, 60)

    assert stores.uploads.claim(later(60), 60).tries == 2


def test_whoever_is_too_late_with_a_claim_cannot_save_over_the_next_one(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    late = stores.uploads.claim(NOW, 60)
    stores.uploads.claim(later(60), 60)

    with pytest.raises(StaleError):
        stores.uploads.save(replace(late, status=UploadStatus.WAITING))


def test_an_answered_upload_is_never_claimed_again(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload()])
    prediction = Prediction((Label("cat", 0.94), Label("dog", 0.06)), 0.4)

    claimed = stores.uploads.claim(NOW, 60)
    saved = stores.uploads.save(replace(claimed, status=UploadStatus.ANSWERED, prediction=prediction))

    assert saved.prediction == prediction
    assert stores.uploads.claim(later(3600), 60) is None
    assert stores.uploads.next_due() is None


def test_the_next_upload_is_due_when_its_time_comes_or_its_claim_ends(stores: Any) -> None:
    assert stores.uploads.next_due() is None
    stores.uploads.add(an_answer(), [an_upload(1, due_at=later(5)), an_upload(2, due_at=later(7))])
    assert stores.uploads.next_due() == later(5)

    stores.uploads.claim(later(5), 60)
    assert stores.uploads.next_due() == later(7)

    stores.uploads.claim(later(7), 60)
    assert stores.uploads.next_due() == later(65)


def test_a_channel_has_the_endpoint_that_was_set_last(stores: Any) -> None:
    stores.routes.set("C1", "one")
    stores.routes.set("C1", "two")

    assert stores.routes.of("C1") == "two"
    assert stores.routes.of("C2") is None


def test_an_endpoint_that_is_dropped_serves_no_channel(stores: Any) -> None:
    stores.routes.set("C1", "one")
    stores.routes.set("C2", "One")
    stores.routes.set("C3", "two")

    stores.routes.drop("one")

    assert [stores.routes.of(channel_id) for channel_id in ("C1", "C2", "C3")] == [None, None, "two"]


def test_the_data_sets_are_those_found_last_by_name(stores: Any) -> None:
    stores.data_sets.replace([a_data_set("old")])
    stores.data_sets.replace([a_data_set("pets"), a_data_set("emoji", resize=None)])

    known = stores.data_sets.all()

    assert known == {"emoji": a_data_set("emoji", resize=None), "pets": a_data_set("pets")}
    assert list(known) == ["emoji", "pets"]


def test_a_bucket_that_is_emptied_leaves_no_data_set(stores: Any) -> None:
    stores.data_sets.replace([a_data_set()])
    stores.data_sets.replace([])

    assert stores.data_sets.all() == {}


def test_prices_are_those_read_last_for_their_component(stores: Any) -> None:
    stores.prices.replace("training", {"ml.m5.large": 0.1, "ml.old": 1.0})
    stores.prices.replace("hosting", {"ml.m5.large": 0.115})
    stores.prices.replace("training", {"ml.m5.large": 0.12})

    assert stores.prices.hourly("training", "ml.m5.large") == 0.12
    assert stores.prices.hourly("training", "ml.old") is None
    assert stores.prices.hourly("hosting", "ml.m5.large") == 0.115
    assert stores.prices.all("training") == {"ml.m5.large": 0.12}
    assert stores.prices.all("nothing") == {}


def test_a_wakeup_that_nobody_called_waits_until_its_time_is_over(stores: Any) -> None:
    stores.wakeup.wait(0.01)

    assert not stores.wakeup.wait(0.05)


def test_a_call_between_two_waits_is_heard_once(stores: Any) -> None:
    stores.wakeup.wait(0.01)
    stores.wakeup.call()
    stores.wakeup.call()

    assert stores.wakeup.wait(30)
    assert not stores.wakeup.wait(0.3)


def test_the_tick_lock_is_had_by_one_at_a_time(stores: Any) -> None:
    with stores.tick_lock.held() as first, stores.tick_lock.held() as second:
        assert (first, second) == (True, False)
    with stores.tick_lock.held() as again:
        assert again


def test_the_tick_lock_is_free_again_after_a_tick_that_failed(stores: Any) -> None:
    with pytest.raises(ValueError, match="tick"), stores.tick_lock.held():
        raise ValueError("tick")

    with stores.tick_lock.held() as again:
        assert again
