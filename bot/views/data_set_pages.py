"""The list of data sets, all that is known of one, and the question before one is removed."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.datasets import DataSet, suggested
from bot.domain.preparations import ClassCount, Preparation, PreparationStatus
from bot.views import data_rules, datasets, figures, parts
from bot.views.message import Message, View
from bot.views.modals import modal

CARD, ADD, REMOVE = "dataset.card", "dataset.add", "dataset.remove"
HOW_TO_BEGIN = "There is no data set yet. `/datasets add NAME` makes one of an S3 folder or of zip files."
# A data set as it can be trained on, and how it was made or is being made; one of the two may be unknown.
Known = tuple[DataSet | None, Preparation | None]
_ROWS = 20
# So wide as a modal shows without breaking lines.
_TABLE_LINES, _TABLES, _NAME_WIDTH, _COUNT_WIDTH = 40, 5, 22, 9


def data_set_list(known: Sequence[Known]) -> Message:
    """Those in the making first, then the others by name, each with a button that brings its card."""
    if not known:
        return parts.message(HOW_TO_BEGIN, [parts.section(HOW_TO_BEGIN), parts.actions([add_button()])])
    shown, more = known[:_ROWS], len(known) - _ROWS
    first = figures.of_things(len(known), "data set")
    names = ", ".join(parts.name(_name(one), 60) for one in shown)
    blocks: list[Block | None] = [
        parts.section(f"*{first}*", accessory=add_button()),
        *(_row(one) for one in shown),
        parts.context(f"{more} more; `/datasets show NAME` brings any of them.") if more > 0 else None,
    ]
    return parts.message(f"{first}: {names}.", blocks)


def add_button() -> ButtonElement:
    return parts.button("Add a data set", ADD, "add")


def data_set_page(data_set: DataSet) -> Message:
    """A data set that the bot did not make: what its descriptor says."""
    name = parts.name(data_set.name)
    size = _size_of(data_set)
    side = f", smallest side {data_set.smallest_side} px" if data_set.smallest_side else ""
    told = {
        "Data": f"{figures.count(data_set.train_images)} + {figures.count(data_set.validation_images)} images{side}",
        "Format": datasets.FORMATS[data_set.format],
        "Lies at": parts.code(datasets.shared_folder(list(data_set.locations.values())) or data_set.s3_prefix),
    }
    blocks: list[Block | None] = [
        parts.section(parts.headline(parts.DONE, name, size)),
        parts.fields_section([parts.field(label, value) for label, value in told.items()]),
        parts.section(
            f"*Classes*\n{parts.cut(', '.join(parts.name(one) for one in data_set.classes), 2900) or 'none'}"
        ),
        parts.context(f"Somebody put it into the bucket, and I leave it as it is. `/train {name}` trains on it."),
    ]
    return parts.message(parts.sentence(name, size), blocks)


def data_set_details_modal(preparation: Preparation) -> View:
    """Counts, findings, places and options, and the way to remove it."""
    summary = preparation.summary
    head, more = datasets.first_line(preparation)
    found = data_rules.listed(summary.by_rule)
    doubts = data_rules.warnings(summary.warnings)
    blocks: list[Block | None] = [
        parts.section(parts.headline(datasets.sign(preparation), head, *more)),
        *_table(summary.classes),
        parts.section(f"*Single images*\n{found}") if found else None,
        parts.section(f"*The whole*\n{doubts}") if doubts else None,
        _places(preparation),
        parts.fields_section([parts.field(label, value) for label, value in _facts(preparation).items()]),
        parts.actions([_remove_button(preparation)]),
    ]
    return modal("Data set", blocks)


def training_words(data_set: DataSet) -> dict[str, str]:
    """What a form for training on it is filled in with, such that it can be sent as it is."""
    return {"data_set": data_set.name, **suggested(data_set)}


def removal_question(preparation: Preparation) -> Message:
    """A command cannot ask back, so its answer is a button that does."""
    said = f"Remove *{parts.name(preparation.name)}*? {_what_goes(preparation)}"
    return parts.message(said.replace("*", ""), [parts.section(said), parts.actions([_remove_button(preparation)])])


def removing_reply(preparation: Preparation) -> Message:
    return parts.note(f"Removing *{parts.name(preparation.name)}*; its source stays as it is.")


def told_in_modal(message: Message) -> View:
    """An answer to a click in a modal, which has no other place for it."""
    return {**modal("Data set", []), "blocks": message.blocks}


def _row(known: Known) -> Block:
    card = parts.button("Card", CARD, parts.cut(_name(known), 200) or "?")
    return parts.section("\n".join(_lines(known)), accessory=card)


def _lines(known: Known) -> list[str]:
    match known:
        case (_, Preparation(open=True) as preparation) | (None, Preparation() as preparation):
            head, more = datasets.first_line(preparation)
            return [parts.headline(datasets.sign(preparation), head, *more), datasets.asked_by(preparation)]
        case (DataSet() as data_set, preparation):
            made = datasets.asked_by(preparation) if preparation else "not made by me"
            standing = parts.headline(parts.DONE, parts.name(data_set.name), _size_of(data_set))
            return [standing, f"{datasets.FORMATS[data_set.format]} · {made}"]
        case _:
            return []


def _name(known: Known) -> str:
    return next((one.name for one in known if one is not None), "")


def _size_of(data_set: DataSet) -> str:
    images = figures.of_things(data_set.images, "image")
    return f"{images}, {figures.of_things(len(data_set.classes), 'class', 'classes')}"


def _table(classes: Sequence[ClassCount]) -> Iterator[Block]:
    """The counts in columns, in pieces that Slack takes; classes beyond those are counted."""
    shown = classes[: _TABLE_LINES * _TABLES]
    for start in range(0, len(shown), _TABLE_LINES):
        lines = [_line("class", "train", "valid.", "left out"), *map(_class_line, shown[start : start + _TABLE_LINES])]
        listed = "\n".join(lines)
        yield parts.section(f"```{listed}```")
    if len(classes) > len(shown):
        rest = classes[len(shown) :]
        train, validation = (figures.count(number) for number in datasets.counts(rest))
        yield parts.context(f"And {figures.count(len(rest))} more classes with {train} + {validation} images.")


def _class_line(one: ClassCount) -> str:
    return _line(one.name, figures.count(one.train), figures.count(one.validation), figures.count(one.left_out))


def _line(name: str, *columns: str) -> str:
    plain = parts.cut(" ".join(name.replace("`", "’").split()), _NAME_WIDTH - 2) or "(no name)"
    return parts.escape(plain.ljust(_NAME_WIDTH)) + "".join(column.rjust(_COUNT_WIDTH) for column in columns)


def _places(preparation: Preparation) -> Block | None:
    locations = preparation.summary.locations
    if not locations:
        return None
    lines = [f"{parts.name(channel, 60)}: {parts.code(address, 1000)}" for channel, address in locations.items()]
    return parts.section("*Input channels*\n" + "\n".join(lines))


def _facts(preparation: Preparation) -> dict[str, str]:
    options, progress = preparation.options, preparation.progress
    facts = {
        "Source": datasets.source(preparation),
        "Format": datasets.options_line(options),
        "Split": f"{options.validation_share * 100:g} % to validate with, seed {options.seed}",
        "Checked": f"{figures.of_things(progress.checked, 'image')}, {figures.count(progress.left_out)} left out",
        "Written": f"{progress.packed_bytes / 1e6:,.1f} MB" if progress.packed_bytes else "",
        "Asked by": datasets.asked_by(preparation),
        "Preparation": parts.code(preparation.id),
    }
    return {label: value for label, value in facts.items() if value}


def _remove_button(preparation: Preparation) -> ButtonElement | None:
    if preparation.status != PreparationStatus.READY:
        return None
    name = parts.name(preparation.name)
    question = parts.confirm(f"Remove {preparation.name}?", _what_goes(preparation), "Remove it", "Keep it")
    return parts.button(f"Remove {name}", REMOVE, preparation.id, "danger", question)


def _what_goes(preparation: Preparation) -> str:
    images = figures.of_things(sum(datasets.counts(preparation.summary.classes)), "image")
    return f"All that I wrote for it goes ({images}), and no job can be trained on it. The source stays as it is."
