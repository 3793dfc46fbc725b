"""What an answer says beside its classes: how far it is, why one waits, what went wrong, and what can be done then."""

from collections import Counter
from collections.abc import Iterable

from slack_sdk.models.blocks import ActionsBlock

from bot.domain import image_rules
from bot.domain.answers import Answer, AnswerCase, Wait
from bot.domain.uploads import Upload, UploadStatus
from bot.views import figures, parts

AGAIN, CONVERT, CONVERT_ALL = "answer.again", "answer.convert", "answer.convert_all"
_MOST_CLASSES, _NAME, _LINE = 4, 40, 400
_MOST_TROUBLES = 8


def headline(case: AnswerCase) -> tuple[str, ...]:
    """How far it is, and which classes there are how often; then what went wrong."""
    images = case.seen
    settled = [image for image in images if not image.open]
    counted = Counter(image.status for image in settled)
    troubles = [
        f"{figures.count(counted[status])} {status}"
        for status in (UploadStatus.REFUSED, UploadStatus.FAILED)
        if counted[status]
    ]
    if len(settled) < len(images):
        how_far = f"{figures.count(len(settled))} of {figures.count(len(images))}"
    else:
        how_far = f"{figures.of_things(len(images), 'image')}{_in_time(images)}"
    return tuple(filter(None, (how_far, _classes(settled), *troubles)))


def _in_time(images: tuple[Upload, ...]) -> str:
    """How long the slowest took; a person's pause before a wish is not counted."""
    times = [image.took.total_seconds() for image in images if image.took is not None]
    return f" in {figures.duration(max(1.0, round(max(times))))}" if times else ""


def _classes(settled: list[Upload]) -> str:
    seen = [image.prediction.labels[0].name for image in settled if image.prediction and image.prediction.labels]
    counted = Counter(seen).most_common()
    said = [_times(number, parts.class_name(name, _NAME)) for name, number in counted[:_MOST_CLASSES]]
    if others := sum(number for _, number in counted[_MOST_CLASSES:]):
        said.append(_times(others, "other"))
    return ", ".join(said)


def _times(number: int, name: str) -> str:
    """So that no line ends within it."""
    return f"{figures.count(number)}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{name}"


def waiting(case: AnswerCase) -> str:
    """Why nothing is answered yet."""
    images = case.seen
    match case.wait:
        case Wait.WAKING:
            return "The model is waking up; this can take up to four minutes. I'll answer here."
        case Wait.CHANGING:
            return "The endpoint is changing to another model. I'll answer here as soon as it has."
        case Wait.IN_LINE:
            ahead = f"{figures.of_things(case.ahead, 'image')} {'was' if case.ahead == 1 else 'were'}"
            return f"The model is busy: {ahead} in line before. I'll answer here."
        case Wait.BUSY:
            return "The model is busy; I keep trying for up to four minutes and answer here."
        case Wait.FILES:
            them = "the file" if len(images) == 1 else "the files"
            return f"Slack does not give me {them} yet; I keep trying for up to four minutes and answer here."
        case Wait.LOOKING:
            return f"Looking at {_things(images)}."


def _things(images: tuple[Upload, ...]) -> str:
    if len(images) == 1 and not images[0].hinted:
        return parts.code(images[0].file_name)
    return figures.of_things(len(images), "image")


def trouble(image: Upload) -> str:
    """Why there is no answer. A broken rule names the file, unless the bytes told nothing but that they are broken."""
    # Not as prose: a file may be called like a mention of somebody.
    said = parts.escape(image.problem)
    if image.status in (UploadStatus.FAILED, UploadStatus.ANSWERED):
        return f"I could not classify {parts.code(image.file_name)}{_for_how_long([image])}. {said}".strip()
    if image.file_name and image.file_name in image.problem:
        return said
    return f"{parts.code(image.file_name)}: {said or 'this cannot be classified.'}"


def troubles(images: Iterable[Upload]) -> list[str]:
    """The same of several images, in few paragraphs: those that have the same reason share one sentence."""
    lines, failed = [], dict[str, list[Upload]]()
    for image in images:
        if image.status in (UploadStatus.FAILED, UploadStatus.ANSWERED):
            failed.setdefault(image.problem, []).append(image)
        else:
            lines.append(parts.cut(trouble(image), _LINE))
    paragraphs = ["\n".join(_few(lines))] if lines else []
    return paragraphs + _few([_failed_together(problem, together) for problem, together in failed.items()], 3)


def _failed_together(problem: str, images: list[Upload]) -> str:
    names = ", ".join(_few([parts.code(image.file_name, _NAME) for image in images]))
    return f"I could not classify {names}{_for_how_long(images)}. {parts.cut(parts.escape(problem), _LINE)}".strip()


def _for_how_long(images: list[Upload]) -> str:
    """For how long it was tried, where it was tried more than once."""
    ends = [(one.waiting_since, one.settled_at) for one in images if one.waiting_since and one.settled_at]
    seconds = max((figures.between(*end) for end in ends), default=0.0)
    return f", though I tried for {figures.duration(seconds)}" if seconds >= 1 else ""


def _few(said: list[str], most: int = _MOST_TROUBLES) -> list[str]:
    if len(said) <= most:
        return said
    return [*said[: most - 1], f"and {figures.of_things(len(said) - most + 1, 'other')}"]


def ways_on(answer: Answer, images: tuple[Upload, ...]) -> ActionsBlock | None:
    """What can be done about those without an answer: one button for each way, however many they are."""
    refused = [one for one in images if one.status == UploadStatus.REFUSED and image_rules.convertible(one.rule)]
    convert = parts.button("Convert and classify", CONVERT, refused[0].id) if refused else None
    if len(refused) > 1:
        convert = parts.button(f"Convert and classify {len(refused)}", CONVERT_ALL, answer.id)
    failed = any(one.status in (UploadStatus.FAILED, UploadStatus.ANSWERED) for one in images)
    return parts.actions([convert, parts.button("Try again", AGAIN, answer.id) if failed else None])
