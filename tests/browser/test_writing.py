"""Writing: messages, slash commands with completion, threads."""

from playwright.sync_api import Locator, Page, expect

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.browser.small_bot import SmallBot

SCROLL_AND_SAY = """(node, said) => {
  node.scrollTop = 0;
  const request = new XMLHttpRequest();
  request.open("POST", "/page/say", false);
  request.send(JSON.stringify(said));
}"""


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Message #emoji")


def test_enter_sends_what_was_typed(page: Page, lin: Person):
    box(page).fill("Good morning")
    box(page).press("Enter")
    expect(page.locator(".message .text")).to_have_text("Good morning")
    assert lin.messages(Workspace.EMOJI)[-1]["text"] == "Good morning"


def test_shift_and_enter_break_the_line(page: Page):
    box(page).press_sequentially("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    expect(box(page)).to_have_value("one\ntwo")


def test_a_slash_lists_the_commands_with_their_usage(slack: LocalSlack, page: Page):
    box(page).press_sequentially("/")
    suggestions = page.get_by_role("listbox", name="Suggestions")
    expect(suggestions.get_by_role("option")).to_have_count(len(slack.manifest.commands))
    expect(suggestions.get_by_role("option").first).to_contain_text("/train [DATASET] [name=value …]")
    expect(suggestions.get_by_role("option").first).to_contain_text("Train an image classifier")


def test_arrow_keys_and_tab_complete_a_command(slack: LocalSlack, page: Page):
    box(page).press_sequentially("/")
    box(page).press("ArrowDown")
    box(page).press("Tab")
    expect(box(page)).to_have_value(f"{list(slack.manifest.commands)[1]} ")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()


def test_escape_closes_the_completion_and_keeps_the_text(page: Page):
    box(page).press_sequentially("/tr")
    box(page).press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    expect(box(page)).to_have_value("/tr")


def test_a_command_is_answered_to_the_person_alone(bot: SmallBot, page: Page):
    box(page).fill("/jobs zebra")
    box(page).press("Enter")
    answer = page.locator(".message.ephemeral")
    expect(answer).to_contain_text("No job called zebra.")
    expect(answer).to_contain_text("Only visible to you")


def test_a_refused_command_says_why_and_stays_in_the_box(page: Page):
    box(page).fill("/brew coffee")
    box(page).press("Enter")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("/brew is not a valid command")
    expect(box(page)).to_have_value("/brew coffee")


def test_markup_in_a_message_stays_text(page: Page):
    box(page).fill('<img src=x onerror="document.title=1"> & <b>bold</b>')
    box(page).press("Enter")
    text = page.locator(".message .text")
    expect(text).to_have_text('<img src=x onerror="document.title=1"> & <b>bold</b>')
    assert text.locator("img, b").count() == 0


def test_a_typed_name_becomes_a_mention(page: Page):
    box(page).fill("@grace please look")
    box(page).press("Escape")
    box(page).press("Enter")
    expect(page.locator(".message .mention")).to_contain_text("Grace")


def test_the_last_line_is_shown_when_messages_arrive(page: Page, lin: Person):
    for number in range(30):
        lin.types(Workspace.EMOJI, f"line {number}")
    expect(page.get_by_text("line 29", exact=True)).to_be_in_viewport()


def test_a_reader_further_up_is_not_moved(page: Page, lin: Person):
    for number in range(30):
        lin.types(Workspace.EMOJI, f"line {number}")
    expect(page.get_by_text("line 29", exact=True)).to_be_in_viewport()
    page.locator(".messages").evaluate("node => { node.scrollTop = 0 }")
    lin.types(Workspace.EMOJI, "the newest")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert page.locator(".messages").evaluate("node => node.scrollTop") == 0


def test_a_reader_is_not_moved_by_a_message_that_comes_as_they_begin_to_scroll(page: Page, lin: Person):
    for number in range(30):
        lin.types(Workspace.EMOJI, f"line {number}")
    expect(page.get_by_text("line 29", exact=True)).to_be_in_viewport()
    # Said while the page cannot yet have heard of its own scrolling.
    page.locator(".messages").evaluate(
        SCROLL_AND_SAY, {"user": lin.id, "channel": Workspace.EMOJI, "text": "the newest"}
    )
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert page.locator(".messages").evaluate("node => node.scrollTop") == 0


def test_the_page_catches_up_after_the_server_was_away(page: Page, slack: LocalSlack, lin: Person):
    box(page).fill("half a sen")
    slack.stop()
    slack.start()
    lin.types(Workspace.EMOJI, "Said meanwhile")
    expect(page.get_by_text("Said meanwhile")).to_be_visible(timeout=15_000)
    expect(box(page)).to_have_value("half a sen")


def test_what_cannot_be_sent_while_the_server_is_away_is_kept(page: Page, slack: LocalSlack):
    slack.stop()
    box(page).fill("Do not lose me")
    box(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(box(page)).to_have_value("Do not lose me")


def test_replies_are_counted_below_the_message(page: Page, lin: Person):
    first = lin.says(Workspace.EMOJI, "A question")
    for text in ("one", "two"):
        lin.says(Workspace.EMOJI, text, thread_ts=first["ts"])
    expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    expect(page.locator("#channel .message")).to_have_count(1)


def test_a_reply_is_written_in_the_thread_panel(page: Page, lin: Person):
    first = lin.says(Workspace.EMOJI, "A question")
    page.locator(".message").hover()
    page.get_by_role("button", name="Reply in thread").click()
    page.get_by_role("combobox", name="Reply").fill("An answer")
    page.get_by_role("combobox", name="Reply").press("Enter")
    expect(page.locator("#thread .message")).to_have_count(2)
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    assert lin.messages(Workspace.EMOJI, thread_ts=first["ts"])[-1]["text"] == "An answer"
