"""Data sets that somebody has packed already: RecordIO files, lists beside images, or augmented manifests."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError

from bot.domain.datasets import Format
from bot.domain.path_names import extension, may_be_image, role
from bot.domain.placing import Split
from bot.domain.sources import SourceObject
from bot.errors import RefusedError

_EXTENSIONS = {"rec": Format.REC, "lst": Format.LST, "manifest": Format.MANIFEST, "jsonl": Format.MANIFEST}
_NAMES_FILES = frozenset({"classes.txt", "labels.txt", "classes.json", "labels.json", "class_names.txt"})
_WORDS = {Format.REC: "RecordIO files", Format.LST: "lists (`.lst`)", Format.MANIFEST: "manifests"}
_EXPECTED = {
    Format.REC: "`train.rec` and `validation.rec`",
    Format.LST: "`train.lst` and `validation.lst`",
    Format.MANIFEST: "`train.manifest` and `validation.manifest`",
}


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """What to check as it lies there. All keys are the source's.

    `tables` are the one .rec, .lst or manifest of each split, `indexes` the .idx beside them, `files` all that a list
    or a manifest may name (key to size), `names_key` the file that names the classes, or empty.
    """

    format: Format
    tables: Mapping[Split, str]
    indexes: Mapping[Split, str] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    names_key: str = ""
    unused: tuple[str, ...] = ()

    def roots(self, split: Split) -> list[str]:
        """The folders that a list's paths may start from (with a slash at the end, or empty), the likeliest first."""
        folder = _folder(self.tables[split])
        above = _folder(folder.rstrip("/"))
        beside = [f"{above}{split}/", f"{folder}{split}/"]
        near = {
            key[: key.index("/", len(start)) + 1]
            for start in (folder, above)
            for key in self.files
            if key.startswith(start) and "/" in key[len(start) :]
        }
        return list(dict.fromkeys([*beside, folder, above, "", *sorted(near)]))

    def rooted(self, split: Split, paths: Iterable[str]) -> str:
        """The root under which the most of these paths are found: a few of a list's first ones will do."""
        asked = list(paths)
        return max(self.roots(split), key=lambda root: sum(f"{root}{path}" in self.files for path in asked))

    def locations(self, address: str, roots: Mapping[Split, str]) -> dict[str, str]:
        """The input channels' addresses below the source's; `roots` are those of the lists' paths.

        A table is named itself: an S3 prefix may be a whole key, and the folder may hold an .idx or the other table.
        """
        tables = {str(split): f"{address}{key}" for split, key in self.tables.items()}
        if self.format != Format.LST:
            return tables
        lists = {f"{split}_lst": table for split, table in tables.items()}
        return {str(split): f"{address}{roots[split]}" for split in self.tables} | lists


def found(objects: Sequence[SourceObject], *, class_folders: bool) -> ReadyMade | None:
    """The ready-made set among these objects, if there is one; `class_folders` says that images lie in some, too."""
    tables = _tables(objects)
    complete = {kind: by_role for kind, by_role in tables.items() if _is_complete(by_role)}
    if Format.REC in complete:
        # The lists that im2rec.py made its files from usually lie beside them.
        complete.pop(Format.LST, None)
    if not complete:
        if tables and not class_folders:
            raise _incomplete(*next(iter(tables.items())))
        return None
    if len(complete) > 1 or (class_folders and Format.REC in complete):
        raise _ambiguous([*(_WORDS[kind] for kind in complete), *(["class folders"] if class_folders else [])])
    ((kind, by_role),) = complete.items()
    return _ready_made(kind, by_role, objects)


def named_classes(key: str, body: bytes) -> tuple[str, ...]:
    """The classes that a names file tells, in label order: one a line, or JSON as a list or an object by label."""
    try:
        text = body.decode("utf-8-sig")
        names = _from_json(json.loads(text)) if extension(key) == "json" else text.splitlines()
    except (UnicodeDecodeError, JSONDecodeError, RecursionError, ValueError, TypeError) as error:
        raise RefusedError(f"I can't read the classes' names in `{key}`.", _ONE_A_LINE) from error
    told = tuple(name for name in (line.strip() for line in names) if name)
    if len(set(told)) != len(told):
        twice = next(name for name in told if told.count(name) > 1)
        raise RefusedError(f"`{key}` names the class `{twice}` twice.", "Each label needs a name of its own.")
    return told


_ONE_A_LINE = "It takes one name a line in the labels' order, as UTF-8, or a JSON list of names."


def _from_json(told: object) -> list[str]:
    match told:
        case list():
            return [str(name) for name in told]
        case dict() if all(isinstance(value, int) for value in told.values()):
            return _by_label({int(label): str(name) for name, label in told.items()})
        case dict():
            return _by_label({int(label): str(name) for label, name in told.items()})
        case _:
            raise ValueError(told)


def _by_label(names: Mapping[int, str]) -> list[str]:
    if sorted(names) != list(range(len(names))):
        raise ValueError(names)
    return [names[label] for label in sorted(names)]


def _tables(objects: Iterable[SourceObject]) -> dict[Format, dict[str, list[str]]]:
    """By format and by role, whatever the role; a stray `metadata.jsonl` is no manifest."""
    tables: dict[Format, dict[str, list[str]]] = {}
    for one in objects:
        ending = extension(one.key)
        kind = _EXTENSIONS.get(ending)
        if kind is None or one.key.endswith("/"):
            continue
        if ending == "jsonl" and not role(f"/{one.key.rpartition('/')[2]}"):
            continue
        tables.setdefault(kind, {}).setdefault(role(one.key), []).append(one.key)
    return tables


def _is_complete(by_role: Mapping[str, Sequence[str]]) -> bool:
    validating = by_role.get("validation") or by_role.get("test") or ()
    return len(by_role.get("train", ())) == 1 and len(validating) == 1


def _ready_made(kind: Format, by_role: Mapping[str, Sequence[str]], objects: Sequence[SourceObject]) -> ReadyMade:
    validating = "validation" if "validation" in by_role else "test"
    tables = {Split.TRAIN: by_role["train"][0], Split.VALIDATION: by_role[validating][0]}
    unused = [key for keys in by_role.values() for key in keys if key not in tables.values()]
    return ReadyMade(
        kind,
        tables,
        indexes=_indexes(tables, objects) if kind == Format.REC else {},
        files={one.key: one.size for one in objects if may_be_image(one.key)} if kind != Format.REC else {},
        names_key=_names_key([one.key for one in objects]),
        unused=tuple(unused),
    )


def _indexes(tables: Mapping[Split, str], objects: Iterable[SourceObject]) -> dict[Split, str]:
    indexes = {one.key for one in objects if extension(one.key) == "idx"}
    found = {}
    for split, table in tables.items():
        beside = f"{table.rpartition('.')[0]}.idx"
        apart = f"{_folder(_folder(table).rstrip('/'))}{split}_idx/{split}.idx"
        key = next((one for one in (beside, apart) if one in indexes), "")
        if key:
            found[split] = key
    return found


def _names_key(keys: Iterable[str]) -> str:
    named = [key for key in keys if key.rpartition("/")[2].lower() in _NAMES_FILES]
    return min(named, key=lambda key: (key.count("/"), key)) if named else ""


def _folder(key: str) -> str:
    """With its slash, or empty at the top."""
    folder = key.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _incomplete(kind: Format, by_role: Mapping[str, Sequence[str]]) -> RefusedError:
    keys = sorted(key for keys in by_role.values() for key in keys)
    listed = ", ".join(f"`{key}`" for key in keys[:4]) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")
    return RefusedError(
        f"I found {_WORDS[kind]}, and cannot tell which one to train on and which one to validate with: {listed}.",
        "A data set has exactly one for each.",
        f"Name them {_EXPECTED[kind]}, or put them into the folders `train/` and `validation/`.",
    )


def _ambiguous(kinds: Sequence[str]) -> RefusedError:
    return RefusedError(
        f"I found {' and '.join(kinds)} side by side, and cannot tell which of them is the data set.",
        next_step="Put one of them into a folder of its own, and name that folder.",
    )
