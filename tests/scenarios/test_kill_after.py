"""SIGKILL after every call: nothing is lost, nothing happens twice."""

from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from tests.scenarios.killing import walk_the_path


@pytest.mark.kill
def test_killed_after_each_call_took_effect_and_before_its_answer_it_goes_on_where_it_was(
    slack: LocalSlack, aws: LocalAws, tmp_path: Path
) -> None:
    walk_the_path("after", slack, aws, tmp_path)
