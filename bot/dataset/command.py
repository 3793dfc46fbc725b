"""`python -m bot dataset`: checks and packs the images of a local folder or zip, without Slack and without AWS."""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.adapters.data.folders import FolderSource, FolderTarget
from bot.adapters.data.instruments import instruments
from bot.adapters.data.zips import ZipSource
from bot.dataset.list_packing import packed_list
from bot.dataset.progress_bar import watching
from bot.dataset.report import Report, drawn, of_list, reported
from bot.domain import options
from bot.domain.datasets import NAME, Format
from bot.domain.preparations import Options, Progress
from bot.errors import DarkroomError, UsageError
from bot.formats import listings
from bot.services.preparation.closing import Order, Outcome
from bot.services.preparation.dataset_pass import DataSetPass, clean_up
from bot.services.preparation.packing import Threads
from bot.services.preparation.planning import earlier_split

USABLE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130
# Which arguments a folder was begun with: others must not go on with it.
_ORDER = "order.json"
_ODD = re.compile(r"[^a-zA-Z0-9._-]+")


def main(arguments: list[str]) -> int:
    """0: usable, 1: refused, 2: the arguments are off."""
    asked = _parser().parse_args(arguments)
    try:
        report = _checked(asked) if asked.command == "check" else _packed(asked)
    except KeyboardInterrupt:
        again = " The same command goes on where it was." if asked.command == "pack" else ""
        _print(f"Interrupted.{again}", sys.stderr)
        return INTERRUPTED
    except UsageError as error:
        _print(error.sentences, sys.stderr)
        return USAGE
    except DarkroomError as error:
        report = Report(problem=error.sentences)
    _print(json.dumps(report.told(), indent=2) if asked.json else drawn(report), sys.stdout)
    return REFUSED if report.problem else USABLE


def _print(text: str, stream: TextIO) -> None:
    """Names of files need not be text in any encoding."""
    stream.write(text.encode(stream.encoding or "utf-8", "backslashreplace").decode(stream.encoding or "utf-8") + "\n")


def _checked(asked: argparse.Namespace) -> Report:
    wanted = _options(asked)
    with tempfile.TemporaryDirectory(prefix="darkroom-check-") as folder, _source(asked.folder) as source:
        target = FolderTarget(Path(folder))
        checks = DataSetPass(instruments(), _threads(), checks_only=True)
        with watching(asked.json) as watch:
            outcome = checks.run(Order("check", wanted, "", datetime.now(UTC), {}), source, target, watch)
        return reported(outcome, target)


def _packed(asked: argparse.Namespace) -> Report:
    if asked.lst is not None:
        return _packed_by_list(asked)
    wanted, out = _options(asked), _place(asked)
    target = FolderTarget(out, _address(asked, out))
    order = _order(asked, wanted, out, target)
    passing = DataSetPass(instruments(), _threads())
    with _source(asked.folder) as source, watching(asked.json) as watch:
        outcome = passing.run(order, source, target, watch)
    report = reported(outcome, target, out)
    _describe(outcome, target, asked.address)
    clean_up(target)
    target.remove(_ORDER)
    return report


def _packed_by_list(asked: argparse.Namespace) -> Report:
    if asked.format != Format.REC:
        raise UsageError("`--lst` goes with `--format rec`.")
    try:
        with asked.lst.open("rb") as lines:
            entries = list(listings.read(lines, asked.lst.name))
    except OSError as error:
        raise UsageError(f"`{asked.lst}` cannot be read.", error.strerror or "") from error
    out = asked.out / f"{asked.lst.stem}.rec"
    asked.out.mkdir(parents=True, exist_ok=True)
    with _source(asked.folder) as source, watching(asked.json) as watch:
        packed = packed_list(
            source,
            entries,
            out,
            lambda read, left_out: watch(Progress(len(entries), read, left_out)),
        )
    return of_list(packed, len(entries), out)


def _describe(outcome: Outcome, target: FolderTarget, address: str) -> None:
    if outcome.data_set is None:
        return
    known = outcome.data_set if address else replace(outcome.data_set, locations={})
    target.put("dataset.json", instruments().descriptor(known), "application/json")


def _order(asked: argparse.Namespace, wanted: Options, out: Path, target: FolderTarget) -> Order:
    """The order that an interrupted run began with, if it was the same one; what another one left is removed."""
    identity = repr((os.fspath(asked.folder.resolve()), wanted, asked.address))
    told = json.loads(target.read(_ORDER) or b"{}")
    # Who names a seed or a share wants that split, and not the one of what lies there.
    earlier = earlier_split(None if asked.seed or asked.share else target.read("split.csv"))
    if told.get("identity") != identity:
        target.remove("work/")
        told = {"identity": identity, "asked_at": datetime.now(UTC).isoformat()}
        target.put(_ORDER, json.dumps(told).encode(), "application/json")
    return Order(_name(out), wanted, "", datetime.fromisoformat(told["asked_at"]), earlier)


def _options(asked: argparse.Namespace) -> Options:
    words = {name: getattr(asked, name, None) for name in ("share", "seed", "format", "resize", "quality")}
    return options.requested({name: str(value) for name, value in words.items() if value is not None})


@contextmanager
def _source(place: Path) -> Iterator[FolderSource | ZipSource]:
    if place.is_dir():
        yield FolderSource(place)
    elif place.exists():
        with ZipSource({place.name: place}) as source:
            yield source
    else:
        raise UsageError(f"There is no `{place}`.")


def _place(asked: argparse.Namespace) -> Path:
    """Where to write: an empty folder, or one that was written by us, outside of the source."""
    out: Path = asked.out
    if asked.folder.is_dir() and out.resolve().is_relative_to(asked.folder.resolve()):
        raise UsageError("`--out` lies in the folder that is read.", next_step="Choose another place.")
    ours = (out / _ORDER).exists() or ((out / "dataset.json").exists() and (out / "split.csv").exists())
    if out.exists() and not out.is_dir():
        raise UsageError(f"`{out}` is no folder.")
    if out.exists() and any(out.iterdir()) and not ours:
        raise UsageError(f"`{out}` holds something else already.", next_step="Choose an empty folder.")
    return out


def _address(asked: argparse.Namespace, out: Path) -> str:
    """A manifest names its images by their addresses in S3, wherever they are now."""
    if asked.address:
        return f"{str(asked.address).rstrip('/')}/"
    return f"s3://your-bucket/datasets/{_name(out)}/" if asked.format == Format.MANIFEST else ""


def _name(out: Path) -> str:
    name = _ODD.sub("-", out.resolve().name).strip("-.")[:63]
    return name if NAME.fullmatch(name) else "data-set"


def _threads() -> Threads:
    return Threads(reading=max(2, os.cpu_count() or 1), writing=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot dataset", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="say what a job would make of the images, and write nothing")
    pack = commands.add_parser("pack", help="write what SageMaker's image classification takes")
    for command in (check, pack):
        command.add_argument("folder", type=Path, help="a folder of class folders, or a zip file of one")
        command.add_argument("--json", action="store_true", help="the report as JSON")
        command.add_argument("--share", metavar="PERCENT", help="how many of the images validate (20%%)")
        command.add_argument("--seed", metavar="N", help="decides the split (1)")
    pack.add_argument("--format", required=True, choices=[str(one) for one in Format])
    pack.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    pack.add_argument("--resize", metavar="PIXELS", help="the shortest side (as it is)")
    pack.add_argument("--quality", metavar="N", help="of the JPEGs that are written anew (95)")
    pack.add_argument("--address", default="", metavar="S3", help="where you will copy it to")
    pack.add_argument("--lst", type=Path, metavar="FILE", help="pack what this list names, in its order, as it is")
    return parser
