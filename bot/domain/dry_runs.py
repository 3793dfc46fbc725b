"""What a request would ask of AWS, told instead of done: the request itself, and the command line that sends it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.jobs import Job


@dataclass(frozen=True, slots=True)
class DryRun:
    """A job that is not started, with the request that would start it."""

    job: Job
    region: str
    request: Mapping[str, object]

    @property
    def file_name(self) -> str:
        return f"{self.job.name}.json"

    @property
    def json(self) -> str:
        """The request as a file that the command line takes. A backtick would end the block that it is shown in."""
        return json.dumps(self.request, indent=1, ensure_ascii=False).replace("`", "\\u0060")

    @property
    def command(self) -> str:
        """https://docs.aws.amazon.com/cli/latest/reference/sagemaker/create-training-job.html"""
        return f"aws sagemaker create-training-job --region {self.region} --cli-input-json file://{self.file_name}"
