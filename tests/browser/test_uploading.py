"""Uploading: by picker, by drop, by paste and from the drawer of samples."""

from playwright.sync_api import Page, expect

from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace
from tests.browser.conftest import picture
from tests.browser.small_bot import SmallBot

PICTURE = {"name": "sunset.png", "mimeType": "image/png", "buffer": picture("orange")}

GIVE = """(node, {type, bytes}) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(bytes)], "given.png", {type: "image/png"}));
  const init = {bubbles: true, cancelable: true};
  node.dispatchEvent(type === "paste"
    ? new ClipboardEvent(type, {...init, clipboardData: transfer})
    : new DragEvent(type, {...init, dataTransfer: transfer}));
}"""


def give(page: Page, selector: str, *types: str) -> None:
    for kind in types:
        page.locator(selector).evaluate(GIVE, {"type": kind, "bytes": list(picture())})


def test_a_picked_picture_is_sent_with_its_comment(page: Page, lin: Person):
    page.get_by_label("Files to upload").set_input_files(PICTURE)
    expect(page.get_by_role("list", name="Files to send")).to_contain_text("sunset.png")
    page.get_by_role("combobox", name="Message #emoji").fill("What is this?")
    page.keyboard.press("Enter")
    expect(page.locator(".upload")).to_contain_text("sunset.png")
    sent = lin.messages(Workspace.EMOJI)[-1]
    assert (sent["text"], [file["name"] for file in sent["files"]]) == ("What is this?", ["sunset.png"])


def test_several_pictures_are_one_message(page: Page, lin: Person):
    page.get_by_label("Files to upload").set_input_files([PICTURE, {**PICTURE, "name": "second.png"}])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".upload")).to_have_count(2)
    assert [len(message["files"]) for message in lin.messages(Workspace.EMOJI)] == [2]


def test_a_staged_picture_can_be_taken_back(page: Page):
    page.get_by_label("Files to upload").set_input_files(PICTURE)
    page.get_by_role("button", name="Remove sunset.png").click()
    expect(page.get_by_text("sunset.png")).to_have_count(0)


def test_a_dropped_picture_is_sent(page: Page):
    give(page, "#channel", "dragover")
    expect(page.get_by_text("Drop to attach").first).to_be_visible()
    give(page, "#channel", "drop")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".upload")).to_contain_text("given.png")


def test_a_pasted_picture_is_sent(page: Page):
    give(page, "#message-box", "paste")
    page.get_by_role("combobox", name="Message #emoji").press("Enter")
    expect(page.locator(".upload")).to_contain_text("given.png")


def test_an_empty_file_is_refused_and_kept_in_the_box(page: Page):
    page.get_by_label("Files to upload").set_input_files({**PICTURE, "buffer": b""})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("file is empty")
    expect(page.get_by_role("list", name="Files to send")).to_contain_text("sunset.png")


def test_a_sample_is_uploaded_by_a_click(page: Page, lin: Person):
    page.get_by_role("button", name="Sample pictures").click()
    drawer = page.get_by_role("region", name="Pictures the model has not seen")
    expect(drawer.get_by_role("heading", level=3)).to_have_text(["Files", "animals", "food"])
    drawer.get_by_role("button", name="Upload red apple (food)").click()
    expect(page.locator(".upload")).to_contain_text("red_apple.png")


def test_a_sample_goes_into_the_open_thread(page: Page, lin: Person):
    first = lin.says(Workspace.EMOJI, "Pictures here, please")
    page.locator(".message").hover()
    page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    thread.get_by_role("button", name="Sample pictures").click()
    thread.get_by_role("button", name="Upload cat (animals)").click()
    expect(thread.locator(".upload")).to_contain_text("cat.png")
    assert lin.messages(Workspace.EMOJI, thread_ts=first["ts"])[-1]["files"][0]["name"] == "cat.png"


def test_escape_closes_the_drawer_and_gives_the_focus_back(page: Page):
    page.get_by_role("button", name="Sample pictures").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Pictures the model has not seen")).to_be_hidden()
    expect(page.get_by_role("button", name="Sample pictures")).to_be_focused()


def test_a_sample_file_is_uploaded_by_a_click(page: Page):
    page.get_by_role("button", name="Sample pictures").click()
    page.get_by_role("button", name="Upload emoji small.zip (2.4 MB)").click()
    expect(page.locator(".file-card")).to_contain_text("emoji small.zip")


def test_what_is_no_picture_is_a_card_that_downloads_it(bot: SmallBot, page: Page):
    bot.client.files_upload_v2(content="file,rule\nx.png,too small\n", filename="rejected.csv", channel=Workspace.EMOJI)
    card = page.get_by_role("link", name="Download rejected.csv (CSV · 26 bytes)")
    with page.expect_download() as download:
        card.click()
    assert download.value.suggested_filename == "rejected.csv"
    assert download.value.path().read_text() == "file,rule\nx.png,too small\n"
