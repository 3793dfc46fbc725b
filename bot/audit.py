"""What `python -m bot audit` does: hold the whole chain against its hashes, or write it out as lines of JSON."""

import argparse
import sys
from collections.abc import Iterator
from typing import TextIO

from bot.adapters.database import Database, SqlAudit
from bot.domain.audit import AuditEntry, as_json, verified

DOES = "Verify the audit of who did what, or write it out as lines of JSON."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    verifying = actions.add_parser("verify", help="Look at every row; exit code 1 where the chain is broken.")
    verifying.add_argument(
        "digest", nargs="?", default="", help="A digest kept from before, which must still be there."
    )
    actions.add_parser("export", help="Write every row as a line of JSON.")


def main(database_url: str, arguments: argparse.Namespace, out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    database = Database(database_url)
    try:
        if problem := database.check():
            print(problem, file=err)
            return 1
        audit = SqlAudit(database)
        return _export(audit, out) if arguments.action == "export" else _verify(audit, arguments.digest, out)
    finally:
        database.close()


def _verify(audit: SqlAudit, kept: str, out: TextIO) -> int:
    seen: list[str] = []
    verdict = verified(_noting(audit, kept, seen))
    if verdict.broken is not None:
        found = f"is broken at row {verdict.broken}: {verdict.why}. The rows before it ({verdict.whole}) are whole."
    elif kept and not seen:
        # A chain whose end was cut off is whole; only a digest from before tells of what is gone.
        found = f"does not hold the digest {kept}: rows were cut off or written anew."
    else:
        found = f"is whole: {verdict.whole} rows, the last with the digest {verdict.last}."
    print(f"The audit {found}", file=out)
    return 0 if found.startswith("is whole") else 1


def _noting(audit: SqlAudit, digest: str, seen: list[str]) -> Iterator[AuditEntry]:
    """The rows; `seen` gets the digest when it comes by."""
    for entry in audit.entries():
        if entry.digest == digest:
            seen.append(digest)
        yield entry


def _export(audit: SqlAudit, out: TextIO) -> int:
    for entry in audit.entries():
        print(as_json(entry), file=out)
    return 0
