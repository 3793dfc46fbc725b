"""What the listeners of commands ask of the words: not too many, only known ones, and a verb first."""

from collections.abc import Mapping

from bot.domain.hyperparameters import nearest
from bot.errors import UsageError


def at_most(names: tuple[str, ...], count: int, command: str) -> None:
    """Refuse words too many."""
    if len(names) > count:
        raise UsageError(
            f"`{names[count]}` is a word too many.", next_step=f"`{command} help` shows what I understand."
        )


def only(pairs: Mapping[str, str], known: tuple[str, ...], command: str) -> None:
    """Refuse pairs of other names, with the nearest one."""
    for name in pairs:
        if name not in known:
            like = nearest(name, known)
            hint = f"Did you mean `{like}`?" if like else f"`{command} help` shows what I understand."
            raise UsageError(f"I don't know `{name}`.", next_step=hint)


def subcommand(names: tuple[str, ...], verbs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The verb that a command begins with, if it is one, and the rest; a near miss before a name is refused."""
    if not names:
        return "", ()
    verb = names[0].lower()
    if verb in verbs:
        return verb, names[1:]
    if len(names) > 1:
        like = nearest(verb, verbs)
        raise UsageError(f"I don't know `{names[0]}`.", next_step=f"Did you mean `{like}`?" if like else "")
    return "", names
