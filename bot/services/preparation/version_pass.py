"""The pass that makes a version of a data set: its training images as they are, and pictures from use behind them.

The base is read once to know its pictures, and then copied as a stream; only a list of single images is packed into
RecordIO, because its folder cannot be added to. Validation stays what it was, so that accuracies compare. It goes on
where an earlier run was stopped: all that it knows stands in `work/` of its target.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from bot.domain.checks import EFFECTS, Rule
from bot.domain.datasets import DataSet, Format
from bot.domain.placing import Split
from bot.domain.preparations import ClassCount, Options, Preparation, Progress, Summary
from bot.domain.versions import UsedPicture
from bot.errors import BusyError, GoneError, RefusedError
from bot.ports import Sources, Target
from bot.services.preparation import results
from bot.services.preparation.closing import Outcome
from bot.services.preparation.dataset_pass import clean_up
from bot.services.preparation.former_pictures import FormerPictures
from bot.services.preparation.former_set import FormerSet
from bot.services.preparation.image_reading import ImageReader
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.packing import Threads, Watch
from bot.services.preparation.version_blocks import ADDED, Places, VersionBlocks, in_parts
from bot.services.preparation.version_journal import Added, VersionJournal, VersionState

# So many pictures are looked at between two notes of how far it is.
_TOGETHER = 20
_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}
_CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


class UploadGoneError(GoneError):
    """What was written of a file is no longer there."""


class VersionPass:
    """Runs once; `watch` is told of the progress, and raises to end the pass, which another one goes on with."""

    def __init__(self, instruments: Instruments, sources: Sources, threads: Threads = Threads(8)) -> None:  # noqa: B008 - frozen
        self._instruments = instruments
        self._sources = sources
        self._threads = threads

    def run(
        self, preparation: Preparation, base: DataSet, known: tuple[ClassCount, ...], target: Target, watch: Watch
    ) -> Outcome:
        """`known` are the base's classes with their counts, where those stand in a row.

        RefusedError: no version can be made of it; BusyError: try again later.
        """
        if base.multi_label:
            raise RefusedError(f"`{base.name}` has several labels an image, and pictures from use have one.")
        images = FormerSet(base, self._sources, preparation)
        making = _Making(preparation, base, images, target, watch)
        try:
            added = making.gather(self._instruments, self._threads)
            if not added:
                return Outcome(making.summary(known), problem="None of its pictures can be had any more.")
            for split in making.splits:
                making.write(split, self._threads)
            return making.close(known)
        except UploadGoneError as error:
            # Buckets may be set to give up uploads that nobody completes; then it is begun anew.
            clean_up(target)
            raise BusyError("What had been written is gone.", error.what, "It is written again.", error.code) from error
        finally:
            images.close()


class _Making:
    """One run of the pass."""

    def __init__(
        self, preparation: Preparation, base: DataSet, images: FormerSet, target: Target, watch: Watch
    ) -> None:
        self._preparation = preparation
        self._base = base
        self._images = images
        self._target = target
        self._watch = watch
        self._journal = VersionJournal(target)
        self._state = self._journal.read()
        self._options = Options(resize=base.resize, quality=preparation.options.quality)

    @property
    def splits(self) -> tuple[Split, ...]:
        """Those that are written anew; the base's own validation stays where it is, if it can."""
        return (Split.VALIDATION, Split.TRAIN) if self._base.format == Format.LST else (Split.TRAIN,)

    @property
    def added(self) -> tuple[Added, ...]:
        return self._state.packed

    def gather(self, instruments: Instruments, threads: Threads) -> tuple[Added, ...]:
        """Look at all pictures, those that are held out first, and lay aside what is to be packed."""
        pictures = sorted(self._preparation.pictures, key=lambda one: not one.held_out)
        reader = ImageReader(self._images.whole_bucket(), instruments, self._options)
        former = FormerPictures(self._images, instruments.fingerprint, threads, self._tell)
        while len(self._state.looked) < len(pictures):
            looked = list(self._state.looked)
            for picture in pictures[len(looked) : len(looked) + _TOGETHER]:
                looked.append(self._looked(picture, (reader, former), looked))
                self._tell()
            self._note(replace(self._state, looked=tuple(looked)))
        return self.added

    def _looked(
        self, picture: UsedPicture, judges: tuple[ImageReader, FormerPictures], before: Iterable[Added]
    ) -> Added:
        """What becomes of a picture; one that is gone was forgotten meanwhile."""
        reader, former = judges
        told = Added(picture.upload_id, picture.label, held_out=picture.held_out)
        try:
            verdict = reader.judge_bytes(picture.upload_id, reader.patiently(picture.key))
        except GoneError:
            return told._replace(rule=str(Rule.MISSING), said="is kept no longer")
        if verdict.payload is None:
            first = verdict.findings[0]
            return told._replace(rule=str(first.rule), said=first.said)
        told = told._replace(digest=verdict.digest.hex(), side=verdict.side)
        if picture.held_out:
            return told
        if found := _twin(told, before) or former.said_of(verdict.payload):
            return told._replace(rule=str(found[0]), said=found[1])
        name = self._name(sum(bool(one.name) for one in before), verdict.format)
        self._target.put(name, verdict.payload, _CONTENT_TYPES[verdict.format])
        return told._replace(name=name)

    def _name(self, number: int, kind: str) -> str:
        """Where the picture is laid: for good only where a manifest names it."""
        folder = "train/" if self._base.format == Format.MANIFEST else ADDED
        return f"{folder}{number:06d}{_SUFFIXES[kind]}"

    def write(self, split: Split, threads: Threads) -> None:
        """Write a split's one file in parts, going on after the last one that was noted."""
        state = self._state.split(split)
        if state.done:
            return
        name = self._file(split)
        if not state.upload_id:
            # Whatever was begun before, its id was not kept.
            self._target.remove(name)
            state = replace(state, upload_id=self._target.begin(name))
            self._note(self._state.having(split, state))
        with closing(self._blocks(threads).of(split, state.blocks)) as blocks:
            for body, passed in in_parts(blocks, state.blocks):
                with _still_there():
                    etag = self._target.part(name, state.upload_id, len(state.etags) + 1, body)
                state = replace(state, etags=(*state.etags, etag), blocks=passed)
                self._note(self._state.having(split, state))
                self._tell()
        with _still_there():
            self._target.complete(name, state.upload_id, state.etags)
        self._note(self._state.having(split, replace(state, done=True)))

    def _blocks(self, threads: Threads) -> VersionBlocks:
        places = Places(self._images, self._target)
        return VersionBlocks(self._preparation, self._base, self.added, places, (threads, self._tell))

    def close(self, known: tuple[ClassCount, ...]) -> Outcome:
        """Leave the files that tell of it; doing it again leaves the same."""
        summary = self.summary(known)
        rows = [
            (one.upload_id, one.label, Split.TRAIN, one.rule, EFFECTS[Rule(one.rule)], one.said)
            for one in self._state.left_out
        ]
        self._target.put("report.csv", results.report_of((), rows), results.CSV)
        self._target.put("classes.txt", results.class_names(self._base.classes), results.TEXT)
        self._target.put("summary.json", results.summary_json(summary), "application/json")
        left_out = frozenset(one.upload_id for one in self._state.left_out)
        return Outcome(summary, self._data_set(summary), left_out=left_out)

    def summary(self, known: tuple[ClassCount, ...]) -> Summary:
        more = Counter(self._index(one.label) for one in self.added)
        before = known or self._counted()
        return Summary(
            classes=tuple(replace(one, train=one.train + more[index]) for index, one in enumerate(before)),
            by_rule=dict(sorted(Counter(Rule(one.rule) for one in self._state.left_out).items())),
            warnings=(),
            locations=self._locations() if self.added else {},
            smallest_side=self._smallest_side(),
        )

    def _counted(self) -> tuple[ClassCount, ...]:
        train, validation = self._images.counts(Split.TRAIN), self._images.counts(Split.VALIDATION)
        return tuple(ClassCount(name, train[index], validation[index]) for index, name in enumerate(self._base.classes))

    def _data_set(self, summary: Summary) -> DataSet:
        return replace(
            self._base,
            name=self._preparation.name,
            s3_prefix=self._target.address,
            train_images=self._base.train_images + len(self.added),
            smallest_side=summary.smallest_side,
            format=Format.REC if self._base.format == Format.LST else self._base.format,
            locations=summary.locations,
            made_by=self._preparation.id,
            based_on=self._base.name,
            from_use=len(self.added),
        )

    def _locations(self) -> dict[str, str]:
        if self._base.format == Format.MANIFEST:
            train = f"{self._target.address}{self._file(Split.TRAIN)}"
        else:
            train = f"{self._target.address}train/"
        ours = Split.VALIDATION in self.splits
        validation = f"{self._target.address}validation/" if ours else self._images.address("validation")
        return {"train": train, "validation": validation}

    def _smallest_side(self) -> int | None:
        if self._base.smallest_side is None:
            return None
        return min([self._base.smallest_side, *(one.side for one in self.added)])

    def _file(self, split: Split) -> str:
        return f"{split}_manifest/{split}.manifest" if self._base.format == Format.MANIFEST else f"{split}/{split}.rec"

    def _index(self, label: str) -> int:
        return self._base.classes.index(label)

    def _note(self, state: VersionState) -> None:
        self._journal.save(state)
        self._state = state

    def _tell(self) -> None:
        trained = sum(not one.held_out for one in self._preparation.pictures)
        total, left_out = self._base.images + trained, len(self._state.left_out)
        done = all(self._state.split(split).done for split in self.splits)
        self._watch(Progress(total, total if done else 0, left_out, total - left_out if done else 0))


def _twin(picture: Added, before: Iterable[Added]) -> tuple[Rule, str] | None:
    """What is to be said of a picture that came before among those from use."""
    twin = next((one.upload_id for one in before if one.digest == picture.digest), "")
    return (Rule.DOUBLE, f"is the same picture as `{twin}`") if twin else None


@contextmanager
def _still_there() -> Iterator[None]:
    try:
        yield
    except GoneError as error:
        raise UploadGoneError(error.what, error.why, error.next_step, error.code) from error
