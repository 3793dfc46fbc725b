"""The port GoldenImages on S3: chosen from a data set's validation split, and kept as one small RecordIO file each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from bot.adapters.data.buckets import BucketSource, BucketTarget
from bot.adapters.sagemaker.clients import AwsClients
from bot.domain.datasets import DataSet, Format
from bot.domain.endpoints import Endpoint
from bot.domain.golden import MOST_IMAGES, Golden, picked
from bot.domain.image_rules import MAX_BYTES
from bot.errors import RefusedError
from bot.formats import listings, manifests, recordio
from bot.formats.manifests import LabelFormat
from bot.formats.recordio import Record

FOLDER = "golden/"
# Packed files are read from their beginning on; one that is sorted by class is not read through for the last of them.
MOST_READ = 64 * 1024 * 1024
_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class KeptGoldenImages:
    """Golden images below `golden/` in the bot's bucket, by the names of their releases."""

    def __init__(self, clients: AwsClients, bucket: str) -> None:
        self._clients = clients
        self._target = BucketTarget(clients, bucket, FOLDER)

    def of(self, release: Endpoint) -> Sequence[Golden] | None:
        body = self._target.read(_file(release))
        if body is None:
            return None
        return [one for _, record in recordio.read([body]) if (one := _golden(record.labels, record.image)) is not None]

    def keep(self, release: Endpoint, data_set: DataSet) -> Sequence[Golden]:
        chosen = picked(self._samples(data_set), len(data_set.classes))
        records = (Record(index, _floats(one.labels), one.image) for index, one in enumerate(chosen))
        self._target.put(_file(release), b"".join(map(recordio.packed, records)))
        return chosen

    def forget(self, release: Endpoint) -> None:
        self._target.remove(_file(release))

    def _samples(self, data_set: DataSet) -> Iterator[Golden]:
        match data_set.format:
            case Format.REC:
                return self._records(data_set)
            case Format.LST:
                return self._listed(data_set)
            case Format.MANIFEST:
                return self._manifested(data_set)

    def _records(self, data_set: DataSet) -> Iterator[Golden]:
        read = 0
        for source, key in self._files(data_set, "validation", ".rec"):
            with source.opened(key) as stream:
                for offset, record in recordio.read(stream, f"`{key}`"):
                    if (golden := _golden(_indexes(record.labels), record.image)) is not None:
                        yield golden
                    if read + offset > MOST_READ:
                        return
                read += offset

    def _listed(self, data_set: DataSet) -> Iterator[Golden]:
        images = BucketSource(self._clients, _channel(data_set, "validation"))
        for source, key in self._files(data_set, "validation_lst", ".lst"):
            with source.opened(key) as stream:
                entries = list(listings.read(stream, f"`{key}`"))
            labelled = ((_indexes(entry.labels), entry.path) for entry in entries)
            yield from self._read(images, labelled, len(data_set.classes))

    def _manifested(self, data_set: DataSet) -> Iterator[Golden]:
        address = _channel(data_set, "validation")
        folder, _, key = address.rstrip("/").rpartition("/")
        source = BucketSource(self._clients, f"{folder}/")
        with source.opened(key) as stream:
            lines = list(manifests.read(stream, f"`{key}`", data_set.label_attribute))
        told = LabelFormat.CLASS_ID if data_set.class_ids else manifests.summary(lines, f"`{key}`").label_format
        labelled = ((manifests.classes_of(line, told), line.source_ref) for line in lines)
        yield from self._read(source, labelled, len(data_set.classes))

    def _files(self, data_set: DataSet, channel: str, extension: str) -> Iterator[tuple[BucketSource, str]]:
        """The channel's files: its address is one, or a folder of some."""
        address = _channel(data_set, channel)
        if address.endswith(extension):
            folder, _, key = address.rpartition("/")
            yield BucketSource(self._clients, f"{folder}/"), key
            return
        source = BucketSource(self._clients, address)
        for one in source.objects():
            if one.key.endswith(extension):
                yield source, one.key

    def _read(
        self, source: BucketSource, labelled: Iterable[tuple[tuple[int, ...], str]], classes: int
    ) -> Iterator[Golden]:
        """Only as many images of each class are fetched as can be chosen."""
        fetched: dict[int, int] = {}
        for labels, key in labelled:
            first = labels[0] if labels else -1
            fetched[first] = fetched.get(first, 0) + 1
            if labels and fetched[first] <= max(1, MOST_IMAGES // classes + 1):
                with suppress(RefusedError):
                    golden = _golden(labels, source.read(key, MAX_BYTES))
                    if golden is not None:
                        yield golden


def _file(release: Endpoint) -> str:
    return f"{release.release_name}.rec"


def _channel(data_set: DataSet, name: str) -> str:
    return data_set.locations.get(name) or f"{data_set.s3_prefix.rstrip('/')}/{name}/"


def _golden(labels: Sequence[float], image: bytes) -> Golden | None:
    """None: it has no label, or is no picture that an endpoint takes."""
    content_type = next((kind for start, kind in _SIGNATURES.items() if image.startswith(start)), "")
    if not labels or not content_type or len(image) > MAX_BYTES:
        return None
    return Golden(tuple(int(label) for label in labels), image, content_type)


def _indexes(row: Sequence[float]) -> tuple[int, ...]:
    """The classes of a label, or of a row of zeros and ones."""
    if len(row) == 1:
        return (int(row[0]),)
    return tuple(index for index, label in enumerate(row) if label)


def _floats(labels: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(float(label) for label in labels)
