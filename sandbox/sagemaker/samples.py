"""Puts the prepared sample data set into a bucket, so that the first training job has something to learn from.

Beside it, a team's own bucket holds a folder of pictures as nobody has sorted them yet.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SAMPLE_PREFIX = "datasets/emoji"
UPLOAD_THREADS = 4


def load_samples(folder: Path, s3_client: Any, bucket: str) -> int:
    """Uploads `folder/datasets/emoji/**` under the same names, to any S3; returns how many objects that makes."""
    with ThreadPoolExecutor(UPLOAD_THREADS, thread_name_prefix="samples") as threads:
        uploads = [threads.submit(_upload, s3_client, bucket, key, path) for key, path in sample_objects(folder)]
    for upload in uploads:
        upload.result()
    return len(uploads)


def sample_objects(folder: Path) -> Iterator[tuple[str, Path]]:
    """The object names of the sample data set and the files that they come from."""
    for path in sorted((folder / SAMPLE_PREFIX).rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def picture_objects(folder: Path) -> Iterator[tuple[str, Path | None]]:
    """The object names of a folder of pictures; an empty folder is an object without content, as S3's console does."""
    for path in sorted(folder.rglob("*")):
        key = path.relative_to(folder).as_posix()
        if path.is_file():
            yield key, path
        elif not any(path.iterdir()):
            yield f"{key}/", None


def _upload(s3_client: Any, bucket: str, key: str, path: Path) -> None:
    s3_client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
