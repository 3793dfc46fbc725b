"""Who acts: the switch, what each person sees, and what is unread."""

from playwright.sync_api import Locator, Page, Route, expect

from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.browser.conftest import Opens
from tests.browser.small_bot import SmallBot, actions, button


def acting(page: Page) -> Locator:
    return page.get_by_role("group", name="Act as").get_by_role("button", pressed=True)


def test_one_click_acts_as_another_person(page: Page, lin: Person):
    page.get_by_role("button", name="Grace", exact=True).click()
    expect(acting(page)).to_contain_text("Grace")
    page.get_by_role("combobox", name="Message #emoji").fill("Looks good")
    page.keyboard.press("Enter")
    expect(page.locator(".message .author")).to_contain_text("Grace")
    assert lin.messages(Workspace.EMOJI)[-1]["user"] == Workspace.GRACE


def test_alt_and_a_number_act_as_another_person(page: Page):
    page.keyboard.press("Alt+Digit3")
    expect(acting(page)).to_contain_text("Lin")


def test_the_latest_of_two_quick_switches_wins(page: Page, lin: Person):
    page.keyboard.press("Alt+Digit2")
    page.keyboard.press("Alt+Digit3")
    expect(acting(page)).to_contain_text("Lin")
    page.get_by_role("combobox", name="Message #emoji").fill("It is me")
    page.keyboard.press("Enter")
    expect(page.locator(".message .author")).to_have_text("Lin Lanying")


def test_what_is_typed_right_after_a_switch_is_kept_and_said_by_the_new_person(page: Page, lin: Person):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/page/events*", hold)
    page.keyboard.press("Alt+Digit2")
    expect(acting(page)).to_contain_text("Grace")
    page.get_by_role("combobox", name="Message #emoji").fill("Quick words")
    held[0].continue_()
    page.unroute("**/page/events*")
    page.wait_for_function("document.activeElement.id === 'message-box'")
    page.keyboard.press("Enter")
    expect(page.locator(".message .text")).to_have_text("Quick words")
    assert lin.messages(Workspace.EMOJI)[-1]["user"] == Workspace.GRACE


def test_a_click_is_made_by_whoever_acts(bot: SmallBot, page: Page):
    bot.posts(actions(button("Approve", "approve", style="primary")))
    page.get_by_role("button", name="Grace", exact=True).click()
    expect(acting(page)).to_contain_text("Grace")
    page.get_by_role("button", name="Approve").click()
    assert bot.next()["user"]["id"] == Workspace.GRACE


def test_the_person_and_the_place_survive_a_reload(opens: Opens):
    page = opens(at=Workspace.GENERAL, user=Workspace.LIN)
    page.reload()
    expect(acting(page)).to_contain_text("Lin")
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")


def test_an_unknown_person_in_the_address_becomes_the_first(opens: Opens):
    expect(acting(opens(user="U0NOBODY00"))).to_contain_text("Ada")


def test_what_only_one_person_sees_is_not_shown_to_another(bot: SmallBot, page: Page):
    bot.client.chat_postEphemeral(channel=Workspace.EMOJI, user=Workspace.ADA, text="For Ada alone")
    expect(page.get_by_text("For Ada alone")).to_be_visible()
    page.get_by_role("button", name="Grace", exact=True).click()
    expect(acting(page)).to_contain_text("Grace")
    expect(page.get_by_text("For Ada alone")).to_have_count(0)


def test_a_message_elsewhere_marks_its_channel_unread_until_it_is_opened(page: Page, lin: Person):
    lin.types(Workspace.GENERAL, "Hello")
    general = page.get_by_role("navigation").get_by_role("button", name="general")
    expect(general).to_contain_text("1 unread")
    general.click()
    expect(page.locator(".message .text")).to_have_text("Hello")
    expect(general).not_to_contain_text("unread")


def test_what_was_written_before_the_page_opened_is_unread(lin: Person, opens: Opens):
    lin.types(Workspace.GENERAL, "Hello")
    page = opens()
    expect(page.get_by_role("navigation").get_by_role("button", name="general")).to_contain_text("1 unread")


def test_the_app_can_be_added_where_it_is_missing(opens: Opens):
    page = opens(at=Workspace.PRIVATE_LAB)
    page.get_by_role("button", name="Add darkroom").click()
    expect(page.get_by_text("is not in this channel")).to_have_count(0)
