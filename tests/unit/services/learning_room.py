"""A channel with an endpoint, an answered picture, and the services that learn from what people say of it."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.channel_settings import ChannelSettings
from bot.domain.feedback import Say, class_key
from bot.domain.kept_pictures import KeptPicture
from bot.domain.saying import Said
from bot.domain.uploads import Upload
from bot.services.differing import Differing
from bot.services.feedback import Feedback
from bot.services.forgetting import Forgetting
from bot.services.keeping import Keeping, LearningRows
from tests.builders import CHANNEL, a_data_set, a_prediction, an_answer, an_answered_upload, an_endpoint
from tests.fakes.learning import FakeFeedbackFolder, FakeQuestionWriter
from tests.fakes.stores import FakeTickLock, FakeWakeup
from tests.unit.services.world import World

OWNER, PASSER_BY, OTHER, SHARER = "U0OWNER001", "U0PASSER01", "U0OTHER001", "U0SHARER01"
CLASSES = ("cat", "dog", "fox")


@dataclass
class LearningRoom:
    """`upload` was answered; the data set and the endpoint know CLASSES."""

    world: World
    folder: FakeFeedbackFolder = field(default_factory=FakeFeedbackFolder)
    thread: FakeQuestionWriter = field(default_factory=FakeQuestionWriter)
    upload: Upload = field(init=False)
    differing: Differing = field(init=False)

    def __post_init__(self) -> None:
        self.world.stores.data_sets.replace([a_data_set(classes=CLASSES)])
        self.world.has_endpoint(an_endpoint(classes=CLASSES, owner=OWNER, data_set=a_data_set().name))
        self.upload = self.answered()
        stores, hush = self.world.stores, self.world.hush()
        self.differing = Differing(stores.answers, stores.questions, self.thread, hush, self.world.clock)

    def answered(self, **changes: Any) -> Upload:
        prediction = a_prediction(("cat", 0.6), ("fox", 0.4))
        release = an_endpoint().id
        upload = an_answered_upload(**({"prediction": prediction, "release": release, "user_id": SHARER} | changes))
        self.world.stores.uploads.add(an_answer(id=upload.answer_id), [upload])
        self.world.files.kept[upload.url] = b"a picture"
        return upload

    def keeps(self, days: int) -> None:
        self.world.stores.channel_settings.save(ChannelSettings(CHANNEL, keep_days=days))

    def feedback(self) -> Feedback:
        stores = self.world.stores
        rows = (stores.uploads, stores.answers, stores.endpoints, stores.opinions, stores.channel_settings)
        return Feedback(rows, self.world.control(), (FakeWakeup(), FakeWakeup()), self.world.clock)

    def says(self, user_id: str, label: str, upload: Upload | None = None) -> Said:
        say = Say(label) if label in ("none", "unfair") else Say.LABEL
        key = class_key(label) if say == Say.LABEL else ""
        return self.feedback().say((upload or self.upload).id, user_id, say, key)

    def keeping(self) -> Keeping:
        world, stores = self.world, self.world.stores
        rows = LearningRows(
            stores.uploads,
            stores.opinions,
            stores.kept_pictures,
            stores.channel_settings,
            stores.endpoints,
            stores.data_sets,
            stores.preparations,
        )
        vendors = (world.fetching(), world.images, self.folder)
        return Keeping(rows, vendors, self.differing, FakeTickLock(), world.clock)

    def works(self, rounds: int = 3) -> None:
        """As often as it takes for what was said to come to rest."""
        for _ in range(rounds):
            self.keeping().work_once()

    def forgetting(self) -> Forgetting:
        stores = self.world.stores
        rows = (stores.uploads, stores.kept_pictures, stores.endpoints, stores.data_sets)
        return Forgetting(rows, self.world.control(), (FakeWakeup(), FakeWakeup()))

    @property
    def kept(self) -> KeptPicture | None:
        return self.world.stores.kept_pictures.find(self.upload.id)

    @property
    def lines(self) -> list[str]:
        """The labels in the manifests."""
        return [label for lines in self.folder.manifests.values() for _, label in lines]
