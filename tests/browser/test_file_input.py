"""A modal's file input: choosing, dropping, limits, failures, and what the app gets."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.browser.small_bot import Json, SmallBot, file_form

DROP = """(node, name) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["PK"], name));
  node.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: transfer}));
}"""
Asks = Callable[..., Locator]


def file(name: str, size: int = 1_300) -> Json:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": b"PK" + bytes(size - 2)}


@pytest.fixture
def asks(bot: SmallBot, page: Page) -> Asks:
    """asks(filetypes=…, max_files=…): a modal with a file input, open on the page."""

    def ask(**element: object) -> Locator:
        box = page.get_by_role("combobox", name="Message #emoji")
        box.fill("/jobs")
        box.press("Enter")
        bot.client.views_open(trigger_id=bot.next()["trigger_id"], view=file_form(**element))
        dialog = page.get_by_role("dialog", name="Add a data set")
        expect(dialog).to_be_visible()
        return dialog

    return ask


def picker(modal: Locator) -> Locator:
    return modal.get_by_label("Zip files")


def chosen(modal: Locator) -> Locator:
    return modal.get_by_role("list", name="Chosen files").get_by_role("listitem")


def given(bot: SmallBot, modal: Locator) -> list[str]:
    """The names of the files that the app gets when the modal is sent."""
    modal.get_by_role("button", name="Add", exact=True).click()
    return [stored["name"] for stored in bot.next()["view"]["state"]["values"]["zips"]["zips"]["files"]]


def test_chosen_files_are_listed_and_reach_the_app(asks: Asks, bot: SmallBot):
    modal = asks(filetypes=["zip"])
    picker(modal).set_input_files([file("pets.zip"), file("more.ZIP", 2_500_000)])
    expect(chosen(modal)).to_have_text(["pets.zip1 KB", "more.ZIP2.5 MB"])
    assert given(bot, modal) == ["pets.zip", "more.ZIP"]


def test_a_dropped_file_is_chosen(asks: Asks, bot: SmallBot):
    modal = asks(filetypes=["zip"])
    modal.locator(".file-zone").evaluate(DROP, "dropped.zip")
    expect(chosen(modal)).to_contain_text("dropped.zip")
    assert given(bot, modal) == ["dropped.zip"]


def test_a_removed_file_does_not_reach_the_app_and_the_focus_moves_on(asks: Asks, bot: SmallBot):
    modal = asks()
    picker(modal).set_input_files([file("one.zip"), file("two.zip")])
    expect(modal.get_by_role("progressbar")).to_have_count(0)
    modal.get_by_role("button", name="Remove one.zip").press("Enter")
    expect(modal.get_by_role("button", name="Remove two.zip")).to_be_focused()
    assert given(bot, modal) == ["two.zip"]


def test_a_file_of_another_type_is_refused(asks: Asks):
    modal = asks(filetypes=["zip", "rec"])
    picker(modal).set_input_files(file("holiday.png"))
    expect(modal.get_by_text("holiday.png is not accepted here: only .zip or .rec files are.")).to_be_visible()
    expect(chosen(modal)).to_have_count(0)


def test_files_beyond_the_number_are_left_out(asks: Asks):
    modal = asks(max_files=2)
    picker(modal).set_input_files([file(f"{name}.zip") for name in ("one", "two", "three", "four")])
    expect(chosen(modal)).to_have_count(2)
    expect(modal.get_by_text("Only 2 files can be given here: three.zip, four.zip were left out.")).to_be_visible()


def test_a_single_file_gives_way_to_the_next(asks: Asks, bot: SmallBot):
    modal = asks(max_files=1)
    for name in ("first.zip", "second.zip"):
        picker(modal).set_input_files(file(name))
        expect(chosen(modal)).to_contain_text([name])
    assert given(bot, modal) == ["second.zip"]


def test_a_large_file_is_refused_without_being_read(asks: Asks, tmp_path: Path, page: Page):
    modal = asks()
    large = tmp_path / "large.zip"
    with large.open("wb") as stream:
        stream.truncate(105_000_000)
    picker(modal).set_input_files(large)
    words = "large.zip is too large (105 MB): a file given in a form has at most 10 MB."
    expect(modal.get_by_text(words)).to_be_visible()


def test_a_failed_upload_says_why_and_can_be_tried_again(asks: Asks, bot: SmallBot, page: Page):
    modal = asks()

    def fail(route: Route) -> None:
        route.abort()

    page.route("**/page/give*", fail)
    picker(modal).set_input_files(file("pets.zip"))
    expect(chosen(modal)).to_contain_text("does not answer")
    modal.get_by_role("button", name="Add", exact=True).click()
    expect(modal.get_by_text("Try again with the file that could not be uploaded, or remove it.")).to_be_visible()
    page.unroute("**/page/give*")
    modal.get_by_role("button", name="Try again").click()
    expect(chosen(modal)).to_have_text(["pets.zip1 KB"])
    assert given(bot, modal) == ["pets.zip"]


def test_a_form_waits_for_the_upload(asks: Asks, page: Page):
    modal = asks()
    page.route("**/page/give*", lambda route: None)
    picker(modal).set_input_files(file("pets.zip"))
    expect(modal.get_by_role("progressbar", name="Uploading pets.zip")).to_be_visible()
    modal.get_by_role("button", name="Add", exact=True).click()
    expect(modal.get_by_text("A moment: a file is still being uploaded.")).to_be_visible()
    modal.get_by_role("button", name="Remove pets.zip").click()
    page.unroute("**/page/give*")
    expect(chosen(modal)).to_have_count(0)


def test_a_required_file_is_asked_for(asks: Asks):
    modal = asks()
    modal.get_by_role("button", name="Add", exact=True).click()
    expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    expect(picker(modal)).to_be_focused()


def test_what_was_chosen_survives_an_update_of_the_modal(asks: Asks, bot: SmallBot, slack: LocalSlack):
    modal = asks()
    picker(modal).set_input_files(file("pets.zip"))
    expect(chosen(modal)).to_have_text(["pets.zip1 KB"])
    view = slack.workspace.open_view(Workspace.ADA)
    assert view is not None
    bot.client.views_update(view_id=view["id"], view=file_form(filetypes=["zip"]))
    expect(modal.get_by_text(".zip · up to 10 files · 10 MB each")).to_be_visible()
    assert given(bot, modal) == ["pets.zip"]


def test_a_sample_file_is_given(asks: Asks, bot: SmallBot):
    modal = asks(filetypes=["zip"])
    modal.get_by_role("button", name="Sample files").click()
    modal.get_by_role("button", name="Add emoji small.zip (2.4 MB)").click()
    expect(chosen(modal)).to_have_text(["emoji small.zip2.4 MB"])
    assert given(bot, modal) == ["emoji small.zip"]


def test_escape_closes_the_samples_before_the_modal(asks: Asks, page: Page):
    modal = asks()
    modal.get_by_role("button", name="Sample files").click()
    page.keyboard.press("Escape")
    expect(modal.locator(".samples")).to_be_hidden()
    expect(modal).to_be_visible()


def test_a_form_that_takes_no_such_file_offers_no_samples(asks: Asks):
    expect(asks(filetypes=["csv"]).get_by_role("button", name="Sample files")).to_have_count(0)


def test_the_chooser_opens_from_the_keyboard(asks: Asks, page: Page):
    # The browser is told beforehand: it would only just hear of it when the key is pressed.
    with page.expect_file_chooser() as chooser:
        modal = asks()
        modal.get_by_label("Name").press("Tab")
        expect(picker(modal)).to_be_focused()
        page.keyboard.press("Enter")
    assert chooser.value.is_multiple()
