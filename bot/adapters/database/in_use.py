"""What is counted of a release's answers: how many people found right, which classes were predicted, how surely."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Select, case, func, select

from bot.adapters.database.engine import Database
from bot.adapters.database.feedback_tables import opinions
from bot.adapters.database.picture_tables import uploads
from bot.domain.drift import Window
from bot.domain.feedback import Say
from bot.domain.in_use import InUse
from bot.domain.uploads import UploadStatus

_LABELS = "labels"
_FIRST_NAME = uploads.c.prediction[(_LABELS, 0, 0)].as_string()
_SECOND_SHARE = func.coalesce(uploads.c.prediction[(_LABELS, 1, 1)].as_float(), 0.0)
_MARGIN = uploads.c.prediction[(_LABELS, 0, 1)].as_float() - _SECOND_SHARE
_ANSWERED = (uploads.c.status == UploadStatus.ANSWERED) & uploads.c.prediction.is_not(None)
# One text for what is said, so that it can be compared within an aggregate.
_SAID: ColumnElement[str] = opinions.c.say.concat(":").concat(opinions.c.label)


class SqlRatedAnswers:
    """The port RatedAnswers; the database counts, and no image's row is read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_use(self, releases: Collection[str]) -> Mapping[str, InUse]:
        verdicts = _verdicts(releases).subquery()
        right = case((verdicts.c.said == f"{Say.LABEL}:" + verdicts.c.predicted, 1), else_=0)
        # Without a verdict people differ, and what was not fair to ask says nothing of the model.
        rated = verdicts.c.said.is_not(None) & verdicts.c.said.not_like(f"{Say.UNFAIR}:%")
        counted = select(verdicts.c.release, func.count(), func.sum(right)).where(rated)
        with self._database.reading() as connection:
            rows = connection.execute(counted.group_by(verdicts.c.release))
            return {str(release): InUse(int(number), int(agreed)) for release, number, agreed in rows}

    def answered(self, release: str) -> int:
        counted = select(func.count()).select_from(uploads).where(uploads.c.release == release, _ANSWERED)
        with self._database.reading() as connection:
            return int(connection.scalar(counted) or 0)

    def first(self, release: str, limit: int) -> Window:
        return self._window(_answers_of(release).order_by(uploads.c.settled_at, uploads.c.id).limit(limit))

    def last(self, release: str, limit: int) -> Window:
        newest = _answers_of(release).order_by(uploads.c.settled_at.desc(), uploads.c.id.desc())
        return self._window(newest.limit(limit))

    def _window(self, chosen: Select[tuple[str, float]]) -> Window:
        one = chosen.subquery()
        sums = (func.count(), func.sum(one.c.margin), func.sum(one.c.margin * one.c.margin))
        with self._database.reading() as connection:
            rows = connection.execute(select(one.c.predicted, *sums).group_by(one.c.predicted)).all()
        predicted = {str(name): int(number) for name, number, _, _ in rows}
        return _window(predicted, sum(row[2] for row in rows), sum(row[3] for row in rows))


def _answers_of(release: str) -> Select[tuple[str, float]]:
    answers = select(_FIRST_NAME.label("predicted"), _MARGIN.label("margin"))
    return answers.where(uploads.c.release == release, _ANSWERED)


def _window(predicted: Mapping[str, int], margins: float, squares: float) -> Window:
    count = sum(predicted.values())
    if count < 2:
        return Window(predicted, margins)
    mean = margins / count
    return Window(predicted, mean, max(0.0, (squares - count * mean * mean) / (count - 1)))


def _verdicts(releases: Collection[str]) -> Select[tuple[str, str, str]]:
    """What people's opinions of each image come to, beside its release and its first class."""
    said = _said().subquery()
    of_them = select(uploads.c.release, _FIRST_NAME.label("predicted"), said.c.said)
    of_them = of_them.join(said, said.c.upload_id == uploads.c.id)
    return of_them.where(uploads.c.release.in_(sorted(releases)), _ANSWERED)


def _said() -> Select[tuple[str, str]]:
    """By image, as `domain.feedback.verdict` has it; NULL where people differ.

    All say the same where the least is the greatest; else it is what those say who decide, where these agree.
    """
    decided = case((opinions.c.decides, _SAID))
    said = case(
        (func.min(_SAID) == func.max(_SAID), func.min(_SAID)),
        (func.min(decided) == func.max(decided), func.min(decided)),
    )
    # Grouped before anything is joined: of an image that nobody rated nothing is read.
    return select(opinions.c.upload_id, said.label("said")).group_by(opinions.c.upload_id)
