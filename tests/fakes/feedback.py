"""The stores of what people say of answers and of the pictures that are kept, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain import kept_pictures as domain
from bot.domain.feedback import Opinion
from bot.domain.forgetting import forgotten
from bot.domain.kept_pictures import KeptPicture, KeptStatus
from bot.domain.uploads import Upload
from bot.errors import StaleError
from tests.fakes.pictures import FakeAnswers, FakeChannelSettings
from tests.fakes.shelf import FakeCards, Shelf

_LATE = datetime(9999, 1, 1, tzinfo=UTC)


class FakeOpinions:
    """Opinions; with the answers, what is given raises them."""

    def __init__(self, answers: FakeAnswers | None = None, cards: FakeCards | None = None) -> None:
        self.answers, self.cards = answers, cards
        self.rows: dict[tuple[str, str], Opinion] = {}
        self.done: set[Opinion] = set()
        self.hints: set[str] = set()

    def give(self, opinion: Opinion) -> bool:
        before = self.rows.get((opinion.upload_id, opinion.user_id))
        if before and (before.say, before.label, before.decides) == (opinion.say, opinion.label, opinion.decides):
            return False
        self.rows[opinion.upload_id, opinion.user_id] = opinion
        image = self.answers.images.rows.get(opinion.upload_id) if self.answers else None
        if self.answers and image:
            self.answers.changed(image.answer_id, image.received_at)
            if self.cards:
                self.cards.wanted(image.release)
        return before is None or (before.say, before.label) != (opinion.say, opinion.label)

    def of(self, upload_ids: Collection[str]) -> Mapping[str, list[Opinion]]:
        found: dict[str, list[Opinion]] = {}
        for one in sorted(self.rows.values(), key=lambda one: (one.given_at, one.user_id)):
            if one.upload_id in upload_ids:
                found.setdefault(one.upload_id, []).append(one)
        return found

    def unweighed(self, limit: int = 100) -> list[str]:
        waiting = [one for one in self.rows.values() if one not in self.done]
        waiting.sort(key=lambda one: (one.given_at, one.upload_id))
        return list(dict.fromkeys(one.upload_id for one in waiting))[:limit]

    def weighed(self, opinions: Sequence[Opinion]) -> None:
        self.done.update(opinions)

    def first_hint(self, user_id: str, channel_id: str) -> bool:
        key = f"{channel_id}.{user_id}"
        is_first = key not in self.hints
        self.hints.add(key)
        return is_first


class FakeQuestions:
    """Questions."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.waiting: dict[str, datetime] = {}

    def asked(self, upload_id: str) -> str | None:
        return self.rows.get(upload_id)

    def ask(self, upload_id: str, message_ts: str = "") -> None:
        self.rows[upload_id] = message_ts

    def hold(self, upload_id: str, now: datetime) -> None:
        self.waiting.setdefault(upload_id, now)

    def held(self) -> list[str]:
        return sorted(self.waiting, key=lambda one: (self.waiting[one], one))

    def release(self, upload_id: str) -> None:
        self.waiting.pop(upload_id, None)


class FakeKeptPictures:
    """KeptPictures, over the images and the channels' settings."""

    def __init__(self, answers: FakeAnswers, settings: FakeChannelSettings) -> None:
        self.answers, self.settings = answers, settings
        self.shelf: Shelf[KeptPicture] = Shelf("picture")
        self.manifests: dict[str, list[int]] = {}
        self.versions: dict[str, set[str]] = {}

    def add(self, picture: KeptPicture) -> bool:
        is_new = picture.id not in self.shelf.rows
        self.shelf.rows.setdefault(picture.id, picture)
        return is_new

    def get(self, upload_id: str) -> KeptPicture:
        return self.shelf.get(upload_id)

    def find(self, upload_id: str) -> KeptPicture | None:
        return self.shelf.rows.get(upload_id)

    def save(self, picture: KeptPicture) -> KeptPicture:
        saved = self.shelf.save(picture)
        self._raise(saved)
        return saved

    def drop(self, picture: KeptPicture) -> None:
        if self.shelf.rows.get(picture.id) != picture:
            raise StaleError("This has just changed.")
        del self.shelf.rows[picture.id]

    def due(self, now: datetime, limit: int = 20) -> list[KeptPicture]:
        def is_due(one: KeptPicture) -> bool:
            if one.status in (KeptStatus.WANTED, KeptStatus.REMOVING) and one.due_at <= now:
                return True
            return one.status in (KeptStatus.KEPT, KeptStatus.UNKEEPABLE) and one.kept_until <= now

        return self.shelf.where(is_due, lambda one: (one.due_at, one.id))[:limit]

    def out_of_step(self, limit: int = 100) -> list[tuple[KeptPicture, int]]:
        there = self.shelf.where(lambda one: one.status != KeptStatus.REMOVING, lambda one: one.id)
        said = [(one, self.settings.of(one.channel_id).keep_days) for one in there]
        return [(one, days) for one, days in said if one.keep_days != days][:limit]

    def learned(self, data_set: str) -> list[KeptPicture]:
        return self.shelf.where(
            lambda one: one.data_set == data_set and one.learned, lambda one: (one.labelled_at, one.id)
        )

    def considered(self, upload_ids: Collection[str], version_name: str) -> None:
        for one in [one for one in self.shelf.rows.values() if one.id in upload_ids]:
            self.shelf.save(replace(one, considered_for=version_name))

    def trained(self, upload_ids: Collection[str], version_name: str) -> None:
        self.versions.setdefault(version_name, set()).update(upload_ids)

    def versions_with(self, upload_ids: Collection[str]) -> list[str]:
        return sorted(name for name, ids in self.versions.items() if ids & set(upload_ids))

    def data_sets(self) -> list[str]:
        return sorted({one.data_set for one in self.shelf.rows.values() if one.status != KeptStatus.REMOVING})

    def all_of(self, data_set: str) -> list[KeptPicture]:
        return self.shelf.where(
            lambda one: one.data_set == data_set and one.status != KeptStatus.REMOVING, lambda one: one.id
        )

    def fresh(self, data_sets: Collection[str]) -> int:
        learned = [one for name in sorted(data_sets) for one in self.learned(name)]
        return sum(not one.held_out and not one.considered_for for one in learned)

    def behind(self) -> list[tuple[str, int]]:
        return [(name, wanted) for name, (wanted, written) in sorted(self.manifests.items()) if wanted != written]

    def written(self, data_set: str, number: int) -> None:
        self.manifests[data_set][1] = number

    def of_files(self, file_ids: Collection[str]) -> list[Upload]:
        known = set(file_ids) - {""}
        return self.answers.images.where(lambda one: one.file_id in known, lambda one: one.id)

    def forget(self, images: Collection[Upload], by: str) -> list[KeptPicture]:
        for image in images:
            row = self.answers.images.rows.get(image.id)
            if row and forgotten(row) != row:
                self.answers.images.save(forgotten(row))
                self.answers.changed(row.answer_id, row.received_at)
        mine = {image.id for image in images}
        return [
            self.save(domain.leaving(one, min(one.due_at, _LATE), by))
            for one in list(self.shelf.rows.values())
            if one.id in mine
        ]

    def _raise(self, picture: KeptPicture) -> None:
        if picture.key:
            self.manifests.setdefault(picture.data_set, [0, 0])[0] += 1
