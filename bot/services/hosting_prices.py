"""What an endpoint costs, from the prices last read."""

from dataclasses import replace

from bot.domain.endpoints import Hosting, Kind
from bot.ports import Prices

# As the price list has it: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
SERVERLESS, ONE_GB = "serverless", "1024"


def priced(hosting: Hosting, prices: Prices) -> Hosting:
    """With what an instance costs an hour; a serverless endpoint is billed by use."""
    if hosting.kind == Kind.SERVERLESS:
        return hosting
    return replace(hosting, usd_per_hour=prices.hourly("hosting", hosting.instance_type))


def gb_second(prices: Prices) -> float | None:
    """USD for a second of a serverless endpoint's gigabyte."""
    hourly = prices.hourly(SERVERLESS, ONE_GB)
    return None if hourly is None else hourly / 3600
