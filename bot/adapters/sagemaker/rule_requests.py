"""What a training job's request says of Profiler's rules: those that its row asks for, evaluated by AWS's own image."""

import functools
from typing import Any

from bot.adapters.sagemaker.image import registry_image
from bot.adapters.sagemaker.requests import JOBS_FOLDER
from bot.domain.jobs import Job
from bot.domain.rules import RULES

# AWS's default.
INTERVAL_MILLISECONDS = 500


def rules_request(job: Job, region: str, bucket: str) -> dict[str, Any]:
    """Nothing where no rule is asked for: https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-createtrainingjob-api.html

    A RefusedError where AWS evaluates no rules in this region.
    """
    if not job.rules:
        return {}
    image = evaluator_image(region)
    return {
        "ProfilerConfig": {
            # Below it AWS puts the job's name, as it does with the model.
            "S3OutputPath": f"s3://{bucket}/{JOBS_FOLDER}",
            "ProfilingIntervalInMilliseconds": INTERVAL_MILLISECONDS,
        },
        "ProfilerRuleConfigurations": [
            {
                "RuleConfigurationName": RULES[word].name,
                "RuleEvaluatorImage": image,
                "RuleParameters": {"rule_to_invoke": RULES[word].name},
            }
            for word in job.rules
        ],
    }


@functools.cache
def evaluator_image(region: str) -> str:
    """The image that evaluates AWS's own rules; a test compares it with the SDK's."""
    return registry_image("debugger", "latest", region, "Debugger's rules")
