"""What the machines have on which jobs train: graphics cards and processors, as the names of their types tell.

https://aws.amazon.com/sagemaker/pricing/ lists both; the SDK's table of graphics cards is what a test compares with.
"""

from collections.abc import Mapping

from bot.domain.recipes import ALGORITHM_FAMILIES, GPU_FAMILIES

# Those with more than one.
_GPUS: Mapping[str, int] = {
    "ml.g4dn.12xlarge": 4,
    "ml.g5.12xlarge": 4,
    "ml.g5.24xlarge": 4,
    "ml.g5.48xlarge": 8,
    "ml.g6.12xlarge": 4,
    "ml.g6.24xlarge": 4,
    "ml.g6.48xlarge": 8,
    "ml.p2.8xlarge": 8,
    "ml.p2.16xlarge": 16,
    "ml.p3.8xlarge": 4,
    "ml.p3.16xlarge": 8,
}


def gpus(instance_type: str) -> int:
    """How many graphics cards it has; none where its family has none."""
    family = instance_type.removeprefix("ml.").partition(".")[0]
    return _GPUS.get(instance_type, 1) if family in (*ALGORITHM_FAMILIES, *GPU_FAMILIES) else 0


def cores(instance_type: str) -> int:
    """Its vCPUs: two for `large`, four for `xlarge`, and as many times four as the number before it says."""
    size = instance_type.rpartition(".")[2]
    if size == "large":
        return 2
    times = size.removesuffix("xlarge")
    return 4 * int(times) if times.isdecimal() else 4
