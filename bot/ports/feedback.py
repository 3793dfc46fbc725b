"""The stores of what people say of answers, and of the pictures that are kept to learn from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.feedback import Opinion
from bot.domain.kept_pictures import KeptPicture
from bot.domain.uploads import Upload


class Opinions(Protocol):
    """What people say of answered images: one opinion of each person and image."""

    def give(self, opinion: Opinion) -> bool:
        """Store it in place of what the person said before, and have the answer shown anew. False: they said just that.

        What is given is unweighed until it is said to be weighed.
        """

    def of(self, upload_ids: Collection[str]) -> Mapping[str, list[Opinion]]:
        """By image, oldest first; images of which nobody said anything are left out."""

    def unweighed(self, limit: int = 100) -> list[str]:
        """The images of which something was said that has had no consequences yet, oldest first."""

    def weighed(self, opinions: Sequence[Opinion]) -> None:
        """These have had theirs; one that has been changed since has not."""

    def first_hint(self, user_id: str, channel_id: str) -> bool:
        """Whether the person is to be given the channel's hint: once, so that the same question is answered no then."""


class KeptPictures(Protocol):
    """The pictures that are kept to learn from. `save` is compare-and-set on `version`; each change of what a data
    set's manifest says raises that it is behind.
    """

    def add(self, picture: KeptPicture) -> bool:
        """False: it has a row already."""

    def get(self, upload_id: str) -> KeptPicture: ...
    def find(self, upload_id: str) -> KeptPicture | None: ...
    def save(self, picture: KeptPicture) -> KeptPicture: ...
    def drop(self, picture: KeptPicture) -> None:
        """Remove the row of one that lies nowhere any more."""

    def due(self, now: datetime, limit: int = 20) -> list[KeptPicture]:
        """Those that are wanted or on their way out and whose time has come, or whose time is over."""

    def out_of_step(self, limit: int = 100) -> list[tuple[KeptPicture, int]]:
        """Those kept for another time than their channel's setting says, with how many days that is."""

    def learned(self, data_set: str) -> list[KeptPicture]:
        """What can be learned from now for this data set: kept and not disputed, the oldest label first."""

    def trained(self, upload_ids: Collection[str], version_name: str) -> None:
        """Note that the data set version of this name contains them; that is known for longer than they are kept."""

    def considered(self, upload_ids: Collection[str], version_name: str) -> None:
        """Note that the version was made when they were there, so that they are not offered as new ones again."""

    def versions_with(self, upload_ids: Collection[str]) -> list[str]:
        """The names of the data set versions that contain one of them."""

    def data_sets(self) -> list[str]:
        """The names of those that have pictures, or are to have some."""

    def all_of(self, data_set: str) -> list[KeptPicture]:
        """Those of this data set that are not on their way out."""

    def fresh(self, data_sets: Collection[str]) -> int:
        """How many pictures of these could be trained on that no version was considered for."""

    def behind(self) -> list[tuple[str, int]]:
        """The data sets whose manifest is not as the rows are, with the number that `written` is to be told."""

    def written(self, data_set: str, number: int) -> None:
        """The manifest is as the rows were when `behind` said so."""

    def of_files(self, file_ids: Collection[str]) -> list[Upload]:
        """All images that these files are, in whichever messages they were shared."""

    def forget(self, uploads: Collection[Upload], by: str) -> list[KeptPicture]:
        """Forget the images' files, and have the kept ones of them removed: all or nothing. Returns those."""


class Questions(Protocol):
    """The questions that threads were asked where people differ."""

    def asked(self, upload_id: str) -> str | None:
        """The message that asks; empty: it may be on its way. None: nobody asked."""

    def ask(self, upload_id: str, message_ts: str = "") -> None:
        """Note that it is about to be asked, or where."""

    def hold(self, upload_id: str, now: datetime) -> None:
        """The thread is to be told later how people see it; what is held already keeps its place."""

    def held(self) -> list[str]:
        """The images of which that is so, by since when."""

    def release(self, upload_id: str) -> None: ...
