"""What was done to an image that broke a rule so that a model could read it, in a few words."""

from bot.domain.image_rules import FORMATS, MAX_BYTES, MAX_SIDE, MEGABYTE, ImageFacts


def made_of(before: ImageFacts) -> str:
    """What conversion made of an image with these facts; empty where there was nothing to be done."""
    done = []
    if before.format not in FORMATS:
        done.append(f"converted from {before.format}")
    if max(before.width, before.height) > MAX_SIDE:
        done.append(f"scaled from {before.width} × {before.height}")
    elif before.size > MAX_BYTES and before.format in FORMATS:
        done.append(f"saved smaller, from {before.size / MEGABYTE:.1f} MB")
    return ", ".join(done)
