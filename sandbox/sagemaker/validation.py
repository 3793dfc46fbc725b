"""Checks a request against botocore's own service model as strictly as AWS does, patterns, enums and bounds included.

botocore itself checks neither patterns nor enums nor maxima; a stand-in that let them pass would let bugs pass.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

# https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html: the Java classes that Python's re lacks.
_JAVA_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": r"\s",
    r"\p{Alnum}": "a-zA-Z0-9",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
    "blob": (str, bytes),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}


def check(operation_name: str, params: Mapping[str, Any], service: str = "sagemaker") -> list[str]:
    """What AWS would object to in a request, one sentence each; an empty list is a request it takes."""
    shape = service_model(service).operation_model(operation_name).input_shape
    return list(_faults_of(shape, dict(params), "")) if shape else []


def wording(complaints: list[str]) -> str:
    noun = "error" if len(complaints) == 1 else "errors"
    return f"{len(complaints)} validation {noun} detected: {'; '.join(complaints)}"


@functools.cache
def service_model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _faults_of(shape: Shape, value: object, path: str) -> Iterator[str]:
    if not _is_of_type(shape, value):
        yield _complaint(path, value, f"Member must be of type {shape.type_name}")
        return
    yield from (_complaint(path, value, rule) for rule in _broken_rules(shape, value))
    yield from _faults_inside(shape, value, path)


def _faults_inside(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            yield from _faults_of_structure(shape, value, path)
        case "list":
            for index, member in enumerate(value, start=1):
                yield from _faults_of(shape.member, member, f"{path}.{index}.member")
        case "map":
            for key, member in value.items():
                yield from _faults_of(shape.key, key, f"{path}.{key}.key")
                yield from _faults_of(shape.value, member, f"{path}.{key}.member")


def _faults_of_structure(shape: Shape, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _complaint(_below(path, name), None, "Member must not be null")
    for name, member in value.items():
        if name not in shape.members:
            yield _complaint(_below(path, name), member, "Member is not known")
        elif member is not None:
            yield from _faults_of(shape.members[name], member, _below(path, name))


def _below(path: str, name: str) -> str:
    """AWS writes member names in paths with a small first letter."""
    small = name[:1].lower() + name[1:]
    return f"{path}.{small}" if path else small


def _is_of_type(shape: Shape, value: object) -> bool:
    expected = _TYPES[shape.type_name]
    return isinstance(value, expected) and (bool in expected or not isinstance(value, bool))


def _broken_rules(shape: Shape, value: Any) -> Iterator[str]:
    rules = shape.metadata
    yield from _broken_bounds(rules, value)
    if "enum" in rules and value not in rules["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
    if "pattern" in rules and isinstance(value, str) and not _matches(rules["pattern"], value):
        yield f"Member must satisfy regular expression pattern: {rules['pattern']}"


def _broken_bounds(rules: Mapping[str, Any], value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        return
    measured, what = (value, "value") if isinstance(value, int | float) else (len(value), "length")
    if "min" in rules and measured < rules["min"]:
        yield f"Member must have {what} greater than or equal to {rules['min']}"
    if "max" in rules and measured > rules["max"]:
        yield f"Member must have {what} less than or equal to {rules['max']}"


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern in Python's words, or None for the few Java-only ones that have no such words (they then pass)."""
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    pattern = pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]").replace(r"\z", r"\Z")
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _complaint(path: str, value: object, rule: str) -> str:
    """One objection in AWS's wording."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    shown = "null" if value is None else f"'{text}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"
