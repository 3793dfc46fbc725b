"""What a request would ask of AWS, told instead of done: the request itself, and the command line that sends it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.quotes import Quote


@dataclass(frozen=True, slots=True)
class DryRun:
    """What is not started, by its name, with the request that would start it; `operation` is AWS's name for that.

    `quote` is what it would cost, and `remarks` are what is worth knowing before.
    """

    name: str
    region: str
    request: Mapping[str, object]
    operation: str = "CreateTrainingJob"
    quote: Quote | None = None
    remarks: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        return f"{self.name}.json"

    @property
    def json(self) -> str:
        """The request as a file that the command line takes. A backtick would end the block that it is shown in."""
        return json.dumps(self.request, indent=1, ensure_ascii=False).replace("`", "\\u0060")

    @property
    def command(self) -> str:
        """https://docs.aws.amazon.com/cli/latest/reference/sagemaker/"""
        verb = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.operation).lower()
        return f"aws sagemaker {verb} --region {self.region} --cli-input-json file://{self.file_name}"
