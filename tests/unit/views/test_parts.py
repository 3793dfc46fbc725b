"""Escaping and cutting, which every view relies on."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import parts

ENTITY_OR_TOKEN = re.compile(r"&(amp|lt|gt);|<@[UW][A-Z0-9]+>")


def test_what_people_wrote_cannot_mention_a_channel() -> None:
    assert parts.prose("see <!channel> & <@U0ADA00001>") == "see &lt;!channel&gt; &amp; <@U0ADA00001>"


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_a_cut_text_fits_and_has_no_broken_entity(text: str, limit: int) -> None:
    short = parts.cut(parts.prose(text), limit)

    assert len(short) <= limit
    assert not re.search("[<>&]", ENTITY_OR_TOKEN.sub("", short))


@given(st.text())
def test_escaping_can_be_taken_back(text: str) -> None:
    assert parts.unescape(parts.escape(text)) == text


@given(st.text())
def test_a_name_is_one_line_and_never_nothing(text: str) -> None:
    name = parts.name(text)

    assert name
    assert len(name.splitlines()) == 1


@given(st.text())
def test_code_style_cannot_be_ended_from_within(text: str) -> None:
    assert parts.code(text).count("`") == 2


def test_a_row_without_buttons_is_no_row() -> None:
    assert parts.actions([None, None]) is None


def test_ids_of_user_groups_are_mentioned_as_groups() -> None:
    assert (parts.mention("S0APPROVE01"), parts.mention("U0ADA00001")) == (
        "<!subteam^S0APPROVE01>",
        "<@U0ADA00001>",
    )


@pytest.mark.parametrize("sentence", [parts.sentence("Deploy it?"), parts.sentence("Done")])
def test_a_sentence_ends_once(sentence: str) -> None:
    assert sentence in {"Deploy it?", "Done."}


def test_a_message_has_no_more_blocks_than_slack_takes() -> None:
    assert len(parts.message("many", [parts.divider()] * 60).blocks) == 50


@given(st.text(alphabet="ab &<>;…", max_size=90), st.integers(8, 60))
def test_of_a_long_class_name_both_ends_are_told_and_no_entity_is_torn(text: str, most: int) -> None:
    told = parts.class_name(text, most)

    assert 0 < len(told) <= max(most, len("(no name)"))
    assert not re.search("[<>&]", ENTITY_OR_TOKEN.sub("", told))


def test_class_names_that_differ_at_their_ends_are_told_apart() -> None:
    alike = [f"{'x' * 180}{number:020}" for number in range(20)]

    assert len({parts.class_name(one) for one in alike}) == len(alike)
