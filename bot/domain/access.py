"""Who may train and who may approve, as the operators say it with ids of users and user groups."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """Ids that begin with S are user groups. Without trainers all may train, without approvers nobody approves."""

    trainers: frozenset[str]
    approvers: frozenset[str]
    self_approval: bool = False

    @property
    def trainers_are_open(self) -> bool:
        return not self.trainers


def groups(ids: Iterable[str]) -> tuple[str, ...]:
    """The user groups among the ids."""
    return tuple(sorted(one for one in ids if one.startswith("S")))
