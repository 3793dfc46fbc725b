"""How a source's images lie, told from keys and sizes alone: in class folders, split already or not, or ready-made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.domain import ready_made
from bot.domain.checks import Finding, Rule
from bot.domain.path_names import (
    TEST_NAMES,
    TRAIN_NAMES,
    VALIDATION_NAMES,
    class_names,
    hidden,
    in_label_order,
    may_be_image,
)
from bot.domain.placing import PlacedImage, Split
from bot.domain.ready_made import ReadyMade
from bot.domain.sources import SourceObject
from bot.errors import RefusedError

_EXPECTED = (
    "I expect a folder for each class, such as `cat/` and `dog/`; or `train/` and `validation/` with such folders; "
    "or ready-made `.rec`, `.lst` or manifest files for both."
)


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """One class: its name, and the folder that its images lie in. Its place in the layout is its label."""

    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What there is. A ready-made set has no classes and images here: they are told by what its files hold."""

    classes: tuple[ClassFolder, ...] = ()
    images: tuple[PlacedImage, ...] = ()
    findings: tuple[Finding, ...] = ()
    ready_made: ReadyMade | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.classes)

    @property
    def split_given(self) -> bool:
        return any(one.split is not None for one in self.images)


@dataclass(slots=True)
class _Shelf:
    """One level of a source: the files on it, and what lies in each of its folders, however deep."""

    base: str
    files: list[SourceObject] = field(default_factory=list)
    folders: dict[str, list[SourceObject]] = field(default_factory=dict)

    def below(self, folder: str) -> "_Shelf":
        return _shelf(self.folders[folder], f"{self.base}{folder}/")

    def filled(self) -> list[str]:
        """The folders that hold something that may be an image."""
        return [folder for folder, held in self.folders.items() if any(may_be_image(one.key) for one in held)]


def recognised(objects: Iterable[SourceObject]) -> Layout:
    """The layout, or a RefusedError that says what was found and what is expected."""
    seen = [one for one in objects if not hidden(one.key)]
    if not any(not one.key.endswith("/") for one in seen):
        raise RefusedError("There is nothing in it: no file was found.", next_step=_EXPECTED)
    shelf, strays = _peeled(_shelf(seen, ""))
    ready = ready_made.found(seen, class_folders=len(shelf.filled()) > 1)
    if ready is not None:
        unused = (Finding(Rule.STRAY, key, "is neither trained on nor validated with.") for key in ready.unused)
        return Layout(findings=tuple(unused), ready_made=ready)
    return _in_class_folders(shelf, strays)


def _shelf(objects: Iterable[SourceObject], base: str) -> _Shelf:
    shelf, start = _Shelf(base), len(base)
    for one in objects:
        folder, slash, rest = one.key[start:].partition("/")
        if not slash:
            if folder:
                shelf.files.append(one)
            continue
        held = shelf.folders.setdefault(folder, [])
        if rest:
            held.append(one)
    return shelf


def _peeled(shelf: _Shelf) -> tuple[_Shelf, list[Finding]]:
    """Without the folders that merely enclose all others, as zips have them; and what lay beside those."""
    strays: list[Finding] = []
    while True:
        filled = shelf.filled()
        if len(filled) != 1 or any(may_be_image(one.key) for one in shelf.files):
            return shelf, strays
        inner = shelf.below(filled[0])
        if not inner.folders or any(may_be_image(one.key) for one in inner.files):
            return shelf, strays
        strays += _strays(shelf.files, "lies beside the classes; it is left alone.")
        strays += [
            finding for name in shelf.folders if name != filled[0] for finding in _unused(shelf, name, "no image")
        ]
        shelf = inner


def _in_class_folders(shelf: _Shelf, strays: Sequence[Finding]) -> Layout:
    parts, findings = _parts(shelf)
    findings = [*strays, *findings]
    folders = _class_folders(parts)
    names = class_names(folders)
    labels = {folder: label for label, folder in enumerate(folders)}
    if len(folders) < 2:
        raise _too_few(shelf, names)
    images: list[PlacedImage] = []
    for split, part in parts.items():
        findings += _strays(part.files, "lies in no class folder; it is left alone.")
        for folder, held in part.folders.items():
            if folder in labels:
                images += _images(held, labels[folder], split)
            findings += _strays(held, "is no image by its name; it is left alone.", side_files=True)
    findings += _empty_classes(parts, labels)
    findings += _alike(names)
    classes = tuple(ClassFolder(name, folder) for name, folder in zip(names, folders, strict=True))
    return Layout(classes, tuple(images), tuple(findings))


def _images(held: Iterable[SourceObject], label: int, split: Split | None) -> list[PlacedImage]:
    return [PlacedImage(one.key, one.size, label, split) for one in held if may_be_image(one.key)]


def _parts(shelf: _Shelf) -> tuple[dict[Split | None, _Shelf], list[Finding]]:
    """What to take as which split (None: ours to decide), and what is to be said of the rest."""
    train, validation, test = (
        [folder for folder in shelf.folders if folder.lower() in names]
        for names in (TRAIN_NAMES, VALIDATION_NAMES, TEST_NAMES)
    )
    if not train or not (validation or test):
        return {None: shelf}, []
    chosen = validation or test
    if len(train) > 1 or len(chosen) > 1:
        listed = " and ".join(f"`{folder}/`" for folder in (train if len(train) > 1 else chosen))
        raise RefusedError(f"I found {listed}, and cannot tell which of them to take.", next_step="Keep one of them.")
    training, validating = shelf.below(train[0]), shelf.below(chosen[0])
    if not training.filled():
        raise RefusedError(
            f"The images in `{train[0]}/` lie in no class folders, so nothing tells their classes.", next_step=_EXPECTED
        )
    taken = {train[0], chosen[0]} if validating.filled() else {train[0]}
    unused = [finding for name in shelf.folders if name not in taken for finding in _unused(shelf, name)]
    unused += _strays(shelf.files, "lies beside the classes; it is left alone.")
    if not validating.filled():
        return {None: training}, unused
    return {Split.TRAIN: training, Split.VALIDATION: validating}, unused


def _class_folders(parts: Mapping[Split | None, _Shelf]) -> list[str]:
    """Those with something to learn from: what only validation has is no class."""
    learned = parts.get(None) or parts[Split.TRAIN]
    return in_label_order(learned.filled())


def _empty_classes(parts: Mapping[Split | None, _Shelf], labels: Mapping[str, int]) -> list[Finding]:
    learned = parts.get(None) or parts[Split.TRAIN]
    empty = [f"`{name}` has no image, so it is no class." for name in learned.folders if name not in labels]
    validating = parts[Split.VALIDATION].filled() if Split.VALIDATION in parts else []
    unlearned = [
        f"`{name}` has images for validation and none to train on, so it is left out."
        for name in validating
        if name not in labels
    ]
    advice = "Put images into the folder, or remove it."
    return [Finding(Rule.EMPTY_CLASS, "", f"{said} {advice}") for said in (*empty, *unlearned)]


def _alike(names: Sequence[str]) -> list[Finding]:
    """A finding for each group of names that differ only by case."""
    in_order = sorted(names, key=lambda name: (name.casefold(), name))
    groups = (list(group) for _, group in groupby(in_order, key=str.casefold))
    told = (" and ".join(f"`{name}`" for name in group) for group in groups if len(group) > 1)
    said = "differ only by case and are kept apart. If they are one class, put their images into one folder."
    return [Finding(Rule.CASE, "", f"{group} {said}") for group in told]


def _strays(files: Iterable[SourceObject], said: str, *, side_files: bool = False) -> list[Finding]:
    """A note for each file, or with `side_files` for each that is no image by its name."""
    return [
        Finding(Rule.STRAY, one.key, said)
        for one in files
        if not one.key.endswith("/") and not (side_files and may_be_image(one.key))
    ]


def _unused(shelf: _Shelf, folder: str, why: str = "") -> list[Finding]:
    """One note for a whole folder that is left alone."""
    held = [one for one in shelf.folders[folder] if not one.key.endswith("/")]
    if not held:
        return []
    files = "1 file" if len(held) == 1 else f"{len(held):,} files"
    said = f"holds {files} and {why or 'is no part of train or validation'}; it is left alone."
    return [Finding(Rule.STRAY, f"{shelf.base}{folder}/", said)]


def _too_few(shelf: _Shelf, names: Sequence[str]) -> RefusedError:
    loose = sum(may_be_image(one.key) for one in shelf.files)
    if names:
        what = f"I found only one class, `{names[0]}`; a classifier needs two or more."
    elif loose:
        images = "1 image" if loose == 1 else f"{loose:,} images"
        what = f"I found {images} in no class folder, so nothing tells the classes."
    else:
        what = "I found no images."
    return RefusedError(what, next_step=_EXPECTED)
