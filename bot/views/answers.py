"""The answer to the images of a message, in its thread: what the model sees in each, or why it says nothing."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.answers import AnswerCase
from bot.domain.uploads import Upload, UploadStatus
from bot.views import answer_notes, answer_parts, asking, figures, parts
from bot.views.answer_parts import Shown
from bot.views.message import Message

# Two blocks for each of these, those of the lines, and seven for the rest are the fifty that Slack shows.
MOST_IN_FULL = 20
_LINES_A_SECTION, _MOST_SECTIONS = 20, 3


def answer_message(case: AnswerCase, *, pictures: bool = True) -> Message:
    """What the thread reads now; the same message is edited until every image is answered.

    Without `pictures`, which Slack may not be ready to show, it says the same.
    """
    images = case.seen
    if undecided := [image for image in images if image.status == UploadStatus.UNDECIDED]:
        text, blocks = asking.question(len(undecided), case.choices)
        return parts.message(text, blocks)
    if not any(image.settled for image in images):
        note = answer_notes.waiting(case)
        return parts.message(note, [parts.section(note)])
    if len(images) == 1:
        return _of_one(case, images[0])
    return _of_several(case, images, pictures=pictures)


def _of_one(case: AnswerCase, image: Upload) -> Message:
    shown = Shown(image, case.verdicts.get(image.id))
    if not shown.is_answer:
        text = answer_notes.trouble(image)
        return parts.message(text, [parts.section(text), answer_notes.ways_on(case.answer, (image,))])
    facts = (parts.name(image.file_name), parts.escape(image.made), answer_parts.source(case, image), shown.seconds)
    blocks = [
        parts.section(shown.lines()),
        parts.context(shown.verdict_line) if shown.verdict_line else None,
        parts.context(" · ".join(filter(None, facts))),
        shown.buttons(),
    ]
    return parts.message(shown.sentence, blocks)


def _of_several(case: AnswerCase, images: tuple[Upload, ...], *, pictures: bool) -> Message:
    answered = [one for image in images if (one := Shown(image, case.verdicts.get(image.id))).is_answer]
    others = tuple(image for image in images if image.settled and not Shown(image).is_answer)
    head = answer_notes.headline(case)
    blocks: list[Block | None] = [parts.section(f"*{head[0]}*{''.join(f' · {one}' for one in head[1:])}")]
    for one in answered[:MOST_IN_FULL]:
        blocks += [one.section(with_picture=pictures), one.buttons()]
    blocks += _compact(answered[MOST_IN_FULL:])
    blocks += [parts.section(text) for text in answer_notes.troubles(others)]
    blocks += [answer_notes.ways_on(case.answer, others), _sources(case, answered)]
    return parts.message(parts.sentence(head[0], *head[1:]), blocks)


def _compact(answered: list[Shown]) -> Sequence[Block]:
    most = _LINES_A_SECTION * _MOST_SECTIONS
    lines = [one.compact for one in (answered if len(answered) <= most else answered[: most - 1])]
    if len(answered) > len(lines):
        lines.append(f"and {figures.of_things(len(answered) - len(lines), 'other')}")
    starts = range(0, len(lines), _LINES_A_SECTION)
    return [parts.section("\n".join(lines[start : start + _LINES_A_SECTION])) for start in starts]


def _sources(case: AnswerCase, answered: list[Shown]) -> Block | None:
    """The models, once for all."""
    models = list(dict.fromkeys(answer_parts.source(case, one.image) for one in answered))
    seconds = sorted(one.prediction.seconds for one in answered)
    if not seconds:
        return None
    each = f"{figures.moment(seconds[len(seconds) // 2])}{' each' if len(seconds) > 1 else ''}"
    return parts.context(parts.cut(" · ".join((*filter(None, models), each)), parts.FIELD_LIMIT))
