"""A folder of hostile files, made by code: the intake of images has to end in an answer to each."""

from collections.abc import Callable

from tests.hostile import bombs, broken, disguised, foreign


def hostile_files() -> dict[str, Callable[[], bytes]]:
    """Each file by what it is; made when it is asked for, as some are large."""
    return {**bombs.files(), **foreign.files(), **broken.files(), **disguised.files()}
