"""The container image of the built-in Image Classification algorithm; the same one trains and serves."""

import functools
import warnings

from bot.errors import RefusedError


@functools.cache
def algorithm_image(region: str) -> str:
    """The image's address in this region's registry, or a RefusedError where AWS offers none."""
    # SageMaker's SDK is the authority on the registries, and costs over a second and 150 MB: hence here, and once.
    # Its sources hold escapes that Python warns of when it compiles them, which is nobody's business here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sagemaker.core import image_uris

    try:
        return str(image_uris.retrieve("image-classification", region))
    except ValueError as error:
        raise RefusedError(
            f"AWS does not offer its Image Classification algorithm in the region `{region}`.",
            next_step="The operators can choose another region with `AWS_REGION`.",
        ) from error
