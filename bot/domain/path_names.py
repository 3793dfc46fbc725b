"""What the names of folders and files tell before anything of them is read: roles, side files, hidden files."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

TRAIN_NAMES = frozenset({"train", "training"})
VALIDATION_NAMES = frozenset({"validation", "valid", "val"})
TEST_NAMES = frozenset({"test", "testing"})

# What operating systems and file servers leave behind.
_LITTER = re.compile(
    r"(?:^|/)(?:\.|(?:__MACOSX|@eaDir|\$RECYCLE\.BIN)(?:/|$)|(?:Thumbs\.db|desktop\.ini)$)", re.IGNORECASE
)
# Files that accompany images. Anything else may be an image: the bytes tell, not the name.
_SIDE_FILES = frozenset(
    re.findall(
        r"\S+",
        "7z cfg csv data db docx gz h5 htm html idx ini ipynb json jsonl lock log lst manifest mat md md5 names npy "
        "npz parquet pdf pickle pkl py rar rec rst rtf sh sha256 sqlite tar tgz toml tsv txt url xls xlsx xml yaml yml "
        "zip",
    )
)
_WORDS = re.compile(r"[a-z]+")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_NUMBERED = re.compile(r"(\d{1,9})(?:\s*[._-]\s*|\s+)([^\W\d_].*)", re.DOTALL)
_NAME_LIMIT = 100


def hidden(key: str) -> bool:
    """Whether the key is of a file that nobody put there on purpose."""
    return _LITTER.search(key) is not None


def extension(key: str) -> str:
    """The extension in lower case, without its dot."""
    name = key.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def may_be_image(key: str) -> bool:
    return not key.endswith("/") and extension(key) not in _SIDE_FILES


def role(key: str) -> str:
    """`train`, `validation` or `test`, as the file's name says, or else the folder it lies in; or nothing."""
    folder, _, name = key.rpartition("/")
    return _role_of(name.rpartition(".")[0] or name) or _role_of(folder.rpartition("/")[2])


def _role_of(name: str) -> str:
    words = set(_WORDS.findall(name.lower()))
    named = [
        role
        for role, names in (("train", TRAIN_NAMES), ("validation", VALIDATION_NAMES), ("test", TEST_NAMES))
        if words & names
    ]
    return named[0] if len(named) == 1 else ""


def in_label_order(folders: Iterable[str]) -> list[str]:
    """Class folders as their labels count: by their numbers where all are numbered, or else by name."""
    numbers = {folder: _number(folder) for folder in folders}
    numbered = {folder: number for folder, number in numbers.items() if number is not None}
    if len(numbered) == len(numbers):
        return sorted(numbered, key=lambda folder: (numbered[folder], folder))
    return sorted(numbers)


def class_names(folders: Sequence[str]) -> tuple[str, ...]:
    """What people call the classes of these folders, each name once: `001.Affenpinscher` is an Affenpinscher."""
    tidied = [_tidied(folder) for folder in folders]
    matches = [_NUMBERED.fullmatch(name) for name in tidied]
    plain = [_tidied(match[2]) for match in matches if match]
    if len(plain) == len(tidied) and len(set(plain)) == len(plain):
        return tuple(plain)
    return _apart(tidied)


def _number(folder: str) -> int | None:
    match = _NUMBERED.fullmatch(_tidied(folder))
    digits = match[1] if match else folder.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None


def _tidied(name: str) -> str:
    """One line of composed characters (zips from a Mac hold decomposed ones), short enough for a label."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", name)).strip()[:_NAME_LIMIT].strip() or "unnamed"


def _apart(names: Sequence[str]) -> tuple[str, ...]:
    """The names, told apart by a number where two are the same."""
    free = set(names)
    told: dict[str, None] = {}
    for name in names:
        other, count = name, 1
        while other in told or (count > 1 and other in free):
            count += 1
            other = f"{name[: _NAME_LIMIT - 6]} {count}"
        told[other] = None
    return tuple(told)
