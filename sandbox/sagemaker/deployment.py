"""The course of an update: a new fleet comes up beside the old one, traffic moves to it, and back where it must.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.sagemaker.artifact import UnservableError
from sandbox.sagemaker.cloudwatch import CloudWatch
from sandbox.sagemaker.deployment_plan import DeploymentPlan
from sandbox.sagemaker.endpoint_book import EndpointBook
from sandbox.sagemaker.endpoint_record import EndpointStatus, Pending
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.traffic import Fleet, Live
from sandbox.sagemaker.variant_record import Variant, VariantStage

logger = logging.getLogger(__name__)

WATCH_SECONDS = 0.02


class NotKeptError(Exception):
    """The new fleet is not kept; the text is the endpoint's FailureReason."""


@dataclass(frozen=True, slots=True)
class DeploymentSite:
    """What deployments work with; `wait` ends early where the local AWS stops, and tells so."""

    book: EndpointBook
    cloudwatch: CloudWatch
    pace: Pace
    wait: Callable[[float], bool]
    rollback_fails: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One update of one endpoint, run by a thread of its own; `adopted` are further changes where it succeeds."""

    site: DeploymentSite
    endpoint: str
    pending: Pending
    plan: DeploymentPlan
    live: Live
    build: Callable[[], Fleet]
    adopted: dict[str, Any]

    def run(self) -> None:
        begun = time.monotonic()
        try:
            fleet = self._brought_up(begun)
            for shift in self.plan.shifts:
                self._stage(VariantStage.ACTIVATING, shift.share, "Activating traffic on")
                self.live.shift(fleet, shift.share)
                self._bake(shift.baking, "WaitIntervalInSeconds", shift.share, begun)
            if self.plan.termination_wait:
                self._bake(self.plan.termination_wait, "TerminationWaitInSeconds", 1.0, begun)
        except (UnservableError, NotKeptError) as error:
            self._roll_back(str(error))
        else:
            self._adopt(fleet)

    def _brought_up(self, begun: float) -> Fleet:
        failure: UnservableError | None = None
        try:
            fleet = self.build()
        except UnservableError as error:
            failure = error
        # AWS takes as long to find out that a container does not answer.
        self.site.wait(max(0.0, begun + self.site.pace.endpoint_creating - time.monotonic()))
        if failure:
            raise failure
        return fleet

    def _bake(self, seconds: float, wait: str, share: float, begun: float) -> None:
        self._stage(VariantStage.BAKING, share, f"Baking for {seconds:g} seconds ({wait}) with traffic enabled on")
        self._watch(seconds, begun)

    def _watch(self, seconds: float, begun: float) -> None:
        """Looks at the alarms, and at the clock, for so many of AWS's seconds."""
        since, end = time.time(), time.monotonic() + self.site.pace.seconds(seconds)
        while True:
            self._check_alarms(since)
            limit = self.plan.limit
            if limit is not None and time.monotonic() > begun + self.site.pace.seconds(limit):
                raise NotKeptError(f"The deployment did not finish within {limit:g} seconds and was rolled back.")
            left = end - time.monotonic()
            if left <= 0 or self.site.wait(min(left, WATCH_SECONDS)):
                return

    def _check_alarms(self, since: float) -> None:
        tripped = [name for name in self.plan.alarms if self.site.cloudwatch.has_tripped(name, since)]
        if tripped:
            raise NotKeptError(
                f"The deployment was rolled back because of alarms in ALARM state: {', '.join(tripped)}."
            )

    def _stage(self, stage: VariantStage, share: float, doing: str) -> None:
        """AWS's words: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
        size, now = "full" if share == 1 else "canary", time.time()

        def staged(wanted: Variant) -> Variant:
            active = math.ceil(share * wanted.desired_count)
            there = replace(wanted, count=wanted.desired_count)
            return there.at(stage, now, f"{doing} {size} capacity of {active} instance(s).")

        variants, shadows = (tuple(staged(one) for one in both) for both in self._both)
        self.site.book.change(self.endpoint, pending=replace(self.pending, variants=variants, shadows=shadows))

    @property
    def _both(self) -> tuple[tuple[Variant, ...], tuple[Variant, ...]]:
        return self.pending.variants, self.pending.shadows

    def _roll_back(self, reason: str) -> None:
        logger.info("endpoint_rolls_back endpoint=%s", self.endpoint)
        self.live.back()
        self.site.book.change(self.endpoint, status=EndpointStatus.ROLLING_BACK, failure=reason)
        self.site.wait(self.site.pace.rolling_back)
        failed = self.site.rollback_fails(self.endpoint)
        status = EndpointStatus.UPDATE_ROLLBACK_FAILED if failed else EndpointStatus.IN_SERVICE
        self.site.book.change(self.endpoint, status=status, pending=None)

    def _adopt(self, fleet: Fleet) -> None:
        self.live.settle(fleet)
        variants, shadows = (tuple(one.reached() for one in both) for both in self._both)
        self.site.book.change(
            self.endpoint,
            status=EndpointStatus.IN_SERVICE,
            config_name=self.pending.config_name,
            variants=variants,
            shadows=shadows,
            pending=None,
            failure=None,
            **self.adopted,
        )
