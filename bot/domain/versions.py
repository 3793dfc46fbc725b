"""Versions of a data set: the images of another one with pictures from use, and which pictures those are. All pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.domain.datasets import DataSet
from bot.domain.kept_pictures import KeptPicture

_LONGEST = 63


@dataclass(frozen=True, slots=True)
class UsedPicture:
    """A kept picture as a version takes it: by its address, with the label that it had then.

    `held_out` ones are not packed; they are looked at so that none that looks the same is. `left_out` are those with
    which something was wrong when the version was made.
    """

    upload_id: str
    key: str
    label: str
    held_out: bool = False
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """What a model could learn from use: `fresh` are those that no version was made of yet, taken or left out.

    `wrong` are the model's mistakes among these.
    """

    pictures: tuple[UsedPicture, ...] = ()
    fresh: int = 0
    wrong: int = 0

    @property
    def trained(self) -> tuple[UsedPicture, ...]:
        return tuple(one for one in self.pictures if not one.held_out)

    @property
    def held_out(self) -> int:
        return len(self.pictures) - len(self.trained)


def chain(name: str, known: Mapping[str, DataSet]) -> tuple[str, ...]:
    """The data set and those that it is based on, itself first."""
    names: list[str] = []
    while name and name not in names:
        names.append(name)
        name = known[name].based_on if name in known else ""
    return tuple(names)


def family(name: str, known: Mapping[str, DataSet]) -> frozenset[str]:
    """All versions of what the data set is a version of: what is kept for one can be learned from for all."""
    first = chain(name, known)[-1]
    return frozenset({first, name, *(one for one in known if chain(one, known)[-1] == first)})


def next_name(base: str, known: Mapping[str, DataSet], taken: Collection[str]) -> str:
    """`NAME-2`, `NAME-3` and so on, after the first of the line."""
    first = chain(base, known)[-1]
    lowered = {one.lower() for one in (*taken, *known)}
    number = 2
    while (name := _numbered(first, number)).lower() in lowered:
        number += 1
    return name


def lot(base: DataSet, kept: Iterable[KeptPicture], contained: Collection[str], line: Collection[str] = ()) -> Lot:
    """What of the kept pictures a version of `base` would have that `base`, which contains those ids, has not.

    What a version of its `line` left out would be left out again.
    """
    usable = [one for one in kept if one.learned and one.label in base.classes]
    chosen = [one for one in usable if one.held_out or not (one.id in contained or one.considered_for in line)]
    fresh = [one for one in chosen if not one.held_out and not one.considered_for]
    return Lot(
        pictures=tuple(UsedPicture(one.id, one.key, one.label, one.held_out) for one in chosen),
        fresh=len(fresh),
        wrong=sum(one.predicted != one.label for one in fresh),
    )


def _numbered(first: str, number: int) -> str:
    end = f"-{number}"
    return f"{first[: _LONGEST - len(end)]}{end}"
