"""`/datasets`, its form and its buttons: what is recorded, what is answered, and what is refused where."""

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.access import Access
from bot.domain.jobs import Job
from bot.domain.preparations import Preparation, PreparationStatus
from bot.views import data_set_form, data_set_pages, datasets, training
from tests.builders import (
    APPROVER,
    CHANNEL,
    REQUESTER,
    a_data_set,
    a_preparation,
    a_ready_preparation,
    a_running_job,
)
from tests.unit.handlers.conftest import RESPONSE_URL, TRIGGER, Bot, SlackCalls, bot_of, state
from tests.unit.services.world import World

READY = a_ready_preparation()
PETS = a_data_set(name="pets", made_by=READY.id, classes=("cat", "dog"), train_images=20, validation_images=5)
FORM = data_set_form.add_modal({}, CHANNEL)
DETAILS = data_set_pages.data_set_details_modal(READY)
STRANGER = "U0LIN000001"


@pytest.fixture
def made(world: World) -> Preparation:
    """A data set that the bot has made, beside one that it has not."""
    return has(world, READY, PETS)


def has(world: World, preparation: Preparation, *data_sets: Any) -> Preparation:
    world.stores.preparations.add(preparation)
    world.stores.data_sets.replace([a_data_set(), *data_sets])
    return preparation


@pytest.fixture
def guarded(slack: SlackCalls, world: World) -> Bot:
    """A bot that only some may start things with."""
    world.access = Access(frozenset({REQUESTER}), frozenset({APPROVER}))
    return bot_of(world)


def said(response: BoltResponse) -> str:
    """All words of the reply, which only the asker sees."""
    answer: dict[str, Any] = json.loads(response.body)
    assert (response.status, answer["response_type"]) == (200, "ephemeral")
    return json.dumps(answer, ensure_ascii=False)


def errors_of(response: BoltResponse) -> dict[str, str]:
    answer: dict[str, Any] = json.loads(response.body)
    assert answer["response_action"] == "errors"
    errors: dict[str, str] = answer["errors"]
    return errors


def in_modal(view: dict[str, Any]) -> dict[str, Any]:
    """What a click in a modal has in place of a conversation."""
    return {"view": {**view, "id": "V1"}, "channel": {}, "response_url": ""}


def form_of(slack: SlackCalls, method: str = "views.open") -> dict[str, Any]:
    """What is filled in already in the form that was opened."""
    (opened,) = slack.of(method)
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    return {
        block["block_id"]: block["element"].get("initial_value")
        or block["element"].get("initial_option", {}).get("value")
        for block in view["blocks"]
        if block["type"] == "input"
    }


def asked_for(world: World) -> Preparation:
    (preparation,) = world.stores.preparations.open()
    return preparation


def test_add_records_the_wish_and_says_so_in_one_line(bot: Bot, world: World) -> None:
    answer = said(bot.hears("/datasets add pets s3://team-pictures/pets share=25% seed=7 format=lst resize=256"))

    preparation = asked_for(world)
    assert (preparation.name, preparation.source) == ("pets", "s3://team-pictures/pets/")
    assert (preparation.options.validation_share, preparation.options.seed, preparation.options.resize) == (
        0.25,
        7,
        256,
    )
    assert (preparation.requested_by, preparation.channel_id) == (REQUESTER, CHANNEL)
    assert "Preparing *pets* from `s3://team-pictures/pets/`; its card is on the way." in answer


def test_the_same_add_sent_twice_is_one_wish(bot: Bot, world: World) -> None:
    bot.hears("/datasets add pets s3://team-pictures/pets")
    bot.hears("/datasets add pets s3://team-pictures/pets")

    assert len(world.stores.preparations.recent()) == 1


@pytest.mark.parametrize(
    ("typed", "filled"),
    [
        ("/datasets add", {"name": None, "source": None, "share": "20%", "format": "rec"}),
        ("/datasets add pets", {"name": "pets", "source": None}),
        ("/datasets add pets share=10% format=lst resize=128", {"name": "pets", "share": "10%", "resize": "128"}),
        ("/datasets add s3://team/pets", {"name": None, "source": "s3://team/pets"}),
    ],
)
def test_add_without_all_that_it_needs_opens_the_form(
    bot: Bot, slack: SlackCalls, world: World, typed: str, filled: dict[str, Any]
) -> None:
    response = bot.hears(typed)

    assert (response.status, response.body) == (200, "")
    assert form_of(slack).items() >= filled.items()
    assert world.stores.preparations.recent() == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/datasets add pets s3://team/pets shre=20%", "Did you mean `share`?"),
        ("/datasets add pets shre=20%", "Did you mean `share`?"),
        ("/datasets add pets s3://team/pets share=0", "is no share of the images"),
        ("/datasets add pets team-pictures/pets", "is no S3 address"),
        ("/datasets add pets cats s3://team/pets", "is a word too many"),
        ("/datasets add pets! s3://team/pets", "can't be a data set's name"),
        ("/datasets add emoji s3://team/emoji", "put into the bucket by someone"),
        ("/datasets ad pets s3://team/pets", "Did you mean `add`?"),
        ("/datasets delete pets", "Did you mean `remove`?"),
        ("/datasets s3://team/pets", "`/datasets add NAME s3://team/pets`?"),
        ("/datasets show pets s3://team/pets", "What shall I do with this address?"),
        ("/datasets shw", "Did you mean `show`?"),
        ("/datasets show", "Which data set?"),
        ("/datasets remove", "Which data set?"),
        ("/datasets remove emoji", "put into the bucket by someone"),
        ("/datasets remove zoo", "I don't know a data set `zoo`"),
        ("/datasets show emojy", "Did you mean `emoji`?"),
        ("/datasets show emoji seed=1", "I don't know `seed`"),
        ("/datasets show emoji pets", "`pets` is a word too many"),
    ],
)
def test_a_word_that_is_off_starts_nothing_and_is_answered(bot: Bot, world: World, typed: str, answer: str) -> None:
    assert answer in said(bot.hears(typed))
    assert world.stores.preparations.recent() == []


def test_the_list_shows_what_there_is_and_what_is_being_made(bot: Bot, world: World, made: Preparation) -> None:
    world.stores.preparations.add(a_preparation(id="zoo-id", name="zoo"))
    answer = said(bot.hears("/datasets"))

    assert "3 data sets: zoo, emoji, pets." in answer
    assert "waiting for its turn" in answer
    assert "not made by me" in answer


def test_without_any_the_list_says_how_to_begin(bot: Bot, world: World) -> None:
    world.stores.data_sets.replace([])
    answer = said(bot.hears("/datasets"))

    assert "`/datasets add NAME`" in answer
    assert data_set_pages.ADD in answer


@pytest.mark.parametrize("typed", ["/datasets show pets", "/datasets pets", "/datasets PETS"])
def test_a_name_brings_its_card_and_the_way_to_the_live_one(
    bot: Bot, world: World, slack: SlackCalls, made: Preparation, typed: str
) -> None:
    world.stores.cards.save(replace(world.stores.cards.of(made.id), message_ts="17.1"))
    slack.answers["chat.getPermalink"] = {"ok": True, "permalink": "https://example.slack.com/archives/C1/p17"}
    answer = said(bot.hears(typed))

    assert "pets is ready" in answer
    assert "https://example.slack.com/archives/C1/p17" in answer


def test_a_data_set_made_by_hand_has_a_page(bot: Bot) -> None:
    assert "Somebody put it into the bucket" in said(bot.hears("/datasets show emoji"))


def test_remove_asks_first_and_names_what_goes(bot: Bot, world: World, made: Preparation) -> None:
    answer = said(bot.hears("/datasets remove pets"))

    assert "635 images" in answer
    assert "The source stays as it is." in answer
    assert data_set_pages.REMOVE in answer
    assert world.stores.preparations.open() == []


@pytest.mark.parametrize("typed", ["add pets s3://team/pets", "add pets", "remove pets"])
def test_only_trainers_add_and_remove(guarded: Bot, world: World, made: Preparation, typed: str) -> None:
    guarded.hears(f"/datasets {typed}", STRANGER)

    assert world.stores.preparations.open() == []


def test_everybody_may_look(guarded: Bot, world: World, made: Preparation) -> None:
    assert "pets is ready" in said(guarded.hears("/datasets show pets", STRANGER))


def test_the_form_asks_for_the_same_as_the_command(bot: Bot, world: World) -> None:
    response = bot.gets(FORM, name="pets", source="s3://team/pets", share="10%", seed="3", resize="128", classes="a, b")

    preparation = asked_for(world)
    assert json.loads(response.body) == {"response_action": "clear"}
    assert (preparation.name, preparation.source, preparation.channel_id) == ("pets", "s3://team/pets/", CHANNEL)
    assert (preparation.options.seed, preparation.options.resize) == (3, 128)
    assert preparation.options.classes == ("a", "b")


def test_the_form_takes_zip_files(bot: Bot, world: World) -> None:
    bot.gets(FORM, name="pets", files="cats.zip dogs.zip")

    preparation = asked_for(world)
    assert preparation.file_ids == ("F-cats.zip", "F-dogs.zip")
    assert (
        "2 zip files: cats.zip, dogs.zip"
        in datasets.data_set_card(preparation, world.now).blocks[1]["fields"][0]["text"]
    )


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"name": "pets"}, "source"),
        ({"name": "pets", "source": "s3://team/pets", "files": "cats.zip"}, "files"),
        ({"source": "s3://team/pets"}, "name"),
        ({"name": "our pets", "source": "s3://team/pets"}, "name"),
        ({"name": "emoji", "source": "s3://team/pets"}, "name"),
        ({"name": "pets", "source": "team/pets"}, "source"),
        ({"name": "pets", "source": "s3://team/pets", "share": "many"}, "share"),
    ],
)
def test_what_is_off_in_the_form_is_said_under_its_field(
    bot: Bot, world: World, filled: dict[str, str], field: str
) -> None:
    assert list(errors_of(bot.gets(FORM, **filled))) == [field]
    assert world.stores.preparations.recent() == []


def test_a_name_that_is_being_prepared_is_said_under_the_name(bot: Bot, world: World) -> None:
    has(world, a_preparation())

    assert list(errors_of(bot.gets(FORM, name="pets", source="s3://team/pets"))) == ["name"]


def test_only_trainers_send_the_form(guarded: Bot, world: World) -> None:
    errors_of(guarded.gets(FORM, STRANGER, name="pets", source="s3://team/pets"))

    assert world.stores.preparations.recent() == []


def test_stop_stops_the_preparation(bot: Bot, world: World) -> None:
    preparation = has(world, a_preparation())
    bot.feels(datasets.STOP, preparation.id, APPROVER)

    stopping = world.stores.preparations.get(preparation.id)
    assert (stopping.status, stopping.stopped_by) == (PreparationStatus.STOPPING, APPROVER)


def test_a_late_stop_is_told_what_happened_instead(bot: Bot, slack: SlackCalls, made: Preparation) -> None:
    bot.feels(datasets.STOP, made.id)

    assert "is ready already" in slack.replies[0]["text"]


def test_only_trainers_stop(guarded: Bot, world: World) -> None:
    preparation = has(world, a_preparation())
    guarded.feels(datasets.STOP, preparation.id, STRANGER)

    assert world.stores.preparations.get(preparation.id) == preparation


def test_details_open_with_counts_and_the_way_to_remove_it(bot: Bot, slack: SlackCalls, made: Preparation) -> None:
    bot.feels(datasets.DETAILS, made.id)

    (opened,) = slack.of("views.open")
    assert opened["trigger_id"] == TRIGGER
    assert data_set_pages.REMOVE in json.dumps(opened["view"])


def test_train_opens_the_form_with_what_the_data_set_decides(bot: Bot, slack: SlackCalls, made: Preparation) -> None:
    bot.feels(datasets.TRAIN, made.id)

    filled = form_of(slack)
    assert filled["data_set"] == "pets"
    assert filled["mini_batch_size"] == "20"
    assert filled["more"].splitlines() == ["num_classes=2", "num_training_samples=20", "image_shape=3,224,224"]


def test_that_form_can_be_sent_as_it_is(bot: Bot, world: World, made: Preparation) -> None:
    view = training.train_modal([PETS], data_set_pages.training_words(PETS), CHANNEL)
    response = bot.gets(view)

    (job,) = world.stores.jobs.recent()
    assert (response.status, response.body) == (200, "")
    assert (job.data_set, job.hyperparameters["num_classes"]) == ("pets", "2")


def test_train_says_where_nothing_can_be_trained_on_yet(bot: Bot, world: World, slack: SlackCalls) -> None:
    preparation = has(world, READY)
    bot.feels(datasets.TRAIN, preparation.id)

    assert slack.of("views.open") == []
    assert "cannot be trained on at the moment" in slack.replies[0]["text"]


def test_add_again_opens_the_form_as_it_was_filled_in(bot: Bot, world: World, slack: SlackCalls) -> None:
    failed = a_preparation(
        status=PreparationStatus.FAILED, options=replace(a_preparation().options, seed=9, classes=("a", "b"))
    )
    has(world, failed)
    bot.feels(datasets.AGAIN, failed.id)

    assert form_of(slack).items() >= {"name": "pets", "source": failed.source, "seed": "9", "classes": "a, b"}.items()


def test_files_are_not_filled_in_again(bot: Bot, world: World, slack: SlackCalls) -> None:
    failed = a_preparation(status=PreparationStatus.FAILED, source="cats.zip", file_ids=("F1",))
    has(world, failed)
    bot.feels(datasets.AGAIN, failed.id)

    assert form_of(slack)["source"] is None


def test_the_form_for_training_leads_to_the_first_data_set(bot: Bot, slack: SlackCalls) -> None:
    empty = training.train_modal([], {}, CHANNEL)
    bot.feels(data_set_pages.ADD, "add", **in_modal(empty))

    (pushed,) = slack.of("views.push")
    assert CHANNEL in json.dumps(pushed["view"])


def test_a_data_set_that_is_added_from_the_list_has_its_card_there(bot: Bot, slack: SlackCalls) -> None:
    bot.feels(data_set_pages.ADD, "add")

    (opened,) = slack.of("views.open")
    assert CHANNEL in json.dumps(opened["view"])


def test_the_card_button_of_a_list_brings_the_card(bot: Bot, slack: SlackCalls, made: Preparation) -> None:
    bot.feels(data_set_pages.CARD, "pets")

    (reply,) = slack.replies
    assert (reply["response_type"], reply["replace_original"]) == ("ephemeral", False)
    assert "pets is ready" in reply["text"]


def test_remove_removes_and_takes_the_question_away(
    bot: Bot, world: World, slack: SlackCalls, made: Preparation
) -> None:
    bot.feels(data_set_pages.REMOVE, made.id, APPROVER)

    removing = world.stores.preparations.get(made.id)
    assert (removing.status, removing.stopped_by) == (PreparationStatus.REMOVING, APPROVER)
    (reply,) = slack.replies
    assert (reply["url"], reply["replace_original"]) == (RESPONSE_URL, True)
    assert "Removing *pets*" in reply["text"]


def test_a_removal_in_the_details_is_answered_there(bot: Bot, slack: SlackCalls, made: Preparation) -> None:
    bot.feels(data_set_pages.REMOVE, made.id, **in_modal(DETAILS))

    (updated,) = slack.of("views.update")
    assert "Removing *pets*" in json.dumps(updated["view"])


@pytest.mark.parametrize("place", [in_modal(DETAILS), {}])
def test_a_refused_removal_says_why_where_it_was_asked(
    bot: Bot, world: World, slack: SlackCalls, made: Preparation, place: dict[str, Any]
) -> None:
    job: Job = a_running_job(data_set="pets")
    world.has_job(job)
    bot.feels(data_set_pages.REMOVE, made.id, **place)

    assert "is training on" in json.dumps([slack.of("views.update"), slack.replies])
    assert world.stores.preparations.get(made.id) == made


def test_only_trainers_remove(guarded: Bot, world: World, slack: SlackCalls, made: Preparation) -> None:
    guarded.feels(data_set_pages.REMOVE, made.id, STRANGER, **in_modal(DETAILS))

    assert world.stores.preparations.get(made.id) == made
    assert len(slack.of("views.update")) == 1


def test_home_shows_what_is_being_made(bot: Bot, world: World, slack: SlackCalls) -> None:
    has(world, a_preparation())
    bot.learns(type="app_home_opened", user=REQUESTER, tab="home")

    (published,) = slack.of("views.publish")
    assert "Preparing pets" in json.dumps(published["view"])


def test_the_form_reads_as_slack_sends_it_untouched(bot: Bot) -> None:
    with pytest.raises(Exception, match="Give it a name"):
        data_set_form.read_add_modal(state(FORM, {}))
