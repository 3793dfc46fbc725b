"""Makes the plan of a pass out of what a source holds: the layout, the split and the order."""

import csv
import io
from collections.abc import Mapping

from bot.domain import splits
from bot.domain.layouts import Layout
from bot.domain.placing import Split
from bot.domain.preparations import Options
from bot.services.preparation.plan_file import SPLITS, Plan, Planned


def planned(layout: Layout, options: Options, earlier: Mapping[str, Split]) -> Plan:
    """The plan; `earlier` is where images were placed before, by key."""
    placed = splits.planned(layout.images, options.validation_share, options.seed, earlier)
    return Plan(
        classes=layout.names,
        folders=tuple(one.folder for one in layout.classes),
        given=layout.split_given,
        findings=layout.findings,
        images=[Planned(one.key, one.label, SPLITS.index(str(one.split)), one.size) for one in placed],
    )


def earlier_split(body: bytes | None) -> dict[str, Split]:
    """Where an earlier version placed its images, by its `split.csv`; what cannot be read there is forgotten."""
    if body is None:
        return {}
    rows = csv.reader(io.StringIO(body.decode("utf-8", "replace")))
    return {row[0]: Split(row[1]) for row in rows if len(row) == 2 and row[1] in SPLITS}
