"""Augmented manifests of image classification, pure: JSON Lines as SageMaker Ground Truth writes them, and read back.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html and, for what the algorithm takes of them,
https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.errors import RefusedError
from bot.formats.lines import MAX_LINE, Readable, numbered

SOURCE = "source-ref"
_METADATA = "-metadata"
_SINGLE, _MULTIPLE = "groundtruth/image-classification", "groundtruth/image-classification-multilabel"
_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+", re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,9}")
MAX_LABEL = 2**24
_NEXT = "Name the attribute that holds the label."


class LabelFormat(StrEnum):
    """How a manifest gives labels: one class an image, a list of the classes, or a row of zeros and ones.

    The two latter are values of the content type's `label-format`.
    """

    CLASS = "class"
    CLASS_ID = "class-id"
    MULTI_HOT = "multi-hot"


@dataclass(frozen=True, slots=True)
class Line:
    """One image with its labels as they are written; `listed`: they are a list, be it of one.

    `class_names` belong to the labels in their order, and are empty where the metadata doesn't tell them all.
    `is_ground_truth` says that the metadata are those of a labelling job for several labels: class indexes for sure.
    """

    source_ref: str
    labels: tuple[int, ...]
    class_names: tuple[str, ...] = ()
    listed: bool = False
    is_ground_truth: bool = False
    attribute: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Labelling:
    """What all lines of a manifest that we write share, and Ground Truth would say of its labelling job."""

    attribute: str
    job_name: str
    labelled_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What a manifest is as a whole: `classes` counts them, and `names` has those that its metadata tell."""

    attribute: str
    label_format: LabelFormat
    images: int
    classes: int
    names: Mapping[int, str]


def written(line: Line, labelling: Labelling, more: Mapping[str, object] | None = None) -> str:
    """The line with its end; a listed line's labels are class indexes, as Ground Truth writes them.

    `more` goes into its metadata, and before what Ground Truth would say where both have it.
    """
    attribute = labelling.attribute
    _check(line, attribute)
    label = list(line.labels) if line.listed else line.labels[0]
    metadata = {
        **(_several(line) if line.listed else _one(line)),
        "job-name": labelling.job_name,
        "human-annotated": "yes",
        "creation-date": labelling.labelled_at.replace(tzinfo=None).isoformat(timespec="microseconds"),
        **(more or {}),
    }
    text = json.dumps({SOURCE: line.source_ref, attribute: label, attribute + _METADATA: metadata})
    if len(text) > MAX_LINE:
        raise RefusedError(f"The line of {line.source_ref[:200]} is longer than {MAX_LINE} characters.")
    return text + "\n"


def read(
    lines: Readable | Iterable[bytes] | Iterable[str], name: str = "The manifest", attribute: str = ""
) -> Iterator[Line]:
    """The lines of a manifest, one at a time; the first one tells the label's attribute where none is given."""
    for number, text in numbered(lines, name):
        place = f"{name}, line {number}"
        content = _content(text, place)
        source_ref = _source_ref(content, place)
        attribute = attribute or _found_attribute(content, place)
        yield _line(content, source_ref, attribute, number, place)


def summary(lines: Iterable[Line], name: str = "The manifest") -> Summary:
    """What the lines are together; RefusedError where they contradict each other, or there are none."""
    tally = _Tally(name)
    for line in lines:
        tally.add(line)
    return tally.summary()


def classes_of(line: Line, label_format: LabelFormat) -> tuple[int, ...]:
    """The indexes of the classes that the image has."""
    if label_format is LabelFormat.MULTI_HOT:
        return tuple(index for index, label in enumerate(line.labels) if label)
    return line.labels


def _check(line: Line, attribute: str) -> None:
    if not attribute or attribute.endswith((_METADATA, "-ref")):
        raise RefusedError(f"`{attribute}` can't be the attribute of a label.", next_step="Take another name.")
    if not _ADDRESS.fullmatch(line.source_ref):
        raise RefusedError(f"`{line.source_ref[:200]}` is no address of an image in S3.")
    fits = len(set(line.labels)) == len(line.labels) if line.listed else len(line.labels) == 1
    if not fits or not all(0 <= label <= MAX_LABEL for label in line.labels):
        raise RefusedError(f"The labels of {line.source_ref[:200]} are not class indexes counted from 0.")
    if line.class_names and len(line.class_names) != len(line.labels):
        raise RefusedError(f"{line.source_ref[:200]} has not as many class names as labels.")


def _one(line: Line) -> dict[str, object]:
    named = {"class-name": line.class_names[0]} if line.class_names else {}
    return {**named, "confidence": 1.0, "type": _SINGLE}


def _several(line: Line) -> dict[str, object]:
    labels = [str(label) for label in line.labels]
    return {
        "class-map": dict(zip(labels, line.class_names, strict=False)),
        "confidence-map": dict.fromkeys(labels, 1.0),
        "type": _MULTIPLE,
    }


def _content(text: str, place: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError(f"{place}: this is no JSON.", "A manifest has one JSON object a line.") from None
    if not isinstance(content, dict):
        raise RefusedError(f"{place}: this is no JSON object.", "A manifest has one JSON object a line.")
    return content


def _source_ref(content: Mapping[str, Any], place: str) -> str:
    address = content.get(SOURCE)
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        raise RefusedError(f"{place}: `{SOURCE}` must be the address of an image in S3.")
    return address


def _found_attribute(content: Mapping[str, Any], place: str) -> str:
    """The only attribute that can be a label's, or the only one that a classification job left."""
    found = [key for key in content if not key.endswith((_METADATA, "-ref"))]
    ground_truth = [key for key in found if str(_metadata(content, key).get("type", "")).startswith(_SINGLE)]
    match ground_truth or found:
        case [attribute]:
            return attribute
        case []:
            raise RefusedError(f"{place}: {_missing(content)}.")
        case several:
            listed = ", ".join(f"`{key[:40]}`" for key in several[:5])
            raise RefusedError(f"{place}: {listed} could each be the label.", next_step=_NEXT)


def _missing(content: Mapping[str, Any]) -> str:
    """A labelling job leaves no label, but its reason, of what it couldn't label."""
    metadata = [_metadata(content, key.removesuffix(_METADATA)) for key in content if key.endswith(_METADATA)]
    reasons = [one["failure-reason"] for one in metadata if "failure-reason" in one]
    return f"there is no label ({str(reasons[0])[:200]})" if reasons else "there is no label"


def _metadata(content: Mapping[str, Any], attribute: str) -> Mapping[str, Any]:
    metadata = content.get(attribute + _METADATA)
    return metadata if isinstance(metadata, dict) else {}


def _line(content: Mapping[str, Any], source_ref: str, attribute: str, number: int, place: str) -> Line:
    if attribute not in content:
        raise RefusedError(f"{place}: `{attribute}`: {_missing(content)}.")
    label = _unquoted(content[attribute])
    metadata = _metadata(content, attribute)
    if not isinstance(label, list):
        named = metadata.get("class-name")
        names = (named,) if isinstance(named, str) else ()
        return Line(source_ref, (_class_index(label, place),), names, attribute=attribute, number=number)
    labels = tuple(_class_index(one, place) for one in label)
    class_map = metadata.get("class-map")
    return Line(
        source_ref,
        labels,
        _mapped(labels, class_map),
        listed=True,
        is_ground_truth=metadata.get("type") == _MULTIPLE or isinstance(class_map, dict),
        attribute=attribute,
        number=number,
    )


def _unquoted(label: object) -> object:
    """Manifests made by hand have lists as strings, as the algorithm's own pages show them: `"[1,0,1]"`."""
    if not isinstance(label, str) or not label.strip().startswith("["):
        return label
    try:
        return json.loads(label)
    except (ValueError, RecursionError):
        return label


def _class_index(label: object, place: str) -> int:
    match label:
        case bool():
            pass
        case int() | float() if 0 <= label <= MAX_LABEL and label == int(label):
            return int(label)
        case str() if _WHOLE.fullmatch(label.strip()) and int(label) <= MAX_LABEL:
            return int(label)
    shown = json.dumps(label, ensure_ascii=False)[:40]
    raise RefusedError(f"{place}: the label {shown} is not a class index counted from 0.")


def _mapped(labels: tuple[int, ...], class_map: object) -> tuple[str, ...]:
    if not isinstance(class_map, dict):
        return ()
    names = tuple(name for label in labels if isinstance(name := class_map.get(str(label)), str))
    return names if len(names) == len(labels) else ()


class _Tally:
    """What is known of a manifest after so many lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first: Line | None = None
        self._images = 0
        self._highest = -1
        self._names: dict[int, str] = {}
        # The first line that can be nothing but a row of zeros and ones, and nothing but class indexes.
        self._evidence: dict[LabelFormat, int] = {}

    def add(self, line: Line) -> None:
        self._first = self._first or line
        self._images += 1
        self._highest = max(self._highest, *line.labels, -1)
        if line.listed != self._first.listed:
            raise self._contradiction(self._first.number, line.number, "one label is a list, the other is not")
        if line.listed:
            self._weigh(line, len(self._first.labels))
        for label, name in zip(line.labels, line.class_names, strict=False):
            if self._names.setdefault(label, name) != name:
                why = f"the class {label} is `{self._names[label][:40]}` before, and `{name[:40]}` here"
                raise RefusedError(f"{self._name}, line {line.number}: {why}.")

    def summary(self) -> Summary:
        if self._first is None:
            raise RefusedError(f"{self._name} lists no images.")
        label_format = self._label_format(self._first)
        classes = len(self._first.labels) if label_format is LabelFormat.MULTI_HOT else self._highest + 1
        return Summary(self._first.attribute, label_format, self._images, classes, self._names)

    def _weigh(self, line: Line, width: int) -> None:
        if len(set(line.labels)) < len(line.labels):
            self._evidence.setdefault(LabelFormat.MULTI_HOT, line.number)
        if line.is_ground_truth or max(line.labels, default=2) > 1 or len(line.labels) != width:
            self._evidence.setdefault(LabelFormat.CLASS_ID, line.number)

    def _label_format(self, first: Line) -> LabelFormat:
        if not first.listed:
            return LabelFormat.CLASS
        match list(self._evidence):
            case [only]:
                return only
            case []:
                # All rows are of one or two zeros and ones. A single class is none to learn, and of two the algorithm's
                # default holds.
                return LabelFormat.MULTI_HOT if len(first.labels) == 2 else LabelFormat.CLASS_ID
        one, other = sorted(self._evidence.values())
        raise self._contradiction(one, other, "a row of zeros and ones, and a list of class indexes")

    def _contradiction(self, one: int, other: int, what: str) -> RefusedError:
        where = f"line {one}" if one == other else f"lines {one} and {other}"
        return RefusedError(f"{self._name}, {where}: {what}.", "All labels must be of one kind.")
