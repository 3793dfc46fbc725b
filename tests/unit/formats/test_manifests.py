"""Augmented manifests: as Ground Truth writes them, as people write them, and what is wrong with others."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RefusedError
from bot.formats.manifests import LabelFormat, Labelling, Line, Summary, classes_of, read, summary, written

LABELLING = Labelling("class", "labeling-job/pets", datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
SINGLE_META = {
    "class-name": "cat",
    "confidence": 0.95,
    "type": "groundtruth/image-classification",
    "job-name": "labeling-job/pets",
    "human-annotated": "yes",
    "creation-date": "2018-10-18T22:18:13.527256",
}
SEVERAL_META = {
    "job-name": "labeling-job/pets",
    "class-map": {"1": "bicycle", "0": "person", "8": "clothing"},
    "human-annotated": "yes",
    "creation-date": "2020-02-27T21:36:25.000201",
    "confidence-map": {"1": 0.95, "0": 0.77, "8": 0.2},
    "type": "groundtruth/image-classification-multilabel",
}

characters = st.characters(codec="utf-8")
addresses = st.text(characters, min_size=1).map("s3://bucket/".__add__)
class_names = st.text(characters, max_size=20)
single = st.builds(
    lambda address, label, name: Line(address, (label,), (name,)), addresses, st.integers(0, 2**24), class_names
)
several = st.builds(
    lambda address, named: Line(address, tuple(named), tuple(named.values()), listed=True, is_ground_truth=True),
    addresses,
    st.dictionaries(st.integers(0, 2**24), class_names, max_size=4),
)


def text(*labels: Any, attribute: str = "class") -> list[str]:
    """Lines made by hand: an image and its label."""
    return [
        json.dumps({"source-ref": f"s3://bucket/{number}.png", attribute: label}) + "\n"
        for number, label in enumerate(labels)
    ]


def summed(*labels: Any) -> Summary:
    return summary(read(text(*labels)))


def refused(content: dict[str, Any] | str, attribute: str = "") -> str:
    line = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(RefusedError) as error:
        list(read([*text(0), line], "pets.manifest", attribute))
    return error.value.what


def only(content: dict[str, Any], attribute: str = "") -> Line:
    (line,) = read([json.dumps(content)], attribute=attribute)
    return line


def test_a_single_label_is_written_as_ground_truth_does() -> None:
    line = written(Line("s3://bucket/a.jpg", (0,), ("cat",)), LABELLING)

    assert line.endswith("}\n")
    assert json.loads(line) == {
        "source-ref": "s3://bucket/a.jpg",
        "class": 0,
        "class-metadata": {
            "class-name": "cat",
            "confidence": 1.0,
            "type": "groundtruth/image-classification",
            "job-name": "labeling-job/pets",
            "human-annotated": "yes",
            "creation-date": "2026-03-01T12:30:00.000000",
        },
    }


def test_several_labels_are_written_as_ground_truth_does() -> None:
    line = written(Line("s3://bucket/a.jpg", (8, 0), ("clothing", "person"), listed=True), LABELLING)

    assert json.loads(line) == {
        "source-ref": "s3://bucket/a.jpg",
        "class": [8, 0],
        "class-metadata": {
            "class-map": {"8": "clothing", "0": "person"},
            "confidence-map": {"8": 1.0, "0": 1.0},
            "type": "groundtruth/image-classification-multilabel",
            "job-name": "labeling-job/pets",
            "human-annotated": "yes",
            "creation-date": "2026-03-01T12:30:00.000000",
        },
    }


@given(st.lists(single, max_size=4) | st.lists(several, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read_again(lines: list[Line]) -> None:
    content = "".join(written(line, LABELLING) for line in lines).encode()
    again = [
        Line(line.source_ref, line.labels, line.class_names, line.listed, line.is_ground_truth)
        for line in read(io.BytesIO(content))
    ]

    assert again == lines


def test_a_line_of_a_labelling_job_for_one_label_is_read() -> None:
    line = only({"source-ref": "s3://bucket/a.png", "sport": 0, "sport-metadata": SINGLE_META})

    assert line == Line("s3://bucket/a.png", (0,), ("cat",), attribute="sport", number=1)


def test_a_line_of_a_labelling_job_for_several_labels_is_read() -> None:
    line = only({"source-ref": "s3://bucket/a.png", "tags": [1, 0, 8], "tags-metadata": SEVERAL_META})

    assert (line.labels, line.class_names) == ((1, 0, 8), ("bicycle", "person", "clothing"))
    assert line.listed
    assert line.is_ground_truth


@pytest.mark.parametrize(
    ("label", "labels", "listed"),
    [
        ("0", (0,), False),
        (" 12 ", (12,), False),
        (3.0, (3,), False),
        ("[1,0,1]", (1, 0, 1), True),
        (" [2]", (2,), True),
        ([1, "0", 1.0], (1, 0, 1), True),
        ([], (), True),
    ],
)
def test_labels_made_by_hand_are_read(label: object, labels: tuple[int, ...], listed: bool) -> None:
    line = only({"source-ref": "s3://bucket/a.png", "class": label})

    assert (line.labels, line.listed) == (labels, listed)


def test_crlf_blank_lines_and_a_byte_order_mark_are_forgiven() -> None:
    content = "\N{ZERO WIDTH NO-BREAK SPACE}" + "\r\n\r\n".join(text(0, 1)).replace("\n\r", "\r")

    assert [line.labels for line in read(io.BytesIO(content.encode()))] == [(0,), (1,)]


def test_the_attribute_of_a_classification_job_is_found_among_others() -> None:
    content = {"source-ref": "s3://bucket/a.png", "width": 640, "sport": 2, "sport-metadata": SINGLE_META, "id": "x"}

    assert only(content).attribute == "sport"


def test_the_attribute_may_be_named() -> None:
    assert only({"source-ref": "s3://bucket/a.png", "a": 1, "b": 2}, attribute="b").labels == (2,)


@pytest.mark.parametrize("extra", [{}, {"a-metadata": SINGLE_META, "b-metadata": SINGLE_META}])
def test_of_several_attributes_none_is_guessed(extra: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match=r"line 1: `a`, `b` could each be the label"):
        only({"source-ref": "s3://bucket/a.png", "a": 1, "b": 2, **extra})


@pytest.mark.parametrize("metadata", [None, 7, [], "x", {"type": 7}, {"class-name": 7}, {"class-map": {"0": 1}}])
def test_odd_metadata_tell_nothing(metadata: object) -> None:
    line = only({"source-ref": "s3://bucket/a.png", "class": [0], "class-metadata": metadata})

    assert (line.labels, line.class_names) == ((0,), ())


@pytest.mark.parametrize(
    "label", ["cat", "", -1, 1.5, True, None, {"a": 1}, [[1]], "[1,", [True], 2**24 + 1, "9" * 999]
)
def test_a_label_that_is_no_class_index_is_refused(label: object) -> None:
    found = refused({"source-ref": "s3://bucket/a.png", "class": label})

    assert found.startswith("pets.manifest, line 2: the label ")
    assert len(found) < 120


@pytest.mark.parametrize("label", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(label: str) -> None:
    assert "is not a class index" in refused(f'{{"source-ref": "s3://bucket/a.png", "class": {label}}}')


@pytest.mark.parametrize(
    "line", ["cat", "{", "[]", "3", '{"a": 1} {"b": 2}', "[" * 50_000, "9" * 5_000, '{"a": "\x01"}']
)
def test_a_line_that_is_no_json_object_is_refused(line: str) -> None:
    assert refused(line).startswith("pets.manifest, line 2: this is no JSON")


@pytest.mark.parametrize("source", [None, 7, "", "a.png", "s3://bucket", "s3://bucket/", "https://host/a.png"])
def test_an_image_that_is_not_in_s3_is_refused(source: object) -> None:
    assert refused({"source-ref": source, "class": 0}).startswith("pets.manifest, line 2: `source-ref` must be")


def test_a_line_without_the_label_is_refused() -> None:
    assert refused({"source-ref": "s3://b-1/a.png"}) == "pets.manifest, line 2: `class`: there is no label."


def test_an_image_that_could_not_be_labelled_is_told_with_the_reason() -> None:
    content = {"source-ref": "s3://b-1/a.png", "class-metadata": {"failure-reason": "File too large"}}

    assert refused(content) == "pets.manifest, line 2: `class`: there is no label (File too large)."


def test_a_manifest_without_any_label_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"line 1: there is no label\."):
        only({"source-ref": "s3://bucket/a.png"})


def test_a_line_has_100_000_characters_at_most() -> None:
    assert refused(text("x" * 100_000)[0]) == "pets.manifest, line 2: longer than 100000 characters."


@pytest.mark.parametrize(
    ("labels", "label_format", "classes"),
    [
        ((0, "4", 1), LabelFormat.CLASS, 5),
        (([1, 0, 1], [0, 0, 1]), LabelFormat.MULTI_HOT, 3),
        (("[0,0]", "[1,0]"), LabelFormat.MULTI_HOT, 2),
        (([0, 2], [2]), LabelFormat.CLASS_ID, 3),
        (([0, 1], [1]), LabelFormat.CLASS_ID, 2),
        (([0, 1], []), LabelFormat.CLASS_ID, 2),
        (([0], [1]), LabelFormat.CLASS_ID, 2),
        (([0, 1], [1, 0]), LabelFormat.MULTI_HOT, 2),
    ],
)
def test_the_format_of_the_labels_is_told_by_all_lines(labels: Any, label_format: LabelFormat, classes: int) -> None:
    found = summed(*labels)

    assert (found.label_format, found.classes, found.images) == (label_format, classes, len(labels))


def test_a_labelling_job_gives_class_indexes_even_where_they_look_like_a_row() -> None:
    content = {"source-ref": "s3://bucket/a.png", "tags": [1, 0], "tags-metadata": SEVERAL_META}
    found = summary(read([json.dumps(content)]))

    assert found == Summary("tags", LabelFormat.CLASS_ID, 1, 2, {1: "bicycle", 0: "person"})


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        ((0, [0]), "lines 1 and 2: one label is a list, the other is not"),
        (([0], 0), "lines 1 and 2: one label is a list"),
        (([1, 0, 1], [0, 1, 1], [2]), "lines 1 and 3: a row of zeros and ones, and a list of class indexes"),
        (([0, 5], [1, 1]), "lines 1 and 2: a row of zeros and ones, and a list of class indexes"),
        (([1, 1], [1, 1, 1]), "lines 1 and 2: a row"),
        (([3, 3],), "line 1: a row"),
    ],
)
def test_labels_of_two_kinds_are_refused(labels: Any, problem: str) -> None:
    with pytest.raises(RefusedError, match=problem):
        summed(*labels)


def test_a_class_with_two_names_is_refused() -> None:
    lines = [Line("s3://b/1", (0,), ("cat",), number=1), Line("s3://b/2", (0,), ("dog",), number=2)]

    with pytest.raises(RefusedError, match=r"pets, line 2: the class 0 is `cat` before, and `dog` here"):
        summary(lines, "pets")


def test_an_empty_manifest_is_refused() -> None:
    with pytest.raises(RefusedError, match="lists no images"):
        summed()


def test_a_row_of_zeros_and_ones_becomes_class_indexes() -> None:
    assert classes_of(Line("s3://b/1", (1, 0, 1), listed=True), LabelFormat.MULTI_HOT) == (0, 2)


@pytest.mark.parametrize("label_format", [LabelFormat.CLASS, LabelFormat.CLASS_ID])
def test_class_indexes_are_what_they_are(label_format: LabelFormat) -> None:
    assert classes_of(Line("s3://b/1", (1, 0)), label_format) == (1, 0)


@pytest.mark.parametrize(
    "line",
    [
        Line("a.png", (0,)),
        Line("s3://bucket/a", ()),
        Line("s3://bucket/a", (0, 1)),
        Line("s3://bucket/a", (-1,)),
        Line("s3://bucket/a", (1, 1), listed=True),
        Line("s3://bucket/a", (0, 1), ("cat",), listed=True),
        Line("s3://bucket/" + "a" * 100_000, (0,)),
    ],
)
def test_a_line_that_ground_truth_would_not_write_is_not_written(line: Line) -> None:
    with pytest.raises(RefusedError):
        written(line, LABELLING)


@pytest.mark.parametrize("attribute", ["", "class-metadata", "source-ref"])
def test_some_names_are_no_labels(attribute: str) -> None:
    with pytest.raises(RefusedError, match="can't be the attribute of a label"):
        written(Line("s3://bucket/a", (0,)), Labelling(attribute, "job", LABELLING.labelled_at))
