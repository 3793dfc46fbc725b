"""The answer to the images of a message, in its thread: the likeliest classes of each, or why there is no answer."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.answers import AnswerCase
from bot.domain.endpoints import Endpoint, Kind
from bot.domain.predictions import Label, Prediction
from bot.domain.uploads import Upload, UploadStatus
from bot.views import figures, parts
from bot.views.message import Message

_BAR = 15
Said = tuple[str, list[Block]]


def answer_message(case: AnswerCase) -> Message:
    """What the thread reads now; the same message is edited until every image is answered."""
    said = [_said(upload, case.endpoint(upload)) for upload in case.uploads]
    return parts.message(" ".join(text for text, _ in said), [block for _, blocks in said for block in blocks])


def _said(upload: Upload, endpoint: Endpoint | None) -> Said:
    match upload.status:
        case UploadStatus.ANSWERED if upload.prediction and upload.prediction.labels:
            return _answer(upload, upload.prediction, endpoint)
        case UploadStatus.REFUSED:
            return _sentence(_refusal(upload))
        case UploadStatus.FAILED | UploadStatus.ANSWERED:
            return _failed(upload)
        case _:
            return _sentence(_waiting(upload, endpoint))


def _answer(upload: Upload, prediction: Prediction, endpoint: Endpoint | None) -> Said:
    first, others = prediction.labels[0], prediction.labels[1:]
    lines = [f"*{parts.name(first.name)}* {figures.probability(first.probability)}   {bar(first.probability)}"]
    if others:
        lines.append(" · ".join(_label(label) for label in others))
    told = ", ".join(_label(label) for label in prediction.labels)
    source = _source(upload, prediction, endpoint)
    return f"{parts.name(upload.file_name)}: {told}.", [parts.section("\n".join(lines)), parts.context(source)]


def _sentence(text: str) -> Said:
    return text, [parts.section(text)]


def _refusal(upload: Upload) -> str:
    """The rule that it breaks, which names the file unless the bytes told nothing but that they are broken."""
    if upload.file_name and upload.file_name in upload.problem:
        return parts.prose(upload.problem)
    return f"{parts.code(upload.file_name)}: {parts.prose(upload.problem) or 'this cannot be classified.'}"


def bar(probability: float) -> str:
    """A probability as a bar of blocks; nothing that is not a probability breaks it."""
    share = probability if 0 <= probability <= 1 else 0.0
    full = round(share * _BAR)
    return "█" * full + "░" * (_BAR - full)


def _label(label: Label) -> str:
    return f"{parts.name(label.name)} {figures.probability(label.probability)}"


def _source(upload: Upload, prediction: Prediction, endpoint: Endpoint | None) -> str:
    model: Sequence[str] = ()
    if endpoint is not None:
        accuracy = f"{figures.percent(endpoint.accuracy)} validation"
        model = [f"{parts.name(endpoint.job_name)} ({accuracy}) on {parts.name(endpoint.name)}"]
    return " · ".join((parts.name(upload.file_name), *model, f"{max(prediction.seconds, 0.0):.1f} s"))


def _failed(upload: Upload) -> Said:
    text = f"I could not classify {parts.code(upload.file_name)}. {parts.prose(upload.problem)}".strip()
    return text, [parts.section(text)]


def _waiting(upload: Upload, endpoint: Endpoint | None) -> str:
    """A serverless endpoint that has slept is what a wait nearly always means."""
    if endpoint is not None and endpoint.hosting.kind == Kind.SERVERLESS:
        return "The model is waking up; this can take up to four minutes. I'll answer here."
    if upload.status == UploadStatus.RECEIVED:
        return f"Looking at {parts.code(upload.file_name)}."
    return f"The model is busy; {parts.code(upload.file_name)} is next in line. I'll answer here."
