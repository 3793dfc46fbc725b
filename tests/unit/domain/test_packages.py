"""What versions of the Model Registry and their groups are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.packages import group_name, version_in, version_name

# botocore's own pattern of EntityName.
_AWS = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


def test_a_plain_data_set_gives_its_name_to_its_group() -> None:
    assert group_name("emoji-small") == "emoji-small"


@given(st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", fullmatch=True))
def test_every_data_set_has_a_group_that_aws_takes(data_set: str) -> None:
    assert _AWS.fullmatch(group_name(data_set))


def test_data_sets_that_differ_in_a_dot_have_different_groups() -> None:
    assert len({group_name(name) for name in ("pets.v1", "pets-v1", "pets_v1")}) == 3


@pytest.mark.parametrize(
    "said", ["emoji/4", "`emoji/4`", "arn:aws:sagemaker:us-east-1:123456789012:model-package/emoji/4"]
)
def test_a_version_is_named_by_its_group_and_number(said: str) -> None:
    assert version_in(said) == "emoji/4"


@pytest.mark.parametrize("said", ["emoji-7f3a2c", "emoji/", "emoji/0", "emoji/x", "a/b/1", ""])
def test_other_words_name_no_version(said: str) -> None:
    assert version_in(said) == ""


def test_a_versions_name_is_the_end_of_its_arn() -> None:
    assert version_name("arn:aws:sagemaker:us-east-1:123456789012:model-package/emoji/4") == "emoji/4"
