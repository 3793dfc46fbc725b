"""Links to messages: as Slack copies them, as its clients mark them up, and what only looks like one."""

import pytest

from bot.domain.message_links import MessageLink, is_link, leads_elsewhere, message_link
from bot.errors import UsageError

HOST, TS = "lab.slack.com", "1772443800.000100"
PATH = f"https://{HOST}/archives/C0EMOJI0001/p1772443800000100"


@pytest.mark.parametrize("text", [PATH, f" {PATH}/ ", f"<{PATH}>", f"<{PATH}|a message>", f"`{PATH}`"])
def test_a_link_tells_its_message(text: str) -> None:
    assert message_link(text) == MessageLink(HOST, "C0EMOJI0001", TS)


def test_a_link_into_a_thread_tells_the_thread() -> None:
    link = message_link(f"{PATH}?thread_ts=1772443700.000200&cid=C0EMOJI0001")

    assert (link.message_ts, link.thread_ts) == (TS, "1772443700.000200")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sushi",
        "https://lab.slack.com/",
        "https://lab.slack.com/archives/C0EMOJI0001",
        "https://lab.slack.com/archives/C0EMOJI0001/p17724438000001",
        "https://lab.slack.com/archives/c0emoji/p1772443800000100",
        "https://lab.slack.com/archives/U0ADA00001/p1772443800000100",
        f"{PATH}?thread_ts=yesterday",
        "ftp://lab.slack.com/archives/C0EMOJI0001/p1772443800000100",
        "https://[lab/archives/C0EMOJI0001/p1772443800000100",
        "https://app.slack.com/client/T0/C0EMOJI0001",
    ],
)
def test_what_is_no_link_to_a_message_is_said_with_what_one_looks_like(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        message_link(text)

    assert "Copy link" in refusal.value.next_step


@pytest.mark.parametrize(("word", "is_one"), [(PATH, True), (f"<{PATH}>", True), ("settings", False), ("", False)])
def test_a_link_is_told_from_other_words(word: str, is_one: bool) -> None:
    assert is_link(word) is is_one


@pytest.mark.parametrize(
    ("workspace", "elsewhere"), [("https://lab.slack.com/", False), ("https://other.slack.com/", True), ("", False)]
)
def test_a_link_into_another_workspace_is_known_by_its_host(workspace: str, elsewhere: bool) -> None:
    assert leads_elsewhere(message_link(PATH), workspace) is elsewhere
