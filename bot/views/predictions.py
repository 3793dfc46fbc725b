"""The answer to an uploaded image, in its thread: the likeliest classes, or why there is no answer."""

from collections.abc import Sequence

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.predictions import Label, Prediction, Upload, UploadStatus
from bot.views import figures, parts
from bot.views.message import Message

_BAR = 15


def prediction_reply(upload: Upload, endpoint: Endpoint | None) -> Message:
    """What the thread reads now; the same message is edited until the upload is answered."""
    match upload.status:
        case UploadStatus.ANSWERED if upload.prediction and upload.prediction.labels:
            return _answer(upload, upload.prediction, endpoint)
        case UploadStatus.REFUSED:
            return parts.note(_refusal(upload))
        case UploadStatus.FAILED | UploadStatus.ANSWERED:
            return _failed(upload)
        case _:
            return parts.note(_waiting(upload, endpoint))


def _answer(upload: Upload, prediction: Prediction, endpoint: Endpoint | None) -> Message:
    first, others = prediction.labels[0], prediction.labels[1:]
    lines = [f"*{parts.name(first.name)}* {figures.probability(first.probability)}   {bar(first.probability)}"]
    if others:
        lines.append(" · ".join(_label(label) for label in others))
    told = ", ".join(_label(label) for label in prediction.labels)
    return parts.message(
        f"{parts.name(upload.file_name)}: {told}.",
        [parts.section("\n".join(lines)), parts.context(_source(upload, prediction, endpoint))],
    )


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
    """Several images in one message get several answers, so each says which file it is about."""
    model: Sequence[str] = ()
    if endpoint is not None:
        accuracy = f"{figures.percent(endpoint.accuracy)} validation"
        model = [f"{parts.name(endpoint.job_name)} ({accuracy}) on {parts.name(endpoint.name)}"]
    return " · ".join((parts.name(upload.file_name), *model, f"{max(prediction.seconds, 0.0):.1f} s"))


def _failed(upload: Upload) -> Message:
    text = f"I could not classify {parts.code(upload.file_name)}."
    why = parts.prose(upload.problem)
    return parts.message(
        f"{text} {why}".strip(),
        [parts.section(f"{text} {why}".strip()), parts.context("Upload it again to try once more.")],
    )


def _waiting(upload: Upload, endpoint: Endpoint | None) -> str:
    """A serverless endpoint that has slept is what a wait nearly always means."""
    if upload.status == UploadStatus.RECEIVED:
        return f"Looking at {parts.code(upload.file_name)}."
    if endpoint is not None and endpoint.hosting.kind == Kind.REALTIME:
        return f"The model is busy; {parts.code(upload.file_name)} is next in line. I'll answer here."
    return "The model is waking up; this can take up to four minutes. I'll answer here."
