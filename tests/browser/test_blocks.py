"""Block Kit in messages: what is drawn, what a click sends, and how a card is edited in place."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.browser.conftest import Opens, picture
from tests.browser.small_bot import SmallBot, actions, button, option, plain, question, section

CLASSES = [option("Animals"), option("Buildings"), option("Food")]
CHART = picture(size=(80, 40))


def test_a_button_sends_its_value(bot: SmallBot, page: Page):
    bot.posts(section("Job"), actions(button("Details", "details")))
    page.get_by_role("button", name="Details").click()
    heard = bot.next()
    assert [(each["action_id"], each["value"]) for each in heard["actions"]] == [("details", "job-1")]


def test_a_costly_button_asks_first_and_no_means_no(bot: SmallBot, page: Page):
    sure = question("Stop it?", "Stop", "Keep on")
    bot.posts(actions(button("Stop", "stop", style="danger", confirm=sure), button("Details", "details")))
    page.get_by_role("button", name="Stop").click()
    dialog = page.get_by_role("dialog", name="Stop it?")
    expect(dialog).to_contain_text("It has cost $0.11 so far.")
    dialog.get_by_role("button", name="Keep on").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Details").click()
    assert bot.next()["actions"][0]["action_id"] == "details"


def test_a_confirmed_button_is_sent(bot: SmallBot, page: Page):
    bot.posts(actions(button("Stop", "stop", confirm=question("Stop it?", "Yes, stop", "Keep on"))))
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Yes, stop").click()
    assert bot.next()["actions"][0]["action_id"] == "stop"


def test_a_select_sends_the_chosen_option(bot: SmallBot, page: Page):
    menu = {"type": "static_select", "action_id": "class", "placeholder": plain("A class"), "options": CLASSES}
    bot.posts(section("Which?", accessory=menu))
    page.get_by_role("combobox", name="A class").click()
    page.get_by_role("option", name="Buildings").click()
    assert bot.next()["actions"][0]["selected_option"]["value"] == "buildings"
    expect(page.get_by_role("combobox", name="A class")).to_have_value("Buildings")


def test_a_select_is_filtered_and_chosen_by_keyboard(bot: SmallBot, page: Page):
    menu = {"type": "static_select", "action_id": "class", "placeholder": plain("A class"), "options": CLASSES}
    bot.posts(actions(menu))
    field = page.get_by_role("combobox", name="A class")
    field.press_sequentially("foo")
    expect(page.get_by_role("option")).to_have_text(["Food"])
    field.press("Enter")
    assert bot.next()["actions"][0]["selected_option"]["value"] == "food"


def test_a_select_of_several_sends_all_of_them(bot: SmallBot, page: Page):
    menu = {"type": "multi_static_select", "action_id": "classes", "placeholder": plain("Classes"), "options": CLASSES}
    bot.posts(section("Which?", accessory={**menu, "initial_options": CLASSES[:1]}))
    page.get_by_role("combobox", name="Classes").click()
    page.get_by_role("option", name="Food").click()
    assert [each["value"] for each in bot.next()["actions"][0]["selected_options"]] == ["animals", "food"]


def test_a_search_asks_the_app_for_its_options(bot: SmallBot, page: Page):
    menu = {"type": "external_select", "action_id": "job", "placeholder": plain("Find a job"), "min_query_length": 2}
    bot.posts(actions(menu))
    field = page.get_by_role("combobox", name="Find a job")
    field.press_sequentially("e")
    expect(page.get_by_text("Type 2 or more characters")).to_be_visible()
    field.press_sequentially("m")
    page.get_by_role("option", name="em-2").click()
    assert bot.next()["actions"][0]["selected_option"]["value"] == "em-2"


def test_an_overflow_menu_is_used_by_keyboard(bot: SmallBot, page: Page):
    bot.posts(actions({"type": "overflow", "action_id": "more", "options": CLASSES[:2]}))
    page.get_by_role("button", name="More actions").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert bot.next()["actions"][0]["selected_option"]["value"] == "buildings"


@pytest.mark.parametrize("kind", ["checkboxes", "radio_buttons"])
def test_a_choice_is_sent_at_once(bot: SmallBot, page: Page, kind: str):
    bot.posts(actions({"type": kind, "action_id": "pick", "options": CLASSES}))
    page.get_by_label("Food").check()
    sent = bot.next()["actions"][0]
    assert [each["value"] for each in sent.get("selected_options") or [sent["selected_option"]]] == ["food"]


def test_a_date_is_sent(bot: SmallBot, page: Page):
    bot.posts(actions({"type": "datepicker", "action_id": "day", "placeholder": plain("Until")}))
    page.get_by_label("Until").fill("2026-03-02")
    assert bot.next()["actions"][0]["selected_date"] == "2026-03-02"


def test_times_are_shown_in_the_readers_zone(bot: SmallBot, page: Page):
    bot.posts(section("Until <!date^1763694890^{date_long} at {time}|then>, or <!date^1^{nonsense}|never>"))
    expect(page.locator(".block-section")).to_have_text("Until Friday, 21 November 2025 at 04:14, or never")


def test_text_styles_are_drawn(bot: SmallBot, page: Page):
    bot.posts(section("*bold* _italic_ ~gone~ `code` snake_case_name 2*3*4\n&gt; quoted &amp; more\n```*pre*```"))
    drawn = page.locator(".block-section")
    for tag, text in (("strong", "bold"), ("em", "italic"), ("s", "gone"), ("code", "code"), ("pre", "*pre*")):
        expect(drawn.locator(tag)).to_have_text(text)
    expect(drawn.locator("blockquote")).to_have_text("quoted & more")
    expect(drawn).to_contain_text("snake_case_name 2*3*4")


def test_names_signs_and_links_are_drawn(bot: SmallBot, page: Page):
    about = f"<@{Workspace.GRACE}> <!subteam^{Workspace.APPROVERS}> <#{Workspace.GENERAL}|general> :bell:"
    bot.posts(section(f"{about} <https://example.org/a?b=1&amp;c=2|the page> :no-such-sign:"))
    drawn = page.locator(".block-section")
    expect(drawn).to_contain_text("@Grace")
    expect(drawn).to_contain_text("@approvers #general")
    expect(drawn.get_by_role("img", name="bell")).to_be_visible()
    expect(drawn.get_by_role("link", name="the page")).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    expect(drawn).to_contain_text(":no-such-sign:")


@pytest.mark.parametrize("hostile", ["<javascript:alert(1)|x>", "<img src=x onerror=alert(1)>", "<b>x</b>"])
def test_hostile_text_becomes_neither_link_nor_markup(bot: SmallBot, page: Page, hostile: str):
    bot.posts(section(hostile))
    expect(page.locator(".section-text")).to_be_visible()
    assert page.locator(".section-text :is(a, img, b, script)").count() == 0


def test_a_table_and_rich_text_are_drawn(bot: SmallBot, page: Page):
    rows = [[{"type": "raw_text", "text": text} for text in row] for row in (("Job", "Accuracy"), ("emoji", "89.2 %"))]
    run = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Rich", "style": {"bold": True}}]}
    bot.posts({"type": "table", "rows": rows}, {"type": "rich_text", "elements": [run]})
    expect(page.get_by_role("cell")).to_have_text(["emoji", "89.2 %"])
    expect(page.locator(".block-rich_text strong")).to_have_text("Rich")


def test_an_edited_card_keeps_what_did_not_change(bot: SmallBot, page: Page):
    row = actions(button("Stop", "stop"), button("Details", "details"))
    ts = bot.posts(section("epoch 1 of 3"), row)
    page.get_by_role("button", name="Stop").focus()
    page.locator(".block-actions").evaluate("node => { node.untouched = true }")
    bot.edits(ts, section("epoch 2 of 3"), row)
    expect(page.locator(".block-section")).to_have_text("epoch 2 of 3")
    assert page.locator(".block-actions").evaluate("node => node.untouched === true")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()


def test_an_edited_card_keeps_the_focus_when_its_buttons_change(bot: SmallBot, page: Page):
    ts = bot.posts(actions(button("Stop", "stop"), button("Details", "details")))
    page.get_by_role("button", name="Details").focus()
    bot.edits(ts, actions(button("Details", "details")))
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.get_by_role("button", name="Details")).to_be_focused()


def test_a_deleted_message_disappears(bot: SmallBot, page: Page):
    ts = bot.posts(text="Soon gone")
    expect(page.get_by_text("Soon gone")).to_be_visible()
    bot.client.chat_delete(channel=Workspace.EMOJI, ts=ts)
    expect(page.get_by_text("Soon gone")).to_have_count(0)


def test_a_picture_has_its_words_and_keeps_its_room(bot: SmallBot, lin: Person, opens: Opens, tmp_path: Path):
    (tmp_path / "chart.png").write_bytes(CHART)
    chart = lin.uploads(Workspace.EMOJI, tmp_path / "chart.png")["files"][0]
    bot.posts({"type": "image", "slack_file": {"id": chart["id"]}, "alt_text": "Best accuracy 89.2 %"})
    page = opens()
    shown = page.locator(".block-image").get_by_role("img", name="Best accuracy 89.2 %")
    expect(shown).to_be_visible()
    expect(page.locator(".block-image .frame.loaded")).to_have_css("aspect-ratio", "2 / 1")


def test_a_picture_opens_in_full_size(bot: SmallBot, lin: Person, page: Page, tmp_path: Path):
    (tmp_path / "cat.png").write_bytes(CHART)
    lin.uploads(Workspace.EMOJI, tmp_path / "cat.png")
    page.get_by_role("button", name="open in full size").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
