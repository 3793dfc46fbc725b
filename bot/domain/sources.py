"""What a source of images holds, before anything of it has been read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceObject:
    """One object: its key below the source's address, and its size in bytes."""

    key: str
    size: int
