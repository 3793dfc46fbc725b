"""Bring a card's pictures to Slack: upload each where it shows something new, and use it once Slack has looked at it.

Slack scans an upload before it may stand in a message and documents no sign of being ready; that `files.info` tells the
file's type is what its own SDKs wait for. Waiting here would hold up every other card, so a picture waits on its card.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.domain.cards import Chart
from bot.errors import BusyError, ChatBusyError, ChatError, PlatformError

MAX_LOOKS = 30
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """One that a card wants. `digest` is the same while it shows the same; `draw` is None where there is none."""

    digest: str
    file_name: str
    title: str
    alt: str
    draw: Callable[[], bytes | None]


class ChartUploader:
    """Uploads pictures, looks after those that wait, and removes those that no card shows any more."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def brought_up(self, charts: Mapping[str, Chart], wanted: Mapping[str, Picture]) -> dict[str, Chart]:
        """The pictures as far as they are, by name; what is no longer wanted is left out."""
        return {name: self._one(charts.get(name, Chart()), picture) for name, picture in wanted.items()}

    def remove_unused(self, before: Mapping[str, Chart], after: Mapping[str, Chart]) -> None:
        """Delete the pictures that no card shows any more, lest they pile up in the workspace."""
        kept = {file_id for chart in after.values() for file_id in (chart.file_id, chart.waiting_file_id)}
        known = {file_id for chart in before.values() for file_id in (chart.file_id, chart.waiting_file_id)}
        for file_id in sorted(known - kept - {""}):
            self._remove(file_id)

    def _one(self, chart: Chart, picture: Picture) -> Chart:
        """A waiting picture is taken when ready, and a new one uploaded where it is due."""
        try:
            if chart.waiting_file_id:
                chart = self._looked_after(chart)
            if not chart.waiting_file_id:
                chart = self._renewed(chart, picture)
        except (ChatBusyError, BusyError):
            log.info("chart_postponed file=%s", picture.file_name)
            if not chart.waiting_file_id:
                return replace(chart, waiting_digest=picture.digest)
        except (ChatError, PlatformError) as error:
            # Without files:write, or with the workspace's storage full, the card still works without its picture.
            log.warning("chart_not_uploaded file=%s code=%s", picture.file_name, error.code)
            return Chart(digest=picture.digest, file_id=chart.file_id)
        return chart

    def _renewed(self, chart: Chart, picture: Picture) -> Chart:
        if picture.digest == chart.digest:
            return replace(chart, waiting_digest="")
        return self._uploaded(chart, picture)

    def _remove(self, file_id: str) -> None:
        try:
            with translated("delete file"):
                self._client.files_delete(file=file_id)
        except ChatError as error:
            log.info("chart_not_removed file=%s code=%s", file_id, error.code)

    def _looked_after(self, chart: Chart) -> Chart:
        with translated("look at file"):
            file = self._client.files_info(file=chart.waiting_file_id)["file"]
        if chart.looks >= MAX_LOOKS:
            return Chart(digest=chart.waiting_digest, file_id=chart.file_id)
        if file.get("mimetype"):
            return Chart(digest=chart.waiting_digest, file_id=chart.waiting_file_id, looks=chart.looks)
        return replace(chart, looks=chart.looks + 1)

    def _uploaded(self, chart: Chart, picture: Picture) -> Chart:
        image = picture.draw()
        if image is None:
            return Chart(digest=picture.digest, file_id=chart.file_id)
        with translated("upload"):
            # Without a channel: the file stays the bot's own, and the card shows it wherever it stands.
            response = self._client.files_upload_v2(
                content=image, filename=picture.file_name, title=picture.title, alt_txt=picture.alt
            )
        file_id = str(response["files"][0]["id"])
        return replace(chart, waiting_file_id=file_id, waiting_digest=picture.digest, looks=0)


def taken_back(charts: Mapping[str, Chart], kept: Mapping[str, Chart]) -> dict[str, Chart]:
    """The pictures without those that Slack refuses after all: each that `kept` does not show waits once more."""
    return {name: chart if _shown_in(chart, kept.get(name)) else _waiting(chart) for name, chart in charts.items()}


def _shown_in(chart: Chart, other: Chart | None) -> bool:
    return not chart.file_id or (other is not None and other.file_id == chart.file_id)


def _waiting(chart: Chart) -> Chart:
    return Chart(waiting_file_id=chart.file_id, waiting_digest=chart.digest, looks=chart.looks + 1)
