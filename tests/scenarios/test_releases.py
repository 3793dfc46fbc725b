"""A live endpoint gets another model, and goes back: by itself where the new one is no good, or because people want."""

from sandbox.sagemaker.server import LocalAws
from tests.scenarios.operators import aws_client, endpoints_on_aws
from tests.scenarios.room import Lab, Message, Room, plain, until


def _configuration(aws: LocalAws, name: str) -> str:
    with aws_client(aws, "sagemaker") as client:
        return str(client.describe_endpoint(EndpointName=name)["EndpointConfigName"])


def _made(aws: LocalAws, name: str) -> tuple[int, int]:
    """Configurations and models whose names begin like the endpoint's."""
    with aws_client(aws, "sagemaker") as client:
        configurations = client.list_endpoint_configs(NameContains=name)["EndpointConfigs"]
        return len(configurations), len(client.list_models(NameContains=name)["Models"])


def _updated(room: Room, job: str, words: str) -> Message:
    card = room.asked(job, words)
    room.grace.clicks(card, "approval.approve")
    return card


def test_an_endpoint_is_updated_and_rolled_back_with_one_click(lab: Lab, aws: LocalAws) -> None:
    first = lab.room.deployed(lab.job, "as=renewed")
    assert "golden images" in plain(first)
    before = _configuration(aws, "renewed")

    second = lab.room.becomes(_updated(lab.room, lab.job, "as=renewed"), ":large_green_circle: renewed is in service")
    assert _configuration(aws, "renewed") != before
    lab.room.becomes(first, "renewed has a newer release")

    lab.room.grace.clicks(second, "endpoint.roll_back")
    lab.room.becomes(second, "renewed was rolled back")
    lab.room.becomes(first, ":large_green_circle: renewed is in service")
    assert _configuration(aws, "renewed") == before
    until(lambda: _made(aws, "renewed") == (1, 1))


def test_a_release_that_answers_wrongly_goes_back_by_itself_and_the_card_says_why(lab: Lab, aws: LocalAws) -> None:
    lab.room.deployed(lab.job, "to=realtime as=unshaken")
    before = _configuration(aws, "unshaken")
    aws.faults.ail("unshaken", "wrong_answers")
    card = _updated(lab.room, lab.job, "to=realtime as=unshaken")

    card = lab.room.becomes(card, "unshaken answers with the release before")
    assert "golden images right" in plain(card)
    assert _configuration(aws, "unshaken") == before
    lab.room.shows("goes on with the release before", thread_ts=card["ts"])
    assert "unshaken is in service" in lab.room.answer_to(lab.room.ada, "/endpoints unshaken")


def test_an_update_that_aws_takes_back_leaves_the_endpoint_as_it_was(lab: Lab, aws: LocalAws) -> None:
    lab.room.deployed(lab.job, "to=realtime as=sturdy")
    aws.faults.ail("sturdy", "health_check")
    card = _updated(lab.room, lab.job, "to=realtime as=sturdy")

    lab.room.becomes(card, "sturdy answers with the release before")


def test_a_new_endpoint_that_answers_wrongly_is_deleted_again(lab: Lab, aws: LocalAws) -> None:
    aws.faults.ail("unfit", "wrong_answers")
    card = _updated(lab.room, lab.job, "as=unfit")

    card = lab.room.becomes(card, "It was not announced, and is deleted again")
    lab.room.shows(r"unfit is deleted again: ", thread_ts=card["ts"])
    until(lambda: _made(aws, "unfit") == (0, 0))


def test_an_update_to_the_other_kind_is_refused_with_the_way_round(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=one-kind")

    answer = lab.room.answer_to(lab.room.ada, f"/deploy {lab.job} to=realtime as=one-kind")
    assert "one-kind is serverless" in answer
    assert "Deploy under another name" in answer


def test_traffic_is_split_between_two_releases_and_comes_together_again(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    room.deployed(lab.job, "to=realtime as=shared")
    card = room.becomes(_updated(room, lab.job, "to=realtime as=shared"), ":large_green_circle: shared is in service")
    alone = _configuration(aws, "shared")

    assert "Only approvers" in room.answer_to(room.lin, "/endpoints split shared 90/10")
    assert "90 % go to" in room.answer_to(room.grace, "/endpoints split shared 90/10")
    room.becomes(card, "90 % of the images")
    with aws_client(aws, "sagemaker") as client:
        shown = client.describe_endpoint(EndpointName="shared")["ProductionVariants"]
        assert {one["VariantName"]: round(one["CurrentWeight"], 2) for one in shown} == {
            "AllTraffic": 0.9,
            "Challenger": 0.1,
        }
    assert "all of its traffic" in room.answer_to(room.grace, "/endpoints split shared off")
    until(lambda: _configuration(aws, "shared") == alone and _made(aws, "shared") == (2, 2))


def test_the_last_uploads_are_replayed_before_the_decision_and_nothing_is_left_of_it(lab: Lab, aws: LocalAws) -> None:
    room = lab.room
    room.deployed(lab.job, "as=played")
    upload = room.lin.uploads(room.channel, "pizza.png")
    room.shows(r"\d+ %", thread_ts=upload["ts"])
    card = room.asked(lab.job, "as=played-next")

    assert "Replaying the last images" in room.told(room.ada, lambda: room.ada.clicks(card, "approval.replay"))
    room.shows(r"Replayed the last \d+ images?: both models see the same", thread_ts=card["ts"])
    until(lambda: endpoints_on_aws(aws, "replay-") == [] and _made(aws, "replay-") == (0, 0))
    assert "already" in room.told(room.ada, lambda: room.ada.clicks(card, "approval.replay"))
