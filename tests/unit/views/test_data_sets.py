"""What a data set's card, its notes and its pages say."""

from dataclasses import replace

import pytest

from bot.domain.checks import EFFECTS, Effect, Finding, Rule
from bot.domain.preparations import ClassCount, PreparationStatus, Progress, Summary
from bot.errors import FieldError
from bot.views import data_rules, data_set_form, data_set_pages, datasets
from tests.builders import NOW, a_data_set, a_preparation, a_ready_preparation, minutes
from tests.unit.views.data_set_examples import MANY, PREPARING, READY
from tests.unit.views.screens import actions, said

SINGLE = [rule for rule in Rule if EFFECTS[rule] in (Effect.LEFT_OUT, Effect.CONVERTED, Effect.NOTE)]


def preparing(found: int | None, checked: int) -> datasets.Preparation:
    progress = Progress(found=found, checked=checked, began_at=NOW)
    return a_preparation(status=PreparationStatus.PREPARING, progress=progress)


@pytest.mark.parametrize("rule", SINGLE)
def test_every_rule_on_single_images_has_words_for_one_and_for_several(rule: Rule) -> None:
    one, several = data_rules.WORDS[rule]

    assert "-" not in (one + several).replace("16-bit", "")


def test_counts_are_in_the_order_of_their_size() -> None:
    by_rule = {Rule.DAMAGED: 1, Rule.DOUBLE: 1, Rule.TOO_SMALL: 4, Rule.TURNED: 9, Rule.ANIMATED: 0}

    assert data_rules.counted(by_rule, Effect.LEFT_OUT) == "4 too small, 1 damaged, 1 double"
    assert data_rules.counted(by_rule, Effect.NOTE) == ""


def test_many_rules_are_summed_up_on_the_card_and_told_in_the_details() -> None:
    by_rule = {rule: 10 for rule in SINGLE if EFFECTS[rule] == Effect.LEFT_OUT}
    preparation = a_ready_preparation(summary=replace(READY.summary, by_rule=by_rule))

    assert "130 for other reasons" in said(datasets.data_set_card(preparation, NOW))
    assert "10 under two classes" in str(data_set_pages.data_set_details_modal(preparation))


def test_a_rule_of_a_newer_program_is_told_by_its_name() -> None:
    assert data_rules.counted({Rule.IMBALANCE: 2}, Effect.WARNING) == "2 imbalance"


def test_of_many_warnings_the_card_has_the_first_and_says_where_the_others_are() -> None:
    findings = tuple(Finding(Rule.FEW_IMAGES, "", f"Warning {number}.") for number in range(9))
    card = said(datasets.data_set_card(a_ready_preparation(summary=replace(READY.summary, warnings=findings)), NOW))

    assert "Warning 3." in card
    assert "Warning 4." not in card
    assert "5 more are under *Details*" in card


@pytest.mark.parametrize(
    ("found", "checked", "seconds", "pace"),
    [
        (5000, 1000, 10, "about 100 images a second · under a minute left"),
        (50_000, 1000, 10, "about 100 images a second · about 9 min left"),
        (20, 10, 20, "under an image a second · under a minute left"),
        (10, 10, 5, "about 2 images a second · writing the rest"),
    ],
)
def test_the_pace_says_how_fast_and_how_long_still(found: int, checked: int, seconds: float, pace: str) -> None:
    assert pace in said(datasets.data_set_card(preparing(found, checked), NOW + minutes(seconds / 60)))


@pytest.mark.parametrize(("found", "checked", "seconds"), [(5000, 1, 1), (5000, 0, 60), (None, 0, 60), (None, 0, -60)])
def test_before_there_is_a_pace_none_is_said(found: int | None, checked: int, seconds: float) -> None:
    card = said(datasets.data_set_card(preparing(found, checked), NOW + minutes(seconds / 60)))

    assert "Pace" not in card


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (PreparationStatus.REQUESTED, {datasets.STOP}),
        (PreparationStatus.PREPARING, {datasets.STOP}),
        (PreparationStatus.STOPPING, set()),
        (PreparationStatus.STOPPED, {datasets.AGAIN}),
        (PreparationStatus.FAILED, {datasets.AGAIN}),
        (PreparationStatus.READY, {datasets.TRAIN, datasets.DETAILS}),
        (PreparationStatus.REMOVING, set()),
        (PreparationStatus.REMOVED, set()),
    ],
)
def test_a_card_offers_what_is_still_possible(status: PreparationStatus, offered: set[str]) -> None:
    card = datasets.data_set_card(a_preparation(status=status, stopped_by="U0GRACE001"), NOW)

    assert actions(card.blocks) == offered


@pytest.mark.parametrize("status", [one for one in PreparationStatus if one != PreparationStatus.READY])
def test_only_what_is_ready_can_be_removed(status: PreparationStatus) -> None:
    view = data_set_pages.data_set_details_modal(a_ready_preparation(status=status))

    assert data_set_pages.REMOVE not in actions(view["blocks"])


@pytest.mark.parametrize(
    ("left_out", "by_rule", "comment"),
    [
        (12, {Rule.DOUBLE: 12}, "12 images were left out; report.csv says which and why."),
        (1, {Rule.DOUBLE: 1}, "1 image was left out; report.csv says which and why."),
        (0, {Rule.TURNED: 3}, "3 images were changed; report.csv says which and how."),
        (0, {Rule.EXTENSION: 3}, "report.csv says what was noted of single images."),
        (0, {}, ""),
        (0, {Rule.DOUBLE: 0}, ""),
    ],
)
def test_the_line_above_the_report_says_what_is_in_it(left_out: int, by_rule: dict[Rule, int], comment: str) -> None:
    preparation = a_ready_preparation(progress=Progress(left_out=left_out), summary=Summary(by_rule=by_rule))

    assert datasets.report_comment(preparation, "report.csv") == comment


def test_the_channel_hears_of_ends_that_nobody_asked_for() -> None:
    heard = {status for status in PreparationStatus if datasets.is_news(a_preparation(status=status))}

    assert heard == {PreparationStatus.READY, PreparationStatus.FAILED}


@pytest.mark.parametrize("status", PreparationStatus)
def test_an_end_is_told_once_it_is_one(status: PreparationStatus) -> None:
    preparation = a_preparation(status=status)

    assert (datasets.finished_note(preparation) is None) == preparation.open


@pytest.mark.parametrize(
    ("addresses", "folder"),
    [
        (["s3://b/x/1/train/", "s3://b/x/1/validation/"], "s3://b/x/1/"),
        (["s3://b/x/1/train/train.rec", "s3://b/x/1/train/validation.rec"], "s3://b/x/1/train/"),
        (["s3://b/x/train/"], "s3://b/x/train/"),
        (["s3://b/train/", "s3://other/validation/"], "s3://b/train/"),
        ([], ""),
    ],
)
def test_the_card_names_the_one_folder_in_which_all_lies(addresses: list[str], folder: str) -> None:
    assert datasets.shared_folder(addresses) == folder


def test_classes_beyond_what_a_modal_holds_are_counted() -> None:
    view = str(data_set_pages.data_set_details_modal(MANY))

    assert "letter 199" in view
    assert "letter 200 " not in view
    assert "And 57 more classes with" in view


def test_a_long_list_says_how_to_reach_the_rest() -> None:
    known = [(a_data_set(name=f"set-{number}"), None) for number in range(31)]

    assert "11 more" in said(data_set_pages.data_set_list(known))


def test_what_was_asked_for_can_be_asked_for_again() -> None:
    asked = a_preparation(options=MANY.options, source="s3://team/letters/")
    view = data_set_form.add_modal(data_set_form.again(asked), "C1")
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}

    assert {
        name: elements[name]["initial_value"] for name in ("name", "source", "share", "seed", "resize", "quality")
    } == {
        "name": "pets",
        "source": "s3://team/letters/",
        "share": "25%",
        "seed": "7",
        "resize": "224",
        "quality": "90",
    }
    assert elements["format"]["initial_option"]["value"] == "lst"


def test_files_that_were_chosen_twice_count_once() -> None:
    files = [{"id": "F1", "name": "cats.zip"}, {"id": "F1", "name": "cats.zip"}, {"id": "F2"}]
    values = {
        "name": {"value": {"type": "plain_text_input", "value": "pets"}},
        "files": {"value": {"type": "file_input", "files": files}},
    }

    assert data_set_form.read_add_modal(values) == ({"name": "pets", "source": "cats.zip, F2"}, ("F1", "F2"))


def test_an_empty_file_input_has_no_files() -> None:
    values = {
        "name": {"value": {"type": "plain_text_input", "value": "pets"}},
        "source": {"value": {"type": "plain_text_input", "value": "s3://b/x"}},
        "files": {"value": {"type": "file_input", "files": None}},
    }

    assert data_set_form.read_add_modal(values) == ({"name": "pets", "source": "s3://b/x"}, ())


def test_both_sources_are_one_too_many() -> None:
    values = {
        "name": {"value": {"type": "plain_text_input", "value": "pets"}},
        "source": {"value": {"type": "plain_text_input", "value": "s3://b/x"}},
        "files": {"value": {"type": "file_input", "files": [{"id": "F1"}]}},
    }

    with pytest.raises(FieldError) as refused:
        data_set_form.read_add_modal(values)
    assert refused.value.field == "files"


def test_a_data_set_without_any_findings_left_nothing_out() -> None:
    summary = Summary(classes=(ClassCount("cat", 1, 1), ClassCount("dog", 1, 1)))
    card = said(datasets.data_set_card(a_ready_preparation(summary=summary, progress=Progress(found=4)), NOW))

    assert "*Left out*\\nnothing" in card
    assert "Worth a look" not in card


def test_while_it_is_prepared_the_first_line_counts() -> None:
    card = datasets.data_set_card(PREPARING, NOW)

    assert card.text == "Preparing pets: 1,240 of 5,000 checked, 12 left out."
