"""Bring a job's chart to Slack: upload it where its figures changed, and use it once Slack has looked through it.

Slack scans an upload before it may stand in a message and documents no sign of being ready; that `files.info` tells the
file's type is what its own SDKs wait for. Waiting here would hold up every other card, so a picture waits on its card.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace

from slack_sdk import WebClient

from bot.adapters.slack.client import translated
from bot.domain.cards import Chart
from bot.domain.jobs import Job
from bot.domain.metrics import Curve
from bot.errors import ChatBusyError, ChatError

MAX_LOOKS = 30
log = logging.getLogger(__name__)


class ChartUploader:
    """`draw` and `describe` are the chart's PNG and its alternative text."""

    def __init__(
        self, client: WebClient, draw: Callable[[Curve, str], bytes], describe: Callable[[Curve], str]
    ) -> None:
        self._client = client
        self._draw = draw
        self._describe = describe

    def brought_up(self, chart: Chart, job: Job) -> Chart:
        """The chart as far as it is: a waiting picture is taken when ready, and a new one uploaded where it is due."""
        try:
            if chart.waiting_file_id:
                chart = self._looked_after(chart)
            wanted = digest(job.curve)
            if job.curve and not chart.waiting_file_id and wanted != chart.digest:
                chart = self._uploaded(chart, job, wanted)
        except ChatBusyError:
            log.info("chart_postponed job=%s", job.id)
            if not chart.waiting_file_id:
                return replace(chart, waiting_digest=digest(job.curve))
        except ChatError as error:
            # Without files:write, or with the workspace's storage full, the card still works without its picture.
            log.warning("chart_not_uploaded job=%s code=%s", job.id, error.code)
            return Chart(digest=digest(job.curve), file_id=chart.file_id)
        return chart

    def alt_text(self, job: Job) -> str:
        return self._describe(job.curve) if job.curve else ""

    def remove(self, file_id: str) -> None:
        """Delete a picture that no card shows any more, lest they pile up in the workspace."""
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

    def _uploaded(self, chart: Chart, job: Job, wanted: str) -> Chart:
        image = self._draw(job.curve, job.name)
        name = f"{job.name}.png"
        with translated("upload"):
            # Without a channel: the file stays the bot's own, and the card shows it wherever it stands.
            response = self._client.files_upload_v2(
                content=image, filename=name, title=job.name, alt_txt=self._describe(job.curve)
            )
        file_id = str(response["files"][0]["id"])
        return replace(chart, waiting_file_id=file_id, waiting_digest=wanted, looks=0)


def digest(curve: Curve) -> str:
    """The same for the same figures."""
    figures = [(epoch.number, epoch.train, epoch.validation) for epoch in curve.epochs]
    return hashlib.sha256(repr(figures).encode()).hexdigest()[:16]
