"""What somebody reads who has pictures forgotten: what goes, and what cannot be undone."""

from collections.abc import Sequence

from bot.domain.forgetting import Forgotten
from bot.views import figures, parts
from bot.views.message import Message


def forgotten_message(done: Forgotten) -> Message:
    """The answer to `/classify forget LINK`."""
    return parts.note(" ".join(filter(None, (_removed(done), _not_undone(done), _SLACK))))


_SLACK = "The message and the file in Slack stay until somebody deletes them there."


def _removed(done: Forgotten) -> str:
    what = figures.of_things(done.pictures, "picture")
    if not done.kept:
        return f"Forgotten: {what}. No copy was kept; {_names(done)} gone from my records."
    where = _named(done.data_sets)
    copies = figures.of_things(done.kept, "kept copy", "kept copies")
    lines = "the line" if done.kept == 1 else "the lines"
    return (
        f"Forgotten: {what}. {copies} and {lines} in the manifest of {where} are removed in a moment,"
        f" and {_names(done)} gone from my records."
    )


def _names(done: Forgotten) -> str:
    if done.pictures == 1:
        return "the name and the address of the file are"
    return "the names and the addresses of the files are"


def _not_undone(done: Forgotten) -> str:
    said = [_standing(done.versions), _former(done.former)]
    if not any(said):
        return ""
    return f"Not undone: {' '.join(filter(None, said))} A model forgets only by being trained anew."


def _standing(versions: Sequence[str]) -> str:
    if not versions:
        return ""
    contain, it = ("contains", "it") if len(versions) == 1 else ("contain", "them")
    return (
        f"{_named(versions)} {contain} a copy, and models that were trained on {it} have learned from it;"
        " `/datasets remove` removes such a version with its copies."
    )


def _former(versions: Sequence[str]) -> str:
    """They hold no copy any more."""
    if not versions:
        return ""
    return f"Models that were trained on {_named(versions)}, removed by now, have learned from it."


def _named(names: Sequence[str]) -> str:
    return ", ".join(f"*{parts.name(one)}*" for one in names)
