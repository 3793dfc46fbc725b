"""SIGKILL before every call: nothing is lost, nothing happens twice."""

from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from tests.scenarios.killing import walk_the_path


@pytest.mark.kill
def test_killed_before_each_call_takes_effect_it_goes_on_where_it_was(
    slack: LocalSlack, aws: LocalAws, tmp_path: Path
) -> None:
    walk_the_path("before", slack, aws, tmp_path)
