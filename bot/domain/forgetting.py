"""What is left of an image whose picture is forgotten: what the model said of it, and nothing that leads to it."""

from dataclasses import dataclass, replace

from bot.domain.uploads import Upload, UploadStatus

# Stands in the answer in the place of the file's name.
NAME = "a forgotten picture"
_PROBLEM = "This picture was forgotten, as somebody asked."


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of forgetting: how many `pictures` there were, how many of them are `kept` and are removed now.

    `data_sets` are those that it is removed from. `versions` are the data set versions that contain one of them, and
    `former` those that did and were removed.
    """

    pictures: int
    kept: int
    data_sets: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def is_forgotten(upload: Upload) -> bool:
    return not upload.file_id


def forgotten(upload: Upload) -> Upload:
    """The image without its file; one that was not answered will not be, and what was refused names no file."""
    if is_forgotten(upload):
        return upload
    nameless = replace(upload, file_id="", file_name=NAME, url="", size=0, rule="", convert=False)
    if upload.status in (UploadStatus.ANSWERED, UploadStatus.DROPPED):
        return nameless
    return replace(nameless, status=UploadStatus.REFUSED, problem=_PROBLEM)
