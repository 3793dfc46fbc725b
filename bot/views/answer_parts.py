"""What an answer is made of: one image with its likeliest classes, what people say of it, and which model answered."""

from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ImageElement, SectionBlock
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.domain.answers import AnswerCase
from bot.domain.feedback import Say, Side, Verdict
from bot.domain.predictions import Label, Prediction
from bot.domain.uploads import Upload, UploadStatus
from bot.views import figures, parts

RIGHT, WRONG = "answer.right", "answer.wrong"
# Of those within one row Slack wants each to be another.
AGREE, AGREE_OTHERWISE = "answer.agree", "answer.agree_otherwise"
_BAR, _SHORT_BAR, _NAME, _FEW = 15, 8, 60, 40
# Less than this is shown as 0 %, and says nothing.
_NEXT_TO_NOTHING = 0.005
_MOST_NAMED = 3
# What Slack shows in a block, https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
_SHOWABLE = frozenset({"png", "jpg", "jpeg", "gif"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One image in an answer, and what people say of it."""

    image: Upload
    verdict: Verdict | None = None

    @property
    def is_answer(self) -> bool:
        return self.image.status == UploadStatus.ANSWERED and bool(self.prediction.labels)

    @property
    def prediction(self) -> Prediction:
        return self.image.prediction or Prediction((), 0.0)

    def lines(self, bar_length: int = _BAR) -> str:
        """The first class large, the others small."""
        labels, unsure = self._said, self._unsure
        if unsure:
            head = f"Not sure: {unsure}\n{bar(labels[0].probability, bar_length, labels[1].probability)}"
        else:
            head = f"*{_name(labels[0])}* {_share(labels[0])}   {bar(labels[0].probability, bar_length)}"
        others = " · ".join(_unbroken(_label(label)) for label in labels[2 if unsure else 1 :])
        return "\n".join(filter(None, (head, others)))

    @property
    def _said(self) -> tuple[Label, ...]:
        """The first class, and those others that are more than nothing."""
        first, *others = self.prediction.labels
        return (first, *(one for one in others if not one.probability < _NEXT_TO_NOTHING))

    @property
    def _unsure(self) -> str:
        """The two classes between which the model hardly decides; empty where it does."""
        if not self.prediction.uncertain or len(self._said) == 1:
            return ""
        first, second = self._said[:2]
        return f"*{_name(first)}* {_share(first)} or {_label(second)}"

    @property
    def sentence(self) -> str:
        name = parts.name(self.image.file_name, _NAME)
        if self._unsure:
            return f"Not sure about {name}: {self._unsure.replace('*', '')}."
        return f"{name}: {', '.join(_label(label) for label in self._said)}."

    @property
    def compact(self) -> str:
        first = self.prediction.labels[0]
        sure = "not sure, " if self._unsure else ""
        return f"{parts.name(self.image.file_name, _FEW)}: {sure}*{parts.class_name(first.name, _FEW)}* {_share(first)}"

    @property
    def seconds(self) -> str:
        return figures.moment(self.prediction.seconds)

    @property
    def verdict_line(self) -> str:
        """What people say of it; empty: nobody has said anything."""
        if self.verdict is None:
            return ""
        people = _people(self.verdict.by)
        if self.verdict.disputed:
            return f"{people} differ: what is it?"
        if self.verdict.agrees_with(self.prediction):
            return f"Right, {_say(self.verdict.by)} {people}"
        return f"{_verdict(self.verdict)}, {_say(self.verdict.by)} {people}"

    def buttons(self) -> ActionsBlock | None:
        """Where people have said something, a way to say something else is all that is left."""
        if self.verdict is not None:
            return parts.actions([*self._agreements(), parts.button("Change", WRONG, self.image.id)])
        return parts.actions([parts.button("Right", RIGHT, self.image.id), parts.button("Wrong", WRONG, self.image.id)])

    def _agreements(self) -> list[ButtonElement]:
        """A click for whoever sees it as others do; where they differ, one for each of the first two sides."""
        if self.verdict is None or self.verdict.settled_by:
            return []
        if not self.verdict.disputed:
            side = Side(self.verdict.say, self.verdict.label, self.verdict.by)
            return [parts.button("Agree", AGREE, self._key(side))]
        sides = zip((AGREE, AGREE_OTHERWISE), self.verdict.sides, strict=False)
        return [parts.button(f"Agree: {_side(side)}", action_id, self._key(side)) for action_id, side in sides]

    def _key(self, side: Side) -> str:
        return f"{side.key}.{self.image.id}"

    def section(self, *, with_picture: bool) -> SectionBlock:
        """It among others, beside its picture; its name tells it apart for those who do not see that."""
        facts = (parts.name(self.image.file_name, _NAME), parts.escape(self.image.made))
        about = [" · ".join(filter(None, facts)), self.verdict_line]
        text = "\n".join(filter(None, (self.lines(_SHORT_BAR), *about)))
        return SectionBlock(text=parts.mrkdwn(text), accessory=self._thumbnail if with_picture else None)

    @property
    def _thumbnail(self) -> ImageElement | None:
        if self.image.file_name.rpartition(".")[2].lower() not in _SHOWABLE:
            return None
        alt = parts.cut(self.image.file_name, parts.ALT_LIMIT) or "Picture"
        return ImageElement(slack_file=SlackFile(id=self.image.file_id), alt_text=alt)


def source(case: AnswerCase, image: Upload) -> str:
    """The model, how good it is and where it answers; empty where nobody knows any more."""
    endpoint = case.endpoint(image)
    if endpoint is None:
        return ""
    model = f"{parts.name(endpoint.job_name)} ({figures.percent(endpoint.accuracy)} validation)"
    return f"{model} on {parts.name(endpoint.name)}"


def bar(probability: float, length: int = _BAR, of_the_second: float = 0.0) -> str:
    """A probability as a bar of blocks, maybe with another's behind it; what is no probability does not break it."""
    full, half = (round(share * length) if 0 <= share <= 1 else 0 for share in (probability, of_the_second))
    half = min(half, length - full)
    return "█" * full + "▒" * half + "░" * (length - full - half)


def _name(label: Label) -> str:
    return parts.class_name(label.name)


def _share(label: Label) -> str:
    return figures.probability(label.probability)


def _label(label: Label) -> str:
    return f"{_name(label)} {_share(label)}"


def _unbroken(label: str) -> str:
    """So that in a narrow thread no line begins with a figure whose name ends the line before."""
    if len(label) <= _FEW:
        return label.replace(" ", "\N{NO-BREAK SPACE}")
    return label.replace(" %", "\N{NO-BREAK SPACE}%")


def _verdict(verdict: Verdict) -> str:
    match verdict.say:
        case Say.LABEL:
            return f"It is *{parts.class_name(verdict.label)}*"
        case Say.NONE:
            return "None of these"
        case Say.UNFAIR:
            return "Not a fair picture"


def _side(side: Side) -> str:
    """In plain text."""
    match side.say:
        case Say.LABEL:
            return parts.cut_within(side.label, _FEW)
        case Say.NONE:
            return "none of these"
        case Say.UNFAIR:
            return "not a fair picture"


def _say(people: tuple[str, ...]) -> str:
    return "says" if len(people) == 1 else "say"


def _people(user_ids: tuple[str, ...]) -> str:
    named = [parts.mention(one) for one in user_ids[:_MOST_NAMED]]
    if len(user_ids) > _MOST_NAMED:
        named.append(figures.of_things(len(user_ids) - _MOST_NAMED, "other"))
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named)
