"""How releases are named, what an update cannot do, and what a look at AWS makes of one that is updated to."""

from dataclasses import replace

import pytest

from bot.domain import releases
from bot.domain.endpoints import EndpointStatus, HostingSnapshot, realtime
from bot.errors import WrongStateError
from tests.builders import an_endpoint, realtime_hosting, serverless_hosting

BEFORE = an_endpoint(id="before", release="emoji-live-before")
NEXT = an_endpoint(
    id="next", release="emoji-live-next", replaces="before", status=EndpointStatus.UPDATING, in_service_at=None
)
SERVES = EndpointStatus.IN_SERVICE


@pytest.mark.parametrize("name", ["pets", "x" * 63, "x" * 53 + "-" + "y" * 9])
def test_a_releases_name_is_one_that_aws_takes(name: str) -> None:
    release = releases.release_name(name, "0a1b2c3d4e5f")

    assert len(release) <= 63
    assert release.endswith("-0a1b2c3d")
    assert "--" not in release


@pytest.mark.parametrize("status", [one for one in EndpointStatus if one != SERVES])
def test_what_is_not_in_service_is_not_updated(status: EndpointStatus) -> None:
    with pytest.raises(WrongStateError, match="already"):
        releases.check_update(an_endpoint(status=status), serverless_hosting())


@pytest.mark.parametrize(
    ("living", "asked"), [(serverless_hosting(), realtime()), (realtime_hosting(), serverless_hosting())]
)
def test_an_endpoint_does_not_change_its_kind(living: object, asked: object) -> None:
    with pytest.raises(WrongStateError) as refusal:
        releases.check_update(an_endpoint(hosting=living), asked)  # type: ignore[arg-type]

    assert "as=NAME" in refusal.value.next_step


@pytest.mark.parametrize(
    ("snapshot", "status"),
    [
        (HostingSnapshot(SERVES, configuration="emoji-live-before", changing=True), EndpointStatus.UPDATING),
        (HostingSnapshot(SERVES, configuration="emoji-live-next", changing=True), EndpointStatus.UPDATING),
        (HostingSnapshot(SERVES, configuration="emoji-live-next"), EndpointStatus.CHECKING),
        (HostingSnapshot(SERVES, "An alarm went off.", "emoji-live-before"), EndpointStatus.ROLLED_BACK),
        (HostingSnapshot(EndpointStatus.FAILED, "No.", "emoji-live-next"), EndpointStatus.ROLLED_BACK),
        (HostingSnapshot(EndpointStatus.DELETED), EndpointStatus.ROLLED_BACK),
    ],
)
def test_a_look_at_aws_says_how_the_update_goes(snapshot: HostingSnapshot, status: EndpointStatus) -> None:
    assert releases.updated(NEXT, BEFORE, snapshot).status == status


def test_the_reason_for_which_aws_went_back_is_kept() -> None:
    went_back = releases.updated(NEXT, BEFORE, HostingSnapshot(SERVES, "An alarm went off.", "emoji-live-before"))

    assert went_back.failure_reason == "An alarm went off."


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ({"classes": ("cat", "dog")}, True),
        ({"classes": BEFORE.classes}, False),
        ({"classes": ("cat", "dog"), "status": SERVES}, False),
        ({"classes": ("cat", "dog"), "status": EndpointStatus.ROLLING_BACK, "in_service_at": BEFORE.created_at}, True),
    ],
)
def test_between_releases_of_other_classes_nobody_knows_whose_an_answer_is(
    change: dict[str, object], changes: bool
) -> None:
    assert releases.changes_answers([replace(NEXT, **change), BEFORE]) is changes  # type: ignore[arg-type]
