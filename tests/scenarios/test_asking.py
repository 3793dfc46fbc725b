"""Every way to ask for images: shortcut, link, mention, direct message; and files that are not simply there."""

from pathlib import Path

import pytest

from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.scenarios.room import Lab, Message, Room, plain, says, until

SHORTCUT = "classify_images"
ADAS_DIRECT = Workspace.ADA.replace("U", "D", 1)


@pytest.fixture(scope="module")
def shared_served(shared_lab: Lab) -> Room:
    shared_lab.room.deployed(shared_lab.job, "as=asked")
    return shared_lab.room


@pytest.fixture
def served(shared_served: Room, lab: Lab) -> Room:
    """The room with an endpoint that answers the channel's pictures."""
    return shared_served


def answer(room: Room, message: Message, to: Person | None = None) -> str:
    """The answer in the message's thread."""
    person, thread = to or room.ada, message.get("thread_ts") or message["ts"]
    return plain(person.sees(message["channel"], says("validation"), thread_ts=thread, within=90))


def link_to(room: Room, message: Message) -> str:
    assert room.bot
    return room.bot.asking._conversations.link(message["channel"], message["ts"])


def told_in(person: Person, channel: str, pattern: str, thread_ts: str | None = None) -> str:
    def whispered(one: Message) -> bool:
        return bool(one.get("is_ephemeral")) and says(pattern)(one)

    return plain(person.sees(channel, whispered, thread_ts=thread_ts, within=90))


def test_an_older_message_is_answered_by_shortcut_once_its_channel_has_an_endpoint(served: Room) -> None:
    older = served.lin.uploads(Workspace.GENERAL, "pizza.png")
    served.ada.shortcut(Workspace.GENERAL, older, SHORTCUT)
    said = told_in(served.ada, Workspace.GENERAL, "No endpoint answers images in")
    assert "/endpoints route asked here" in said
    assert "asked" in said

    served.answer_to(served.ada, "/endpoints route asked #general")
    served.lin.shortcut(Workspace.GENERAL, older, SHORTCUT)
    told_in(served.lin, Workspace.GENERAL, "asked looks at the image")
    assert "pizza.png" in answer(served, older)

    served.ada.shortcut(Workspace.GENERAL, older, SHORTCUT)
    told_in(served.ada, Workspace.GENERAL, "I have answered .* already")
    assert len(served.replies(older)) == 1
    served.answer_to(served.ada, "/endpoints route off #general")


def test_a_link_leads_to_an_answer_if_the_asker_can_see_the_message(served: Room) -> None:
    thread = served.lin.says(served.channel, "Pictures here")
    message = served.lin.uploads(served.channel, "sushi.png", thread_ts=thread["ts"])
    answer(served, message)
    link = link_to(served, message)
    assert "thread_ts=" in link
    assert "already" in served.answer_to(served.ada, f"/classify {link}")

    served.ada.invites_bot(Workspace.PRIVATE_LAB)
    secret = served.ada.uploads(Workspace.PRIVATE_LAB, "pizza.png")
    assert "You cannot see that conversation" in served.answer_to(served.lin, f"/classify {link_to(served, secret)}")
    assert "No endpoint answers" in served.answer_to(served.grace, f"/classify {link_to(served, secret)}")

    words = served.lin.says(served.channel, "No picture")
    assert "has no images" in served.answer_to(served.lin, f"/classify {link_to(served, words)}")
    elsewhere = "https://elsewhere.slack.com/archives/C0ELSEWHERE/p1772443800000100"
    assert "another workspace" in served.answer_to(served.lin, f"/classify {elsewhere}")
    gone = link_to(served, words)
    served.lin.deletes(words)
    assert "This message is gone" in served.answer_to(served.lin, f"/classify {gone}")


def test_a_mention_asks_for_the_threads_first_image_and_one_beside_an_image_is_answered_once(served: Room) -> None:
    older = served.lin.uploads(Workspace.GENERAL, "pizza.png")
    served.ada.says(Workspace.GENERAL, "@darkroom classify", thread_ts=older["ts"])
    told_in(served.ada, Workspace.GENERAL, "No endpoint answers images in", older["ts"])
    served.answer_to(served.ada, "/endpoints route asked #general")
    served.ada.says(Workspace.GENERAL, "@darkroom classify", thread_ts=older["ts"])
    answer(served, older)

    beside = served.lin.uploads(Workspace.GENERAL, "sushi.png", text="@darkroom what is it?")
    answer(served, beside)
    served.lin.edits(beside, "@darkroom and now?")
    served.answer_to(served.ada, "/endpoints route off #general")
    assert len(served.replies(beside)) == 1


def test_a_direct_message_among_several_is_silent_until_asked_or_routed(served: Room) -> None:
    group = Workspace.TRIO
    silent = served.grace.uploads(group, "pizza.png")
    served.ada.says(group, "@darkroom classify", thread_ts=silent["ts"])
    assert "/endpoints route asked here" in told_in(served.ada, group, "No endpoint answers images in", silent["ts"])
    served.ada.types(group, "/endpoints route asked here")
    told_in(served.ada, group, "asked answers")
    # Slack may tell of a mention there by the message alone.
    served.slack.behaviour.mentions_in_groups = False
    served.ada.says(group, "@darkroom classify", thread_ts=silent["ts"])
    answer(served, silent)
    served.slack.behaviour.mentions_in_groups = True

    routed = served.grace.uploads(group, "sushi.png", text="@darkroom look")
    answer(served, routed)
    assert [sum("validation" in one for one in served.replies(picture)) for picture in (silent, routed)] == [1, 1]
    assert "already" in served.answer_to(served.grace, f"/classify {link_to(served, routed)}")
    assert "You cannot see" in served.answer_to(served.lin, f"/classify {link_to(served, routed)}")
    served.ada.types(group, "/endpoints route off here")
    told_in(served.ada, group, "answers no more images")


def test_a_direct_message_always_asks_and_remembers_which_endpoint_was_chosen(served: Room, lab: Lab) -> None:
    first = served.ada.uploads(ADAS_DIRECT, "pizza.png")
    assert "asked" in answer(served, first)
    served.deployed(lab.job, "as=second")
    second = served.ada.uploads(ADAS_DIRECT, "sushi.png")
    question = served.ada.sees(ADAS_DIRECT, says("Which endpoint"), thread_ts=second["ts"], within=90)
    assert served.bot
    asking = served.bot.asking
    chosen = next(one for one in asking.choices() if one.name == "second")
    served.ada.clicks(question, "classify.endpoint", chosen.id)
    assert "on second" in answer(served, second)
    assert "on second" in answer(served, served.ada.uploads(ADAS_DIRECT, "pizza.png"))
    assert len(served.ada.messages(ADAS_DIRECT, second["ts"])) == 2

    served.answer_to(served.ada, "/endpoints delete second")
    until(lambda: [one.name for one in asking.choices()] == ["asked"])


def test_files_that_are_kept_elsewhere_or_only_hinted_at_are_said_or_answered(served: Room, tmp_path: Path) -> None:
    outside = served.ada.shares_external(served.channel, "https://drive.example.com/cat.png", "cat.png")
    served.shows("is not kept by Slack", thread_ts=outside["ts"])

    partners = served.slack.connect_partner()
    mia = Person(served.slack.url, Workspace.MIA)
    served.answer_to(served.ada, "/endpoints route asked #partners")
    (tmp_path / "notes.txt").write_text("Notes.")
    silent = mia.uploads(partners, tmp_path / "notes.txt")
    theirs = mia.uploads(partners, "sushi.png")
    assert "sushi.png" in answer(served, theirs)
    assert len(served.ada.messages(partners, silent["ts"])) == 1


def test_a_deleted_message_is_not_answered(served: Room) -> None:
    served.slack.faults.add("download", "slow", seconds=2.0)
    message = served.lin.uploads(served.channel, "sushi.png")
    served.lin.deletes(message)
    answer(served, served.lin.uploads(served.channel, "pizza.png"))

    assert served.bot
    until(lambda: served.bot is not None and served.bot.classification.seconds_to_next(60.0) == 60.0)
    assert [one for one in served.ada.messages(served.channel) if one["ts"] == message["ts"]] == []


def test_a_file_that_slack_withholds_is_told_to_the_operators_once(served: Room) -> None:
    served.slack.faults.add("download", "html", times=2)
    first, second = (served.lin.uploads(served.channel, name) for name in ("sushi.png", "pizza.png"))
    for message in (first, second):
        served.shows("Slack does not let me read this file", thread_ts=message["ts"])
        assert not any("doctor" in said for said in served.replies(message))

    direct = Workspace.GRACE.replace("U", "D", 1)
    served.grace.sees(direct, says("a web page in a file's place"), within=90)
    told = [one for one in served.grace.messages(direct) if says("a web page in a file's place")(one)]
    assert len(told) == 1
    served.slack.faults.clear()
    served.lin.shortcut(served.channel, first, SHORTCUT)
    answer(served, first)


def test_a_channel_settles_how_its_pictures_are_treated(served: Room) -> None:
    assert "not converted" in served.answer_to(served.lin, "/classify settings")
    assert "approvers can change this" in served.answer_to(served.lin, "/classify convert on")
    assert "are converted without being asked" in served.answer_to(served.ada, "/classify convert on")
    assert "kept for 90 days" in served.answer_to(served.grace, "/classify keep 90d")
    assert "not kept" in served.answer_to(served.ada, "/classify keep off")
    served.answer_to(served.ada, "/classify convert off")
