"""What Slack shows of each job and request, and which of it has fallen behind."""

from sqlalchemy import select, text, update

from bot.adapters.database.codecs import CARDS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import count
from bot.adapters.database.tables import cards
from bot.domain.cards import Card
from bot.errors import NotFoundError

# Word for word the condition of the index, which is used for nothing else.
_BEHIND = text("shown <> wanted")


class SqlCards:
    """The cards. Adding a job or a request adds its card."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subject_id: str) -> Card:
        with self._database.reading() as connection:
            row = connection.execute(select(cards).where(cards.c.subject_id == subject_id)).mappings().one_or_none()
        if row is None:
            raise _unknown()
        return CARDS.entity(row)

    def save(self, card: Card) -> None:
        """Store all but `wanted`, which only changes of the entity raise."""
        values = CARDS.row(card)
        del values["wanted"]
        with self._database.writing() as connection:
            here = update(cards).where(cards.c.subject_id == card.subject_id)
            if not count(connection.execute(here.values(values))):
                raise _unknown()

    def behind(self) -> list[Card]:
        """Cards whose entity changed since Slack last showed it."""
        with self._database.reading() as connection:
            rows = connection.execute(select(cards).where(_BEHIND).order_by(cards.c.subject_id)).mappings()
            return [CARDS.entity(row) for row in rows]


def _unknown() -> NotFoundError:
    return NotFoundError("I don't know this card.")
