"""Starting a tuning with the results of earlier ones, and what AWS demands of that.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html#warm-start-tuning-restrictions
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.datasets import DataSet, facts
from bot.domain.searches import MOST_JOBS, MOST_PARENTS, MOST_RANDOM_JOBS, Choice, Range, Search, Strategy, WarmStart
from bot.domain.tunings import Tuning
from bot.errors import FieldError

_WORD = "warm"
_MOST_CHANGES = 10

Searched = Range | Choice


def inherited(
    parent: Tuning, searched: Sequence[Searched], kept: Mapping[str, str]
) -> tuple[list[Searched], dict[str, str]]:
    """What is searched and what stays the same: as said now, and where nothing is said as in the parent."""
    said = {*(one.name for one in searched), *kept}
    old: list[Searched] = [*parent.search.ranges, *parent.search.choices]
    own = _decided(parent)
    fixed = {name: value for name, value in parent.hyperparameters.items() if name not in (*said, *own)}
    return [*searched, *(one for one in old if one.name not in said)], {**fixed, **kept}


def _decided(parent: Tuning) -> tuple[str, ...]:
    """What the data set or the recipe decides; AWS is told it anew."""
    recipe = parent.made_by
    return (*(name for name, row in recipe.table.items() if row.filled), "multi_label", *recipe.fixed)


def checked(search: Search, fixed: Mapping[str, str], data_set: DataSet, parents: Sequence[Tuning]) -> Search:
    """The search with its parents and the kind of its start, or a FieldError with the rule that is broken."""
    if not search.names:
        raise FieldError(_WORD, "There is nothing left to search.", "Write a range: `learning_rate=1e-4..0.1`.")
    if search.strategy not in (Strategy.BAYESIAN, Strategy.RANDOM):
        what = "Only a Bayesian and a random search can start with earlier results."
        raise FieldError("strategy", what, "Leave strategy out.")
    if len(parents) > MOST_PARENTS:
        raise FieldError(_WORD, f"AWS takes the results of {MOST_PARENTS} tunings at most, not {len(parents)}.")
    _check_jobs(search, parents)
    for parent in parents:
        _check_parent(parent, search, fixed)
    same = all(_same_data(parent, data_set) for parent in parents)
    return replace(
        search,
        parents=tuple(parent.name for parent in parents),
        warm_start=WarmStart.IDENTICAL if same else WarmStart.TRANSFER,
    )


def _check_jobs(search: Search, parents: Sequence[Tuning]) -> None:
    """All the parents' jobs count with those of the new tuning."""
    most = MOST_RANDOM_JOBS if search.strategy == Strategy.RANDOM else MOST_JOBS
    left = most - sum(max(parent.counters.begun, len(parent.trials)) for parent in parents)
    if left < 1:
        raise FieldError(_WORD, f"These tunings ran {most - left:,} jobs, and AWS allows {most:,} with the new ones.")
    if search.jobs > left:
        what = f"With those of the earlier tunings AWS allows {most:,} jobs, which leaves {left:,}."
        raise FieldError("jobs", what, f"Take {left:,} or fewer.")


def _check_parent(parent: Tuning, search: Search, fixed: Mapping[str, str]) -> None:
    if parent.active:
        raise FieldError(_WORD, f"`{parent.name}` is {parent.status}.", "Wait for its end, or stop it.")
    if not any(trial.objective is not None for trial in parent.trials):
        raise FieldError(_WORD, f"`{parent.name}` has no results to start with.", "Leave warm out.")
    _check_count(parent, search, fixed)
    _check_kinds(parent, search)
    _check_changes(parent, fixed)


def _check_count(parent: Tuning, search: Search, fixed: Mapping[str, str]) -> None:
    """AWS counts, whatever the names are."""
    theirs, ours = {*parent.search.names, *parent.hyperparameters}, {*search.names, *fixed}
    if len(theirs) == len(ours):
        return
    odd = sorted(ours ^ theirs)
    what = f"`{parent.name}` had {len(theirs)} hyperparameters, and this would have {len(ours)}: {', '.join(odd)}."
    raise FieldError(odd[0], what, f"AWS wants as many: {'leave out' if odd[0] in ours else 'add'} `{odd[0]}`.")


def _check_kinds(parent: Tuning, search: Search) -> None:
    theirs = {one.name for one in parent.search.ranges}, {one.name for one in parent.search.choices}
    turned = [one.name for one in search.ranges if one.name in theirs[1]]
    turned += [one.name for one in search.choices if one.name in theirs[0]]
    if turned:
        was = "a range" if turned[0] in theirs[0] else "a list"
        raise FieldError(turned[0], f"`{parent.name}` searched `{turned[0]}` as {was}, and AWS wants it to stay one.")


def _check_changes(parent: Tuning, fixed: Mapping[str, str]) -> None:
    """A list that becomes one value counts once for each of its values, and a value that changes twice."""
    values = {one.name: len(one.values) for one in parent.search.choices}
    turned = [name for name in parent.search.names if name in fixed]
    changed = [name for name, value in parent.hyperparameters.items() if fixed.get(name, value) != value]
    if sum(values.get(name, 1) for name in turned) + 2 * len(changed) > _MOST_CHANGES:
        listed = ", ".join([*turned, *changed])
        what = f"This changes more of `{parent.name}` than AWS allows for its results to be used: {listed}."
        raise FieldError(_WORD, what, "Change less, or leave warm out.")


def _same_data(parent: Tuning, data_set: DataSet) -> bool:
    """Whether these are the very images; a data set that was made anew under its old name lies elsewhere."""
    images = (data_set.train_images, data_set.validation_images)
    told = (data_set.name, data_set.s3_prefix, images, data_set.classes)
    was = (parent.data_set, parent.s3_prefix, parent.images, parent.classes)
    decided = facts(data_set, parent.made_by.terms)
    return told == was and all(parent.hyperparameters.get(name) == value for name, value in decided.items())
