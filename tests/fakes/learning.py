"""Where kept pictures lie, and the thread that is asked, in memory."""

from collections.abc import Sequence

from bot.domain.answers import Answer
from bot.domain.feedback import Verdict
from bot.domain.kept_pictures import KeptPicture


class FakeFeedbackFolder:
    """FeedbackFolder. What is in `errors` is raised by the next calls."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.manifests: dict[str, list[tuple[str, str]]] = {}
        self.errors: list[Exception] = []

    def put(self, data_set: str, upload_id: str, image: bytes, content_type: str) -> str:
        self._fail()
        self.pictures[upload_id] = image
        return f"s3://bucket/datasets/{data_set}/feedback/{upload_id}.jpg"

    def remove(self, data_set: str, upload_id: str) -> None:
        self._fail()
        self.pictures.pop(upload_id, None)

    def write_manifest(self, data_set: str, pictures: Sequence[KeptPicture], classes: Sequence[str]) -> None:
        self.manifests[data_set] = [(one.id, one.label) for one in pictures]

    def _fail(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


class FakeQuestionWriter:
    """QuestionWriter: what each message says, by its number."""

    def __init__(self) -> None:
        self.messages: list[Verdict] = []
        self.errors: list[Exception] = []

    def find(self, answer: Answer, upload_id: str) -> str:
        return str(len(self.messages)) if self.messages else ""

    def write(self, answer: Answer, upload_id: str, verdict: Verdict, message_ts: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        if message_ts:
            self.messages[int(message_ts) - 1] = verdict
            return message_ts
        self.messages.append(verdict)
        return str(len(self.messages))
