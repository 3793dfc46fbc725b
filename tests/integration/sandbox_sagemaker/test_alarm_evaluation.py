"""When an alarm is in alarm: thresholds, several periods, and periods without data."""

from dataclasses import replace

import pytest

from sandbox.sagemaker.alarm_evaluation import AlarmRule, Samples, merged, state_of

RULE = AlarmRule("Average", "GreaterThanThreshold", 0.1, periods=3, breaching=2, missing="missing")
GOOD, BAD = Samples(10, 0, 0, 0), Samples(10, 5, 0, 1)


@pytest.mark.parametrize(
    ("periods", "state"),
    [
        ([GOOD, GOOD, GOOD], "OK"),
        ([BAD, GOOD, GOOD], "OK"),
        ([BAD, GOOD, BAD], "ALARM"),
        ([BAD, None, None], "OK"),
        ([BAD, None, BAD], "ALARM"),
        ([None, None, None], "INSUFFICIENT_DATA"),
    ],
)
def test_so_many_of_the_periods_have_to_break_the_threshold(periods: list[Samples | None], state: str) -> None:
    assert state_of(RULE, periods) == state


@pytest.mark.parametrize(
    ("missing", "state"),
    [("missing", "INSUFFICIENT_DATA"), ("ignore", None), ("breaching", "ALARM"), ("notBreaching", "OK")],
)
def test_no_data_is_what_the_alarm_takes_it_for(missing: str, state: str | None) -> None:
    assert state_of(replace(RULE, missing=missing), [None, None, None]) == state


@pytest.mark.parametrize(
    ("statistic", "threshold"), [("Sum", 4.9), ("Average", 0.49), ("Maximum", 0.9), ("SampleCount", 9)]
)
def test_each_statistic_is_compared(statistic: str, threshold: float) -> None:
    rule = replace(RULE, statistic=statistic, breaching=1)

    assert state_of(replace(rule, threshold=threshold), [BAD]) == "ALARM"
    assert state_of(replace(rule, threshold=threshold + 1), [BAD]) == "OK"


def test_what_came_in_several_times_counts_as_one_period() -> None:
    assert merged([GOOD, BAD]) == Samples(20, 5, 0, 1)
    assert merged([]) is None
